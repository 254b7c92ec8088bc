"""What is asked and told while an emergency is open."""

from itertools import pairwise

import pytest
from sqlalchemy import select

from desk.outbox import OutboxRow
from desk.tickets import State
from desk.wording import translate
from tests.dialogue import Desk, Person, labels

MISSING = "my 8 year old hasnt come home, her tablet shows a chat with a man who said meet me at the park"
NAKED = "someone posted my naked pictures"
BREACH = "ransomware encrypted our shop computer with all our customers data"
SUICIDE = "my friend says she wants to die tonight"
ORDER = "we are a marketplace in Spain, got a terrorist content removal order from the french authority 50 minutes ago"
LEAK = "hackers stole the customer list of our shop in Dublin, we noticed 20 hours ago"
STEP = "1. If a child is in danger now, call your local emergency number."


def test_the_first_steps_are_said_again_then_the_very_first_then_a_person_is_called_for(person: Person) -> None:
    person.says(MISSING)
    assert STEP in person.says("what do i do first").text
    again = person.says("what should i do now?").text
    assert "First of all" in again and "Have you already done this?" in again
    assert "A person of this desk has to answer that" in person.says("but what do i do").text


@pytest.mark.parametrize(("text", "step"), [("अब मैं क्या करूं", "1. "), ("በመጀመሪያ ምን ላድርግ", "1. ")])
def test_the_steps_come_in_the_language_of_the_question(person: Person, text: str, step: str) -> None:
    person.says(MISSING)
    answer = person.says(text)
    assert step in answer.card.body and "emergency" not in answer.card.body


def test_what_must_not_be_done_is_said_once_more_at_most(person: Person) -> None:
    person.says(MISSING)
    said = [
        person.says(text).text
        for text in ("should i call the man from her account?", "can i go there myself", "should we stay up")
    ]
    assert ["Do not meet the person." in text for text in said] == [True, False, False]
    assert all("A person of this desk has to answer that" in text for text in said[:2])


@pytest.mark.parametrize(
    ("language", "first", "asked", "line"),
    [
        ("en", NAKED, "should i pay? he wants it by tonight", "Do not pay. Do not send more."),
        (
            "en",
            "somebody in my family touched my 8 year old niece, her pictures are on his phone",
            "should i send the photos to myself",
            "Never send, copy or keep the pictures, not even as proof, and not to us.",
        ),
        ("en", BREACH, "should we wipe the laptop?", "Do not wipe or reinstall now."),
        (
            "en",
            "i found an airtag in my car, my ex is tracking me",
            "shall i take it off?",
            "Do not remove it or confront them yet.",
        ),
        (
            "fr",
            "un rançongiciel a chiffré tous les ordinateurs de notre mairie",
            "on paie la rançon ?",
            "Ne payez pas et ne répondez pas encore.",
        ),
        ("es", "mi ex publicó mis fotos íntimas", "¿le contesto?", "No conteste al chantajista."),
        ("ar", "يبتزني شخص بصوري العارية", "هل ندفع له؟ يريد 300 دينار", "لا تدفع. لا ترسل المزيد."),
        (
            "ru",
            "вирус зашифровал все компьютеры больницы, требуют выкуп",
            "Платить или нет?",
            "Не платите и пока не отвечайте нападающим.",
        ),
        ("zh", "勒索软件加密了我们医院的所有电脑", "要不要付赎金？", "先不要付钱，也不要回复攻击者。"),
        (
            "pt",
            "um homem tem fotos íntimas minhas e ameaça publicar",
            "devo mandar mais fotos?",
            "Não pague. Não mande mais.",
        ),
        ("sw", "mtu ana picha zangu za uchi na ananitisha", "nimlipe?", "Usilipe. Usitume zaidi."),
    ],
)
def test_a_question_that_the_card_answers_gets_that_line_alone(
    desk: Desk, language: str, first: str, asked: str, line: str
) -> None:
    person = desk.person(language=language)
    person.says(first)
    body = person.says(asked).card.body
    assert body.split("\n\n")[0].split("\n")[0] == line and len(body.split("\n\n")) == 2


@pytest.mark.parametrize(
    "asked", ["what if he sends them to my mother?", "can i use a vpn?", "should i delete my account"]
)
def test_a_question_gets_no_line_of_the_card_about_something_else(person: Person, asked: str) -> None:
    person.says(NAKED)
    assert person.says(asked).card.body.startswith("A person of this desk has to answer that")


def test_who_asks_whom_to_call_is_told_who_helps_and_asked_for_the_country(person: Person) -> None:
    person.says(MISSING)
    answer = person.says("who do i call")
    assert "INHOPE" in answer.text and "Tell me your country" in answer.text
    assert "Tell me your country" not in person.says("who do i report to in canada").text


def test_the_deadline_is_repeated_when_asked(person: Person) -> None:
    person.says("our customer list was stolen by hackers, we are a shop in Dublin, noticed 20 hours ago")
    assert "Due by" in person.says("by when do we have to report").text
    assert "Due by" in person.says("what is the deadline").text


@pytest.mark.parametrize(
    "asked", ["how long do we have", "how much time is left?", "and until when?", "should we pay", "he wears a red hat"]
)
def test_no_question_ends_a_deadline(desk: Desk, person: Person, asked: str) -> None:
    person.says(
        "an adult user writes that her nude picture is on our image host without her consent. we are in the US. "
        "she wrote 2 hours ago"
    )
    due = desk.tickets()[0].due_at
    person.says(asked)
    assert due is not None and desk.tickets()[0].due_at == due
    assert "Due by" in person.says("how long do we have").text


def test_a_question_hides_no_deadline_that_the_same_message_sets_running(person: Person) -> None:
    person.says(BREACH)
    answer = person.says("we are in Dublin, noticed 20 hours ago, what should we do now?")
    assert "Due by" in answer.text and "1. " in answer.text


def test_a_deadline_that_cannot_be_reckoned_says_what_is_missing(person: Person) -> None:
    person.says(BREACH)
    assert "In which country are you?" in person.says("what is the deadline").text


def test_the_country_of_an_unknown_place_is_asked_once_and_the_hour_is_kept(person: Person) -> None:
    person.says(BREACH)
    answer = person.says("Cork, since yesterday evening")
    assert answer.card.body == "Which country is that in?" and not answer.card.alert
    assert "Which country" not in person.says("Cork").text
    assert "Due by" in person.says("Ireland").card.alert


@pytest.mark.parametrize(
    ("asked", "words"), [("what does INHOPE mean", "hotlines"), ("what is gdpr", "data protection")]
)
def test_what_a_word_means_is_said_if_the_desk_knows_it(desk: Desk, person: Person, asked: str, words: str) -> None:
    person.says(MISSING)
    assert words in person.says(asked).text
    assert "A person of this desk has to answer that" in person.says("what is a zorblax").text
    assert len(desk.tickets()) == 1


def test_who_got_no_answer_gets_an_apology_and_a_person(person: Person) -> None:
    person.says(MISSING)
    answer = person.says("that's not what i asked, who finds her NOW")
    assert "I am sorry" in answer.text and "Talk to a person" in labels(answer.card)


@pytest.mark.parametrize(
    ("first", "asked"),
    [
        (NAKED, "how long will that take???"),
        (NAKED, "will I get it back?"),
        (NAKED, "how do i report it to the police"),
        (NAKED, "who can i call"),
        ("cortaron internet en todo el país", "cómo le hago para hablar con mi gente"),
    ],
)
def test_questions_about_an_emergency_are_no_commands(person: Person, first: str, asked: str) -> None:
    person.says(first)
    answer = person.says(asked)
    assert "Your tickets" not in answer.text and "Say it in other words" not in str(answer.card.buttons)


@pytest.mark.parametrize("said", ["is this confidential? does my dad find out", "isso é golpe também?? vcs são robô?"])
def test_two_questions_about_the_desk_are_answered_in_one(person: Person, said: str) -> None:
    person.says(NAKED)
    assert labels(person.says(said).card)[1] in ("Privacy", "Privacidade")


@pytest.mark.parametrize("first", [MISSING, NAKED, BREACH])
def test_nothing_is_said_twice_in_a_row(person: Person, first: str) -> None:
    person.says(first)
    told = [
        "should we pay",
        "should we pay",
        "he wears a red jacket",
        "and a black cap",
        "and boots",
        "what now",
        "what now",
    ]
    said = [
        person.says(text).card.body
        for text in [*told, "who do i call", "who do i call", "i dont understand", "i dont understand"]
    ]
    assert all(one != other for one, other in pairwise(said))


@pytest.mark.parametrize(
    ("language", "first", "told", "yes"),
    [
        ("en", MISSING, "she is back. she was at a friends", "Yes"),
        ("en", SUICIDE, "she is safe now, thank you", "Yes"),
        ("en", "someone hacked our facebook page and changed the password", "we got the account back", "Yes"),
        (
            "pt",
            "meu aluno de 12 anos sumiu, um homem da internet marcou com ele",
            "já está resolvido, a mãe achou ele",
            "Sim",
        ),
    ],
)
def test_the_all_clear_asks_whether_it_is_handled(desk: Desk, language: str, first: str, told: str, yes: str) -> None:
    person = desk.person(language=language)
    person.says(first)
    answer = person.says(told)
    assert labels(answer.card)[0] == yes and not desk.tickets()[0].is_closed
    person.presses(yes)
    assert desk.tickets()[0].state is State.SOLVED


def test_who_still_needs_help_after_the_all_clear_gets_a_person(desk: Desk, person: Person) -> None:
    person.says(MISSING)
    person.says("his mother found him, he is safe")
    assert "coordinator" in person.presses("No, I still need help").text.lower()
    assert desk.tickets()[0].state is State.WAITING


def test_an_ambulance_that_has_come_ends_nothing_and_warns_of_nothing(desk: Desk, person: Person) -> None:
    person.says(SUICIDE)
    answer = person.says("ambulance is here")
    assert "Good that help is there" in answer.text and "Do not" not in answer.text
    assert not desk.tickets()[0].is_closed


def test_who_does_not_answer_in_danger_of_life_is_no_matter_of_patience(person: Person) -> None:
    person.says(SUICIDE)
    answer = person.says("she does not answer")
    assert "1. " in answer.text and "It is solved" not in labels(answer.card)


def test_an_emergency_does_not_say_why(person: Person) -> None:
    assert "Why this" not in person.says(MISSING).text


def test_long_after_an_emergency_another_need_is_another_need(desk: Desk, person: Person) -> None:
    person.says(BREACH)
    person.after(days=2)
    person.says("what should we know about taxes on streaming services in Kenya, a model law or guide")
    assert len(desk.tickets()) == 2


def test_a_question_about_a_closed_emergency_opens_it_again(desk: Desk, person: Person) -> None:
    person.says(MISSING)
    person.presses("It is handled")
    person.presses("Yes, it is solved")
    with desk.database.reading() as session:
        card = session.scalars(select(OutboxRow.message_id).where(OutboxRow.requester_id.is_not(None))).first()
    assert "opened it again" in person.says("what do i do now, he wrote to her again", reply_to=card).text
    assert desk.tickets()[0].state is State.WAITING


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (ORDER, "ok removed 5 minutes ago"),
        (ORDER, "done, we have removed it"),
        (ORDER, "lo hemos eliminado hace 5 minutos"),
        (ORDER, "c'est fait, on l'a supprimé"),
        (ORDER, "мы удалили это 5 минут назад"),
        (ORDER, "已经删除了"),
        (LEAK, "we notified the regulator an hour ago"),
        (LEAK, "merci, c'est fait, on a notifié"),
        (LEAK, "уведомление отправили"),
        (LEAK, "已经上报了"),
    ],
)
def test_what_was_done_in_time_ends_the_deadline(desk: Desk, person: Person, first: str, told: str) -> None:
    assert "Due by" in person.says(first).text
    answer = person.says(told)
    assert desk.tickets()[0].due_at is None and not answer.card.alert
    assert translate(desk.tickets()[0].request.language, "Thank you, I have noted that on your ticket.") in answer


def test_what_was_done_too_late_says_when_the_time_had_ended(person: Person) -> None:
    person.says(ORDER.replace("50 minutes", "3 hours"))
    answer = person.says("we removed it 20 minutes ago")
    assert "the time limit had ended on" in answer and "within the time" not in answer


@pytest.mark.parametrize(
    "told",
    ["we have not removed it yet", "should we have removed it?", "we told our customers", "they removed our logo"],
)
def test_what_was_not_done_ends_no_deadline(desk: Desk, person: Person, told: str) -> None:
    person.says(LEAK if "customers" in told or "logo" in told else ORDER)
    assert "within the time" not in person.says(told) and desk.tickets()[0].due_at is not None


@pytest.mark.parametrize(
    ("language", "first", "told", "due"),
    [
        (
            "fr",
            "la base clients de notre boutique à Lyon a été volée par des pirates, découvert hier à 18h",
            "On l'a découvert hier à 21h30, pas à 18h",
            "21:30",
        ),
        (
            "en",
            "hackers stole the customer list of our shop in Dublin, noticed yesterday at 18:00",
            "sorry, it was yesterday 21:30, not 18:00",
            "21:30",
        ),
        (
            "es",
            "robaron la base de clientes de nuestra tienda en Madrid, lo notamos ayer a las 18:00",
            "perdón, lo notamos ayer a las 21:30",
            "21:30",
        ),
    ],
)
def test_a_corrected_hour_moves_the_deadline(desk: Desk, language: str, first: str, told: str, due: str) -> None:
    person = desk.person(language=language)
    assert "18:00" in person.says(first).text
    assert due in person.says(told).card.alert


@pytest.mark.parametrize(
    ("language", "first", "told", "step"),
    [
        ("en", NAKED, "no wait it is not handled, he put them up again", "You did nothing wrong."),
        ("en", NAKED, "sorry, i pressed that by mistake", "You did nothing wrong."),
        (
            "fr",
            "mon ex a publié mes photos intimes",
            "non ce n'est pas réglé, il recommence",
            "Vous n'avez rien fait de mal.",
        ),
        ("es", "mi ex publicó mis fotos íntimas", "no está resuelto, las subió otra vez", "Usted no hizo nada malo."),
        ("ru", "бывший выложил мои интимные фото", "нет, не решено, он опять выложил", "Вы не сделали ничего плохого."),
        ("ar", "نشر حبيبي السابق صوري العارية", "لم تنحل، نشرها مرة أخرى", "لم تخطئ."),
        ("zh", "前男友发了我的裸照", "没解决，他又发了", "您没有做错。"),
        (
            "pt",
            "meu ex publicou fotos íntimas minhas",
            "não está resolvido, ele postou de novo",
            "Você não fez nada errado.",
        ),
        (
            "sw",
            "mpenzi wangu wa zamani ameweka picha zangu za uchi mtandaoni",
            "bado haijaisha, ameweka tena",
            "Hujakosea.",
        ),
    ],
)
def test_an_emergency_that_was_closed_too_soon_is_open_again(
    desk: Desk, language: str, first: str, told: str, step: str
) -> None:
    person = desk.person(language=language)
    person.says(first)
    person.presses(translate(language, "It is handled"))
    person.presses(translate(language, "Yes, it is solved"))
    assert desk.tickets()[0].is_closed
    answer = person.says(told)
    assert step in answer and len(desk.tickets()) == 1
    assert desk.tickets()[0].state is State.WAITING and desk.tickets()[0].request.closed_at is None


def test_thanks_and_another_need_open_no_closed_emergency(desk: Desk, person: Person) -> None:
    person.says(ORDER)
    person.presses("It is handled")
    person.says("thanks again")
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    assert [ticket.is_closed for ticket in desk.tickets()] == [True, False]


@pytest.mark.parametrize("first", [NAKED, SUICIDE, MISSING])
def test_where_a_person_is_in_danger_closing_is_asked_once(desk: Desk, person: Person, first: str) -> None:
    person.says(first)
    assert "Yes, it is solved" in labels(person.presses("It is handled").card)
    assert not desk.tickets()[0].is_closed
    person.presses("Yes, it is solved")
    assert desk.tickets()[0].state is State.SOLVED


def test_the_police_are_asked_about_before_they_are_obeyed(person: Person) -> None:
    person.says("a man wrote that he will kill me tonight, he knows where i live")
    assert "Are they helping you?" in person.says("the police are here")
    assert "do what they say" in person.says("yes")


@pytest.mark.parametrize(
    "told", ["the police are here, they help the man who threatens me", "the police are part of it"]
)
def test_who_cannot_rely_on_the_police_is_not_told_to_obey_them(person: Person, told: str) -> None:
    person.says("a man wrote that he will kill me tonight, he knows where i live")
    answer = person.says(told)
    assert "cannot rely on the police" in answer and "do what they say" not in answer
