"""Everything that goes out, written in the transaction that decided it and sent afterwards.

Neither chat platform has an idempotency key for sending. A send whose outcome is unknown (the connection broke, the
process was killed) is tried again and marked `doubtful`: at least once, never silently twice.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Index, String, and_, exists, or_, select, update
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from desk.messages import DeliveryError, Reply, Sent
from knowledge.database import Base

MAX_FAULTS = 5
LEASE = timedelta(seconds=60)
LONGEST_WAIT = timedelta(minutes=2)
_reply = TypeAdapter(Reply)


class OutboxState(StrEnum):
    """Where a message stands on its way out."""

    NEW = "new"
    SENDING = "sending"
    SENT = "sent"
    DEAD = "dead"


UNFINISHED = (OutboxState.NEW, OutboxState.SENDING)


class OutboxRow(Base):
    """One message to one conversation."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_unfinished", "channel", "account", "state", "id"),
        Index("ix_outbox_conversation", "conversation", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    channel: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    conversation: Mapped[str] = mapped_column(String(300))
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("requesters.id", ondelete="SET NULL"), index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="SET NULL"), index=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[OutboxState] = mapped_column(default=OutboxState.NEW)
    doubtful: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    faults: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    message_id: Mapped[str | None] = mapped_column(String(200), index=True)
    error: Mapped[str | None] = mapped_column(String(300))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message in one sender's hands. `doubtful` says that an earlier attempt may have arrived."""

    id: int
    key: str
    worker: str
    attempts: int
    faults: int
    reply: Reply
    doubtful: bool


def add(
    session: Session, reply: Reply, now: datetime, requester_id: int | None = None, ticket_id: int | None = None
) -> OutboxRow:
    """Queue a message behind the earlier ones of its conversation."""
    row = OutboxRow(
        key=reply.key or secrets.token_urlsafe(12),
        channel=reply.address.channel,
        account=reply.address.account,
        conversation=reply.address.key,
        requester_id=requester_id,
        ticket_id=ticket_id,
        payload=_reply.dump_python(reply, mode="json"),
        created_at=now,
    )
    session.add(row)
    session.flush()
    return row


def claim(
    session: Session, worker: str, now: datetime, accounts: list[tuple[str, str]], limit: int = 20
) -> list[Parcel]:
    """Take the first waiting message of each of up to `limit` conversations of these (channel, account) pairs."""
    earlier = aliased(OutboxRow)
    blocked = exists().where(
        earlier.conversation == OutboxRow.conversation, earlier.id < OutboxRow.id, earlier.state.in_(UNFINISHED)
    )
    free = or_(
        and_(OutboxRow.state == OutboxState.NEW, or_(OutboxRow.not_before.is_(None), OutboxRow.not_before <= now)),
        and_(OutboxRow.state == OutboxState.SENDING, OutboxRow.lease_until < now),
    )
    mine = or_(*(and_(OutboxRow.channel == channel, OutboxRow.account == account) for channel, account in accounts))
    query = select(OutboxRow).where(free, ~blocked, mine).order_by(OutboxRow.id).limit(limit)
    rows = session.scalars(query.with_for_update(skip_locked=True)).all()
    return [parcel for row in rows if (parcel := _take(session, row, worker, now))]


def _take(session: Session, row: OutboxRow, worker: str, now: datetime) -> Parcel | None:
    if row.state is OutboxState.SENDING:
        # The sender died in the middle: the message may or may not have arrived.
        row.doubtful, row.faults = True, row.faults + 1
        if row.faults >= MAX_FAULTS:
            row.state, row.error, row.lease_until = OutboxState.DEAD, "its sender stopped five times", None
            return None
    row.attempts += 1
    row.state, row.worker, row.lease_until = OutboxState.SENDING, worker, now + LEASE
    session.flush()
    reply = _with_target(session, _reply.validate_python(row.payload))
    return Parcel(row.id, row.key, worker, row.attempts, row.faults, reply, row.doubtful)


def _with_target(session: Session, reply: Reply) -> Reply:
    """Fill in the platform's id of the message that this one replaces, now that it has one."""
    if reply.replaces is None or reply.target is not None:
        return reply
    target = session.scalar(select(OutboxRow.message_id).where(OutboxRow.key == reply.replaces))
    return replace(reply, target=target)


def sent(session: Session, parcel: Parcel, result: Sent, now: datetime) -> None:
    """Record that a message went out, with the platform's id of it."""
    _change(session, parcel, state=OutboxState.SENT, message_id=result.message_id, sent_at=now, error=None)


def postponed(session: Session, parcel: Parcel, error: DeliveryError, now: datetime) -> OutboxState:
    """Record that a message did not (certainly) go out: later again, or never when nobody can receive it."""
    wait = timedelta(seconds=error.retry_after) if error.retry_after is not None else _backoff(parcel.attempts)
    state = OutboxState.DEAD if error.permanent else OutboxState.NEW
    doubt = {"doubtful": True} if error.uncertain else {}
    _change(session, parcel, state=state, not_before=now + wait, error=error.reason[:300], **doubt)
    return state


def faulted(session: Session, parcel: Parcel, error: str, now: datetime) -> OutboxState:
    """Record that our own code failed on a message; after `MAX_FAULTS` it is set aside so that the others go on."""
    faults = parcel.faults + 1
    state = OutboxState.DEAD if faults >= MAX_FAULTS else OutboxState.NEW
    later = now + _backoff(parcel.attempts)
    _change(session, parcel, state=state, faults=faults, not_before=later, error=error[:300])
    return state


def _backoff(attempts: int) -> timedelta:
    return min(timedelta(seconds=0.5 * 2 ** min(attempts, 10)), LONGEST_WAIT)


def _change(session: Session, parcel: Parcel, **values: object) -> None:
    # Without a lost-claim error: the message is out, recording it late is all that can still be done.
    mine = (OutboxRow.id == parcel.id, OutboxRow.worker == parcel.worker, OutboxRow.attempts == parcel.attempts)
    session.execute(update(OutboxRow).where(*mine).values(worker=None, lease_until=None, **values))


def waiting(session: Session) -> int:
    """How many messages have not gone out yet."""
    query = select(OutboxRow.id).where(OutboxRow.state.in_(UNFINISHED))
    return len(session.scalars(query).all())


def doubtful(session: Session) -> list[OutboxRow]:
    """Messages that may have arrived twice or not at all, oldest first."""
    return list(session.scalars(select(OutboxRow).where(OutboxRow.doubtful).order_by(OutboxRow.id)))
