"""Writing to the requester: always an explicit act, kept apart from everything internal."""

from desk import search
from desk.actions import Does
from desk.conversation import coordinating
from desk.conversation.turn import Desk
from desk.members import Member
from desk.messages import Button, Card
from desk.oncall import paging
from desk.outbox import OutboxRow
from desk.tickets import CLOSED, State, Ticket, current, heard, move, note

LONGEST = 8_000


class NothingWritten(Exception):
    """A reply without words."""


class TooLong(Exception):
    """A reply of more than `LONGEST` characters."""


def reply(desk: Desk, ticket: Ticket, member: Member, text: str) -> OutboxRow:
    """Send a member's words to the requester. Whoever replies first has taken the ticket.

    What is written on a ticket that was merged goes out on the one it went on in. Returns the row of the outbox, where
    its delivery stands.

    Raises:
        NothingWritten, TooLong: what was written cannot be sent like this.
    """
    ticket, body = current(ticket), text.strip()
    if not body:
        raise NothingWritten
    if len(body) > LONGEST:
        raise TooLong
    if ticket.state in (State.ANSWERED, State.WAITING):
        ticket.assignee = ticket.assignee or member
        move(ticket, State.TAKEN, member.actor, desk.now)
    audience = desk.facing(ticket.request.requester)
    row = audience.write(preview(desk, ticket, body), ticket.request, tracked=True)
    search.keep(desk.session, body, outbox=row)
    note(ticket, member.actor, "replied", desk.now, key=row.key)
    heard(ticket)
    ticket.answered_at = ticket.answered_at or desk.now
    paging.settle(desk, ticket, member)
    coordinating.show(desk, ticket)
    return row


def preview(desk: Desk, ticket: Ticket, body: str) -> Card:
    """The card as the requester gets it."""
    audience = desk.facing(ticket.request.requester)
    closing: tuple[tuple[Button, ...], ...] = ()
    if ticket.state not in CLOSED:
        closing = ((audience.button(audience.say("It is solved"), Does.SOLVED, ticket.request),),)
    return Card(
        title=audience.say("A coordinator answers"),
        body=body,
        footer=audience.say("Ticket {reference}. What you write next is added to it.", reference=ticket.reference),
        buttons=closing,
    )
