"""Whether a person can be written to at all; the coordinators see it on each of their open tickets."""

from desk.conversation import coordinating
from desk.conversation.turn import Turn
from desk.tickets import note, tickets_of


def lost(turn: Turn) -> None:
    """They blocked the bot or are gone: reminders stay silent until they write again."""
    if turn.requester.reachable:
        turn.requester.reachable = False
        _show(turn, "unreachable")


def regained(turn: Turn) -> None:
    """They did something here, so the door is open."""
    if not turn.requester.reachable:
        turn.requester.reachable = True
        _show(turn, "reachable")


def _show(turn: Turn, what: str) -> None:
    for ticket in tickets_of(turn.session, turn.requester.id):
        if not ticket.is_closed:
            note(ticket, "desk", what, turn.now)
            coordinating.show(turn, ticket)
