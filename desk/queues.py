"""The two queues as operators see them: what waits, what is uncertain, what was set aside; never what it says."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from desk.inbox import InboxRow, InboxState
from desk.outbox import OutboxRow, OutboxState
from desk.tickets import Ticket, note
from knowledge.wakeups import Topic, announce


class Standing(StrEnum):
    """Where a message stands, in an operator's words.

    `UNCERTAIN` may have arrived twice, whether it is out by now or waits for another attempt. `DEAD` was set aside by
    the desk, `DROPPED` by an operator.
    """

    WAITING = "waiting"
    UNCERTAIN = "uncertain"
    DEAD = "dead"
    DROPPED = "dropped"


UNSETTLED = (Standing.WAITING, Standing.UNCERTAIN, Standing.DEAD)


class CannotChange(Exception):
    """That cannot be done with this message; the text says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One message in a queue, since when, how often it was tried, and why the last attempt failed."""

    id: int
    channel: str
    state: Standing
    since: datetime
    attempts: int
    reason: str


def outgoing(session: Session, standings: Collection[Standing] = UNSETTLED) -> list[Entry]:
    """What has not gone out, or may have gone out twice, oldest first."""
    row = OutboxRow
    # Without what they say, which nobody needs here.
    query = select(row.id, row.channel, row.state, row.doubtful, row.created_at, row.attempts, row.error)
    query = query.where(or_(row.state != OutboxState.SENT, row.doubtful)).order_by(row.id)
    entries = [
        Entry(id, channel, _standing(state, doubtful), since, attempts, error or "")
        for id, channel, state, doubtful, since, attempts, error in session.execute(query)
    ]
    return [entry for entry in entries if entry.state in standings]


def _standing(state: OutboxState, doubtful: bool) -> Standing:
    settled = {OutboxState.DEAD: Standing.DEAD, OutboxState.DROPPED: Standing.DROPPED}
    return settled.get(state, Standing.UNCERTAIN if doubtful else Standing.WAITING)


def incoming(session: Session, standings: Collection[Standing] = UNSETTLED) -> list[Entry]:
    """What came in and is not answered, oldest first."""
    row = InboxRow
    query = select(row.id, row.channel, row.state, row.received_at, row.attempts, row.error)
    query = query.where(row.state != InboxState.DONE).order_by(row.id)
    entries = [
        Entry(
            id, channel, Standing.DEAD if state is InboxState.DEAD else Standing.WAITING, since, attempts, error or ""
        )
        for id, channel, state, since, attempts, error in session.execute(query)
    ]
    return [entry for entry in entries if entry.state in standings]


def send_again(session: Session, id: int, by: str, now: datetime) -> None:
    """Give a dead message another round.

    Raises:
        CannotChange: when it is not dead.
    """
    row = _outgoing_row(session, id)
    if row.state is not OutboxState.DEAD:
        raise CannotChange(f"Message {id} is not dead but {row.state}: there is nothing to retry.")
    row.state, row.attempts, row.faults, row.not_before = OutboxState.NEW, 0, 0, None
    _note(session, row, by, "delivery_retried", now)
    announce(session, Topic.OUTBOX)


def drop(session: Session, id: int, by: str, now: datetime) -> None:
    """Set a message aside for good. Who did it and when stays with it, and in the history of its ticket.

    Raises:
        CannotChange: when it is out, or on its way out at this moment.
    """
    row = _outgoing_row(session, id)
    if row.state not in (OutboxState.NEW, OutboxState.DEAD):
        raise CannotChange(f"Message {id} is {row.state}: it cannot be dropped.")
    row.state, row.error = OutboxState.DROPPED, f"dropped by {by} at {now:%Y-%m-%d %H:%M} UTC"
    _note(session, row, by, "delivery_dropped", now)
    announce(session, Topic.OUTBOX)


def _outgoing_row(session: Session, id: int) -> OutboxRow:
    row = session.get(OutboxRow, id, with_for_update=True)
    if row is None:
        raise CannotChange(f"There is no message {id}.")
    return row


def _note(session: Session, row: OutboxRow, by: str, what: str, now: datetime) -> None:
    ticket = session.get(Ticket, row.ticket_id) if row.ticket_id is not None else None
    if ticket is not None:
        note(ticket, f"operator {by}", what, now, message=row.id)


def answer_again(session: Session, id: int) -> None:
    """Let a dead event be worked on once more.

    Raises:
        CannotChange: when it is not dead, or what it said was deleted.
    """
    dead = (InboxRow.id == id, InboxRow.state == InboxState.DEAD, InboxRow.emptied.is_(False))
    fresh = {"state": InboxState.NEW, "attempts": 0, "not_before": None, "finished_at": None}
    if session.scalar(update(InboxRow).where(*dead).values(**fresh).returning(InboxRow.id)) is None:
        raise CannotChange(f"There is no dead event {id}.")
    announce(session, Topic.INBOX)
