"""Everything that goes out, written in the transaction that decided it and sent afterwards.

Neither chat platform has an idempotency key for sending. A send whose outcome is unknown (the connection broke, the
process was killed) is tried again, once for each time that happens, marked `doubtful` and noted on its ticket: at least
once, never silently twice.

A claim is a short lease that its sender renews while it holds the message, so that a sender that died is followed soon.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
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
    Update,
    and_,
    bindparam,
    exists,
    false,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from desk import inbox
from desk.messages import Address, Arrival, Delivery, DeliveryError, Incoming, Reply, Sent
from desk.people import Identity
from desk.tickets import Ticket, note
from knowledge.database import Base, UtcDateTime
from knowledge.wakeups import Topic, announce

MAX_FAULTS = 5
#: From so many on a message is suspected of being the cause.
SUSPECT = 2
LEASE = timedelta(seconds=20)
LONGEST_WAIT = timedelta(minutes=2)
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
_OPEN = "state IN ('new', 'sending')"
_HEADS = "thread IS NOT NULL"


class OutboxRow(Base):
    """One message to one conversation."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "id", sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),
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
    requester_id: int | None
    ticket_id: int | None


def add(
    session: Session,
    reply: Reply,
    now: datetime,
    requester_id: int | None = None,
    ticket: Ticket | None = None,
    *,
    urgent: bool = False,
) -> OutboxRow:
    """Queue a message behind the earlier ones of its conversation; an urgent one only behind those of its ticket, which
    become urgent with it, and behind what is urgent already."""
    if urgent and ticket is not None and ticket.id is not None:
        _hasten(session, reply.address, ticket)
    row = OutboxRow(
        key=reply.key or secrets.token_urlsafe(12),
        **_place(reply.address),
        requester_id=requester_id,
        ticket=ticket,
        payload=_reply.dump_python(reply, mode="json"),
        urgent=urgent,
        created_at=now,
    )
    session.add(row)
    announce(session, Topic.OUTBOX)
    return row


def _hasten(session: Session, place: Address, ticket: Ticket) -> None:
    waiting = (OutboxRow.ticket_id == ticket.id, OutboxRow.conversation == place.key, ~OutboxRow.urgent)
    session.execute(update(OutboxRow).where(*waiting, OutboxRow.state.in_(UNFINISHED)).values(urgent=True))


def wipe(session: Session, wiping: Reply, tickets: Select[int], now: datetime) -> None:
    """Put `wiping` in the place of all that was posted about these tickets where its address is; threads go last. What
    is on its way, or may have arrived, becomes that too as soon as it is known."""
    about = (OutboxRow.ticket_id.in_(tickets), OutboxRow.conversation == wiping.address.key)
    rows = session.scalars(select(OutboxRow).where(*about).order_by(OutboxRow.id).with_for_update()).all()
    threads: dict[str, str | None] = {}
    for row in rows:
        if row.message_id is not None:
            threads[row.message_id] = row.thread or threads.get(row.message_id)
    for message, thread in sorted(threads.items(), key=lambda one: one[1] is not None):
        add(session, replace(wiping, target=message, address=replace(wiping.address, thread=thread)), now)
    for row in rows:
        if row.state is OutboxState.SENDING or (row.doubtful and row.state is OutboxState.NEW):
            # It must not be repeated as it was, and holds up what comes behind it until its outcome is known.
            instead = replace(wiping, replaces=row.key)
            row.payload, row.ticket, row.requester_id = _reply.dump_python(instead, mode="json"), None, None
            add(session, instead, now)


def is_headed(session: Session, thread: Address) -> bool:
    """Whether a message stands at the head of a thread."""
    heading = exists().where(OutboxRow.thread == thread.thread, OutboxRow.conversation == thread.key)
    return bool(session.scalar(select(heading)))


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
    query = select(row).where(text(f"outbox.{_OPEN}"), free, ~_blocked(), mine).order_by(row.id)
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
        _note(session, row.ticket_id, "delivery_uncertain", now, row.id)
        if row.faults >= MAX_FAULTS:
            row.state, row.error, row.lease_until = OutboxState.DEAD, "its sender stopped five times", None
            _note(session, row.ticket_id, "not_delivered", now, row.id)
            _report(session, _parcel(session, row, worker), now)
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
    reply = _with_target(session, _reply.validate_python(row.payload))
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


def sent(session: Session, parcel: Parcel, result: Sent, now: datetime) -> None:
    """Record that a message went out, with the platform's id of it. Why an attempt before failed stays to be read."""
    mine = {"claimed": parcel.id, "holder": parcel.worker, "attempt": parcel.attempts}
    session.execute(_SENT, {**mine, "now": now, "message": result.message_id, "heads": result.thread})
    _follow(session, parcel.reply, result)
    _report(session, parcel, now)


def _follow(session: Session, reply: Reply, result: Sent) -> None:
    """An edit of a message that was gone is a new one: further edits and what belongs under it go there."""
    if reply.replaces is not None and result.message_id not in (None, reply.target):
        moved = update(OutboxRow).where(OutboxRow.key == reply.replaces)
        session.execute(moved.values(message_id=result.message_id))
        if result.thread is not None:
            session.execute(moved.values(thread=result.thread, **_place(reply.address)))


def _place(address: Address) -> dict[str, str]:
    return {"channel": address.channel, "account": address.account, "conversation": address.key}


def _sending() -> Update:
    table = cast(Table, OutboxRow.__table__)
    row = table.c
    mine = (row.id == bindparam("claimed"), row.worker == bindparam("holder"), row.attempts == bindparam("attempt"))
    ids: dict[str, Any] = {"message_id": bindparam("message"), "thread": bindparam("heads")}
    done: dict[str, Any] = {"state": OutboxState.SENT, "sent_at": bindparam("now"), "worker": None, "lease_until": None}
    return update(table).where(*mine).values(**done, **ids)


_SENT = _sending()


def postponed(session: Session, parcel: Parcel, error: DeliveryError, now: datetime) -> OutboxState:
    """Record that a message did not (certainly) go out: later again, or never when nobody can receive it."""
    wait = timedelta(seconds=error.retry_after) if error.retry_after is not None else _backoff(parcel.attempts)
    permanent = error.permanent or (error.thread_gone and not _begin_again(session, parcel))
    state = OutboxState.DEAD if permanent else OutboxState.NEW
    doubt = {"doubtful": True} if error.uncertain else {}
    when = {"not_before": now + wait, "postponed_at": now}
    if _change(session, parcel, state=state, error=error.reason[:300], **when, **doubt):
        if error.uncertain:
            _note(session, parcel.ticket_id, "delivery_uncertain", now, parcel.id)
        if permanent and parcel.reply.delivery is not Delivery.FORM:  # a form may be closed again
            _note(session, parcel.ticket_id, "not_delivered", now, parcel.id)
        if error.unreachable:
            _report_closed_door(session, parcel, now)
        if error.uncertain or permanent:
            _report(session, parcel, now)
    return state


def _begin_again(session: Session, parcel: Parcel) -> bool:
    """Put the message that heads the thread of this one in front of it again, as it should stand by now. False when
    there is none."""
    head = session.scalars(select(OutboxRow).filter_by(key=parcel.reply.under)).first()
    if head is None or head.state in (OutboxState.DEAD, OutboxState.DROPPED):
        return False
    # It must not wait for what waits for it.
    head.urgent = head.urgent or session.get_one(OutboxRow, parcel.id).urgent
    here, place = parcel.reply.address, replace(parcel.reply.address, thread=None)
    stands_elsewhere = head.conversation != here.key
    if head.state is OutboxState.SENT and (stands_elsewhere or head.thread in (None, here.thread)):
        again = replace(_latest(session, head), address=place, delivery=Delivery.NEW, replaces=None)
        fresh = {"state": OutboxState.NEW, "message_id": None, "thread": None, "not_before": None, **_place(place)}
        session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == head.id)
            .values(payload=_reply.dump_python(again, mode="json"), **fresh)
        )
    return True


def _latest(session: Session, head: OutboxRow) -> Reply:
    """A message as it was changed last."""
    later = select(OutboxRow.payload).where(OutboxRow.ticket_id == head.ticket_id, OutboxRow.id > head.id)
    changes = (one for one in session.scalars(later.order_by(OutboxRow.id.desc())) if one.get("replaces") == head.key)
    return _reply.validate_python(next(changes, head.payload))


def faulted(session: Session, parcel: Parcel, error: str, now: datetime) -> OutboxState:
    """Record that our own code failed on a message; after `MAX_FAULTS` it is set aside so that the others go on."""
    faults = parcel.faults + 1
    state = OutboxState.DEAD if faults >= MAX_FAULTS else OutboxState.NEW
    when = {"not_before": now + _backoff(parcel.attempts), "postponed_at": now}
    changed = _change(session, parcel, state=state, faults=faults, error=error[:300], **when)
    if changed and state is OutboxState.DEAD:
        _note(session, parcel.ticket_id, "not_delivered", now, parcel.id)
        _report(session, parcel, now)
    return state


def _backoff(attempts: int) -> timedelta:
    return min(timedelta(seconds=0.5 * 2 ** min(attempts, 10)), LONGEST_WAIT)


def _change(session: Session, parcel: Parcel, **values: object) -> bool:
    # Without a lost-claim error: the message is out, recording it late is all that can still be done.
    mine = (OutboxRow.id == parcel.id, OutboxRow.worker == parcel.worker, OutboxRow.attempts == parcel.attempts)
    statement = update(OutboxRow).where(*mine).values(worker=None, lease_until=None, **values)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _note(session: Session, ticket_id: int | None, what: str, now: datetime, id: int) -> None:
    ticket = session.get(Ticket, ticket_id) if ticket_id is not None else None
    if ticket is not None:
        note(ticket, "desk", what, now, message=id)


def _report(session: Session, parcel: Parcel, now: datetime) -> None:
    """Tell the desk what has become of a message that it wants to know about."""
    if parcel.reply.tracked:
        id = f"delivery:{parcel.id}:{parcel.attempts}:{parcel.faults}"
        event = Incoming(parcel.reply.address, id, "desk", Arrival.DELIVERY, now, reply_to=parcel.key)
        inbox.store(session, [event])


def _report_closed_door(session: Session, parcel: Parcel, now: datetime) -> None:
    """Tell the desk that a person cannot be written to, in the way in which Telegram itself tells it."""
    address = parcel.reply.address
    where = {"channel": address.channel, "account": address.account, "conversation": address.conversation}
    identity = session.scalars(select(Identity).filter_by(requester_id=parcel.requester_id, **where)).first()
    # Nobody in particular, or a group that threw the bot out: its people may still be reached alone.
    if parcel.requester_id is None or identity is None:
        return
    place = Address(address.channel, address.account, address.conversation)
    event = Incoming(place, f"undeliverable:{parcel.id}:{parcel.attempts}", identity.sender, Arrival.BLOCKED, now)
    inbox.store(session, [event])


def waiting(session: Session) -> int:
    """How many messages have not gone out yet."""
    query = select(OutboxRow.id).where(OutboxRow.state.in_(UNFINISHED))
    return len(session.scalars(query).all())


def doubtful(session: Session) -> list[OutboxRow]:
    """Messages that may have arrived twice or not at all, oldest first."""
    return list(session.scalars(select(OutboxRow).where(OutboxRow.doubtful).order_by(OutboxRow.id)))
