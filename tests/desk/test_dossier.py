"""What members read of a ticket: all of it, in order, a page at a time."""

from datetime import timedelta

import pytest

from desk import dossier, notes, outbox
from desk.casework import replying
from desk.dossier import LONGEST, Heard, Noted, Passage, Pressed, Told
from desk.messages import DeliveryError
from tests.casework import at_work
from tests.dialogue import Desk, Person, words

NEED = "where can our 3 moderators learn to recognise terrorist logos"


@pytest.fixture
def reference(desk: Desk, person: Person) -> str:
    person.says(NEED, message_id="m1")
    return desk.tickets()[0].reference


def read(desk: Desk, reference: str) -> list[dossier.Entry]:
    with at_work(desk, reference) as case:
        return list(dossier.read(case.session, case.ticket).entries)


def test_everything_is_in_order_and_of_its_kind(desk: Desk, person: Person, reference: str) -> None:
    desk.wait(minutes=1)
    with at_work(desk, reference) as case:
        notes.write(case.session, case.ticket, case.member, "they sound lost", desk.now)
    desk.wait(minutes=1)
    with at_work(desk, reference) as case:
        replying.reply(case.desk, case.ticket, case.member, "Take this course")
    desk.deliver()
    desk.wait(minutes=1)
    person.presses("Talk to a person")
    kinds = [type(one) for one in read(desk, reference)]
    assert kinds == [Heard, Told, Noted, Told, Pressed, Told]
    pressed = next(one for one in read(desk, reference) if isinstance(one, Pressed))
    assert pressed.label == "Talk to a person"


def test_questions_before_the_ticket_are_there(desk: Desk, person: Person) -> None:
    person.says("I need help")
    person.presses("Talk to a person")
    found = [words(one.card) for one in read(desk, desk.tickets()[0].reference) if isinstance(one, Told)]
    assert len(found) == 2


def test_versions_of_a_message_are_kept_together(desk: Desk, person: Person, reference: str) -> None:
    person.edits("m1", NEED + " and flags")
    (heard,) = [one for one in read(desk, reference) if isinstance(one, Heard)]
    assert [one.text for one in heard.versions] == [NEED, NEED + " and flags"]


def test_files_are_references_only(desk: Desk, person: Person, reference: str) -> None:
    person.shows("photo")
    heard = [one for one in read(desk, reference) if isinstance(one, Heard)][-1]
    assert [one["kind"] for one in heard.attachments] == ["photo"]


def test_other_conversations_and_other_tickets_stay_out(desk: Desk, person: Person, reference: str) -> None:
    desk.person("bo").says(NEED)
    person.says("somebody hacked my instagram account and asks for money")
    heard = [one.text for one in read(desk, reference) if isinstance(one, Heard)]
    assert heard == [NEED]


@pytest.mark.parametrize(
    ("error", "passage"),
    [
        (DeliveryError("blocked", unreachable=True), Passage.FAILED),
        (DeliveryError("timeout", uncertain=True), Passage.UNCERTAIN),
        (DeliveryError("flood", retry_after=5), Passage.WAITING),
    ],
)
def test_how_far_a_reply_has_come_is_told(desk: Desk, reference: str, error: DeliveryError, passage: Passage) -> None:
    with at_work(desk, reference) as case:
        replying.reply(case.desk, case.ticket, case.member, "Are you there?")
    with desk.database.writing() as session:
        (parcel,) = [
            one
            for one in outbox.claim(session, "test", desk.now, [("telegram", "1")])
            if "Are you" in words(one.reply.card)
        ]
        outbox.postponed(session, parcel, error, desk.now)
    told = [one for one in read(desk, reference) if isinstance(one, Told)][-1]
    assert (told.passage, told.error) == (passage, error.reason)
    assert told.by is not None and told.by.startswith("member:")


def test_a_long_ticket_comes_in_pages_that_leave_nothing_out(desk: Desk, reference: str) -> None:
    with at_work(desk, reference) as case:
        for number in range(LONGEST + 50):
            at = desk.now + timedelta(seconds=number + 1)
            notes.write(case.session, case.ticket, case.member, f"{number}", at)
    with at_work(desk, reference) as case:
        last = dossier.read(case.session, case.ticket)
        first = dossier.read(case.session, case.ticket, last.earlier)
    texts = [one.text for one in (*first.entries, *last.entries) if isinstance(one, Noted)]
    assert len(last.entries) == LONGEST and first.earlier is None
    assert texts == [str(number) for number in range(LONGEST + 50)]


def test_a_mark_tells_what_came_after_it(desk: Desk, person: Person, reference: str) -> None:
    with at_work(desk, reference) as case:
        seen = dossier.mark(case.session, case.ticket)
    person.shows("photo")
    with at_work(desk, reference) as case:
        events, messages = dossier.since(case.session, case.ticket, dossier.Mark.parse(str(seen)))
    assert [one.what for one in events] == ["sent_file"] and len(messages) == 1


@pytest.mark.parametrize("text", ["", "x.y", "1", "1.", "-1.2", "٣.١", "9" * 20 + ".1"])
def test_a_mark_that_is_none_means_the_beginning(text: str) -> None:
    assert dossier.Mark.parse(text) == dossier.Mark()
