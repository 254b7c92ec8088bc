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
        ("how do we moderate a forum with 3 volunteers", "a user just wrote he will jump tonight", "A user may be"),
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


@pytest.mark.parametrize(
    ("language", "text", "title", "never"),
    [
        ("en", "my pupil says he will kill himself today", "Help them now", "if you may hurt yourself"),
        ("es", "mi alumno dice que se va a matar hoy", "Ayude ahora", "No conteste a quien amenaza"),
        ("fr", "mon élève dit qu'il va se tuer ce soir", "Aidez maintenant", "Ne répondez pas"),
        ("ru", "мой ученик пишет что покончит с собой сегодня", "Помогите сейчас", "Не отвечайте"),
        ("ar", "طالبي كتب أنه سينتحر اليوم", "ساعدوا الآن", "لا ترد على من يهددك"),
        ("zh", "我的学生说他今天要自杀", "请马上帮助对方", "不要回复"),
        ("pt", "meu aluno de 12 anos escreveu no classroom que vai se matar hoje", "Ajude agora", "Não responda"),
        ("sw", "mwanafunzi wangu ameandika atajiua leo", "Msaidie sasa", "Usimjibu"),
        ("en", "मेरा छात्र आज आत्महत्या करने वाला है", "अभी मदद करें", "जवाब न दें"),
        ("en", "ተማሪዬ ዛሬ ራሱን ሊያጠፋ ነው", "አሁኑኑ እርዱት", "አይመልሱ"),
    ],
)
def test_who_fears_for_somebody_elses_life_is_told_how_to_help_them(
    desk: Desk, language: str, text: str, title: str, never: str
) -> None:
    answer = desk.person(language).says(text)
    assert title in answer.card.title and never not in answer.text
    assert "Front Line Defenders" not in answer.text and "findahelpline.com" in answer.text


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("i want to kill myself", "You are not alone"),
        ("me quiero morir", "No está solo"),
        ("ዛሬ ራሴን አጠፋለሁ", "ብቻዎን አይደሉም"),
        ("我不想活了", "您并不孤单"),
    ],
)
def test_whose_own_life_is_in_danger_is_spoken_to(person: Person, said: str, title: str) -> None:
    assert title in person.says(said).card.title


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "a user on our forum says he will kill himself tonight", "Do not block or delete the account"),
        ("es", "un usuario de nuestro foro dice que se va a suicidar", "No bloquee ni borre la cuenta"),
        ("pt", "um usuário do nosso fórum escreveu que vai se matar", "Não bloqueie nem apague a conta"),
        ("zh", "我们论坛有用户说要自杀", "不要封禁或删除账号"),
    ],
)
def test_who_runs_a_platform_is_told_how_to_reach_the_user(desk: Desk, language: str, text: str, words: str) -> None:
    assert words in desk.person(language).says(text).text


def test_the_card_turns_to_who_says_that_it_is_about_somebody_else(desk: Desk, person: Person) -> None:
    assert "You are not alone" in person.says("thinking of suicide, please help").card.title
    assert "Help them now" in person.says("i am his teacher").card.title
    assert "You are not alone" in person.says("now i want to die too").card.title
    assert len(desk.tickets()) == 1


FRIEND = "my friend says she wants to die"


@pytest.mark.parametrize("first", [FRIEND, "someone posted my naked pictures", "my ex put a tracker in my phone"])
@pytest.mark.parametrize("place", ["I am in Nairobi", "we live in Ireland"])
def test_the_clocks_of_firms_do_not_run_for_a_person(desk: Desk, person: Person, first: str, place: str) -> None:
    person.says(first)
    answer = person.says(place)
    assert "72 h" not in answer.text and "3 days" not in answer.text
    assert desk.tickets()[0].due_at is None


@pytest.mark.parametrize(("place", "hours"), [("I am in India", "2 hours"), ("I live in the USA", "48 hours")])
def test_what_a_platform_owes_is_said_as_its_duty(desk: Desk, person: Person, place: str, hours: str) -> None:
    person.says("someone posted my naked pictures")
    answer = person.says(place)
    assert f"The platform must act within {hours} of your report" in answer.text
    assert "Due by" not in person.says("10 minutes ago").text
    assert desk.tickets()[0].due_at is None


def test_the_clock_of_a_platform_still_runs_for_the_platform(person: Person) -> None:
    answer = person.says("a woman in India asks our site to remove her nude photos, her complaint came 30 minutes ago")
    assert "Due by" in answer.card.alert


@pytest.mark.parametrize(
    ("language", "first", "age"),
    [
        ("es", "mi ex subió fotos mías desnuda", "tengo 17"),
        ("en", NAKED, "17"),
        ("en", NAKED, "i am 17"),
        ("fr", "mon ex a publié mes photos nues", "j'ai 16"),
        ("pt", "meu ex postou minhas fotos nua", "tenho 15"),
    ],
)
def test_a_mere_number_after_an_intimate_image_is_an_age(desk: Desk, language: str, first: str, age: str) -> None:
    person = desk.person(language)
    person.says(first)
    assert "Take It Down" in person.says(age).card.alert


def test_who_is_of_age_keeps_the_help_for_adults(person: Person) -> None:
    person.says(NAKED)
    assert "Take It Down" not in person.says("i am 22").text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "मेरी बेटी की फोटो किसी ने गंदी बनाकर इंस्टाग्राम पर डाल दी"),
        ("en", "someone made naked pictures of my daughter and posted them"),
        ("es", "subieron fotos desnuda de mi hija a instagram"),
    ],
)
def test_images_of_somebodys_child_get_the_help_for_children(desk: Desk, language: str, text: str) -> None:
    assert "Take It Down" in desk.person(language).says(text).card.alert


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "ፖሊስ ወንድሜን ፌስቡክ ላይ በጻፈው ምክንያት አሰረው"),
        ("en", "my brother was arrested for a facebook post"),
        ("es", "arrestaron a mi hermano por una publicación en facebook"),
        ("fr", "mon frère a été arrêté pour un post facebook"),
        ("ru", "брата арестовали за пост в фейсбуке"),
        ("ar", "اعتقلوا أخي بسبب منشور على فيسبوك"),
        ("zh", "我哥哥因为发了一条朋友圈被抓了"),
        ("pt", "prenderam meu irmão por causa de um post no facebook"),
        ("sw", "kaka yangu amekamatwa kwa sababu ya post ya facebook"),
        ("en", "फेसबुक पोस्ट के लिए मेरे भाई को गिरफ्तार कर लिया"),
    ],
)
def test_the_arrest_of_a_brother_for_a_post_is_an_emergency(desk: Desk, language: str, text: str) -> None:
    desk.person(language).says(text)
    assert (desk.tickets()[0].urgency, desk.tickets()[0].request.crisis) == ("crisis", "arrest-or-raid")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my daughter is 9 and the school never asked me before using the app"),
        ("en", "the school put a photo of my son on facebook without asking me"),
        ("es", "la escuela publicó fotos de mi hija en instagram sin permiso"),
        ("pt", "a escola do meu filho publicou foto dele no facebook sem pedir"),
        ("fr", "l'école a mis une photo de ma fille sur son site sans demander"),
        ("sw", "shule imeweka picha ya mtoto wangu facebook bila kuniuliza"),
    ],
)
def test_what_a_school_publishes_is_no_abuse(desk: Desk, language: str, text: str) -> None:
    desk.person(language).says(text)
    assert "crisis" not in [ticket.urgency for ticket in desk.tickets()]


def test_money_that_is_gone_adds_the_bank_to_a_stolen_account(desk: Desk) -> None:
    person = desk.person("pt")
    person.says("clonaram meu whatsapp e estão pedindo pix pra minha mãe")
    assert "banco" in person.says("ela já mandou 800 reais").card.alert
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "someone stole money from my bank account, I gave them the OTP",
        "mere bank account se paise nikal gaye kisi ne OTP mangwa ke",
    ],
)
def test_a_code_that_was_given_away_sends_to_the_bank(desk: Desk, person: Person, text: str) -> None:
    person.says(text)
    assert desk.tickets()[0].request.crisis == "stolen-money"


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "My ex put a tracker in my phone I think. He knows where I am always", "Leave the tracker"),
        ("es", "mi ex me puso un rastreador en el celular, siempre sabe dónde estoy", "Deje por ahora el rastreador"),
        ("fr", "mon ex a mis un traceur dans mon téléphone, il sait toujours où je suis", "Laissez pour l'instant"),
        ("ru", "бывший поставил мне маячок в телефон, он всегда знает где я", "оставьте маячок"),
        ("ar", "طليقي حط جهاز تتبع بتلفوني، دايما يعرف وين أنا", "اترك جهاز التتبع"),
        ("zh", "我前男友在我手机里装了定位，我去哪他都知道", "暂时不要动追踪器"),
        ("pt", "meu ex colocou um rastreador no meu celular, ele sempre sabe onde estou", "Deixe por enquanto"),
        ("sw", "ex wangu ameweka kifaa cha kunifuatilia kwenye simu, anajua nilipo", "Acha kifaa"),
        ("en", "मेरे एक्स ने फोन में ट्रैकर डाल दिया है, उसे हमेशा पता होता है मैं कहाँ हूँ", "ट्रैकर या ऐप को अभी वहीं"),
        ("en", "የቀድሞ ፍቅረኛዬ ስልኬ ላይ መከታተያ አስገብቷል፣ የት እንዳለሁ ያውቃል", "መከታተያውን"),
    ],
)
def test_who_is_tracked_by_an_ex_is_told_not_to_remove_it_yet(desk: Desk, language: str, text: str, words: str) -> None:
    answer = desk.person(language).says(text)
    assert words in answer.card.alert
    assert desk.tickets()[0].request.crisis == "stalking"


@pytest.mark.parametrize(
    "text",
    [
        "how do we train shelter staff about stalkerware",
        "my landlord put a camera in the hallway facing my door",
        "we track our delivery vans by gps, do the drivers have to agree",
    ],
)
def test_questions_about_tracking_are_no_emergency(desk: Desk, person: Person, text: str) -> None:
    person.says(text)
    assert "crisis" not in [ticket.urgency for ticket in desk.tickets()]


EU_ORDER = "we got a removal order under the TCO regulation, small forum in Ireland"


def test_what_was_done_in_time_is_no_longer_due(desk: Desk, person: Person) -> None:
    person.says(EU_ORDER)
    person.says("40 minutes ago")
    desk.wait(minutes=10)
    assert "within the time" in person.says("we blocked it 5 minutes ago")
    assert desk.tickets()[0].due_at is None
    assert len(desk.tickets()) == 1


@pytest.mark.parametrize("answer", ["yes", "yesterday", "yesterday 14:05"])
def test_an_hour_still_to_come_is_asked_about(desk: Desk, person: Person, answer: str) -> None:
    person.says(EU_ORDER)
    assert "Was it yesterday?" in person.says("it came at 14:05 today").text
    assert desk.tickets()[0].due_at is None
    assert "The time limit ended on Sun 22 Nov 15:05" in person.says(answer).card.alert


def test_a_correction_of_the_hour_counts(person: Person) -> None:
    person.says(EU_ORDER)
    person.says("it came at 11:50")
    answer = person.says("that's not what I asked. it came at 23:50, to the abuse mailbox, not to a contact point")
    assert "ended on Mon 23 Nov 00:50" in answer.card.alert


def test_the_sender_of_an_order_moves_nobody_and_opens_nothing(desk: Desk, person: Person) -> None:
    person.says(EU_ORDER)
    person.says("40 minutes ago")
    answer = person.says("the order was issued by the Bulgarian police")
    assert "Sofia" not in answer.text
    assert len(desk.tickets()) == 1


def test_the_hour_by_which_an_order_wants_it_is_on_the_clock_of_the_country(person: Person) -> None:
    order = "the police ordered us to remove a post from our forum by 8pm"
    assert "20:00 (UTC), 8 hours left" in person.says(order).text
    assert "20:00 (Nairobi), 5 hours left" in person.says("Nairobi").text
    assert "20:00 (Nairobi), 5 hours left" in person.says("how much time is left?").text


def test_an_order_from_outside_the_eu_shows_its_own_deadline(person: Person) -> None:
    answer = person.says("we got an order from the police in Nairobi to remove a post within 24 hours")
    assert "Time limit that the order itself sets. 24 hours" in answer.card.alert
    assert "which law the order is based on" in answer.card.body
    assert "2021/784" not in answer.text
    assert "24 hours left" in person.says("1 minute ago").card.alert


def test_what_has_to_be_kept_says_until_when(person: Person) -> None:
    person.says(EU_ORDER)
    answer = person.says("we removed the terrorist post after the order, how long do we have to keep a copy")
    assert "Keep it until Sun 23 May" in answer.card.alert


def test_an_emergency_that_is_denied_is_taken_back(desk: Desk, person: Person) -> None:
    person.says(TAKEN_OVER)
    answer = person.says("no, it is not hacked, it is a copy with our logo")
    assert "Your accounts are being stolen" not in answer.text
    assert len(desk.tickets()) == 1


def test_a_shutdown_that_is_an_attack_on_one_site_is_corrected(desk: Desk, person: Person) -> None:
    person.says("the internet is cut in the whole country since this morning")
    title = person.cards[-1].title
    answer = person.says("no, the internet works, only our site is down because of a ddos attack")
    assert answer.card.title != title and "Deflect" in answer.text
    assert len(desk.tickets()) == 1
