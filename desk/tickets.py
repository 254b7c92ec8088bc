"""Tickets: what coordinators see of a request, with states that cannot be skipped and a history of who did what."""

import secrets
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ForeignKey, Index, Table, bindparam, false, select, text
from sqlalchemy.orm import (
    Mapped,
    Session,
    contains_eager,
    joinedload,
    mapped_column,
    relationship,
    validates,
)

from desk.members import Member
from desk.messages import Address
from desk.requests import MARKS, Request
from knowledge.database import Base

# Most tickets have no deadline: an index that held them too would be taken where the other one is meant.
_WOUND = "respond_by IS NOT NULL"
_UNWOUND = "awaited_since IS NOT NULL AND respond_by IS NULL"
# What has become of few tickets, which are counted in an index of their own each.
_TURNS = ("corrected", "turned_down", "reopened", "offered")
_ASKED = "satisfaction_asked_at IS NOT NULL"
# Crockford's base 32: no letter that can be misread aloud or on paper.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class State(StrEnum):
    """Where a ticket stands."""

    ANSWERED = "answered"
    WAITING = "waiting"
    TAKEN = "taken"
    REFERRED = "referred"
    SOLVED = "solved"
    NO_ANSWER = "no_answer"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


CLOSED = frozenset({State.SOLVED, State.NO_ANSWER, State.CLOSED, State.WITHDRAWN})
# From where to where. `waiting` means that a person of the desk is needed and nobody has taken it yet.
TRANSITIONS: dict[State, frozenset[State]] = {
    State.ANSWERED: frozenset({State.WAITING, State.TAKEN, State.REFERRED}) | CLOSED,
    State.WAITING: frozenset({State.TAKEN, State.REFERRED}) | CLOSED,
    State.TAKEN: frozenset({State.WAITING, State.REFERRED}) | CLOSED,
    State.REFERRED: frozenset({State.WAITING, State.TAKEN}) | CLOSED,
    # Only the requester's own late answer to a follow-up reopens: "thanks" never does.
    State.SOLVED: frozenset({State.WAITING}),
    State.NO_ANSWER: frozenset({State.WAITING, State.SOLVED}),
    State.CLOSED: frozenset({State.WAITING, State.SOLVED}),
    State.WITHDRAWN: frozenset(),
}


#: The urgencies, the most urgent first.
RANKS = {"crisis": 0, "soon": 1, "normal": 2}
_NEVER = "9999-12-31T23:59:59"
# Word for word in the partial indexes and in the queries of the queue.
_OPEN = "closed_at IS NULL"


class IllegalTransition(Exception):
    """A ticket was asked to go where it cannot go from here."""


def _few(name: str, which: str, *columns: str) -> Index:
    return Index(f"ix_tickets_{name}", *columns, sqlite_where=text(which), postgresql_where=text(which))


class Ticket(Base):
    """The desk's side of a request.

    `due_at` is the legal deadline, if a clock runs. `awaited_since` is set while the requester waits for a person of
    the desk, and `respond_by` is until when they should have heard from one; `answered_at` when one first wrote.
    `escalation` counts the warnings (1) and escalations (2) of this wait, `alert_at` is when the next of them is due.
    A snooze stops none of this: it hides the ticket from members, not the wait from the requester. `card_key` is the
    outbox key of the coordinators' card, edited in place, and `messages_shown` how many of the requester's messages
    stand on it or under it. `satisfaction` is what they answered when asked (1 no, 2
    partly, 3 yes).
    `by_urgency` and `by_waiting` are the places in the queue's two orders. For reports, `answered_after` and
    `closed_after` are whole minutes since opening, and `language`, `channel` and `topic` (empty where none was found)
    are those of the request; `corrected` is whether a member put another topic in place, `turned_down` whether the
    requester did not want one, `reopened` whether it came back after its end, `offered` whether it ever had a referral.
    All these follow by themselves from what is set, but not from an UPDATE of many.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        *(Index(f"ix_tickets_{order}", order, "id") for order in ("by_urgency", "by_waiting")),
        *(
            Index(f"ix_tickets_open_{order}", order, "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN))
            for order in ("by_urgency", "by_waiting")
        ),
        Index("ix_tickets_respond_by", "respond_by", sqlite_where=text(_WOUND), postgresql_where=text(_WOUND)),
        Index("ix_tickets_unwound", "id", sqlite_where=text(_UNWOUND), postgresql_where=text(_UNWOUND)),
        # Reports count in these alone: reading the rows, or sorting them by what they are counted by, takes many times
        # as long. Each mark has an index, which holds the other marks to narrow down by.
        Index("ix_tickets_closed_at", "closed_at", "state", "assignee_id", "urgency", "snoozed_until", *MARKS),
        Index("ix_tickets_opened_at", "opened_at", *MARKS, "answered_after", "closed_after", "id"),
        Index("ix_tickets_language", "language", "opened_at", "channel", "topic"),
        Index("ix_tickets_channel", "channel", "opened_at", "language", "topic"),
        Index("ix_tickets_urgency", "urgency", "opened_at", *MARKS),
        Index("ix_tickets_topic", "topic", "state", "opened_at", "language", "channel"),
        _few("satisfaction", _ASKED, "satisfaction", "opened_at", *MARKS),
        *(_few(turn, turn, "opened_at", *MARKS, "corrected", "id") for turn in _TURNS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"), unique=True)
    state: Mapped[State]
    urgency: Mapped[str]
    due_at: Mapped[datetime | None]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"), index=True)
    awaited_since: Mapped[datetime | None]
    respond_by: Mapped[datetime | None]
    alert_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    escalation: Mapped[int] = mapped_column(default=0)
    snoozed_until: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"), index=True)
    satisfaction: Mapped[int | None]
    satisfaction_asked_at: Mapped[datetime | None]
    card_key: Mapped[str | None]
    messages_shown: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    by_urgency: Mapped[str]
    by_waiting: Mapped[str]
    answered_after: Mapped[int | None]
    closed_after: Mapped[int | None]
    language: Mapped[str]
    channel: Mapped[str]
    topic: Mapped[str]
    corrected: Mapped[bool] = mapped_column(default=False, server_default=false())
    turned_down: Mapped[bool] = mapped_column(default=False, server_default=false())
    reopened: Mapped[bool] = mapped_column(default=False, server_default=false())
    offered: Mapped[bool] = mapped_column(default=False, server_default=false())

    request: Mapped[Request] = relationship(back_populates="ticket")
    assignee: Mapped[Member | None] = relationship()
    merged_into: Mapped["Ticket | None"] = relationship(remote_side="Ticket.id")
    history: Mapped[list["TicketEvent"]] = relationship(
        back_populates="ticket", order_by="TicketEvent.id", cascade="all, delete-orphan"
    )

    @property
    def is_closed(self) -> bool:
        return self.state in CLOSED

    @property
    def is_emergency(self) -> bool:
        return self.urgency == "crisis"

    @validates("urgency", "due_at", "respond_by", "awaited_since")
    def _find_place(self, name: str, value: Any) -> Any:
        now = {one: getattr(self, one) for one in ("urgency", "due_at", "respond_by", "awaited_since")} | {name: value}
        self.by_urgency, self.by_waiting = places_in_queue(**now)
        return value

    @validates("opened_at", "answered_at", "closed_at")
    def _measure(self, name: str, value: datetime | None) -> datetime | None:
        now = {one: getattr(self, one) for one in ("opened_at", "answered_at", "closed_at")} | {name: value}
        self.answered_after = minutes_between(now["opened_at"], now["answered_at"])
        self.closed_after = minutes_between(now["opened_at"], now["closed_at"])
        return value

    @validates("request")
    def _take_marks(self, _: str, request: Request) -> Request:
        self.language, self.channel, self.topic = request.language, request.channel, request.topic or ""
        self.turned_down = bool(request.rejected)
        return request


def minutes_between(start: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes, where both moments are known."""
    return None if start is None or end is None else max((end - start) // timedelta(minutes=1), 0)


def places_in_queue(
    urgency: str | None, due_at: datetime | None, respond_by: datetime | None, awaited_since: datetime | None
) -> tuple[str, str]:
    """What sorts tickets by urgency and then deadline, and what sorts them by how long somebody has been waiting."""
    deadline = min((at for at in (due_at, respond_by) if at is not None), default=None)
    return f"{RANKS.get(urgency or '', len(RANKS))} {_sortable(deadline)}", _sortable(awaited_since)


def _sortable(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}" if at else _NEVER


class TicketLink(Base):
    """Two tickets that have to do with each other; kept once, the lower id first."""

    __tablename__ = "ticket_links"

    one_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True)


class TicketEvent(Base):
    """One line of a ticket's history. `actor` is requester, desk, or a member's (`member:7`)."""

    __tablename__ = "ticket_events"
    __table_args__ = (Index("ix_ticket_events_what", "what", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    what: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)

    ticket: Mapped[Ticket] = relationship(back_populates="history")


def open_ticket(session: Session, request: Request, urgency: str, state: State, now: datetime) -> Ticket:
    """Give a request its ticket."""
    ticket = Ticket(
        reference=_free_reference(session), request=request, state=state, urgency=urgency, opened_at=now, updated_at=now
    )
    session.add(ticket)
    if state is State.WAITING:
        awaits(ticket, now)
    note(ticket, "desk", "opened", now, state=state.value, urgency=urgency)
    return ticket


def _free_reference(session: Session) -> str:
    while True:
        reference = "GP-" + "".join(secrets.choice(_ALPHABET) for _ in range(5))
        with session.no_autoflush:
            if session.scalar(_TAKEN, {"reference": reference}) is None:
                return reference


# Asked of the table and not of the class, which takes longer.
_table = cast(Table, Ticket.__table__)
_TAKEN = select(_table.c.id).where(_table.c.reference == bindparam("reference"))
_MERGED = (
    select(_table.c.id)
    .join(_asked := cast(Table, Request.__table__), _table.c.request_id == _asked.c.id)
    .where(
        _asked.c.requester_id == bindparam("requester"),
        *(_asked.c[name] == bindparam(name) for name in ("channel", "account", "conversation")),
        _table.c.merged_into_id.is_not(None),
    )
    .order_by(_table.c.id.desc())
    .limit(1)
)


def move(ticket: Ticket, to: State, actor: str, now: datetime, **details: Any) -> bool:
    """Bring a ticket into another state and write it down. False when it is already there.

    Raises:
        IllegalTransition: when the state cannot follow the present one.
    """
    if ticket.state is to:
        return False
    if to not in TRANSITIONS[ticket.state]:
        raise IllegalTransition(f"{ticket.reference} cannot go from {ticket.state} to {to}")
    note(ticket, actor, "moved", now, before=ticket.state.value, after=to.value, **details)
    if to in CLOSED:
        heard(ticket)
    elif to is State.WAITING and ticket.state is not State.TAKEN:
        # Given back by a member it is as it was: the requester may have an answer already, or still wait for one.
        awaits(ticket, now)
    ticket.reopened = ticket.reopened or (ticket.state in CLOSED and to is State.WAITING)
    ticket.state, ticket.updated_at = to, now
    ticket.closed_at = now if to in CLOSED else None
    ticket.request.closed_at = ticket.closed_at
    return True


def awaits(ticket: Ticket, now: datetime) -> None:
    """The requester waits for a person from now on; one who waits already has waited since then."""
    if ticket.awaited_since is None and not ticket.is_closed:
        ticket.awaited_since, ticket.escalation = now, 0


def heard(ticket: Ticket) -> None:
    """Nobody waits any more: a person has written, or it is over."""
    ticket.awaited_since = ticket.respond_by = ticket.alert_at = None
    ticket.escalation = 0


def note(ticket: Ticket, actor: str, what: str, now: datetime, **details: Any) -> None:
    """Add a line to the history without changing the state. Ids only, never what somebody wrote."""
    ticket.history.append(TicketEvent(at=now, actor=actor, what=what, details=details))
    ticket.corrected = ticket.corrected or what == "rerouted"
    ticket.updated_at = now


def current(ticket: Ticket) -> Ticket:
    """The ticket itself, or the one it went on in when it was merged."""
    while ticket.merged_into is not None:
        ticket = ticket.merged_into
    return ticket


def gone_on(session: Session, requester_id: int, address: Address) -> tuple[Ticket, Ticket] | None:
    """The last ticket of a conversation that was merged, and the open one it went on in."""
    here = {"channel": address.channel, "account": address.account, "conversation": address.conversation}
    with session.no_autoflush:  # asked in each turn, and what other turns have changed is written
        found = session.scalar(_MERGED, {"requester": requester_id, **here})
    merged = session.get(Ticket, found) if found else None
    kept = current(merged) if merged else None
    return (merged, kept) if merged and kept and not kept.is_closed else None


def closed_since(session: Session, requester_id: int, address: Address, since: datetime) -> Ticket | None:
    """The last ticket of a requester, if it was closed after a moment and its conversation is this one."""
    latest = next(iter(tickets_of(session, requester_id, limit=1)), None)
    is_here = latest is not None and latest.request.address.key == address.key
    is_fresh = latest is not None and latest.closed_at is not None and latest.closed_at > since
    return latest if is_here and is_fresh else None


def tickets_of(session: Session, requester_id: int, limit: int = 10) -> list[Ticket]:
    """A requester's tickets, newest first."""
    query = select(Ticket).join(Ticket.request).options(contains_eager(Ticket.request))
    query = query.where(Request.requester_id == requester_id).order_by(Ticket.id.desc())
    return list(session.scalars(query.limit(limit)))


def by_reference(session: Session, reference: str) -> Ticket | None:
    """A ticket by what people write down, in whatever case and with the letters they confuse."""
    return session.scalars(select(Ticket).filter_by(reference=normal_reference(reference))).first()


def normal_reference(reference: str) -> str:
    """A reference as it is stored."""
    tidy = reference.upper().replace(" ", "").removeprefix("GP").lstrip("-").translate(str.maketrans("OIL", "011"))
    return f"GP-{tidy}"


def listing(session: Session, *, closed: bool = False, only: State | None = None) -> list[Ticket]:
    """Tickets for those who review them: emergencies first, then those that wait for a person, then the oldest."""
    query = select(Ticket).options(joinedload(Ticket.request))
    if only is not None:
        query = query.where(Ticket.state == only)
    elif not closed:
        query = query.where(Ticket.state.not_in(CLOSED))
    tickets = session.scalars(query.order_by(Ticket.id)).all()
    return sorted(tickets, key=lambda one: (one.urgency != "crisis", one.state is not State.WAITING, one.id))


def merged_into(session: Session, ticket: Ticket, limit: int = 20) -> list[Ticket]:
    """The tickets that went on in this one."""
    return list(session.scalars(select(Ticket).filter_by(merged_into_id=ticket.id).order_by(Ticket.id).limit(limit)))
