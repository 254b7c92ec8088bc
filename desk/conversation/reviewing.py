"""What coordinators do with the buttons of a ticket's card."""

from desk import actions, members
from desk.actions import ActionRow, Does
from desk.casework import handling, rerouting
from desk.casework.handling import Taken
from desk.conversation import learning
from desk.conversation.turn import Turn
from desk.members import Member
from desk.messages import Button, Card
from desk.requests import Request
from desk.tickets import IllegalTransition, Ticket, note
from routing.catalogue import Kind

CHOICES = 6


def press(turn: Turn, action: ActionRow, request: Request) -> None:
    """A coordinator pressed a button on a card. Only the coordinators' own place may do that."""
    if turn.policy.coordinators is None or turn.incoming.address.key != turn.policy.coordinators.key:
        turn.whisper(turn.say("These buttons are for the coordinators of this desk."))
        return
    ticket = request.ticket
    if ticket is None:
        return
    here, sender = turn.incoming.address, turn.incoming.sender
    member = members.met(turn.session, here.channel, here.account, sender, sender, turn.now)
    try:
        _ACTS[action.does](turn, ticket, member, action)
    except Taken as other:
        turn.whisper(turn.say("{name} has taken {reference}.", name=other.by.name, reference=ticket.reference))
    except IllegalTransition:
        turn.whisper(turn.say("{reference} is closed already.", reference=ticket.reference))


def _take(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    if not handling.take(turn, ticket, member):
        turn.whisper(turn.say("{name} has taken {reference}.", name=member.name, reference=ticket.reference))


def _close(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    handling.close(turn, ticket, member)


def _why(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    reasons = ticket.request.decision.get("reasons", [])
    lines = [f"{reason['signal']}: {reason['detail']}" for reason in reasons]
    runner_up = ticket.request.decision.get("runner_up")
    if runner_up:
        lines.append(turn.say("Second: {name}", name=runner_up))
    turn.whisper("\n".join(lines) or turn.say("A person asked for this directly; nothing was routed."))
    note(ticket, member.actor, "asked_why", turn.now)


def _reroute(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    language = turn.policy.default_language
    names = {
        entry.id: entry.names.get(language, entry.id) for entry in turn.catalogue.entries if entry.kind is Kind.TOPIC
    }
    ranked = [one["id"] for one in ticket.request.decision.get("topics", [])][:CHOICES]
    rows = tuple((_choice(turn, ticket, topic, names[topic]),) for topic in ranked if topic in names)
    body = turn.say("Which topic fits {reference} better?", reference=ticket.reference)
    kept = (
        turn.say("Your choice is kept for review, so that I can learn from it.")
        if learning.is_kept(ticket.request)
        else ""
    )
    turn.reply(Card(body=body, footer=kept, buttons=rows))


def _reroute_to(turn: Turn, ticket: Ticket, member: Member, action: ActionRow) -> None:
    rerouting.reroute(turn, ticket, member, action.details["topic"])


def _choice(turn: Turn, ticket: Ticket, topic: str, name: str) -> Button:
    token = actions.offer(turn.session, Does.REROUTE_TO, turn.now, None, ticket.request, topic=topic)
    return Button(name, token)


_ACTS = {
    Does.TAKE: _take,
    Does.CLOSE: _close,
    Does.WHY: _why,
    Does.REROUTE: _reroute,
    Does.REROUTE_TO: _reroute_to,
}
