"""Questions after a ticket: moving one to another moment, or not asking it."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk.conversation.turn import Desk
from desk.followups import FollowUp, FollowUpState
from desk.members import Member
from desk.tickets import Ticket, note


class AskedAlready(Exception):
    """A question that is out, answered or cancelled cannot be changed."""


class InThePast(Exception):
    """A moment that has gone by."""


def follow_ups_of(session: Session, ticket: Ticket, limit: int = 50) -> list[FollowUp]:
    """The questions of a ticket in the order in which they are due."""
    query = select(FollowUp).filter_by(ticket_id=ticket.id).order_by(FollowUp.due_at, FollowUp.id)
    return list(session.scalars(query.limit(limit)))


def move(desk: Desk, follow_up: FollowUp, member: Member, due: datetime) -> None:
    """Ask (or, for the last row, close) at another moment.

    Raises:
        AskedAlready, InThePast: that cannot be.
    """
    _check_waits(follow_up)
    if due <= desk.now:
        raise InThePast
    details = {"number": follow_up.number, "before": follow_up.due_at.isoformat(), "after": due.isoformat()}
    note(follow_up.ticket, member.actor, "follow_up_moved", desk.now, **details)
    follow_up.due_at = due


def cancel(desk: Desk, follow_up: FollowUp, member: Member) -> None:
    """Do not ask this one.

    Raises:
        AskedAlready: it is not waiting any more.
    """
    _check_waits(follow_up)
    follow_up.state = FollowUpState.CANCELLED
    note(follow_up.ticket, member.actor, "follow_up_cancelled", desk.now, number=follow_up.number)


def _check_waits(follow_up: FollowUp) -> None:
    if follow_up.state is not FollowUpState.SCHEDULED:
        raise AskedAlready
