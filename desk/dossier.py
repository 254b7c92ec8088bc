"""A ticket as its members see it: everything said, answered, pressed and noted, in order, across conversations.

Nothing is stored for it. A page of it takes the same few queries however much was said; what is internal is of a type
of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from desk.actions import ActionRow
from desk.messages import Card, Delivery, Reply
from desk.notes import Note
from desk.outbox import OutboxRow, OutboxState
from desk.requests import Message, Request
from desk.tickets import Ticket, TicketEvent

#: Entries of one page.
LONGEST = 200
_reply = TypeAdapter(Reply)


class Passage(StrEnum):
    """How far something has come on its way to the requester."""

    WAITING = "waiting"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Version:
    """A message as it was at one moment."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What the requester said, with all its versions, oldest first. `id` is that of the first version kept."""

    id: int
    at: datetime
    channel: str
    versions: tuple[Version, ...]
    attachments: tuple[dict[str, Any], ...]

    @property
    def text(self) -> str:
        return self.versions[-1].text


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button the requester pressed."""

    id: int
    at: datetime
    label: str


@dataclass(frozen=True, slots=True)
class Told:
    """What went out to the requester. `by` is the actor of a reply, None where the desk itself answered."""

    id: int
    at: datetime
    channel: str
    card: Card
    passage: Passage
    error: str
    changes_earlier: bool
    by: str | None


@dataclass(frozen=True, slots=True)
class Noted:
    """An internal note."""

    id: int
    at: datetime
    by: str
    text: str


Entry = Heard | Pressed | Told | Noted
_ORDER = (Heard, Pressed, Told, Noted)


@dataclass(frozen=True, slots=True)
class Dossier:
    """One page of a ticket, oldest first. `earlier` is where the page before it ends, None at the beginning."""

    entries: tuple[Entry, ...]
    earlier: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a ticket had come when somebody looked at it: its last event and last message."""

    event: int = 0
    message: int = 0

    def __str__(self) -> str:
        return f"{self.event}.{self.message}"

    @classmethod
    def parse(cls, text: str) -> "Mark":
        """The mark of that text; the very beginning when it is none."""
        event, _, message = text.partition(".")
        return cls(int(event), int(message)) if _is_number(event) and _is_number(message) else cls()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 16


def mark(session: Session, ticket: Ticket) -> Mark:
    """How far a ticket has come."""
    event = select(func.max(TicketEvent.id)).where(TicketEvent.ticket_id == ticket.id).scalar_subquery()
    message = select(func.max(Message.id)).where(Message.request_id == ticket.request_id).scalar_subquery()
    found = session.execute(select(event, message)).one()
    return Mark(found[0] or 0, found[1] or 0)


def since(session: Session, ticket: Ticket, seen: Mark, limit: int = 20) -> tuple[list[TicketEvent], list[Message]]:
    """What happened to a ticket after a mark, the newest at most, oldest first."""
    events = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.id > seen.event)
    messages = select(Message).where(Message.request_id == ticket.request_id, Message.id > seen.message)
    return (
        list(session.scalars(events.order_by(TicketEvent.id.desc()).limit(limit)))[::-1],
        list(session.scalars(messages.order_by(Message.id.desc()).limit(limit)))[::-1],
    )


def read(session: Session, ticket: Ticket, before: datetime | None = None) -> Dossier:
    """The newest page of a ticket, or the one that ends before a moment."""
    tickets = _with_merged(session, ticket)
    request = ticket.request
    rows = _told_rows(session, request, tickets, before)
    found: list[Entry] = [
        *_heard(session, request, before),
        *_pressed(session, tickets, rows, before),
        *_told(rows, _repliers(session, rows, tickets)),
        *_noted(session, tickets, before),
    ]
    found.sort(key=lambda one: (one.at, _ORDER.index(type(one)), one.id))
    if len(found) <= LONGEST:
        return Dossier(tuple(found))
    # What happened in one instant stays on one page.
    first = found[-LONGEST].at
    return Dossier(tuple(one for one in found if one.at >= first), first)


def _with_merged(session: Session, ticket: Ticket) -> dict[int, int]:
    """The ids of a ticket and of those that were merged into it, with those of their requests."""
    mine = or_(Ticket.id == ticket.id, Ticket.merged_into_id == ticket.id)
    return {row.id: row.request_id for row in session.execute(select(Ticket.id, Ticket.request_id).where(mine))}


def _newest(session: Session, query: Any, moment: Any, id: Any, before: datetime | None) -> Sequence[Any]:
    if before is not None:
        query = query.where(moment < before)
    return list(session.scalars(query.order_by(moment.desc(), id.desc()).limit(LONGEST + 1)).all())[::-1]


def _heard(session: Session, request: Request, before: datetime | None) -> list[Heard]:
    query = select(Message).where(Message.request_id == request.id)
    groups: dict[object, list[Message]] = {}
    for message in _newest(session, query, Message.received_at, Message.id, before):
        groups.setdefault((message.conversation, message.origin) if message.origin else message.id, []).append(message)
    return [
        Heard(
            id=versions[0].id,
            at=versions[0].received_at,
            channel=versions[0].conversation.partition(":")[0],
            versions=tuple(Version(one.received_at, one.text) for one in versions),
            attachments=tuple(file for one in versions for file in one.attachments),
        )
        for versions in groups.values()
    ]


def _told_rows(session: Session, request: Request, tickets: dict[int, int], before: datetime | None) -> list[OutboxRow]:
    """What was sent to this requester about these tickets. The coordinators' own cards are sent to nobody of that id.

    Before a ticket was opened, its questions and answers belonged to none.
    """
    opened = select(func.max(Ticket.opened_at)).where(Ticket.id.in_(tickets)).scalar_subquery()
    early = and_(
        OutboxRow.ticket_id.is_(None),
        OutboxRow.conversation == request.address.key,
        OutboxRow.created_at.between(request.opened_at, opened),
    )
    mine = or_(OutboxRow.ticket_id.in_(tickets), early)
    query = select(OutboxRow).where(OutboxRow.requester_id == request.requester_id, mine)
    return list(_newest(session, query, OutboxRow.created_at, OutboxRow.id, before))


def _repliers(session: Session, rows: Sequence[OutboxRow], tickets: dict[int, int]) -> dict[str, str]:
    """Who wrote which reply, by its key in the outbox."""
    if not rows:
        return {}
    first = rows[0].created_at
    query = select(TicketEvent.actor, TicketEvent.details).where(
        TicketEvent.ticket_id.in_(tickets), TicketEvent.what == "replied", TicketEvent.at >= first
    )
    return {row.details.get("key", ""): row.actor for row in session.execute(query.limit(LONGEST * 2))}


def _told(rows: Sequence[OutboxRow], repliers: dict[str, str]) -> list[Told]:
    found = []
    for row in rows:
        reply = _reply.validate_python(row.payload)
        if reply.delivery is not Delivery.HOME:
            found.append(
                Told(
                    id=row.id,
                    at=row.created_at,
                    channel=row.channel,
                    card=reply.card,
                    passage=passage(row),
                    error=row.error or "",
                    changes_earlier=reply.delivery is Delivery.EDIT,
                    by=repliers.get(row.key),
                )
            )
    return found


def passage(row: OutboxRow) -> Passage:
    """How far a row of the outbox has come."""
    settled = {OutboxState.DEAD: Passage.FAILED, OutboxState.DROPPED: Passage.DROPPED}
    if row.state in settled:
        return settled[row.state]
    if row.doubtful:
        return Passage.UNCERTAIN
    return Passage.SENT if row.state is OutboxState.SENT else Passage.WAITING


def _pressed(
    session: Session, tickets: dict[int, int], rows: Sequence[OutboxRow], before: datetime | None
) -> list[Pressed]:
    """Presses of the buttons on the cards of this page; one whose card lies further back has no label."""
    labels = {
        button["action"]: button["label"]
        for row in rows
        for line in row.payload["card"].get("buttons", ())
        for button in line
        if button.get("action")
    }
    query = select(ActionRow).where(
        ActionRow.request_id.in_(tickets.values()),
        ActionRow.pressed_at.is_not(None),
        ActionRow.requester_id.is_not(None),
    )
    found = _newest(session, query, ActionRow.pressed_at, ActionRow.token, before)
    return [Pressed(0, one.pressed_at, labels.get(one.token, "")) for one in found]


def _noted(session: Session, tickets: dict[int, int], before: datetime | None) -> list[Noted]:
    query = select(Note).options(joinedload(Note.member)).where(Note.ticket_id.in_(tickets))
    found = _newest(session, query, Note.written_at, Note.id, before)
    return [Noted(one.id, one.written_at, one.member.name if one.member else "", one.text) for one in found]
