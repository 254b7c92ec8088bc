"""The table of what goes out."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Index, String, exists, false, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk.messages import Address, Card, Reply
from desk.tickets import Ticket
from knowledge.database import Base

_reply = TypeAdapter(Reply)


class OutboxState(StrEnum):
    """Where a message stands on its way out."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    # Set aside by the desk itself; an operator may give it another round.
    DEAD = "dead"
    # Set aside for good by an operator.
    DROPPED = "dropped"


UNFINISHED = (OutboxState.NEW, OutboxState.SENDING)
# Word for word in the partial index and in the query of `claim`: a database uses the one for the other only then.
OPEN = "state IN ('new', 'sending')"
# On so many cards of a conversation people still press a button.
_RECENT = 5
# So many messages back nobody minds hearing the same again.
_TOLD = 20
_HEADS = "thread IS NOT NULL"


class OutboxRow(Base):
    """One message to one conversation."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "id", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_outbox_conversation", "conversation", "state", "urgent", "id"),
        Index("ix_outbox_thread", "thread", sqlite_where=text(_HEADS), postgresql_where=text(_HEADS)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    conversation: Mapped[str] = mapped_column(String(300))
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("requesters.id", ondelete="SET NULL"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"), index=True)
    payload: Mapped[dict[str, Any]]
    #: Goes before what else waits for its conversation.
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.NEW)
    doubtful: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    #: When `not_before` was decided.
    postponed_at: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(200), index=True)
    #: The platform's id of the thread that this message heads, where it is not that of the message.
    thread: Mapped[str | None] = mapped_column(String(200))
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    ticket: Mapped[Ticket | None] = relationship()


def payload_of(reply: Reply) -> dict[str, Any]:
    """A reply as it is kept."""
    payload: dict[str, Any] = _reply.dump_python(reply, mode="json")
    return payload


def reply_of(payload: Mapping[str, Any]) -> Reply:
    """A reply that was kept."""
    return _reply.validate_python(payload)


def place_of(address: Address) -> dict[str, str]:
    """The columns that say where a message goes."""
    return {"channel": address.channel, "account": address.account, "conversation": address.key}


def is_headed(session: Session, thread: Address) -> bool:
    """Whether a message stands at the head of a thread."""
    heading = exists().where(OutboxRow.thread == thread.thread, OutboxRow.conversation == thread.key)
    return bool(session.scalar(select(heading)))


def offered(session: Session, place: Address, requester_id: int, fits: Callable[[str], bool]) -> str | None:
    """The action of the button with this label on what a person was last sent here, the newest card that has it."""
    mine = {"conversation": place.key, "requester_id": requester_id}
    payloads = session.scalars(select(OutboxRow.payload).filter_by(**mine).order_by(OutboxRow.id.desc()).limit(_RECENT))
    buttons = (button for payload in payloads for row in payload["card"]["buttons"] for button in row)
    return next((str(button["action"]) for button in buttons if button["action"] and fits(button["label"])), None)


def last_offered(session: Session, place: Address, requester_id: int) -> list[str]:
    """The actions of the buttons on what a person was last sent here, in their order."""
    mine = {"conversation": place.key, "requester_id": requester_id}
    latest = session.scalars(select(OutboxRow.payload).filter_by(**mine).order_by(OutboxRow.id.desc()).limit(1)).first()
    rows = latest["card"]["buttons"] if latest else ()
    return [str(button["action"]) for row in rows for button in row if button["action"]]


def last_said(session: Session, place: Address, requester_id: int) -> str:
    """The text of what a person was last sent here."""
    mine = {"conversation": place.key, "requester_id": requester_id}
    latest = session.scalars(select(OutboxRow.payload).filter_by(**mine).order_by(OutboxRow.id.desc()).limit(1)).first()
    return str(latest["card"]["body"]) if latest else ""


def told(session: Session, ticket: Ticket) -> list[Card]:
    """What the person of a ticket was last told about it, newest first."""
    mine = {"ticket_id": ticket.id, "requester_id": ticket.request.requester_id}
    payloads = session.scalars(select(OutboxRow.payload).filter_by(**mine).order_by(OutboxRow.id.desc()).limit(_TOLD))
    return [reply_of(payload).card for payload in payloads]


def waiting(session: Session) -> int:
    """How many messages have not gone out yet."""
    query = select(OutboxRow.id).where(OutboxRow.state.in_(UNFINISHED))
    return len(session.scalars(query).all())


def doubtful(session: Session) -> list[OutboxRow]:
    """Messages that may have arrived twice or not at all, oldest first."""
    return list(session.scalars(select(OutboxRow).where(OutboxRow.doubtful).order_by(OutboxRow.id)))
