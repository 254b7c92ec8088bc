"""Who comes, changes and leaves: what administrators do with members."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit
from desk.access import invitations, sessions
from desk.casework.handling import assign
from desk.conversation.turn import Desk
from desk.members import Member, Role
from desk.tickets import CLOSED, Ticket


class LastAdministrator(Exception):
    """Nobody could administer the desk any more."""


def change_role(desk: Desk, member: Member, role: Role, by: Member) -> bool:
    """Give a member another role, which signs them out everywhere. False when they have it.

    Raises:
        LastAdministrator: they are.
    """
    if member.role is role:
        return False
    _spare_the_last(desk.session, member)
    before, member.role = member.role, role
    sessions.end_all(desk.session, member)
    audit.record(desk.session, by.actor, "role_changed", member.actor, desk.now, before=before.value, after=role.value)
    return True


def deactivate(desk: Desk, member: Member, by: Member) -> int:
    """Let a member go: they are signed out, links made for them end, their tickets go back to the queue.

    Returns how many tickets went back.

    Raises:
        LastAdministrator: they are.
    """
    _spare_the_last(desk.session, member)
    member.active = False
    sessions.end_all(desk.session, member)
    invitations.withdraw_from(desk.session, member)
    query = select(Ticket).where(Ticket.assignee_id == member.id, Ticket.state.not_in(CLOSED))
    tickets = desk.session.scalars(query.order_by(Ticket.id)).all()
    for ticket in tickets:
        assign(desk, ticket, by, None)
    audit.record(desk.session, by.actor, "deactivated", member.actor, desk.now, tickets=len(tickets))
    return len(tickets)


def reactivate(desk: Desk, member: Member, by: Member) -> None:
    """Take a member back."""
    member.active = True
    audit.record(desk.session, by.actor, "reactivated", member.actor, desk.now)


def make_link(session: Session, member: Member, by: str, now: datetime, *, clears_factors: bool) -> str:
    """The secret of a link by which a member chooses a password, and loses lost second factors with it if asked."""
    secret = invitations.invite(session, member.role, by, now, member, clears_factors=clears_factors)
    audit.record(session, by, "link_made", member.actor, now, clears_factors=clears_factors)
    return secret


def _spare_the_last(session: Session, member: Member) -> None:
    if member.role is not Role.ADMINISTRATOR or not member.active:
        return
    # Locked, so that two who let each other go at the same moment do not both succeed.
    query = select(Member).where(Member.role == Role.ADMINISTRATOR, Member.active).order_by(Member.id)
    administrators = session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()
    if not any(one.id != member.id and one.password_hash for one in administrators):
        raise LastAdministrator
