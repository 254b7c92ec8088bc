"""How sending a message ended."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, Update, bindparam, select, update
from sqlalchemy.orm import Session

from desk.messages import Delivery, DeliveryError, Reply, Sent
from desk.outbox.parcels import MAX_FAULTS, Parcel, note_on, report, report_closed_door
from desk.outbox.rows import OutboxRow, OutboxState, payload_of, place_of, reply_of

LONGEST_WAIT = timedelta(minutes=2)


def sent(session: Session, parcel: Parcel, result: Sent, now: datetime) -> None:
    """Record that a message went out, with the platform's id of it. Why an attempt before failed stays to be read."""
    mine = {"claimed": parcel.id, "holder": parcel.worker, "attempt": parcel.attempts}
    session.execute(_SENT, {**mine, "now": now, "message": result.message_id, "heads": result.thread})
    _follow(session, parcel.reply, result)
    report(session, parcel, now)


def _follow(session: Session, reply: Reply, result: Sent) -> None:
    """An edit of a message that was gone is a new one: further edits and what belongs under it go there."""
    if reply.replaces is not None and result.message_id not in (None, reply.target):
        moved = update(OutboxRow).where(OutboxRow.key == reply.replaces)
        session.execute(moved.values(message_id=result.message_id))
        if result.thread is not None:
            session.execute(moved.values(thread=result.thread, **place_of(reply.address)))


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
            note_on(session, parcel.ticket_id, "delivery_uncertain", now, parcel.id)
        if permanent and parcel.reply.delivery is not Delivery.FORM:  # a form may be closed again
            note_on(session, parcel.ticket_id, "not_delivered", now, parcel.id)
        if error.unreachable:
            report_closed_door(session, parcel, now)
        if error.uncertain or permanent:
            report(session, parcel, now)
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
        fresh = {"state": OutboxState.NEW, "message_id": None, "thread": None, "not_before": None, **place_of(place)}
        session.execute(update(OutboxRow).where(OutboxRow.id == head.id).values(payload=payload_of(again), **fresh))
    return True


def _latest(session: Session, head: OutboxRow) -> Reply:
    """A message as it was changed last."""
    later = select(OutboxRow.payload).where(OutboxRow.ticket_id == head.ticket_id, OutboxRow.id > head.id)
    changes = (one for one in session.scalars(later.order_by(OutboxRow.id.desc())) if one.get("replaces") == head.key)
    return reply_of(next(changes, head.payload))


def faulted(session: Session, parcel: Parcel, error: str, now: datetime) -> OutboxState:
    """Record that our own code failed on a message; after `MAX_FAULTS` it is set aside so that the others go on."""
    faults = parcel.faults + 1
    state = OutboxState.DEAD if faults >= MAX_FAULTS else OutboxState.NEW
    when = {"not_before": now + _backoff(parcel.attempts), "postponed_at": now}
    changed = _change(session, parcel, state=state, faults=faults, error=error[:300], **when)
    if changed and state is OutboxState.DEAD:
        note_on(session, parcel.ticket_id, "not_delivered", now, parcel.id)
        report(session, parcel, now)
    return state


def _backoff(attempts: int) -> timedelta:
    return min(timedelta(seconds=0.5 * 2 ** min(attempts, 10)), LONGEST_WAIT)


def _change(session: Session, parcel: Parcel, **values: object) -> bool:
    # Without a lost-claim error: the message is out, recording it late is all that can still be done.
    mine = (OutboxRow.id == parcel.id, OutboxRow.worker == parcel.worker, OutboxRow.attempts == parcel.attempts)
    statement = update(OutboxRow).where(*mine).values(worker=None, lease_until=None, **values)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
