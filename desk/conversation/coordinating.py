"""The coordinators' place: one card per ticket, edited in place, and under it what its requester writes."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select
from sqlalchemy.orm import Session

from desk import outbox, targets
from desk.actions import Does
from desk.conversation import boards
from desk.conversation.standing import STATE_NAMES, UNREACHABLE, URGENCIES, state_name, urgency_name
from desk.conversation.turn import Desk
from desk.messages import Address, Card, Delivery, Incoming, Reply
from desk.outbox import OutboxRow
from desk.policy import Policy
from desk.requests import Message
from desk.tickets import Ticket
from desk.wording import phrase, translate

__all__ = ["STATE_NAMES", "UNREACHABLE", "URGENCIES", "pass_on", "show", "state_name", "under", "urgency_name"]
_WROTE = phrase("{who} wrote:")
_CHANGED = phrase("{who} changed a message:")
_SENT_FILES = phrase("(a file; nothing was downloaded)")


def show(desk: Desk, ticket: Ticket) -> None:
    """Post the card of a ticket to the coordinators, or change the one they have, its deadline brought up to date."""
    targets.wind(desk.session, desk.policy, ticket)
    place = desk.policy.coordinators
    if place is None:
        return
    reply = Reply(place, boards.card(desk, ticket), desk.policy.default_language, heads=boards.thread(desk, ticket))
    if ticket.card_key is None:
        ticket.card_key = _post(desk, ticket, reply).key
        ticket.messages_shown = len(ticket.request.messages)
        return
    change = replace(reply, delivery=Delivery.EDIT, replaces=ticket.card_key)
    _post(desk, ticket, change)
    pass_on(desk, ticket)


def pass_on(desk: Desk, ticket: Ticket) -> None:
    """Put what the requester has written since under the card."""
    messages = ticket.request.messages
    if ticket.card_key is None:
        return
    for place in range(ticket.messages_shown, len(messages)):
        under(desk, ticket, _said(desk, ticket, messages[place], messages[:place]), asks=Does.REPLY_WITH)
    ticket.messages_shown = len(messages)


def _said(desk: Desk, ticket: Ticket, message: Message, before: list[Message]) -> Card:
    language = desk.policy.default_language
    is_change = message.origin is not None and any(one.origin == message.origin for one in before)
    text = message.text or translate(language, _SENT_FILES)
    who = boards.known_as(ticket.request, desk.policy.default_language)
    return Card(title=translate(language, _CHANGED if is_change else _WROTE, who=who), body=text)


def under(
    desk: Desk, ticket: Ticket, card: Card, replaces: str | None = None, asks: Does | None = None
) -> OutboxRow | None:
    """Say something under the card of a ticket, where only members read, or change what was said there. `asks` is what
    a member's answer to it in words does."""
    place = desk.policy.coordinators
    if place is None or ticket.card_key is None:
        return None
    reply = Reply(place, card, desk.policy.default_language, under=ticket.card_key, asks=asks)
    if replaces is not None:
        reply = replace(reply, delivery=Delivery.EDIT, replaces=replaces)
    return _post(desk, ticket, reply)


def _post(desk: Desk, ticket: Ticket, reply: Reply) -> OutboxRow:
    return outbox.add(desk.session, reply, desk.now, ticket=ticket, urgent=ticket.is_emergency)


def wipe(session: Session, policy: Policy, tickets: Select[int], now: datetime) -> None:
    """Let nothing be read any more in what was posted about these tickets: their words are deleted everywhere."""
    place = policy.coordinators
    if place is None:
        return
    card = Card(body=translate(policy.default_language, "Deleted. Nothing is kept about this ticket any more."))
    outbox.wipe(session, Reply(place, card, policy.default_language, Delivery.WIPE), tickets, now)


def begun(desk: Desk, incoming: Incoming) -> None:
    """A thread was begun here. Its card may never get there, because the process died in between or an answer was lost.
    A thread without a card goes again, once all that is on its way has arrived."""
    here = incoming.address
    if is_here(desk, here) and not outbox.is_headed(desk.session, here):
        outbox.add(desk.session, Reply(here, Card(), desk.policy.default_language, Delivery.WIPE), desk.now)


def is_here(desk: Desk, address: Address) -> bool:
    """Whether something happened at the coordinators' place."""
    return desk.policy.coordinators is not None and address.key == desk.policy.coordinators.key
