"""Answering a call, wherever it is answered."""

from contextlib import suppress

from desk.casework import handling
from desk.casework.handling import Taken
from desk.conversation.turn import Desk
from desk.members import Member
from desk.oncall import paging
from desk.oncall.pages import Page
from desk.tickets import IllegalTransition, State, Ticket


def answer(desk: Desk, page: Page, member: Member) -> bool:
    """This member looks after it and has the ticket, also one that somebody else has let become overdue.

    False when another was first.
    """
    if not paging.acknowledge(desk, page, member):
        return False
    ticket = page.ticket
    if ticket is not None:
        with suppress(IllegalTransition, Taken):
            act = handling.take if ticket.state is not State.TAKEN else _take_over
            act(desk, ticket, member)
    return True


def _take_over(desk: Desk, ticket: Ticket, member: Member) -> bool:
    return handling.assign(desk, ticket, member, member)
