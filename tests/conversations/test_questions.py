"""Questions about the desk and about its last words: answered at once, in the person's language, without a ticket."""

import pytest
from sqlalchemy import select

from desk.messages import Address, Arrival, Incoming
from desk.requests import Request
from desk.tickets import State
from desk.wording import translate
from tests.dialogue import Desk, Person, labels

NEED = "our NGO wants free protection of its website against ddos attacks"
I_AM_A_PROGRAM = (
    "I am a program. The coordinators of this desk are people, and you can ask for one at any time: just say so."
)
UNCLEAR = "I am sorry that I was not clear."
ASKED_WHO = {
    "en": ["are you a robot??", "is it safe to talk to you here?", "who reads this", "who are you even"],
    "fr": ["t'es un robot ?", "qui lit mes messages", "vous êtes qui", "c'est confidentiel ?"],
    "ar": ["انت روبوت ولا بني ادم؟", "هل انتو آمنين؟ مين يقرأ كلامي"],
    "ru": ["ты бот?", "кто это читает"],
    "es": ["¿eres un robot?", "¿quién lee esto?"],
    "zh": ["你是机器人吗", "谁会看到我写的内容"],
}
ASKED_WHAT = {
    "en": ["what does that mean", "i dont understand", "what do you mean"],
    "fr": ["ça veut dire quoi?", "je comprends pas"],
    "ar": ["لم افهم", "مش فاهمة"],
    "ru": ["не понял", "что это значит"],
    "es": ["no entiendo", "qué significa eso"],
    "zh": ["看不懂", "这是什么意思"],
}


def _all(asked: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(language, text) for language, texts in asked.items() for text in texts]


@pytest.mark.parametrize(("language", "text"), _all(ASKED_WHO))
def test_who_answers_and_reads_is_said_at_once(desk: Desk, language: str, text: str) -> None:
    person = desk.person(language=language)
    answer = person.says(text)
    assert translate(language, I_AM_A_PROGRAM) in answer.text
    assert labels(answer.card) == [translate(language, "Talk to a person"), translate(language, "Privacy")]
    assert len(answer.card.body.splitlines()) == 3
    assert desk.tickets() == []


def test_what_is_said_about_readers_agrees_with_the_privacy_notice(person: Person) -> None:
    answer = person.says("who reads this")
    assert "They can read what you write here" in answer.text and "Your name is not kept" in answer.text
    notice = person.presses("Privacy").text
    assert "Who reads it: the coordinators of this desk." in notice and "No name." in notice


def test_in_a_group_the_question_who_reads_is_answered_for_the_group(desk: Desk, person: Person) -> None:
    group = Address("telegram", "1", "-100")
    event = Incoming(group, "g1", person.name, Arrival.TEXT, desk.now, text="who reads this", private=False)
    (reply,) = desk.receive(event)
    assert "In a group everybody there reads along." in reply.card.body


def test_a_question_about_the_desk_leaves_the_open_ticket_as_it_is(desk: Desk, person: Person) -> None:
    person.says(NEED)
    before = desk.tickets()[0].state
    person.says("are you a robot?")
    assert [ticket.state for ticket in desk.tickets()] == [before]
    person.presses("Talk to a person")
    assert [ticket.state for ticket in desk.tickets()] == [State.WAITING]


@pytest.mark.parametrize(("language", "text"), _all(ASKED_WHAT))
def test_who_does_not_understand_is_told_how_it_goes_on(desk: Desk, language: str, text: str) -> None:
    person = desk.person(language=language)
    answer = person.says(text)
    assert translate(language, UNCLEAR) in answer.text
    assert labels(answer.card) == [translate(language, "Talk to a person"), translate(language, "Language")]
    assert desk.tickets() == []


def test_the_first_step_of_the_last_answer_is_said_again(desk: Desk, person: Person) -> None:
    card = person.says(NEED).card
    answer = person.says("what does that mean")
    step = next(line for line in answer.text.splitlines() if line.startswith("The first thing to do: "))
    first = step.removeprefix("The first thing to do: ")
    assert first in card.alert or first in [item.text for section in card.sections for item in section.items]
    assert len(desk.tickets()) == 1


def test_a_question_is_not_understood_and_can_still_be_answered(desk: Desk, person: Person) -> None:
    person.says("it happened again")
    assert "Tell me a little more" in person.says("i dont understand").text
    person.says(NEED)
    assert len(desk.tickets()) == 1


def test_whoever_talks_with_a_coordinator_asks_them(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.says("talk to a person")
    desk.coordinator_presses("Take")
    with desk.database.writing() as session:
        ticket = session.merge(desk.tickets()[0])
        ticket.answered_at = desk.now
    assert "added this to your ticket" in person.says("what does that mean").text
    assert "added this to your ticket" in person.says("are you a robot?").text


def test_after_the_desk_gave_up_the_first_button_says_it_in_other_words(desk: Desk, person: Person) -> None:
    person.says("it happened again")
    answer = person.says("the same as always")
    assert "I cannot tell for sure" in answer.text
    assert labels(answer.card) == ["Say it in other words", "It is solved"]
    again = person.presses("Say it in other words")
    assert "in other words" in again.text and "Talk to a person" in labels(again.card)
    person.says(NEED)
    assert [ticket.state for ticket in desk.tickets()] == [State.WAITING]


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "what does titular mean"), ("es", "qué significa titular"), ("ru", "что значит титуляр")],
)
def test_a_word_outside_the_glossary_opens_nothing(desk: Desk, language: str, text: str) -> None:
    answer = desk.person(language=language).says(text)
    assert translate(language, "My glossary does not have this word. A person can explain it to you.") in answer.text
    assert labels(answer.card) == [translate(language, "Talk to a person")]
    assert desk.tickets() == []


def test_a_word_of_the_glossary_is_explained_without_a_second_ticket(desk: Desk, person: Person) -> None:
    person.says("school teacher here, want a lesson plan about deepfakes for 13 year olds")
    answer = person.says("what does deepfake mean")
    assert "made or changed by AI" in answer.text and labels(answer.card) == ["Talk to a person"]
    assert len(desk.tickets()) == 1


def test_nothing_is_made_up_for_a_question_about_the_need(desk: Desk, person: Person) -> None:
    person.says("google shows an old newspaper story about my arrest, i was acquitted")
    answer = person.says("how long does google have")
    assert "A person can" in answer.text
    assert labels(answer.card) == ["Talk to a person", "This is something else"]
    assert len(desk.tickets()) == 1


def test_a_question_taken_for_more_can_be_a_need_of_its_own(desk: Desk, person: Person) -> None:
    person.says("google shows an old newspaper story about my arrest, i was acquitted")
    person.says("how long does google have")
    person.presses("This is something else")
    with desk.database.reading() as session:
        needs = [one.text for one in session.scalars(select(Request).order_by(Request.id))]
    assert needs == [
        "google shows an old newspaper story about my arrest, i was acquitted",
        "how long does google have",
    ]


def test_whether_the_desk_or_somebody_else_is_meant_is_asked(desk: Desk, person: Person) -> None:
    person.says(NEED)
    answer = person.says("já pedi há 40 dias e nada")
    assert "Your tickets" not in answer.text
    assert labels(answer.card) == [
        translate("pt", "Where your tickets stand"),
        translate("pt", "Talk to a person"),
    ]


def test_an_emergency_stands_in_the_tickets_by_its_name(person: Person) -> None:
    person.says("someone hacked our facebook page and posts as us")
    assert person.cards[-1].title in person.commands("status").text


@pytest.mark.parametrize(("text", "language"), [("this is not what I need", "en"), ("ये मेरे काम का नहीं है", "es")])
def test_after_a_miss_a_person_and_all_topics_are_offered(person: Person, text: str, language: str) -> None:
    person.says("no, no soy empresa grande")
    answer = person.says(text)
    assert labels(answer.card) == [translate(language, "Talk to a person"), translate(language, "See all topics")]


@pytest.mark.parametrize(("text", "word"), [("हिंदी में बताओ", "हिंदी पढ़ सकता"), ("በአማርኛ ጻፍ", "አማርኛ አነባለሁ")])
def test_a_language_that_is_only_read_is_said_so_in_it_and_noted(
    desk: Desk, person: Person, text: str, word: str
) -> None:
    person.says(NEED)
    assert word in person.says(text).text
    assert "language_wished" in [event.what for event in desk.tickets()[0].history]


def test_the_first_step_is_repeated_in_the_language_it_exists_in(person: Person) -> None:
    card = person.says("मेरी बेटी 13 साल की है, किसी ने उसकी फोटो गंदी बनाकर इंस्टाग्राम पर डाल दी").card
    assert card.alert.splitlines()[0] in person.says("मुझे समझ नहीं आया").text
