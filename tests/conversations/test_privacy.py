"""What is kept can be seen and deleted, end to end."""

import json

from sqlalchemy import select, text

from desk.messages import Delivery
from knowledge.database import Database
from tests.dialogue import COORDINATORS, Desk, Person, words

CANARY = "zanzibarkiwi"


def everything_stored(database: Database) -> str:
    """Every value of every table but the knowledge, as text."""
    tables = (
        "inbox",
        "outbox",
        "requesters",
        "identities",
        "requests",
        "messages",
        "tickets",
        "ticket_events",
        "actions",
        "examples",
        "notes",
        "drafts",
        "search_texts",
    )
    with database.reading() as session:
        return "\n".join(str(row) for table in tables for row in session.execute(text(f"SELECT * FROM {table}")))


def test_export_holds_every_word_the_person_wrote(person: Person) -> None:
    person.says(f"our forum {CANARY} needs rules against terrorist content")
    reply = person.commands("export").replies[-1]
    assert reply.delivery is Delivery.FILE and reply.file_text
    kept = json.loads(reply.file_text)
    assert CANARY in kept["messages"][0]["text"]
    assert kept["tickets"][0]["reference"].startswith("GP-")


def test_forget_leaves_no_trace_of_the_person(desk: Desk, person: Person) -> None:
    person.says(f"our forum {CANARY} needs rules against terrorist content")
    person.commands("forget")
    assert CANARY in everything_stored(desk.database)
    answer = person.presses("Yes, delete everything")
    assert "deleted" in answer.text
    assert CANARY not in everything_stored(desk.database)
    assert desk.tickets() == []
    assert person.after(days=60).replies == []


def test_forget_asks_first_and_can_be_declined(desk: Desk, person: Person) -> None:
    person.says("our forum needs rules against terrorist content")
    person.commands("forget")
    person.presses("No, keep it")
    assert len(desk.tickets()) == 1


def test_the_notice_names_the_retention_that_is_set(desk: Desk, person: Person) -> None:
    assert f"{desk.policy.retention_days} days" in person.commands("privacy").text


def test_people_not_heard_of_are_deleted_when_retention_ends(desk: Desk, person: Person) -> None:
    person.says(f"our forum {CANARY} needs rules against terrorist content")
    person.after(days=desk.policy.retention_days + 31)
    assert CANARY not in everything_stored(desk.database)


def test_other_people_are_not_deleted_with_one(desk: Desk, person: Person) -> None:
    desk.person("other").says("where can our 3 moderators learn to recognise terrorist logos")
    person.says("our forum needs rules against terrorist content")
    person.commands("forget")
    person.presses("Yes, delete everything")
    assert len(desk.tickets()) == 1


def test_no_attachment_is_kept_but_its_reference(desk: Desk, person: Person) -> None:
    from desk.requests import Message

    person.says("our forum needs rules against terrorist content")
    assert "nothing was downloaded" in person.shows("photo").text
    with desk.database.reading() as session:
        attachments = session.scalars(select(Message.attachments).order_by(Message.id.desc())).first()
    assert attachments == [{"kind": "photo", "reference": "file-1", "name": None}]


def test_forget_empties_what_the_coordinators_were_shown(desk: Desk, person: Person) -> None:
    person.says(f"our forum {CANARY} needs rules against terrorist content")
    desk.coordinator_presses("Take")
    person.says(f"it is about our {CANARY} section, we have 3 moderators")
    with desk.database.reading() as session:
        rows = session.execute(text("SELECT message_id FROM outbox WHERE conversation LIKE '%C0COORD'")).scalars()
        shown = {row for row in rows if row}
    assert len(shown) > 1
    person.commands("forget")
    desk.sent.clear()
    person.presses("Yes, delete everything")
    edits = [reply for reply in desk.sent if reply.address == COORDINATORS]
    assert {edit.target for edit in edits} == shown
    assert {words(edit.card) for edit in edits} == {"Deleted. Nothing is kept about this ticket any more."}
    assert all(edit.delivery is Delivery.WIPE for edit in edits)


def test_old_cards_of_a_living_person_can_still_be_emptied(desk: Desk, person: Person) -> None:
    person.says(f"our forum {CANARY} needs rules against terrorist content")
    with desk.database.reading() as session:
        card = session.scalar(text("SELECT message_id FROM outbox WHERE conversation LIKE '%C0COORD'"))
    desk.wait(days=300)
    person.says("where can our moderators learn about hate speech")
    desk.wait(days=100)
    person.commands("forget")
    desk.sent.clear()
    person.presses("Yes, delete everything")
    assert card in {reply.target for reply in desk.sent if reply.address == COORDINATORS}
