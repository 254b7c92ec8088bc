"""A crisis is a different path."""

import pytest

from desk.tickets import State
from tests.dialogue import Desk, Person

ORDER = "german police sent us a removal order 25 min ago, terrorist content, 1 hour. we are 2 people in riga"


def test_a_removal_order_shows_the_deadline_in_local_time_and_calls_a_person(desk: Desk, person: Person) -> None:
    answer = person.says(ORDER)
    assert "14:35" in answer.card.alert and "Riga" in answer.card.alert
    assert "35 minutes left" in answer.card.alert
    ticket = desk.tickets()[0]
    assert (ticket.urgency, ticket.state) == ("crisis", State.WAITING)
    assert "EMERGENCY" in desk.board()[-1].title


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "he says he will kill me tonight, he knows where i live", "emergency"),
        ("es", "dice que me va a matar esta noche, sabe donde vivo", "emergencia"),
        ("fr", "il dit qu'il va me tuer ce soir, il sait où j'habite", "urgence"),
        ("ru", "он пишет что убьет меня сегодня, знает мой адрес", "экстренн"),
        ("ar", "يقول إنه سيقتلني الليلة وهو يعرف عنواني", "طوارئ"),
        ("zh", "他说今晚要杀了我，他知道我住哪里", "急"),
    ],
)
def test_threat_to_life_comes_first_in_every_language(desk: Desk, language: str, text: str, words: str) -> None:
    answer = desk.person(language).says(text)
    assert words in answer.card.alert.lower()
    assert desk.tickets()[0].urgency == "crisis"


@pytest.mark.parametrize(
    ("text", "words"),
    [("मेरे पति कह रहे हैं आज रात मुझे मार डालेंगे", "आपातकालीन"), ("መኖር ሰለቸኝ። ዛሬ ራሴን አጠፋለሁ", "የድንገተኛ")],
)
def test_the_first_words_come_in_the_language_of_the_message(desk: Desk, person: Person, text: str, words: str) -> None:
    answer = person.says(text)
    assert words in answer.card.alert
    assert "Talk to a person" in answer.text or "Talk to a person" in str(answer.card.buttons)


def test_only_confirmed_contacts_are_shown_in_a_crisis(desk: Desk, person: Person) -> None:
    from sqlalchemy import select

    from knowledge.organisations import Contact
    from knowledge.vocabulary import Confidence

    answer = person.says("ransomware on all our hospital screens right now, manila")
    with desk.database.reading() as session:
        doubtful = set(session.scalars(select(Contact.value).where(Contact.confidence == Confidence.MEDIUM)))
    assert not [value for value in doubtful if value in answer.text]


TAKEN_OVER = "someone hacked our facebook page and changed the password, we are locked out"


def test_an_emergency_shows_no_practice_that_does_not_help_now(desk: Desk, person: Person) -> None:
    answer = person.says(TAKEN_OVER)
    assert desk.tickets()[0].urgency == "crisis"
    assert "Security in a Box" in answer.text
    assert "Tech Care" not in answer.text


def test_a_helpline_for_one_region_is_shown_only_to_who_may_be_there(desk: Desk, person: Person) -> None:
    assert "SMEX" not in person.says(TAKEN_OVER).text
    assert "SMEX" in desk.person("en").says(f"{TAKEN_OVER}, beirut, lebanon").text


def test_a_helpline_that_the_language_suggests_says_where_it_works(desk: Desk) -> None:
    answer = desk.person("ar").says("سرقوا صفحتنا على فيسبوك وغيروا كلمة السر")
    smex = next(item for section in answer.card.sections for item in section.items if "SMEX" in item.title)
    assert "النطاق" in smex.note and "الشرق الأوسط" in smex.note


def test_a_training_about_ransomware_is_no_crisis(desk: Desk, person: Person) -> None:
    person.says("do you know a free course about ransomware for our staff")
    assert [ticket.urgency for ticket in desk.tickets()] in ([], ["normal"])


def test_an_emergency_that_is_handled_closes(desk: Desk, person: Person) -> None:
    person.says(ORDER)
    person.presses("It is handled")
    assert desk.tickets()[0].state is State.SOLVED
    assert person.after(days=40).replies == []


EMPTIED = "mon compte paypal a été vidé, j'ai cliqué sur un faux lien"
NAKED = "my ex put naked photos of me on telegram"
RANSOM = "hospital here, all screens show a ransom note since this morning"


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "4200 cedis gone from my momo twenty minutes ago, I read him the code", "Call your bank or wallet"),
        ("es", "me vaciaron el yape hace un rato, me quede sin chip de golpe", "banco"),
        ("fr", EMPTIED, "banque"),
        ("ru", "только что с карты списали все деньги, звонил якобы банк", "банк"),
        ("ar", "اتسحب من محفظتي ١٨ الف دلوقتي، كلمني واحد واديته الكود", "البنك"),
        ("zh", "微信钱包的钱被转走了，刚刚十分钟前，客服让我点的链接", "银行"),
    ],
)
def test_whose_money_is_being_taken_is_told_to_call_the_bank_first(
    desk: Desk, language: str, text: str, words: str
) -> None:
    answer = desk.person(language).says(text)
    assert words in answer.card.alert
    assert desk.tickets()[0].urgency == "crisis"


@pytest.mark.parametrize("age", ["i'm 17", "i am a minor", "i'm 15 years old"])
def test_a_child_gets_the_help_for_children_as_soon_as_the_age_is_told(desk: Desk, person: Person, age: str) -> None:
    assert "StopNCII" in person.says(NAKED).text
    answer = person.says(age)
    assert "Take It Down" in answer.card.alert and "StopNCII" not in answer.text
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize("said", ["i am a minor", "please help", "i'm only 15, im scared"])
def test_who_has_told_the_age_is_still_answered(person: Person, said: str) -> None:
    person.says("someone has a video of me naked and wants 300 euros")
    person.says("i am a minor")
    assert person.says(said).text


@pytest.mark.parametrize(
    ("first", "reply", "never"),
    [
        (EMPTIED, "ils ont dit que la banque m'appellerait", "vie est en danger"),
        (EMPTIED, "il y a 20 minutes", "vie est en danger"),
        (RANSOM, "should we pay", "This should help"),
        (RANSOM, "this is useless!!! patients are waiting", "?"),
        (NAKED, "he just sent them to my mother", "A life is in danger"),
    ],
)
def test_a_reply_in_an_emergency_belongs_to_it(desk: Desk, person: Person, first: str, reply: str, never: str) -> None:
    person.says(first)
    answer = person.says(reply)
    ticket = desk.tickets()[0]
    assert never not in answer.text
    assert ticket.reference in answer.text
    assert len(desk.tickets()) == 1 and ticket.urgency == "crisis"


def test_a_question_in_an_emergency_is_met_by_what_must_not_be_done(person: Person) -> None:
    person.says(RANSOM)
    assert "Do not pay and do not answer the attackers yet." in person.says("should we pay").text


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        (NAKED, "i dont want to live any more", "You are not alone"),
        (NAKED, "he says he will kill me tonight", "A life is in danger"),
        (
            "we need a model cybercrime law, Kenya",
            "our office is being searched by the police right now",
            "Someone is held",
        ),
        ("how do we moderate a forum with 3 volunteers", "a user just wrote he will jump tonight", "You are not alone"),
    ],
)
def test_a_worse_emergency_is_heard_whatever_was_said_before(person: Person, first: str, then: str, words: str) -> None:
    person.says(first)
    assert words in person.says(then).card.title


def test_a_place_told_later_brings_only_what_is_new(person: Person) -> None:
    whole = person.says("german police sent us a removal order 25 min ago, terrorist content, 1 hour")
    news = person.says("we are in Riga")
    assert "locked copy" in whole.card.alert and "locked copy" not in news.card.alert
    assert "14:35" in news.card.alert and "Riga" in news.card.alert


def test_what_was_told_already_changes_no_card(person: Person) -> None:
    person.says(ORDER)
    assert "Due by" not in person.says("what happens if we dont").text


@pytest.mark.parametrize(
    "said",
    [
        ["on a volé les données de nos patients hier à 22h, cabinet à Lyon"],
        ["on a volé les données de nos patients, cabinet à Lyon", "hier soir vers 22h"],
        ["on a volé les données de nos patients", "hier soir vers 22h", "à Lyon"],
    ],
)
def test_an_hour_is_told_on_the_clock_of_the_persons_country(desk: Desk, said: list[str]) -> None:
    person = desk.person("fr")
    for text in said:
        answer = person.says(text)
    assert "mer. 25 nov. 22:00" in answer.card.alert


def test_a_correction_moves_the_deadline_and_solves_nothing(desk: Desk, person: Person) -> None:
    person.says("we lost customer data, shop in Dublin")
    person.says("yesterday 10pm")
    due = desk.tickets()[0].due_at
    person.says("sorry, the day before yesterday")
    ticket = desk.tickets()[0]
    assert len(desk.tickets()) == 1 and not ticket.is_closed
    assert due is not None and ticket.due_at is not None and ticket.due_at < due
