"""Reminding of those who wait for a person: once before the deadline, and a call when it has passed."""

from sqlalchemy import select

from desk import targets
from desk.conversation import coordinating
from desk.conversation.turn import Desk
from desk.hours import local_time
from desk.messages import Card
from desk.oncall import letters, paging
from desk.oncall.pages import Reason
from desk.oncall.shifts import on_call
from desk.tickets import Ticket, note
from desk.wording import phrase, translate

WARNED, ESCALATED = 1, 2
_SOON = phrase("{reference}: the requester should hear from a person by {moment}.")
_LATE = phrase("{reference} is overdue: the requester should have heard from a person by {moment}.")


def run_due(desk: Desk) -> int:
    """Warn and escalate where the time has come. Returns how many tickets changed."""
    unwound = targets.unwound(desk.session)
    for ticket in unwound:
        targets.wind(desk.session, desk.policy, ticket)
    desk.session.flush()
    due = _due(desk)
    for ticket in due:
        _alert(desk, ticket)
    return len(unwound) + len(due)


def _due(desk: Desk, limit: int = 100) -> list[Ticket]:
    """Locked, so that two schedulers never remind of the same one."""
    query = select(Ticket).where(Ticket.alert_at <= desk.now).order_by(Ticket.alert_at, Ticket.id)
    return list(desk.session.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def _alert(desk: Desk, ticket: Ticket) -> None:
    """After downtime that was too long for a warning there is none: one reminder is enough."""
    if ticket.respond_by is not None and desk.now < ticket.respond_by:
        ticket.escalation = WARNED
        note(ticket, "desk", "warned", desk.now)
        _warn(desk, ticket)
    else:
        ticket.escalation = ESCALATED
        note(ticket, "desk", "escalated", desk.now)
        letters.announce(
            desk, ticket, _LATE, **_named(desk, ticket, desk.policy.time_zone, desk.policy.default_language)
        )
        paging.call(desk, Reason.OVERDUE, ticket)
    coordinating.show(desk, ticket)


def _warn(desk: Desk, ticket: Ticket) -> None:
    """Whoever has it, else whoever is on call first; and the coordinators' place."""
    letters.announce(desk, ticket, _SOON, **_named(desk, ticket, desk.policy.time_zone, desk.policy.default_language))
    shifts = on_call(desk.session, desk.now)
    first = [shift.member for shift in shifts if shift.rank == shifts[0].rank]
    for member in [ticket.assignee] if ticket.assignee else first:
        language = letters.language_of(desk, member)
        named = _named(desk, ticket, member.time_zone or desk.policy.time_zone, language)
        letters.write(desk, member, Card(body=translate(language, _SOON, **named)))


def _named(desk: Desk, ticket: Ticket, time_zone: str, language: str) -> dict[str, str]:
    moment = local_time(ticket.respond_by or desk.now, time_zone, language)
    return {"reference": ticket.reference, "moment": moment}
