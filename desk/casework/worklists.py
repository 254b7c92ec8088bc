"""What waits for members, list by list, the most urgent first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session, joinedload

from desk.conversation.turn import Desk
from desk.members import Member
from desk.outbox import OutboxRow
from desk.referrals import Referral, ReferralState
from desk.requests import Request
from desk.tickets import CLOSED, State, Ticket

#: An organisation has to say something, or the desk has to send something first.
UNSETTLED = (ReferralState.CONSENTED, ReferralState.SENT, ReferralState.ACCEPTED, ReferralState.NO_ANSWER)
_URGENT_FIRST = case({"crisis": 0, "soon": 1}, value=Ticket.urgency, else_=2)


@dataclass(frozen=True, slots=True)
class Worklist:
    """Tickets that have something in common, in the order in which to look at them."""

    session: Session
    conditions: tuple[ColumnElement[bool], ...]
    order: tuple[Any, ...]

    def count(self) -> int:
        return self.session.scalar(select(func.count()).select_from(Ticket).where(*self.conditions)) or 0

    def tickets(self, offset: int, limit: int) -> Sequence[Ticket]:
        query = select(Ticket).where(*self.conditions).order_by(*self.order, Ticket.id).offset(offset).limit(limit)
        with_all = (joinedload(Ticket.request).joinedload(Request.requester), joinedload(Ticket.assignee))
        return self.session.scalars(query.options(*with_all)).all()


def of_member(desk: Desk, member: Member) -> Worklist:
    """Open tickets of one member."""
    mine = (Ticket.assignee_id == member.id, Ticket.state.not_in(CLOSED))
    return Worklist(desk.session, mine, (_URGENT_FIRST, Ticket.respond_by.is_(None), Ticket.respond_by))


def queue(desk: Desk) -> Worklist:
    """Tickets that wait for somebody to take them."""
    awake = (Ticket.snoozed_until.is_(None)) | (Ticket.snoozed_until <= desk.now)
    return Worklist(desk.session, (Ticket.state == State.WAITING, awake), (_URGENT_FIRST, Ticket.awaited_since))


def overdue(desk: Desk) -> Worklist:
    """Tickets whose requester should have heard from a person by now."""
    late = (Ticket.respond_by < desk.now, Ticket.awaited_since.is_not(None))
    return Worklist(desk.session, late, (_URGENT_FIRST, Ticket.respond_by))


def unanswered(desk: Desk) -> Worklist:
    """Tickets whose requester waits for a person, the longest wait first."""
    return Worklist(
        desk.session, (Ticket.awaited_since.is_not(None), Ticket.state.not_in(CLOSED)), (Ticket.awaited_since,)
    )


def outcomes(desk: Desk, offset: int, limit: int) -> Sequence[Referral]:
    """Referrals that the requester agreed to and that have no outcome, the oldest first."""
    query = select(Referral).where(Referral.state.in_(UNSETTLED)).options(joinedload(Referral.ticket))
    return desk.session.scalars(query.order_by(Referral.updated_at, Referral.id).offset(offset).limit(limit)).all()


def outcome_count(desk: Desk) -> int:
    return desk.session.scalar(select(func.count()).select_from(Referral).where(Referral.state.in_(UNSETTLED))) or 0


def card_messages(session: Session, tickets: Sequence[Ticket]) -> dict[int, str]:
    """The channel's ids of the tickets' cards, by the tickets' ids."""
    keys = {one.card_key: one.id for one in tickets if one.card_key}
    query = select(OutboxRow.key, OutboxRow.message_id).where(
        OutboxRow.key.in_(keys), OutboxRow.message_id.is_not(None)
    )
    return {keys[row.key]: str(row.message_id) for row in session.execute(query)} if keys else {}
