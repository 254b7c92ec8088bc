"""Who may send what, and when: each message is in one sender's hands at a time.

A claim is a short lease that its sender renews while it holds the message, so that a sender that died is followed soon.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, exists, or_, select, text, tuple_, update
from sqlalchemy.orm import Session, aliased

from desk.messages import Delivery, Reply
from desk.outbox.parcels import MAX_FAULTS, Parcel, note_on, report
from desk.outbox.rows import OPEN, OutboxRow, OutboxState, is_headed, reply_of
from knowledge.database import UtcDateTime
from knowledge.wakeups import Topic, announce

#: From so many on a message is suspected of being the cause.
SUSPECT = 2
LEASE = timedelta(seconds=20)


def claim(
    session: Session,
    worker: str,
    now: datetime,
    accounts: Collection[tuple[str, str]],
    limit: int = 20,
    held: Collection[int] = (),
) -> list[Parcel]:
    """Take the first waiting message of each of up to `limit` conversations of these (channel, account) pairs.

    `held` are the messages this sender already has in its hands: their leases are renewed first. Of those whose senders
    have died again and again one at a time is tried: it may be what takes a sender down, and the others must not be set
    aside with it.
    """
    if held:
        _renew(session, worker, now, held)
    if limit <= 0 or not accounts:
        return []
    asked = {"now": now, "ahead": now + LEASE, "latest": now + 2 * LEASE, "accounts": list(accounts), "limit": limit}
    rows = session.scalars(_CLAIMABLE, asked).all()
    suspects = [row for row in rows if row.faults + (row.state is OutboxState.SENDING) >= SUSPECT]
    passed_over = suspects if suspects and _holds_suspect(session, held) else suspects[1:]
    taken = [row for row in rows if row not in passed_over]
    return [parcel for row in taken if (parcel := _take(session, row, worker, now))]


def _holds_suspect(session: Session, held: Collection[int]) -> bool:
    mine = (OutboxRow.id.in_(held), OutboxRow.faults >= SUSPECT)
    return session.scalar(select(OutboxRow.id).where(*mine).limit(1)) is not None


def _claimable() -> Select[OutboxRow]:
    """The first of each conversation if it may be sent at the moment `now`, oldest first, `limit` at most."""
    row = OutboxRow
    now, ahead, latest = (bindparam(name, type_=UtcDateTime()) for name in ("now", "ahead", "latest"))
    # What was decided later than now was decided before the clock was set back, and so was a lease that ends later than
    # any can.
    waited = or_(row.not_before.is_(None), row.not_before <= now, row.postponed_at > ahead)
    abandoned = or_(row.lease_until < now, row.lease_until > latest)
    free = or_(and_(row.state == OutboxState.NEW, waited), and_(row.state == OutboxState.SENDING, abandoned))
    mine = tuple_(row.channel, row.account).in_(bindparam("accounts", expanding=True))
    query = select(row).where(text(f"outbox.{OPEN}"), free, ~_blocked(), mine).order_by(row.id)
    return query.limit(bindparam("limit", type_=Integer())).with_for_update(skip_locked=True)


def _blocked() -> ColumnElement[bool]:
    """Whether another message of the conversation is on its way or goes first. Each part is one step into the index;
    the first one is true of most that wait."""
    row, other = OutboxRow, aliased(OutboxRow)
    here = exists().where(other.conversation == row.conversation)
    waits = here.where(other.state == OutboxState.NEW)
    is_new = row.state == OutboxState.NEW
    on_its_way = here.where(other.state == OutboxState.SENDING, or_(is_new, other.id < row.id))
    before = waits.where(other.urgent == row.urgent, other.id < row.id)
    return or_(and_(is_new, before), on_its_way, and_(is_new, ~row.urgent, waits.where(other.urgent)))


# Statements are made once: making one anew takes longer than running it.
_CLAIMABLE = _claimable()


def _renew(session: Session, worker: str, now: datetime, held: Collection[int]) -> None:
    mine = (OutboxRow.id.in_(held), OutboxRow.worker == worker, OutboxRow.state == OutboxState.SENDING)
    fresh = OutboxRow.lease_until.between(now + 3 * LEASE / 4, now + LEASE)
    session.execute(update(OutboxRow).where(*mine, ~fresh).values(lease_until=now + LEASE))


def let_go(session: Session, worker: str, now: datetime) -> None:
    """End the leases of a sender that is dead: others may take over what it held."""
    held = (OutboxRow.state == OutboxState.SENDING, OutboxRow.worker == worker)
    freed = session.scalars(update(OutboxRow).where(*held).values(lease_until=now - LEASE).returning(OutboxRow.id))
    if freed.all():
        announce(session, Topic.OUTBOX)


def _take(session: Session, row: OutboxRow, worker: str, now: datetime) -> Parcel | None:
    if row.state is OutboxState.SENDING:
        # The sender died in the middle: the message may or may not have arrived.
        row.doubtful, row.faults, row.error = True, row.faults + 1, "its sender stopped"
        note_on(session, row.ticket_id, "delivery_uncertain", now, row.id)
        if row.faults >= MAX_FAULTS:
            row.state, row.error, row.lease_until = OutboxState.DEAD, "its sender stopped five times", None
            note_on(session, row.ticket_id, "not_delivered", now, row.id)
            report(session, _parcel(session, row, worker), now)
            return None
    if row.payload.get("replaces") is not None:
        _overtake(session, row)
    row.attempts += 1
    row.state, row.worker, row.lease_until = OutboxState.SENDING, worker, now + LEASE
    return _parcel(session, row, worker)


def _overtake(session: Session, row: OutboxRow) -> None:
    """Say at once what the last change of a message says, and leave out those between: platforms count changes too."""
    behind = (OutboxRow.conversation == row.conversation, OutboxRow.id > row.id, OutboxRow.state == OutboxState.NEW)
    query = select(OutboxRow).where(*behind, OutboxRow.ticket_id == row.ticket_id).order_by(OutboxRow.id)
    for later in session.scalars(query):
        if later.payload.get("replaces") == row.payload["replaces"] and not later.payload.get("tracked"):
            row.payload = later.payload
            session.delete(later)


def _parcel(session: Session, row: OutboxRow, worker: str) -> Parcel:
    reply = _with_target(session, reply_of(row.payload))
    counts = (row.attempts, row.faults)
    return Parcel(row.id, row.key, worker, *counts, reply, row.doubtful, row.requester_id, row.ticket_id)


def _with_target(session: Session, reply: Reply) -> Reply:
    """Fill in the platform's ids of the message that this one replaces or belongs under, and of their thread, now that
    they have some."""
    keys = [key for key in (reply.replaces, reply.under) if key is not None]
    if not keys or reply.target is not None:
        return _sparing(session, reply)
    rows = {row.key: row for row in session.scalars(select(OutboxRow).where(OutboxRow.key.in_(keys)))}
    message, head = rows.get(keys[0]), rows.get(keys[-1])
    # The desk may have shown its tickets somewhere else until now.
    thread = head.thread if head is not None and head.conversation == reply.address.key else None
    address = replace(reply.address, thread=thread or reply.address.thread)
    return replace(reply, target=message.message_id if message else None, address=address)


def _sparing(session: Session, reply: Reply) -> Reply:
    """What is to be wiped with a thread in which nothing is known to stand turns out to have a head after all."""
    alone = reply.delivery is Delivery.WIPE and reply.target is None and reply.address.thread is not None
    spared = alone and is_headed(session, reply.address)
    return replace(reply, address=replace(reply.address, thread=None)) if spared else reply
