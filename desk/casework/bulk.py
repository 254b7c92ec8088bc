"""One act on many tickets: each succeeds or is left as it was, and those that could not say why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from desk import audit
from desk.casework import handling
from desk.casework.handling import Taken
from desk.conversation.turn import Desk
from desk.members import Member, Right
from desk.tickets import IllegalTransition, Ticket
from desk.wording import phrase

#: How many tickets one act may be about.
MOST = 100
_SO_ALREADY = phrase("Nothing to change.")
_CLOSED = phrase("It is closed.")


@dataclass(frozen=True, slots=True)
class Refused:
    """A ticket that was left as it was, and why: a text of the interface with its values."""

    reference: str
    why: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an act."""

    done: tuple[str, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Act:
    """What to do with each ticket; False means that there was nothing to do. `what` is its word in the audit log."""

    what: str
    on: Callable[[Desk, Ticket, Member], bool]


def taking() -> Act:
    """Make them one's own."""
    return Act("taken", handling.take)


def assigning(to: Member) -> Act:
    """Give them to a member who works on tickets."""
    if not to.may(Right.WORK):
        raise ValueError(f"{to.actor} does not work on tickets")
    return Act("assigned", lambda desk, ticket, member: handling.assign(desk, ticket, member, to))


def giving_back() -> Act:
    """Put them back into the queue."""
    return Act("given_back", lambda desk, ticket, member: handling.assign(desk, ticket, member, None))


def snoozing(until: datetime | None) -> Act:
    """Leave them alone until a moment; wake them with None."""
    return Act("snoozed" if until else "woken", lambda desk, ticket, member: _snooze(desk, ticket, member, until))


def closing() -> Act:
    """Close them and tell those who asked."""
    return Act("closed", handling.close)


def _snooze(desk: Desk, ticket: Ticket, member: Member, until: datetime | None) -> bool:
    if ticket.is_closed:
        raise IllegalTransition(f"{ticket.reference} is closed")
    if ticket.snoozed_until == until:
        return False
    handling.snooze(desk, ticket, member, until)
    return True


def act(desk: Desk, member: Member, references: Sequence[str], what: Act) -> Outcome:
    """Do something with each of these tickets, in the order in which they were named."""
    query = select(Ticket).where(Ticket.reference.in_(references[:MOST]))
    query = query.options(joinedload(Ticket.request), joinedload(Ticket.assignee))
    there = {ticket.reference: ticket for ticket in desk.session.scalars(query)}
    done: list[str] = []
    refused: list[Refused] = []
    for reference in dict.fromkeys(references[:MOST]):
        ticket = there.get(reference)
        problem = _attempt(desk, member, ticket, what) if ticket else Refused(reference, phrase("It is gone."))
        if problem is None:
            done.append(reference)
        else:
            refused.append(problem)
    return Outcome(tuple(done), tuple(refused))


def _attempt(desk: Desk, member: Member, ticket: Ticket, what: Act) -> Refused | None:
    try:
        # What was begun on a ticket is undone before the next one's turn.
        with desk.session.begin_nested():
            if not what.on(desk, ticket, member):
                return Refused(ticket.reference, _SO_ALREADY)
            audit.record(desk.session, member.actor, what.what, ticket.reference, desk.now)
    except Taken as other:
        return Refused(ticket.reference, phrase("{name} has it."), other.by.name)
    except IllegalTransition:
        return Refused(ticket.reference, _CLOSED)
    return None
