"""What is asked and told while an emergency is open."""

from itertools import pairwise

import pytest
from sqlalchemy import select

from desk.outbox import OutboxRow
from desk.tickets import State
from tests.dialogue import Desk, Person, labels

MISSING = "my 8 year old hasnt come home, her tablet shows a chat with a man who said meet me at the park"
NAKED = "someone posted my naked pictures"
BREACH = "ransomware encrypted our shop computer with all our customers data"
SUICIDE = "my friend says she wants to die tonight"
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
        for text in ("should i call the man from her account?", "can i block him", "should we pay")
    ]
    assert ["Do not meet the person." in text for text in said] == [True, False, False]
    assert all("A person of this desk has to answer that" in text for text in said[:2])


def test_who_asks_whom_to_call_is_told_who_helps_and_asked_for_the_country(person: Person) -> None:
    person.says(MISSING)
    answer = person.says("who do i call")
    assert "INHOPE" in answer.text and "Tell me your country" in answer.text
    assert "Tell me your country" not in person.says("who do i report to in canada").text


def test_the_deadline_is_repeated_when_asked(person: Person) -> None:
    person.says("our customer list was stolen by hackers, we are a shop in Dublin, noticed 20 hours ago")
    assert "Due by" in person.says("by when do we have to report").text
    assert "Due by" in person.says("what is the deadline").text


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
    with desk.database.reading() as session:
        card = session.scalars(select(OutboxRow.message_id).where(OutboxRow.requester_id.is_not(None))).first()
    assert "opened it again" in person.says("what do i do now, he wrote to her again", reply_to=card).text
    assert desk.tickets()[0].state is State.WAITING
