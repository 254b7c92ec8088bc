"""What coordinators do with the buttons of a ticket's card."""

from dataclasses import replace

from desk import actions, followups, outbox
from desk.actions import ActionRow, Does
from desk.conversation import answering, coordinating, helping, learning
from desk.conversation.turn import Turn
from desk.messages import Button, Card, Reply
from desk.requests import Request
from desk.tickets import IllegalTransition, State, Ticket, move, note
from desk.wording import phrase, translate
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
    try:
        _ACTS[action.does](turn, ticket, action)
    except IllegalTransition:
        turn.whisper(turn.say("{reference} is closed already.", reference=ticket.reference))
    coordinating.show(turn, ticket)


def _take(turn: Turn, ticket: Ticket, action: ActionRow) -> None:
    if ticket.assigned_to and ticket.state is State.TAKEN:
        turn.whisper(turn.say("{name} has taken {reference}.", name=ticket.assigned_to, reference=ticket.reference))
        return
    ticket.assigned_to = turn.incoming.sender
    move(ticket, State.TAKEN, turn.incoming.sender, turn.now)
    _tell_requester(turn, ticket, phrase("A coordinator is now looking at your ticket {reference}."))


def _close(turn: Turn, ticket: Ticket, action: ActionRow) -> None:
    move(ticket, State.CLOSED, turn.incoming.sender, turn.now)
    followups.cancel(turn.session, ticket)
    _tell_requester(
        turn, ticket, phrase("A coordinator has closed your ticket {reference}. Write again whenever you need to.")
    )


def _tell_requester(turn: Turn, ticket: Ticket, text: str) -> None:
    request = ticket.request
    card = Card(body=translate(request.language, text, reference=ticket.reference))
    reply = Reply(request.address, card, request.language)
    outbox.add(turn.session, reply, turn.now, request.requester_id, ticket)


def _why(turn: Turn, ticket: Ticket, action: ActionRow) -> None:
    reasons = ticket.request.decision.get("reasons", [])
    lines = [f"{reason['signal']}: {reason['detail']}" for reason in reasons]
    runner_up = ticket.request.decision.get("runner_up")
    if runner_up:
        lines.append(turn.say("Second: {name}", name=runner_up))
    turn.whisper("\n".join(lines) or turn.say("A person asked for this directly; nothing was routed."))
    note(ticket, turn.incoming.sender, "asked_why", turn.now)


def _reroute(turn: Turn, ticket: Ticket, action: ActionRow) -> None:
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


def _reroute_to(turn: Turn, ticket: Ticket, action: ActionRow) -> None:
    request = ticket.request
    decision = helping.routed_again(turn, request, topic=action.details["topic"])
    note(ticket, turn.incoming.sender, "rerouted", turn.now, before=request.topic, after=action.details["topic"])
    answering.remember(request, decision)
    learning.corrected(turn, request)
    requesters_turn = replace(turn, requester=request.requester)
    card = answering.answer_card(requesters_turn, request, decision, ticket)
    lead = translate(request.language, "A coordinator looked at your request and thinks that this fits better.")
    better = Reply(request.address, replace(card, body=lead), request.language)
    request.answer_key = outbox.add(turn.session, better, turn.now, request.requester_id, ticket).key


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
