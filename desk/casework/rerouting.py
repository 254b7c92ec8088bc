"""Putting another topic in place of the router's: the requester gets the better answer, and the desk learns."""

from dataclasses import replace

from desk.conversation import answering, coordinating, helping, learning
from desk.conversation.turn import Desk
from desk.members import Member
from desk.tickets import Ticket, note


def reroute(desk: Desk, ticket: Ticket, member: Member, topic: str) -> None:
    """Answer again as if this topic were certain, saying so, and keep the correction for review."""
    request, audience = ticket.request, desk.facing(ticket.request.requester)
    decision = helping.routed_again(audience, request, topic=topic)
    note(ticket, member.actor, "rerouted", desk.now, before=request.topic, after=topic)
    answering.remember(request, decision)
    learning.corrected(audience, request, by=member.actor)
    card = answering.answer_card(audience, request, decision, ticket)
    lead = audience.say("A coordinator looked at your request and thinks that this fits better.")
    request.answer_key = audience.write(replace(card, body=lead), request).key
    coordinating.show(desk, ticket)
