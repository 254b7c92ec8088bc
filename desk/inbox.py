"""Everything that came in, stored before anything else happens; claimed one per conversation at a time.

A claim is a lease: a worker that dies leaves its row to the next one. The attempt is counted before the work starts,
so that a message that kills its worker is set aside after `MAX_ATTEMPTS` and the others go on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    UniqueConstraint,
    Update,
    UpdateBase,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from desk.messages import Incoming
from knowledge.database import Base, UtcDateTime
from knowledge.wakeups import Topic, announce

MAX_ATTEMPTS = 5
# Renewed while the work runs, so that it may be short: what a dead worker leaves is taken over after this.
LEASE = timedelta(seconds=15)
# Work that takes longer hangs: its lease is renewed no more.
LONGEST_WORK = timedelta(minutes=2)
# Sets the locks of conversations apart from other advisory locks. Any number will do.
ADVISORY_ROOM = 4_803
_incoming = TypeAdapter(Incoming)


class InboxState(StrEnum):
    """Where a stored message stands."""

    NEW = "new"
    WORKING = "working"
    DONE = "done"
    DEAD = "dead"


UNFINISHED = (InboxState.NEW, InboxState.WORKING)
# Word for word in the partial indexes and in the query of `claim`: a database uses the one for the other only then.
_OPEN = "state IN ('new', 'working')"


class InboxRow(Base):
    """One event of a channel, whole, until retention empties it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "account", "external_id"),
        UniqueConstraint("channel", "account", "alias_id"),
        Index("ix_inbox_unfinished", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
        Index("ix_inbox_first", "conversation", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
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


# Statements are made once: making one anew takes longer than running it.
_table = cast(Table, InboxRow.__table__)
_row = _table.c


class LostClaim(Exception):
    """Somebody else holds the row now: whatever was done for it must be rolled back."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A row in one worker's hands."""

    id: int
    worker: str
    attempts: int
    incoming: Incoming
    since: datetime

    @property
    def is_exhausted(self) -> bool:
        """Whether every attempt before this one took its worker down with it: set it aside, do not try again."""
        return self.attempts > MAX_ATTEMPTS


def store(session: Session, incomings: Sequence[Incoming]) -> int:
    """Store events that are not known yet and return how many were new. Repeats are silently dropped."""
    if not incomings:
        return 0
    _one_storing_at_a_time(session, {incoming.address.key for incoming in incomings})
    statement = _STORING[session.get_bind().dialect.name]
    new = len(session.scalars(statement, [_as_row(incoming) for incoming in incomings]).all())
    if new:
        announce(session, Topic.INBOX)
    return new


_STORING = {
    dialect.dialect.name: dialect.insert(_table).on_conflict_do_nothing().returning(_row.id)
    for dialect in (postgresql, sqlite)
}


def _one_storing_at_a_time(session: Session, conversations: set[str]) -> None:
    """Let ids grow in the order of the commits within a conversation.

    On PostgreSQL a row could otherwise be seen, and worked on, before one with a smaller id is committed. Sorted, so
    that two who store the same batch do not wait for each other in a circle.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = text("SELECT pg_advisory_xact_lock(:room, key) FROM unnest(CAST(:keys AS integer[])) AS key")
        session.execute(lock, {"room": ADVISORY_ROOM, "keys": sorted(_number(one) for one in conversations)})


def _number(conversation: str) -> int:
    return int.from_bytes(sha256(conversation.encode()).digest()[:4], signed=True)


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


def claim(session: Session, worker: str, now: datetime, limit: int = 1) -> list[Claim]:
    """Take the oldest messages whose conversations have nothing earlier unfinished, one of each conversation.

    One that failed before, or whose worker died, is taken alone: it may be what takes a worker down, and the others
    must not be counted as tried with it. Safe with any number of workers: an earlier message leaves the way only by a
    commit that finishes it, and of two that find the same row one locks it first; the other passes it over, or reads
    again that it is taken.
    """
    if session.get_bind().dialect.name == "postgresql":
        # In the order of the index, until enough fit: never collect and sort all that wait.
        session.execute(
            text("SELECT set_config('enable_bitmapscan', 'off', true), set_config('enable_sort', 'off', true)")
        )
    found = session.execute(_FREE_ONES, {"now": now, "latest": now + 2 * LEASE, "limit": limit}).all()
    fresh = [row for row in found if row.attempts == 0]
    taken = fresh if fresh[:1] == found[:1] else found[:1]
    if taken:
        ids = [row.id for row in taken]
        session.execute(_TAKING, {"ids": ids, "holder": worker, "until": now + LEASE})
    return [Claim(row.id, worker, row.attempts + 1, _incoming.validate_python(row.payload), now) for row in taken]


def _free_ones() -> Select[tuple[int, int, dict[str, Any]]]:
    """The first of each conversation if it may be taken at the moment `now`, oldest first, `limit` at most."""
    now, latest = bindparam("now", type_=UtcDateTime()), bindparam("latest", type_=UtcDateTime())
    # What waits until later than anything can was written before the clock was set back.
    free = or_(
        and_(_row.state == InboxState.NEW, or_(_row.not_before.is_(None), ~_row.not_before.between(now, latest))),
        and_(_row.state == InboxState.WORKING, ~_row.lease_until.between(now, latest)),
    )
    # Not `NOT EXISTS (an earlier one)`: with statistics that are behind, PostgreSQL joins all that wait with itself.
    other = _table.alias("other")
    first = select(func.min(other.c.id)).where(other.c.conversation == _row.conversation, text(f"other.{_OPEN}"))
    query = select(_row.id, _row.attempts, _row.payload)
    query = query.where(text(f"inbox.{_OPEN}"), free, _row.id == first.scalar_subquery())
    return query.order_by(_row.id).limit(bindparam("limit", type_=Integer())).with_for_update(skip_locked=True)


def _taking() -> Update:
    """Put the rows `ids` into the hands of `holder` until `until`, one attempt more."""
    marks: dict[str, Any] = {
        "worker": bindparam("holder"),
        "lease_until": bindparam("until"),
        "attempts": _row.attempts + 1,
    }
    mine = _row.id.in_(bindparam("ids", expanding=True))
    return update(_table).where(mine).values(state=InboxState.WORKING, **marks)


_FREE_ONES, _TAKING = _free_ones(), _taking()


def keep(session: Session, claims: Iterable[Claim], now: datetime) -> None:
    """Renew the leases of what is being worked on. One that was lost stays lost."""
    for claim in claims:
        if now - claim.since < LONGEST_WORK:
            session.execute(update(InboxRow).where(*_is_mine(claim)).values(lease_until=now + LEASE))


def let_go(session: Session, worker: str, now: datetime) -> None:
    """End the leases of all workers whose names begin so: their process is dead."""
    held = (InboxRow.state == InboxState.WORKING, InboxRow.worker.startswith(worker, autoescape=True))
    freed = session.scalars(update(InboxRow).where(*held).values(lease_until=now - LEASE).returning(InboxRow.id)).all()
    if freed:
        announce(session, Topic.INBOX)


def next_retry(session: Session, now: datetime) -> datetime | None:
    """When the next message that waits for another attempt may be taken."""
    later = (InboxRow.state == InboxState.NEW, InboxRow.not_before > now)
    return session.scalar(select(func.min(InboxRow.not_before)).where(*later))


def done(session: Session, claim: Claim, now: datetime, requester_id: int | None) -> None:
    """Finish a row in the same transaction as its effects. Without a requester nothing of what it said is kept.

    Raises:
        LostClaim: when the lease ran out and another worker has taken over.
    """
    if requester_id is None:
        _change(session, claim, state=InboxState.DONE, finished_at=now, error=None, payload={}, emptied=True)
        return
    mine = {"claimed": claim.id, "holder": claim.worker, "attempt": claim.attempts}
    # What it caused is written later, together with what other messages of the same transaction caused.
    with session.no_autoflush:
        if session.scalar(_DONE, {**mine, "now": now, "requester": requester_id}) is None:
            raise LostClaim(f"inbox row {claim.id}")


def _finishing() -> UpdateBase:
    mine = (_row.id == bindparam("claimed"), _row.worker == bindparam("holder"), _row.attempts == bindparam("attempt"))
    marks: dict[str, Any] = {"requester_id": bindparam("requester"), "finished_at": bindparam("now")}
    finished = {"state": InboxState.DONE, "worker": None, "lease_until": None, "error": None}
    statement = update(_table).where(*mine, _row.state == InboxState.WORKING).values(**finished, **marks)
    return statement.returning(_row.id)


_DONE = _finishing()


def failed(session: Session, claim: Claim, now: datetime, error: str) -> InboxState:
    """Give a row back for another attempt, later each time, or set it aside for good."""
    dead = claim.attempts >= MAX_ATTEMPTS
    state = InboxState.DEAD if dead else InboxState.NEW
    later = now + timedelta(seconds=0.25 * 2**claim.attempts)
    _change(session, claim, state=state, not_before=later, finished_at=now if dead else None, error=error[:300])
    return state


def _change(session: Session, claim: Claim, **values: object) -> None:
    statement = update(InboxRow).where(*_is_mine(claim)).values(worker=None, lease_until=None, **values)
    if session.scalar(statement.returning(InboxRow.id)) is None:
        raise LostClaim(f"inbox row {claim.id}")


def _is_mine(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        InboxRow.id == claim.id,
        InboxRow.worker == claim.worker,
        InboxRow.attempts == claim.attempts,
        InboxRow.state == InboxState.WORKING,
    )


def last_received(session: Session, channel: str, account: str) -> datetime | None:
    """When the last event of a channel was stored, None when there never was one."""
    mine = (InboxRow.channel == channel, InboxRow.account == account)
    return session.scalar(select(InboxRow.received_at).where(*mine).order_by(InboxRow.id.desc()).limit(1))


def waiting(session: Session, conversation: str | None = None) -> bool:
    """Whether anything is waiting to be worked on, or in hand: anywhere, or in one conversation."""
    query = select(InboxRow.id).where(InboxRow.state.in_(UNFINISHED)).limit(1)
    here = query if conversation is None else query.where(InboxRow.conversation == conversation)
    return session.scalar(here) is not None
