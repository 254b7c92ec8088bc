"""What a channel without forms, whose threads have names, is told: the thread's name, and what answers are for."""

import pytest
from sqlalchemy import select

from desk.actions import Does
from desk.messages import Arrival, Attachment, Delivery, Incoming, Reply
from desk.notes import Note
from desk.outbox import OutboxRow
from tests.conversations.test_tickets_in_chat import ATTACK, NEED, Coordinator, to, under
from tests.dialogue import COORDINATORS, Desk, Person, labels, words

CRISIS = "a bomb threat against our school was posted an hour ago"


@pytest.fixture
def mira(desk: Desk) -> Coordinator:
    return Coordinator(desk)


def heads(desk: Desk) -> Reply:
    return next(one for one in reversed(desk.sent) if one.heads)


def asked(mira: Coordinator, label: str) -> Reply:
    """What comes of pressing a button where no form opens."""
    button = next(
        button
        for card in reversed(mira.desk.board())
        for row in card.buttons
        for button in row
        if button.label == label
    )
    (reply,) = under(mira._does(Arrival.PRESS, COORDINATORS, action=button.action, private=False))
    return reply


def answers(mira: Coordinator, told: Reply, text: str, **more: object) -> list[Reply]:
    """Answer a message of the desk, as a channel reports it."""
    with mira.desk.database.reading() as session:
        rows = session.scalars(select(OutboxRow).order_by(OutboxRow.id.desc()))
        id = next(row.message_id for row in rows if row.payload["card"]["title"] == told.card.title)
    values = {"text": text, "message_id": f"C0COORD:{mira.desk.number()}", "reply_to": id, "internal": True, **more}
    return mira._does(Arrival.TEXT, COORDINATORS, private=False, **values)


def test_a_thread_is_named_after_its_ticket_and_not_by_its_requester(desk: Desk, person: Person) -> None:
    person.says(NEED)
    name = heads(desk).heads.name  # type: ignore[union-attr]
    assert name == f"{desk.tickets()[0].reference} · Violent extremism"
    assert not set(name.lower().split()) & set(NEED.split())


def test_an_emergency_can_be_seen_in_the_list_of_threads(desk: Desk, person: Person) -> None:
    person.says(CRISIS)
    assert heads(desk).heads.name.startswith("🚨 GP-")  # type: ignore[union-attr]


def test_a_thread_is_over_with_its_ticket(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    assert heads(desk).delivery is Delivery.NEW and not heads(desk).heads.over  # type: ignore[union-attr]
    mira.presses("Close")
    assert heads(desk).heads.over  # type: ignore[union-attr]
    mira.presses("Reopen")
    assert not heads(desk).heads.over  # type: ignore[union-attr]


def test_where_no_form_opens_a_question_stands_under_the_card(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    assert asked(mira, "Reply").asks == Does.REPLY_WITH
    assert labels(asked(mira, "Snooze").card) and asked(mira, "Snooze").asks is None
    question = asked(mira, "Re-route")
    assert question.asks == Does.REROUTE_TO and len(labels(question.card)) > 1
    narrowed = answers(mira, question, "ransom")[0]
    assert narrowed.asks == Does.REROUTE_TO and "No More Ransom" in labels(narrowed.card)


def test_words_that_answer_the_requester_are_shown_before_they_go(
    desk: Desk, person: Person, mira: Coordinator
) -> None:
    person.says(ATTACK)
    mira.presses("Take")
    person.says("we are in Serbia")
    replies = answers(mira, under(desk.sent)[-1], "Call the national centre.")
    assert to(replies, person) == [] and "Not sent yet" in replies[0].card.title
    assert "Call the national centre." in words(to(mira.presses("Send"), person)[0].card)


def test_a_file_cannot_be_sent_and_that_is_said(desk: Desk, person: Person, mira: Coordinator) -> None:
    person.says(NEED)
    person.presses("Talk to a person")
    replies = mira.writes("reply: look at this", attachments=(Attachment("photo", "p1"),))
    assert to(replies, person) == [] and "kept as a note" in replies[0].card.body
    with desk.database.reading() as session:
        assert "[photo]" in session.scalars(select(Note.text)).one()


def test_whoever_has_a_name_is_called_by_it_at_once(desk: Desk, person: Person) -> None:
    person.says(NEED)
    token = next(button for button in desk.board()[-1].buttons[0] if button.label == "Take").action
    desk.receive(Incoming(COORDINATORS, "p1", "777", Arrival.PRESS, desk.now, action=token, private=False, name="Mira"))
    assert "taken (Mira)" in words(desk.board()[-1])
