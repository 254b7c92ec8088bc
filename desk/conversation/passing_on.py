"""What a requester says, passed on to the members under the ticket's card; it wakes a ticket that was put aside."""

from desk.actions import Does
from desk.conversation import boards, continuing, coordinating
from desk.conversation.turn import Turn
from desk.messages import Card
from desk.requests import Message
from desk.tickets import Ticket, note


def to_members(turn: Turn) -> None:
    """Pass on what was said in this turn."""
    if turn.forgotten:
        return
    for message in turn.kept:
        if message.request is None:
            _aside(turn, message)
        elif (ticket := message.request.ticket) is not None:
            _wake(turn, ticket)
            coordinating.pass_on(turn, ticket)


def _wake(turn: Turn, ticket: Ticket) -> None:
    if ticket.snoozed_until is not None:
        ticket.snoozed_until = None
        note(ticket, "requester", "woken", turn.now)
        coordinating.show(turn, ticket)


def _aside(turn: Turn, message: Message) -> None:
    """A word that belongs to no request ("thanks"): whoever has taken the open one is waiting for words."""
    request = continuing.here(turn)
    ticket = request.ticket if request else None
    if ticket is not None and ticket.assignee is not None and message.text:
        title = turn.say("{who} wrote:", who=boards.known_as(ticket.request, turn.language))
        coordinating.under(turn, ticket, Card(title=title, body=message.text), asks=Does.REPLY_WITH)
