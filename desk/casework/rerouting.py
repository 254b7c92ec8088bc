"""Putting another answer in place of the router's: the requester gets the better one, and the desk learns."""

from dataclasses import replace

from desk.conversation import answering, coordinating, helping, learning
from desk.conversation.turn import Audience, Desk
from desk.members import Member
from desk.messages import Card
from desk.requests import Request
from desk.tickets import Ticket, note
from desk.wording import phrase
from routing.catalogue import Kind
from routing.decision import Action, Decision, Scored

_CORRECTED = phrase("A coordinator looked at your request and thinks that this fits better.")
_KNOWN_SINCE = phrase("This desk knows more than when it answered you. This may fit better.")


class Outdated(Exception):
    """The router says something else by now than what was shown."""


class NothingToSay(Exception):
    """The router has no answer to put in place of the one that was given."""


def reroute(desk: Desk, ticket: Ticket, member: Member, id: str, kind: Kind = Kind.TOPIC) -> None:
    """Answer again as if this topic were certain, saying so, and keep the correction for review.

    A practice or an organisation stands for its topic, and comes first in the answer.

    Raises:
        LookupError: the catalogue has no such entry.
    """
    request, audience = ticket.request, desk.facing(ticket.request.requester)
    topic = _topic_of(desk, request, id, kind)
    decision = _led_by(helping.routed_again(audience, request, topic=topic), id, kind)
    details = {} if kind is Kind.TOPIC else {kind.value: id}
    note(ticket, member.actor, "rerouted", desk.now, before=request.topic, after=topic, **details)
    is_other = topic != request.topic
    answering.remember(request, decision)
    if is_other:
        learning.corrected(audience, request, by=member.actor)
    _answer(audience, ticket, decision, _CORRECTED)


def routed_now(desk: Desk, ticket: Ticket) -> Decision:
    """What the router says with the knowledge of this moment. Nothing is changed."""
    return helping.routed_again(desk.facing(ticket.request.requester), ticket.request)


def is_answer(decision: Decision) -> bool:
    """Whether this can be sent, and is no question back."""
    return decision.action in (Action.ANSWER, Action.REFER) and bool(decision.topics)


def mark(decision: Decision) -> str:
    """A few letters that change when the answer does."""
    shown = [one.id for one in (*decision.topics[:1], *decision.practices[:3], *decision.organisations[:3])]
    return "/".join(shown)


def route_again(desk: Desk, ticket: Ticket, member: Member, shown: str) -> None:
    """Put what the router says now in place of what it said, and send it. `shown` is the `mark` of what was looked at.

    Raises:
        Outdated: it says something else again.
        NothingToSay: it asks back instead of answering.
    """
    decision = routed_now(desk, ticket)
    if mark(decision) != shown:
        raise Outdated
    if not is_answer(decision):
        raise NothingToSay
    before = ticket.request.topic
    answering.remember(ticket.request, decision)
    note(ticket, member.actor, "routed_again", desk.now, before=before, after=ticket.request.topic)
    _answer(desk.facing(ticket.request.requester), ticket, decision, _KNOWN_SINCE)


def _answer(audience: Audience, ticket: Ticket, decision: Decision, lead: str) -> None:
    request = ticket.request
    card: Card = answering.answer_card(audience, request, decision, ticket)
    request.answer_key = audience.write(replace(card, body=audience.say(lead)), request).key
    coordinating.show(audience, ticket)


def _topic_of(desk: Desk, request: Request, id: str, kind: Kind) -> str:
    entry = desk.catalogue.entry(kind, id)
    if entry is None or (kind is not Kind.TOPIC and not entry.topics):
        raise LookupError(id)
    if kind is Kind.TOPIC:
        return id
    return request.topic if request.topic in entry.topics else entry.topics[0]


def _led_by(decision: Decision, id: str, kind: Kind) -> Decision:
    """The decision with this entry as the first of its kind."""

    def led(ranked: tuple[Scored, ...]) -> tuple[Scored, ...]:
        return (Scored(id, 1.0), *(one for one in ranked if one.id != id))

    if kind is Kind.PRACTICE:
        return replace(decision, practices=led(decision.practices))
    if kind is Kind.ORGANISATION:
        return replace(decision, organisations=led(decision.organisations))
    return decision
