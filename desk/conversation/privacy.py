"""What is kept, a copy of it, and its deletion, end to end."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from desk import examples, outbox
from desk.actions import ActionRow, Does
from desk.conversation import coordinating
from desk.conversation.turn import Turn
from desk.inbox import InboxRow, InboxState
from desk.messages import Card, Delivery, Reply, Style
from desk.outbox import OutboxRow
from desk.people import Requester
from desk.policy import Policy
from desk.referrals import referrals_of
from desk.requests import Message, Request
from desk.tickets import Ticket, tickets_of

# Takes the place of the chat's id in stored events of people who were forgotten.
FORGOTTEN = "forgotten"
# What members do among themselves; a link may name the ticket of somebody else.
_INTERNAL = frozenset({"noted", "linked", "unlinked", "asked_why"})


def notice(turn: Turn) -> None:
    """The privacy notice, made from the settings it speaks of."""
    lines = [
        turn.say("Kept: what you write here, your id in this channel, your language, and what was answered. No name."),
        turn.say(
            "When an answer was corrected or helped, your words may teach me, after a person of this desk has reviewed "
            "them. Nobody else sees them."
        ),
        turn.say("Files you send are never downloaded unless a coordinator asks for one."),
        turn.say(
            "Who reads it: the coordinators of this desk. Nobody else, unless you agree to a referral you have seen."
        ),
        turn.say_many(
            "How long: {count} day after your last message, then it is deleted.",
            "How long: {count} days after your last message, then it is deleted.",
            turn.policy.retention_days,
        ),
        turn.say("You can get a copy with /export and delete everything with /forget at any time."),
    ]
    copy = turn.button(turn.say("Get a copy"), Does.COMMAND, command="export")
    forget = turn.button(turn.say("Delete everything"), Does.COMMAND, style=Style.DANGER, command="forget")
    turn.reply(Card(title=turn.say("Privacy"), body="\n".join(lines), buttons=((copy, forget),)))


def export(turn: Turn) -> None:
    """Send everything kept about the person as one JSON file."""
    text = json.dumps(everything_about(turn), ensure_ascii=False, indent=2, default=str)
    card = Card(body=turn.say("This is everything kept about you."))
    turn.reply(card, delivery=Delivery.FILE, file_name="guidepost-export.json", file_text=text)


def everything_about(turn: Turn) -> dict[str, Any]:
    """The person's rows as plain data."""
    requester = turn.requester
    messages = turn.session.scalars(select(Message).filter_by(requester_id=requester.id).order_by(Message.id))
    sent = turn.session.scalars(select(OutboxRow).filter_by(requester_id=requester.id).order_by(OutboxRow.id))
    return {
        "language": requester.language,
        "time_zone": requester.time_zone,
        "country": requester.country,
        "kind": requester.serves,
        "first_seen": requester.created_at,
        "identities": [{"channel": one.channel, "id": one.sender} for one in requester.identities],
        "messages": [{"at": one.received_at, "text": one.text, "attachments": one.attachments} for one in messages],
        "answers": [{"at": one.created_at, "card": one.payload["card"]} for one in sent],
        "examples": [_example(one) for one in examples.of_requester(turn.session, requester.id)],
        "tickets": [_ticket(turn, one) for one in tickets_of(turn.session, requester.id, limit=10_000)],
    }


def _ticket(turn: Turn, ticket: Ticket) -> dict[str, Any]:
    return {
        "reference": ticket.reference,
        "state": ticket.state.value,
        "opened": ticket.opened_at,
        "topic": ticket.request.topic,
        "history": [
            {"at": one.at, "who": one.actor, "what": one.what, **one.details}
            for one in ticket.history
            if one.what not in _INTERNAL
        ],
        "referrals": [
            {"organisation": one.organisation, "state": one.state.value} for one in referrals_of(turn.session, ticket)
        ],
    }


def _example(example: examples.Example) -> dict[str, Any]:
    return {
        "at": example.proposed_at,
        "text": example.text,
        "wording": example.wording,
        "teaches": example.entry_id,
        "because": example.occasion.value,
        "state": example.state.value,
        "reviewed": example.reviewed_at,
    }


def ask_to_forget(turn: Turn) -> None:
    """Deletion cannot be undone: one press to confirm."""
    body = turn.say("This deletes your messages, tickets and everything else kept about you. It cannot be undone.")
    no = turn.button(turn.say("No, keep it"), Does.KEEP)
    yes = turn.button(turn.say("Yes, delete everything"), Does.FORGET, style=Style.DANGER)
    turn.reply(Card(body=body, buttons=((no,), (yes,))))


def forget(turn: Turn, action: ActionRow) -> None:
    """Delete the person and everything that hangs on them; the last word says so and is itself not tied to them."""
    requester = turn.requester
    done = turn.say("Everything kept about you is deleted. If you write again, you start as a new person.")
    address, language = turn.answering_address, turn.language
    erase(turn.session, turn.policy, requester, turn.now)
    turn.forgotten = True
    outbox.add(turn.session, Reply(address, Card(body=done), language), turn.now)


def erase(session: Session, policy: Policy, requester: Requester, now: datetime) -> None:
    """Remove a person's rows. What is waiting to be sent to them goes too, and the stored events keep only their id.

    What the coordinators were shown of them is emptied where it stands, through the outbox.
    """
    mine = select(Ticket.id).join(Ticket.request).where(Request.requester_id == requester.id)
    coordinating.wipe(session, policy, mine, now)
    session.execute(delete(OutboxRow).where(OutboxRow.requester_id == requester.id))
    session.execute(delete(OutboxRow).where(OutboxRow.ticket_id.in_(mine)))
    places = [address.key for identity in requester.identities if (address := identity.address)]
    # What was set aside belongs to nobody yet.
    dead = and_(InboxRow.state == InboxState.DEAD, InboxRow.conversation.in_(places))
    events = update(InboxRow).where(or_(InboxRow.requester_id == requester.id, dead))
    session.execute(events.values(payload={}, emptied=True, conversation=FORGOTTEN))
    examples.forget(session, requester.id)
    session.delete(requester)
    session.flush()
