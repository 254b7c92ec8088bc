"""`guidepost demo`: a desk to try the console with."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from desk import finding, queue, views
from desk.access import invitations
from desk.demonstration.filling import NotEmpty, fill
from desk.demonstration.sentences import LANGUAGES
from desk.members import Member
from desk.notes import Note
from desk.queue import Reader
from desk.referrals import Referral
from desk.requests import Message, Request
from desk.tickets import State, Ticket
from knowledge.database import Database
from knowledge.packs import import_shipped
from tests.bot.test_commands import guidepost

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.writing() as session:
        import_shipped(session, NOW)
    fill(database, 400, NOW)
    return database


def test_the_desk_has_something_of_everything(filled: Database) -> None:
    with filled.reading() as session:
        states = Counter(session.scalars(select(Ticket.state)))
        languages = set(session.scalars(select(Request.language).distinct()))
        some = [session.scalar(select(func.count()).select_from(table)) for table in (Note, Referral, Member)]
        opened = session.execute(select(func.min(Ticket.opened_at), func.max(Ticket.opened_at))).one()
        reader = Reader(session.scalars(select(Member)).first(), NOW, "UTC")  # type: ignore[arg-type]
        counts = queue.counts(session, reader)
        assert finding.find(session, "lawyer", "en")
    assert set(states) == set(State) and states.total() == 400
    assert languages == set(LANGUAGES)
    assert all(some)
    assert opened[0] < NOW - timedelta(days=200) and opened[1] <= NOW
    assert 20 < counts["All open"] < 100 and counts["Unassigned"] and counts["Overdue"]


def test_what_is_made_up_sorts_like_what_is_real(filled: Database) -> None:
    with filled.writing() as session:
        for ticket in session.scalars(select(Ticket)):
            place = (ticket.by_urgency, ticket.by_waiting)
            ticket.urgency = ticket.urgency
            assert (ticket.by_urgency, ticket.by_waiting) == place


def test_real_tickets_can_follow(filled: Database) -> None:
    with filled.writing() as session:
        request = session.scalars(select(Request).limit(1)).one()
        message = Message(
            requester_id=request.requester_id, request=request, conversation="c", text="more", attachments=[],
            received_at=NOW,
        )  # fmt: skip
        session.add(message)
        session.flush()
        assert message.id == session.scalar(select(func.max(Message.id)))


def test_a_desk_with_tickets_is_left_alone_unless_told(filled: Database) -> None:
    with pytest.raises(NotEmpty):
        fill(filled, 5, NOW)
    fill(filled, 5, NOW, seed=2, add=True)
    with filled.reading() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 405


def test_the_same_seed_makes_the_same_tickets(filled: Database, tmp_path: Path) -> None:
    other = Database(f"sqlite:///{tmp_path}/other.db")
    other.upgrade()
    with other.writing() as session:
        import_shipped(session, NOW)
    fill(other, 400, NOW)
    asked = select(Ticket.reference, Ticket.state, Message.text).join(Message, Message.request_id == Ticket.request_id)
    with filled.reading() as one, other.reading() as two:
        assert sorted(map(tuple, one.execute(asked))) == sorted(map(tuple, two.execute(asked)))
    other.close()


def test_the_command_says_how_to_sign_in(tmp_path: Path) -> None:
    done = guidepost(tmp_path, "demo", "--tickets", "12")
    assert done.returncode == 0 and "12 tickets made up" in done.stdout
    secret = done.stdout.strip().rpartition("/console/set-up/")[2]
    database = Database(f"sqlite:///{tmp_path}/data/guidepost.db")
    with database.reading() as session:
        assert invitations.find(session, secret, datetime.now(UTC)) is not None
        assert queue.page(session, views.Criteria(), Reader(Member(id=0, name=""), datetime.now(UTC), "UTC")).lines
    database.close()
    again = guidepost(tmp_path, "demo", "--tickets", "12")
    assert again.returncode == 1 and "--add" in again.stderr and "Traceback" not in again.stderr
    assert guidepost(tmp_path, "demo", "--tickets", "none").returncode == 2
