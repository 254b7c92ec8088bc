"""What a member is called, as a channel knows it."""

from desk import members
from desk.casework import worklists
from desk.conversation import coordinating
from desk.conversation.turn import Desk
from desk.messages import Incoming

MOST = 50


def introduced(desk: Desk, incoming: Incoming) -> None:
    """Call a member by their name from now on. Who has an account in the console has chosen a name there."""
    here = incoming.address
    member = members.behind(desk.session, here.channel, here.account, incoming.sender)
    if member is None or not incoming.name or member.email is not None or member.name == incoming.name:
        return
    member.name = incoming.name
    for ticket in worklists.of_member(desk, member).tickets(0, MOST):
        coordinating.show(desk, ticket)
