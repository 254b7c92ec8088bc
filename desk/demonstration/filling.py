"""Filling a database with made-up tickets, many at a time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from desk.demonstration import sentences
from desk.demonstration.rows import TABLES, Rows, Scenery
from desk.members import Member, Role
from desk.tickets import Ticket
from knowledge.database import Base, Database
from knowledge.entries import shown
from knowledge.organisations import Organisation
from knowledge.topics import Topic
from knowledge.vocabulary import Kind
from knowledge.wordings import phrases

BATCH = 5_000
#: Kibibytes of pages at hand while filling: the indexes of a large desk, which rows go into here and there.
ROOM = 131_072
MONTHS = timedelta(days=300)
#: The tickets that are open are the last ones.
LATELY = timedelta(days=14)


class NotEmpty(Exception):
    """There are tickets in this database: made-up ones would mix with them."""


def fill(
    database: Database, tickets: int, now: datetime, *, seed: int = 1, add: bool = False,
    report: Callable[[int], None] = lambda done: None,
) -> None:  # fmt: skip
    """Make up so many tickets over the months before `now`; the same seed makes the same ones.

    Raises:
        NotEmpty: there are tickets already, and none may be added.
    """
    with database.writing() as session:
        if not add and session.scalar(select(Ticket.id).limit(1)) is not None:
            raise NotEmpty
        rows = Rows(Random(seed), _scenery(session, now), _last_ids(session), set(session.scalars(_REFERENCES)))
    still_open = max(round(tickets * 0.03), min(tickets // 3, 60))
    for done in range(0, tickets, BATCH):
        for number in range(done, min(tickets, done + BATCH)):
            rows.ticket(*_opened(number, tickets, still_open, now), is_open=number >= tickets - still_open)
        with database.writing() as session, _room(session):
            _store(session, rows)
        report(min(tickets, done + BATCH))
    with database.writing() as session:
        _finish(session)
    if database.is_postgresql:
        _vacuum(database)


_REFERENCES = select(Ticket.reference)


def _opened(number: int, tickets: int, still_open: int, now: datetime) -> tuple[datetime, datetime]:
    closed = tickets - still_open
    if number >= closed:
        return now - LATELY * (1 - (number - closed) / still_open) + timedelta(seconds=-1), now
    return now - MONTHS + (MONTHS - LATELY) * (number / max(1, closed)), now


def _scenery(session: Session, now: datetime) -> Scenery:
    asked = {topic: phrases(session, Kind.TOPIC, topic) for topic in (one.id for one in shown(session, Topic))}
    spoken = {topic: found for topic, found in asked.items() if all(found.get(one) for one in sentences.LANGUAGES)}
    organisations = tuple(session.scalars(select(Organisation.id).order_by(Organisation.id)))
    return Scenery(spoken, organisations, tuple(_members(session, now)))


def _members(session: Session, now: datetime) -> list[int]:
    there = {member.name: member for member in session.scalars(select(Member))}
    for name, languages in sentences.MEMBERS.items():
        if name not in there:
            there[name] = Member(
                name=name, role=Role.COORDINATOR, languages=list(languages), topics=[], created_at=now - MONTHS
            )
            session.add(there[name])
    session.flush()
    return [there[name].id for name in sentences.MEMBERS]


def _last_ids(session: Session) -> dict[type[Base], int]:
    return {table: session.scalar(select(func.max(table.__table__.c.id))) or 0 for table in TABLES}


@contextmanager
def _room(session: Session) -> Iterator[None]:
    """A connection to SQLite keeps hardly any pages, or every thread of a desk would keep many."""
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    usual = session.scalar(text("PRAGMA cache_size"))
    session.execute(text(f"PRAGMA cache_size = {-ROOM}"))
    yield
    session.execute(text(f"PRAGMA cache_size = {usual}"))


def _store(session: Session, rows: Rows) -> None:
    for table, found in rows.tables.items():
        if found:
            session.execute(insert(table.__table__), found)  # type: ignore[arg-type]
            found.clear()


def _finish(session: Session) -> None:
    """Let the next ids follow, and let the database learn how its rows are spread."""
    if session.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            name = table.__tablename__
            session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"))
    session.execute(text("ANALYZE"))


def _vacuum(database: Database) -> None:
    """Do at once what PostgreSQL does by itself after some minutes, and without which indexes answer slowly."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in TABLES:
            connection.execute(text(f"VACUUM {table.__tablename__}"))
