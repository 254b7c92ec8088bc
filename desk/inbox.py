"""Everything that came in, stored before anything else happens; claimed one per conversation at a time.

A claim is a lease: a worker that dies leaves its row to the next one. The attempt is counted before the work starts,
so that a message that kills its worker is set aside after `MAX_ATTEMPTS` and the others go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, and_, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from desk.messages import Incoming
from knowledge.database import Base

MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=45)
_incoming = TypeAdapter(Incoming)


class InboxState(StrEnum):
    """Where a stored message stands."""

    NEW = "new"
    WORKING = "working"
    DONE = "done"
    DEAD = "dead"


UNFINISHED = (InboxState.NEW, InboxState.WORKING)


class InboxRow(Base):
    """One event of a channel, whole, until retention empties it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "external_id"),
        UniqueConstraint("channel", "account", "alias_id"),
        Index("ix_inbox_unfinished", "state", "id"),
        Index("ix_inbox_conversation", "conversation", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(80))
    external_id: Mapped[str] = mapped_column(String(200))
    alias_id: Mapped[str | None] = mapped_column(String(200))
    conversation: Mapped[str] = mapped_column(String(300))
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("requesters.id", ondelete="SET NULL"), index=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[InboxState] = mapped_column(default=InboxState.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    worker: Mapped[str | None] = mapped_column(String(80))
    lease_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
    emptied: Mapped[bool] = mapped_column(default=False)


class LostClaim(Exception):
    """Somebody else holds the row now: whatever was done for it must be rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row in one worker's hands."""

    id: int
    worker: str
    attempts: int
    incoming: Incoming

    @property
    def is_exhausted(self) -> bool:
        """Whether every attempt before this one took its worker down with it: set it aside, do not try again."""
        return self.attempts > MAX_ATTEMPTS


def store(session: Session, incomings: Sequence[Incoming]) -> int:
    """Store events that are not known yet and return how many were new. Repeats are silently dropped."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(InboxRow).on_conflict_do_nothing().returning(InboxRow.id)
    stored = [session.scalar(statement.values(_as_row(incoming))) for incoming in incomings]
    return sum(id is not None for id in stored)


def _as_row(incoming: Incoming) -> dict[str, Any]:
    return {
        "channel": incoming.address.channel,
        "account": incoming.address.account,
        "external_id": incoming.external_id,
        "alias_id": incoming.alias_id,
        "conversation": incoming.address.key,
        "payload": _incoming.dump_python(incoming, mode="json"),
        "state": InboxState.NEW,
        "attempts": 0,
        "emptied": False,
        "received_at": incoming.received_at,
    }


def claim(session: Session, worker: str, now: datetime) -> Claim | None:
    """Take the oldest message whose conversation has nothing earlier unfinished, or None."""
    earlier = aliased(InboxRow)
    blocked = exists().where(
        earlier.conversation == InboxRow.conversation, earlier.id < InboxRow.id, earlier.state.in_(UNFINISHED)
    )
    free = or_(
        and_(InboxRow.state == InboxState.NEW, or_(InboxRow.not_before.is_(None), InboxRow.not_before <= now)),
        and_(InboxRow.state == InboxState.WORKING, InboxRow.lease_until < now),
    )
    query = select(InboxRow).where(free, ~blocked).order_by(InboxRow.id).limit(1).with_for_update(skip_locked=True)
    row = session.scalars(query).first()
    if row is None:
        return None
    row.attempts += 1
    row.state, row.worker, row.lease_until = InboxState.WORKING, worker, now + LEASE
    session.flush()
    return Claim(row.id, worker, row.attempts, _incoming.validate_python(row.payload))


def done(session: Session, claim: Claim, now: datetime, requester_id: int | None) -> None:
    """Finish a row in the same transaction as its effects. Without a requester nothing of what it said is kept.

    Raises:
        LostClaim: when the lease ran out and another worker has taken over.
    """
    nothing = {} if requester_id else {"payload": {}, "emptied": True}
    _change(session, claim, state=InboxState.DONE, finished_at=now, requester_id=requester_id, error=None, **nothing)


def failed(session: Session, claim: Claim, now: datetime, error: str) -> InboxState:
    """Give a row back for another attempt, later each time, or set it aside for good."""
    dead = claim.attempts >= MAX_ATTEMPTS
    state = InboxState.DEAD if dead else InboxState.NEW
    later = now + timedelta(seconds=0.25 * 2**claim.attempts)
    _change(session, claim, state=state, not_before=later, finished_at=now if dead else None, error=error[:300])
    return state


def _change(session: Session, claim: Claim, **values: object) -> None:
    mine = (InboxRow.id == claim.id, InboxRow.worker == claim.worker, InboxRow.attempts == claim.attempts)
    statement = update(InboxRow).where(*mine, InboxRow.state == InboxState.WORKING)
    if session.execute(statement.values(worker=None, lease_until=None, **values)).rowcount == 0:  # type: ignore[attr-defined]
        raise LostClaim(f"inbox row {claim.id}")


def waiting(session: Session) -> bool:
    """Whether anything is waiting to be worked on."""
    query = select(InboxRow.id).where(InboxRow.state.in_(UNFINISHED)).limit(1)
    return session.scalar(query) is not None
