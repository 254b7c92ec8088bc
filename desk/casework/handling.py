"""Whose a ticket is, and where it stands."""

from datetime import datetime

from desk import followups, notes
from desk.conversation import coordinating, satisfaction
from desk.conversation.turn import Desk
from desk.members import Member
from desk.messages import Button, Card
from desk.notes import Note
from desk.oncall import paging
from desk.oncall.pages import Reason
from desk.tickets import CLOSED, IllegalTransition, State, Ticket, move, note
from desk.wording import phrase

_CLOSED = phrase("A coordinator has closed your ticket {reference}. Write again whenever you need to.")


class Taken(Exception):
    """Somebody else has the ticket."""

    def __init__(self, by: Member) -> None:
        super().__init__(f"{by.name} has taken it")
        self.by = by


def take(desk: Desk, ticket: Ticket, member: Member) -> bool:
    """Make a ticket one's own; the requester is told that a person looks at it. False when it was theirs already.

    Raises:
        Taken: another member has it.
        IllegalTransition: it is closed.
    """
    if ticket.state is State.TAKEN and ticket.assignee is not None:
        if ticket.assignee is not member:
            raise Taken(ticket.assignee)
        return False
    ticket.assignee = member
    move(ticket, State.TAKEN, member.actor, desk.now)
    paging.settle(desk, ticket, member)
    tell(desk, ticket, phrase("A coordinator is now looking at your ticket {reference}."))
    coordinating.show(desk, ticket)
    return True


def assign(desk: Desk, ticket: Ticket, member: Member, to: Member | None) -> bool:
    """Give a ticket to a member, or back to the queue with None. False when nothing changes.

    Raises:
        IllegalTransition: it is closed.
    """
    if ticket.assignee is to:
        return False
    before = ticket.assignee_id
    ticket.assignee = to
    if to is None and ticket.state is State.TAKEN:
        move(ticket, State.WAITING, member.actor, desk.now)
    elif to is not None and ticket.state is not State.TAKEN:
        move(ticket, State.TAKEN, member.actor, desk.now)
    if to is not None:
        paging.settle(desk, ticket, to)
    note(ticket, member.actor, "assigned", desk.now, before=before, after=to.id if to else None)
    coordinating.show(desk, ticket)
    return True


def hand_over(desk: Desk, ticket: Ticket, member: Member, to: Member, text: str) -> bool:
    """Give a ticket to another member with a note on where it stands. False when it is theirs already.

    Raises:
        IllegalTransition: it is closed.
    """
    if ticket.assignee is to:
        return False
    if text.strip():
        add_note(desk, ticket, member, text)
    return assign(desk, ticket, member, to)


def add_note(desk: Desk, ticket: Ticket, member: Member, text: str) -> Note:
    """Keep a note for the other members. Nothing that sends ever reads it."""
    written = notes.write(desk.session, ticket, member, text.strip(), desk.now)
    note(ticket, member.actor, "noted", desk.now)
    return written


def close(desk: Desk, ticket: Ticket, member: Member, to: State = State.CLOSED) -> bool:
    """Close a ticket, ask no more and tell the requester. False when it was closed like this already.

    Raises:
        IllegalTransition: it is closed in another way.
    """
    if to not in CLOSED:
        raise ValueError(f"{to} does not close a ticket")
    changed = move(ticket, to, member.actor, desk.now)
    if changed:
        followups.cancel(desk.session, ticket)
        ticket.snoozed_until = None
        paging.settle(desk, ticket, member)
        question = satisfaction.ask(desk.facing(ticket.request.requester), ticket)
        tell(desk, ticket, _CLOSED, satisfaction.QUESTION if question else "", question)
        coordinating.show(desk, ticket)
    return changed


def reopen(desk: Desk, ticket: Ticket, member: Member) -> bool:
    """Put a closed ticket back into the queue. False when it is open.

    Raises:
        IllegalTransition: the requester withdrew it, or it went on in another one.
    """
    if ticket.state not in CLOSED:
        return False
    if ticket.merged_into is not None:
        raise IllegalTransition(f"{ticket.reference} went on in {ticket.merged_into.reference}")
    move(ticket, State.WAITING, member.actor, desk.now)
    coordinating.show(desk, ticket)
    return True


def snooze(desk: Desk, ticket: Ticket, member: Member, until: datetime | None) -> None:
    """Leave an open ticket alone until a moment, or wake it with None. What the requester writes wakes it too.

    A requester who waits goes on waiting: no deadline moves.
    """
    ticket.snoozed_until = until
    note(ticket, member.actor, "snoozed" if until else "woken", desk.now, until=until.isoformat() if until else None)
    coordinating.show(desk, ticket)


def prioritise(desk: Desk, ticket: Ticket, member: Member, urgency: str) -> bool:
    """Set how urgent a ticket is: crisis, soon or normal. False when it is so already."""
    if urgency == ticket.urgency:
        return False
    note(ticket, member.actor, "prioritised", desk.now, before=ticket.urgency, after=urgency)
    ticket.urgency, ticket.escalation = urgency, 0
    if urgency == "crisis" and ticket.state is State.WAITING:
        paging.call(desk, Reason.CRISIS, ticket)
    coordinating.show(desk, ticket)
    return True


def tell(
    desk: Desk,
    ticket: Ticket,
    text: str,
    question: str = "",
    buttons: tuple[tuple[Button, ...], ...] = (),
    **values: object,
) -> None:
    """A sentence of the desk to the requester, in their language, and perhaps a question with its answers.

    `text` may name the ticket's `{reference}`.
    """
    audience = desk.facing(ticket.request.requester)
    body = audience.say(text, reference=ticket.reference, **values)
    if question:
        body = f"{body}\n\n{audience.say(question)}"
    audience.write(Card(body=body, buttons=buttons), ticket.request)
