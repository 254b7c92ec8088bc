"""What has a button can be written, too; and what cannot be undone is never the first choice."""

import pytest

from desk.messages import Style
from desk.referrals import ReferralState
from desk.tickets import State
from tests.conversations.test_referrals import choose, referrals
from tests.dialogue import Desk, Person, labels

NEED = "where can our 3 moderators learn to recognise terrorist logos"


@pytest.mark.parametrize("channel", ["telegram", "slack", "web", "terminal"])
@pytest.mark.parametrize("label", ["Refer me", "refer me!", "M'orienter", "orientez-moi", "إحالتي"])
def test_a_written_label_presses_the_button(desk: Desk, channel: str, label: str) -> None:
    person = desk.person("ana", channel)
    person.says(NEED)
    answer = person.says(label)
    assert "Talk to a person" in labels(answer.card) and len(labels(answer.card)) > 1
    assert "Nothing is sent before you have seen it" in answer
    assert len(desk.tickets()) == 1


def test_a_button_of_the_card_before_can_be_written(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.says("thanks")
    person.says("This answers it")
    assert desk.tickets()[0].state is State.SOLVED


def test_what_was_written_for_a_button_is_exported_and_forgotten(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.says("Refer me")
    exported = person.commands("export").replies[-1].file_text
    assert exported and '"Refer me"' in exported
    person.commands("forget")
    assert "deleted" in person.says("Yes, delete everything")
    assert desk.tickets() == []


def test_refer_me_without_a_request_asks_what_happened(person: Person) -> None:
    person.says("good morning")
    assert "what happened" in person.says("refer me")


WITHDRAWALS = [
    "take back my consent",
    "cancel my consent",
    "please stop the referral",
    "retiro mi consentimiento",
    "cancelar mi consentimiento",
    "ya no estoy de acuerdo",
    "je retire mon consentement",
    "je retire mon accord",
    "annulez mon accord",
    "отзываю согласие",
    "отмените моё согласие",
    "я больше не согласен",
    "أسحب موافقتي",
    "ألغوا موافقتي",
    "撤回同意",
    "取消我的同意",
    "我不再同意",
    "取消转介",
    "retiro o consentimento",
    "cancelar meu consentimento",
    "naondoa idhini",
    "ghairi idhini yangu",
    "मैं सहमति वापस लेता हूं",
    "मेरी सहमति रद्द करें",
    "ፈቃዴን አነሳለሁ",
    "ፈቃዴን ሰርዙ",
]


@pytest.mark.parametrize("words", WITHDRAWALS)
def test_consent_can_be_withdrawn_in_words(desk: Desk, person: Person, words: str) -> None:
    choose(person)
    person.presses("Send with my words")
    person.says(words)
    (referral,) = referrals(desk)
    assert referral.state is ReferralState.WITHDRAWN
    assert referral.consent is not None and referral.consent.withdrawn_at is not None
    assert desk.tickets()[0].state is State.WAITING
    assert person.after(days=3).replies


def test_only_the_last_consent_is_withdrawn(desk: Desk, person: Person) -> None:
    choose(person)
    person.presses("Send with my words")
    other = labels(person.presses("Refer me").card)[1]
    person.presses(other)
    person.presses("Send anonymously")
    person.says("take back my consent")
    assert [one.state for one in referrals(desk)] == [ReferralState.CONSENTED, ReferralState.WITHDRAWN]


def test_without_a_consent_it_is_said_what_one_is(person: Person) -> None:
    person.says(NEED)
    answer = person.says("take back my consent")
    assert "no referral" in answer and "/forget" in answer
    assert labels(answer.card) == []


def test_anonymously_is_a_yes_without_words(desk: Desk, person: Person) -> None:
    choose(person)
    person.says("anonymously please")
    (referral,) = referrals(desk)
    assert referral.consent is not None and referral.consent.anonymous


def test_anonymous_without_a_referral_tells_that_no_name_is_needed(person: Person) -> None:
    assert "You need not give a name." in person.says("anonymous please")


@pytest.mark.parametrize(
    "words",
    [
        "i deleted the chat",
        "my ex deleted everything, all my photos",
        "I deleted his number",
        "should he wipe his phone?",
        "should she wipe the laptop?",
        "j'ai effacé la conversation",
        "dois-je effacer les messages ?",
        "borré el chat",
        "apaguei a conversa",
        "я удалила переписку",
        "ему стереть телефон?",
        "حذفت المحادثة",
        "聊天记录我已经删了",
        "nimefuta mazungumzo",
        "मैंने चैट डिलीट कर दी",
        "ቻቱን አጥፍቻለሁ",
        "I would rather not give my name",
        "je préfère ne pas donner mon nom",
    ],
)
@pytest.mark.parametrize("before", ["", "someone posted my naked pictures"])
def test_what_is_told_or_asked_of_deleting_deletes_nothing(person: Person, before: str, words: str) -> None:
    if before:
        person.says(before)
    answer = person.says(words)
    assert all(button.style is not Style.DANGER for row in answer.card.buttons for button in row)


@pytest.mark.parametrize(
    "words",
    [
        "how do i stop it",
        "please how do i stop it",
        "make it stop",
        "comment arrêter ça",
        "¿cómo lo paro?",
        "como faço isso parar",
        "как это остановить",
        "كيف أوقف هذا",
        "怎么让它停下来",
        "nitakomeshaje hili",
        "इसे कैसे रोकूं",
        "እንዴት ላስቆመው",
    ],
)
def test_who_asks_how_to_stop_something_is_written_to_further(person: Person, words: str) -> None:
    person.says("someone posted my naked pictures")
    answer = person.says(words)
    assert all(button.style is not Style.DANGER for row in answer.card.buttons for button in row)


@pytest.mark.parametrize("words", ["shop in dublin wont delete my data", "le magasin refuse de supprimer mes données"])
def test_data_that_others_keep_is_a_need(person: Person, words: str) -> None:
    answer = person.says(words)
    assert not {"Yes, delete everything", "Oui, tout effacer"} & set(labels(answer.card))


def test_the_first_choice_never_deletes(person: Person) -> None:
    person.says(NEED)
    assert labels(person.says("delete all my data").card)[0] == "No, keep it"
    assert labels(person.says("stop").card)[0] == "Go on writing to me"


def test_a_stop_can_be_taken_back(person: Person) -> None:
    person.says(NEED)
    person.says("stop")
    person.presses("Go on writing to me")
    assert "Did it work out?" in person.after(days=3)


def test_taking_a_stop_back_does_not_wake_what_was_silent_before(person: Person) -> None:
    person.says(NEED)
    person.says("less reminders please")
    person.presses("Do not ask again")
    person.says("stop")
    person.presses("Go on writing to me")
    assert person.after(days=60).replies == []


@pytest.mark.parametrize("words", ["less reminders please", "moins de rappels", "قللوا من الرسائل عفاكم", "少提醒我"])
def test_fewer_reminders_are_no_stop(person: Person, words: str) -> None:
    person.says(NEED)
    person.says(words)
    assert person.after(days=3).replies


def test_the_desk_can_be_told_to_ask_once(person: Person) -> None:
    person.says(NEED)
    assert "3, 14, 30 days" in person.says("please do not write at night")
    person.presses("Ask me only once more")
    assert "Did it work out?" in person.after(days=3)
    assert person.after(days=60).replies == []


@pytest.mark.parametrize("words", ["sorry, the day before yesterday", "sorry no, yesterday", "can you send it?"])
def test_corrections_and_questions_leave_the_ticket_open(desk: Desk, person: Person, words: str) -> None:
    person.says("we lost customer data, shop in Dublin")
    person.says(words)
    assert State.SOLVED not in [ticket.state for ticket in desk.tickets()]


def test_what_only_sounds_solved_is_asked_about(desk: Desk, person: Person) -> None:
    person.says(NEED)
    answer = person.says("done and dusted, cheers")
    assert desk.tickets()[0].state is not State.SOLVED
    assert labels(answer.card)[:2] == ["Not yet", "Yes, it is solved"]
    person.presses("Yes, it is solved")
    assert desk.tickets()[0].state is State.SOLVED


@pytest.mark.parametrize("words", ["english please", "je parle pas bien français, english please", "كلموني بالانجليزي"])
def test_the_language_changes_as_soon_as_it_is_asked_for(person: Person, words: str) -> None:
    person.says("bonjour, notre site est bloqué au Cameroun depuis hier")
    assert "I write in English from now on." in person.says(words)
    assert "A person will read this" in person.says("parler à quelqu'un")


@pytest.mark.parametrize(
    "words",
    ["can we switch to english, my boss reads over this", "english from here, my lawyer will read it"],
)
def test_who_says_why_is_answered_in_that_language_and_nothing_else(desk: Desk, person: Person, words: str) -> None:
    person.says("où nos 3 modérateurs peuvent-ils apprendre à reconnaître des logos terroristes")
    assert "I write in English from now on." in person.says(words)
    assert len(desk.tickets()) == 1


def test_a_need_beside_the_wish_for_a_language_is_answered(person: Person) -> None:
    answer = person.says("responda en español por favor, qué cursos hay de cibercrimen para jueces")
    assert "UNODC" in answer


def test_a_few_words_are_answered_in_the_language_of_the_conversation(person: Person) -> None:
    person.says("bonjour, notre site est bloqué au Cameroun depuis hier, nous sommes une association")
    assert "Parler à quelqu'un" in labels(person.says("France, 3000 habitants").card)
    assert "Rien n'est envoyé" in person.says("Refer me")


@pytest.mark.parametrize(
    "words", ["i deleted the chat", "I deleted his number", "borré el chat", "я удалила переписку"]
)
def test_a_deleted_chat_is_no_duty_that_was_done(person: Person, words: str) -> None:
    person.says("someone posted my naked pictures")
    assert "Thank you, I have noted" not in person.says(words).text
