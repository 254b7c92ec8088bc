"""What is corrected, chosen or confirmed is kept as an example, once, and goes with the person."""

import json
import logging

import pytest

from desk import examples
from desk.examples import Example, Occasion
from desk.messages import Address, Arrival, Incoming
from tests.conversations.test_privacy import CANARY, everything_stored
from tests.dialogue import Desk, Person, labels

NEED = f"where can our 3 moderators at {CANARY} learn to recognise terrorist logos"


def kept(desk: Desk) -> list[Example]:
    with desk.database.reading() as session:
        return list(examples.listing(session, everything=True))


def reroute(desk: Desk, place: int = 1) -> str:
    """Put another topic in place of the desk's; gives the card the coordinator chose from."""
    replies = desk.coordinator_presses("Re-route")
    card = next(reply.card for reply in replies if "Which topic" in reply.card.body)
    desk.sent += replies
    desk.coordinator_presses(labels(card)[place], "UMIRA")
    return card.footer


def test_a_correction_is_proposed_once(desk: Desk, person: Person) -> None:
    person.says(NEED)
    assert "kept for review" in reroute(desk)
    reroute(desk, place=0)
    (example,) = kept(desk)
    assert (example.text, example.occasion, example.proposed_by) == (NEED, Occasion.CORRECTED, "member:2")
    assert example.entry_id == desk.tickets()[0].request.topic


def test_an_answer_that_helped_is_proposed(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("This answers it")
    (example,) = kept(desk)
    assert (example.occasion, example.language) == (Occasion.CONFIRMED, "en")


def test_a_late_yes_to_the_question_counts_too(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.after(days=3)
    person.presses("Yes, it is solved")
    assert [one.occasion for one in kept(desk)] == [Occasion.CONFIRMED]


def test_a_correction_that_helped_stays_a_correction(desk: Desk, person: Person) -> None:
    person.says(NEED)
    reroute(desk)
    person.presses("This answers it")
    assert [one.occasion for one in kept(desk)] == [Occasion.CORRECTED]


def test_what_a_person_solved_says_nothing_about_the_answer(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    person.presses("It is solved")
    assert kept(desk) == []


def test_a_choice_is_proposed_and_withdrawn_when_it_was_not_it(desk: Desk, person: Person) -> None:
    person.says(NEED)
    card = person.presses("Not what I meant").card
    person.presses(labels(card)[0], card)
    assert [one.occasion for one in kept(desk)] == [Occasion.CHOSEN]
    person.presses("Not what I meant")
    assert kept(desk) == []


def test_a_topic_picked_from_the_list_teaches_nothing(desk: Desk, person: Person) -> None:
    baskets = person.commands("topics").card
    topics = person.presses(labels(baskets)[0], baskets).card
    person.presses(labels(topics)[0], topics)
    person.presses("This answers it")
    assert kept(desk) == []


def test_the_message_that_says_most_is_kept(desk: Desk, person: Person) -> None:
    person.says(NEED)
    person.says("we are in Kenya")
    reroute(desk)
    assert [one.text for one in kept(desk)] == [NEED]


def test_what_others_could_read_is_not_kept(desk: Desk) -> None:
    group = Address("telegram", "1", "group")
    member = Person(desk, "ana", "telegram")
    member.sends(Incoming(group, "g1", "ana", Arrival.TEXT, desk.now, text=NEED, message_id="in:g1", private=False))
    button = next(
        button
        for reply in desk.sent
        for row in reply.card.buttons
        for button in row
        if button.label == "Continue in private"
    )
    member.sends(Incoming(member.address, "p1", "ana", Arrival.PRESS, desk.now, action=button.action))
    member.presses("This answers it")
    assert kept(desk) == []


def test_the_export_shows_examples(desk: Desk, person: Person) -> None:
    person.says(NEED)
    reroute(desk)
    (example,) = json.loads(person.commands("export").replies[-1].file_text or "")["examples"]
    assert (example["text"], example["because"], example["state"]) == (NEED, "corrected", "proposed")


def test_the_notice_speaks_of_learning(person: Person) -> None:
    assert "your words may teach me" in person.commands("privacy").text


def test_forgetting_leaves_no_example(desk: Desk, person: Person) -> None:
    person.says(NEED)
    reroute(desk)
    person.commands("forget")
    assert kept(desk)
    person.presses("Yes, delete everything")
    assert kept(desk) == []
    assert CANARY not in everything_stored(desk.database)


def test_no_words_of_an_example_are_logged(desk: Desk, person: Person, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    person.says(NEED)
    reroute(desk)
    with desk.database.writing() as session:
        (example,) = examples.listing(session)
        examples.accept(session, example, example.text, "mira", desk.now)
    desk.catalogues.current()
    assert CANARY not in caplog.text
