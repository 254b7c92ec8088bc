"""The queue as a member sees it: one page of tickets, how many there are in each view, whether anything has changed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from desk import search
from desk.hours import zone_named
from desk.members import Member
from desk.notes import Note
from desk.outbox import OutboxRow
from desk.requests import Message, Request
from desk.search import SearchText
from desk.tickets import CLOSED, RANKS, State, Ticket, normal_reference
from desk.views import BUILT_IN, Criteria, View
from knowledge.vocabulary import Kind
from knowledge.wordings import names

PAGE = 50
#: Views are counted no further than this.
MOST_COUNTED = 100
_LINE = 200
# As in the partial indexes of the table.
_OPEN = text("tickets.closed_at IS NULL")
_ORDERS: dict[str, tuple[Any, ...]] = {
    "urgency": (Ticket.by_urgency, Ticket.id),
    "waiting": (Ticket.by_waiting, Ticket.id),
    "newest": (Ticket.id,),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks at the queue, and when. Days are those of their `time_zone`."""

    member: Member
    now: datetime
    time_zone: str

    @property
    def zone(self) -> tzinfo:
        return zone_named(self.time_zone) or UTC


@dataclass(frozen=True, slots=True)
class Line:
    """What the queue shows of a ticket. `asked` is the first thing they wrote, cut to a line; `topic` an id."""

    id: int
    reference: str
    state: State
    urgency: str
    due_at: datetime | None
    respond_by: datetime | None
    awaited_since: datetime | None
    opened_at: datetime
    snoozed_until: datetime | None
    closed_at: datetime | None
    assignee: str | None
    request_id: int
    topic: str | None
    language: str
    channel: str
    place: str
    asked: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def waiting_since(self) -> datetime | None:
        """Since when the requester waits for a person of the desk."""
        if self.awaited_since is None and self.state is State.WAITING:
            return self.opened_at
        return self.awaited_since

    def is_overdue(self, now: datetime) -> bool:
        return self.is_open and any(at is not None and at <= now for at in (self.due_at, self.respond_by))


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets in order. `after` leads to the next page, empty on the last one."""

    lines: tuple[Line, ...]
    after: str


def page(session: Session, criteria: Criteria, reader: Reader, after: str = "", limit: int = PAGE) -> Page:
    """The tickets of a view, those behind the place `after`."""
    order = _ORDERS[criteria.sort]
    query = _lines(criteria.sort).where(*conditions(session, criteria, reader), *_behind(criteria.sort, after))
    keys = [key.desc() if criteria.sort == "newest" else key for key in order]
    rows = session.execute(query.order_by(*keys).limit(limit + 1)).all()
    lines = [Line(*row) for row in rows[:limit]]
    return Page(_with_words(session, lines), _place(lines[-1]) if len(rows) > limit else "")


def place_of(ticket: Ticket, criteria: Criteria) -> str:
    """Where a ticket stands in the order of a view, for `after`."""
    key = {"urgency": ticket.by_urgency, "waiting": ticket.by_waiting}.get(criteria.sort, "")
    return f"{key}~{ticket.id}"


def next_to(session: Session, ticket: Ticket, place: str, criteria: Criteria, reader: Reader) -> str | None:
    """The reference of the ticket behind a place of a view, where `ticket` stood; behind the last one comes the first.
    None when no other ticket is in the view."""
    for start in (place, ""):
        for line in page(session, criteria, reader, start, limit=2).lines:
            if line.id != ticket.id:
                return line.reference
    return None


def lines_of(session: Session, tickets: Sequence[int]) -> dict[int, Line]:
    """What the queue shows of these tickets, by their ids."""
    lines = [Line(*row) for row in session.execute(_lines("newest").where(Ticket.id.in_(tickets)))]
    return {line.id: line for line in _with_words(session, lines)}


def _lines(sort: str) -> Select[Any]:
    ticket = [getattr(Ticket, name) for name in ("id", "reference", "state", "urgency", "due_at", "respond_by")]
    ticket += [getattr(Ticket, name) for name in ("awaited_since", "opened_at", "snoozed_until", "closed_at")]
    about = (Member.name, Ticket.request_id, Request.topic, Request.language, Request.channel, _ORDERS[sort][0])
    return select(*ticket, *about).join(Request, Ticket.request_id == Request.id).outerjoin(Ticket.assignee)


def _place(line: Line) -> str:
    return f"{line.place}~{line.id}"


def _behind(sort: str, after: str) -> Iterator[ColumnElement[bool]]:
    key, _, number = after.rpartition("~")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return
    if sort == "newest":
        yield Ticket.id < int(number)
    else:
        yield tuple_(*_ORDERS[sort]) > (key, int(number))


def conditions(session: Session, criteria: Criteria, reader: Reader) -> list[ColumnElement[bool]]:
    """What has to be true of `Ticket`, joined with `Request`."""
    return [*_standing(criteria, reader), *_subject(criteria), *_days(criteria, reader), *_words(session, criteria)]


def _standing(criteria: Criteria, reader: Reader) -> Iterator[Any]:
    if criteria.state == "open" or (criteria.overdue and criteria.state == "all"):
        yield _OPEN
    elif criteria.state == "closed":
        yield Ticket.closed_at.is_not(None)
    elif criteria.state != "all":
        yield Ticket.state == State(criteria.state)
        # The order can then be read from the index of what is open.
        yield from () if State(criteria.state) in CLOSED else (_OPEN,)
    if criteria.urgency:
        yield Ticket.urgency == criteria.urgency
        # By its place in the order, so that the index leads there.
        rank = RANKS[criteria.urgency]
        yield Ticket.by_urgency >= str(rank)
        yield Ticket.by_urgency < str(rank + 1)
    if criteria.assignee == "nobody":
        yield Ticket.assignee_id.is_(None)
    elif criteria.assignee:
        yield Ticket.assignee_id == (reader.member.id if criteria.assignee == "me" else int(criteria.assignee))
    if criteria.overdue:
        yield or_(Ticket.due_at <= reader.now, Ticket.respond_by <= reader.now)
    if criteria.snoozed == "only":
        yield Ticket.snoozed_until > reader.now
    elif not criteria.snoozed and criteria.state not in ("closed", "all"):
        yield or_(Ticket.snoozed_until.is_(None), Ticket.snoozed_until <= reader.now)


def _subject(criteria: Criteria) -> Iterator[ColumnElement[bool]]:
    for name in ("topic", "language", "channel"):
        if value := getattr(criteria, name):
            yield getattr(Request, name) == value


def _days(criteria: Criteria, reader: Reader) -> Iterator[ColumnElement[bool]]:
    for column, first, last in (
        (Ticket.opened_at, criteria.opened_from, criteria.opened_to),
        (Ticket.updated_at, criteria.updated_from, criteria.updated_to),
    ):
        if first:
            yield column >= _midnight(first, reader)
        if last and last < date.max:
            yield column < _midnight(last + timedelta(days=1), reader)


def _midnight(day: date, reader: Reader) -> datetime:
    return datetime.combine(day, time(), reader.zone)


def _words(session: Session, criteria: Criteria) -> Iterator[ColumnElement[bool]]:
    if criteria.text:
        found = tickets_saying(session, criteria.text)
        yield Ticket.id.in_(found)


def tickets_saying(session: Session, query: str) -> list[int]:
    """The tickets in which something was said lately, the last one first; or the one with this reference."""
    by_name = session.scalars(select(Ticket.id).where(Ticket.reference == normal_reference(query))).all()
    newest = search.newest(session, query)
    if newest is None:
        return list(by_name)
    return list(dict.fromkeys([*by_name, *(id for id, *_ in sources(session, newest))]))


def sources(session: Session, newest: Select[int | None, int | None, int | None]) -> Sequence[Any]:
    """For each of those texts: the ticket it belongs to, then the ids of what it is from."""
    found = newest.add_columns(SearchText.id.label("at")).subquery()
    asked = select(Ticket.id).where(Ticket.request_id == Message.request_id).scalar_subquery()
    columns = (found.c.message_id, found.c.note_id, found.c.outbox_id)
    query = select(func.coalesce(asked, Note.ticket_id, OutboxRow.ticket_id), *columns)
    query = query.select_from(found).outerjoin(Message, Message.id == found.c.message_id)
    query = query.outerjoin(Note, Note.id == found.c.note_id).outerjoin(OutboxRow, OutboxRow.id == found.c.outbox_id)
    return [row for row in session.execute(query.order_by(found.c.at.desc())) if row[0] is not None]


def _with_words(session: Session, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The same lines with the first thing that was written, in its latest version."""
    ids = [line.request_id for line in lines]
    cut = func.substr(Message.text, 1, _LINE)
    rows = session.execute(
        select(Message.request_id, Message.origin, cut).where(Message.request_id.in_(ids)).order_by(Message.id)
    ).all()
    origins: dict[int, str | None] = {}
    said: dict[int, str] = {}
    for request_id, origin, words in rows:
        if words and (request_id not in said or (origin is not None and origins[request_id] == origin)):
            origins[request_id], said[request_id] = origin, " ".join(words.split())
    return tuple(replace(line, asked=said.get(line.request_id, "")) for line in lines)


def counts(session: Session, reader: Reader) -> dict[str, int]:
    """How many tickets are in each view every desk has, by name; not of those that are closed."""
    views = [view for view in BUILT_IN if view.criteria.state == "open"]
    sums = [func.sum(case((and_(*conditions(session, view.criteria, reader)), 1), else_=0)) for view in views]
    row = session.execute(select(*sums).select_from(Ticket).where(_OPEN)).one()
    return {view.name: int(count or 0) for view, count in zip(views, row, strict=True)}


def count(session: Session, criteria: Criteria, reader: Reader, newer_than: int | None = None) -> int:
    """How many tickets are in a view, `MOST_COUNTED` at most; only those opened after another one if asked."""
    query = select(Ticket.id).where(*conditions(session, criteria, reader))
    if not criteria.only_looks_at_tickets:
        query = query.join(Request, Ticket.request_id == Request.id)
    if newer_than is not None:
        query = query.where(Ticket.id > newer_than)
    return session.scalar(select(func.count()).select_from(query.limit(MOST_COUNTED).subquery())) or 0


def newest_ticket(session: Session) -> int:
    """The id of the ticket that was opened last."""
    return session.scalar(select(func.max(Ticket.id))) or 0


def stamp(session: Session, reader: Reader) -> str:
    """Another one means that the queue may look different: a ticket changed, came, went, or a minute has passed."""
    changed = session.scalar(select(func.max(Ticket.updated_at)))
    number = session.scalar(select(func.count()).select_from(Ticket).where(_OPEN))
    moved = changed.timestamp() if changed else 0
    return f"{moved:.6f}-{number}-{int(reader.now.timestamp()) // 60}"


def topic_names(session: Session, language: str, ids: Collection[str] | None = None) -> dict[str, str]:
    """What topics are called, by id; all of them without `ids`."""
    return names(session, Kind.TOPIC, language, ids)


def view_counts(session: Session, views: Sequence[View], reader: Reader) -> dict[int, int]:
    """How many tickets are in saved views, by id."""
    return {view.id: count(session, view.criteria, reader) for view in views if view.id is not None}
