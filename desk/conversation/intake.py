"""Where an event enters the conversation: keep what the person sent, hand it to the use case."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from desk.actions import Does
from desk.casework import drafting
from desk.conversation import (
    asides,
    commands,
    continuing,
    coordinating,
    filing,
    home,
    introducing,
    passing_on,
    presses,
    reaching,
    talking,
    typed,
)
from desk.conversation.turn import Desk, Turn
from desk.messages import Arrival, Card, Incoming
from desk.people import recognise
from desk.policy import Policy
from desk.requests import Message, album_seen, message_by_origin
from desk.tickets import note
from routing.catalogue import Catalogue

LONGEST = 20_000


def handle(session: Session, policy: Policy, catalogue: Catalogue, incomings: Sequence[Incoming]) -> list[int | None]:
    """Answer events in the caller's transaction.

    Returns for each the requester's id, None when nothing of it is to be kept: they are forgotten now, or it was
    internal.
    """
    persons = [incoming for incoming in incomings if incoming.arrival not in _REPORTS]
    requesters = iter(recognise(session, persons, policy.default_language))
    found: list[int | None] = []
    for incoming in incomings:
        if incoming.arrival in _REPORTS:
            _REPORTS[incoming.arrival](Desk(session, incoming.received_at, policy, catalogue), incoming)
            found.append(None)
        else:
            found.append(_answer(Turn(session, incoming.received_at, policy, catalogue, next(requesters), incoming)))
        if incoming.arrival is not Arrival.TEXT or incoming.internal:
            # Members act on what is others'. Words touch only their own conversation: all of them are written at once.
            session.flush()
    return found


def _answer(turn: Turn) -> int | None:
    incoming, requester = turn.incoming, turn.requester
    if incoming.internal:
        asides.hear(turn)
        return None
    if incoming.arrival is not Arrival.BLOCKED:
        reaching.regained(turn)
    if incoming.private_address is not None and incoming.arrival in (Arrival.TEXT, Arrival.COMMAND):
        turn.whisper(turn.say("I answer you in a direct message, so that only you can read it."))
    _ARRIVALS[incoming.arrival](turn)
    passing_on.to_members(turn)
    return None if turn.forgotten or incoming.arrival is Arrival.FORM else requester.id


def _text(turn: Turn) -> None:
    turn.requester.stopped = False
    if (action := typed.button(turn)) is not None:
        talking.keep(turn, turn.incoming.text)
        turn.incoming = replace(turn.incoming, action=action)
        presses.press(turn)
        return
    album = _album(turn)
    talking.hear(turn, turn.incoming.text[:LONGEST])
    filing.take_in(turn, album)


def _album(turn: Turn) -> Message | None:
    """The first message of the album that this one belongs to, when that has come in already."""
    incoming = turn.incoming
    return album_seen(turn.session, incoming.address.key, incoming.album) if incoming.album else None


def _command(turn: Turn) -> None:
    commands.run(turn, (turn.incoming.command or "help").lower(), turn.incoming.text.strip())


def _edit(turn: Turn) -> None:
    """A corrected message is another version of it, never a second request."""
    incoming = turn.incoming
    earlier = message_by_origin(turn.session, incoming.address.key, incoming.message_id or "")
    if earlier is None:
        _text(turn)
        return
    if earlier.text == incoming.text:
        return
    if earlier.request is None:
        # It opened nothing (a greeting, say); corrected, it may.
        _text(turn)
    else:
        talking.corrected(turn, earlier.request, incoming.text[:LONGEST])


def _media(turn: Turn) -> None:
    """Something without words: kept as a reference, answered politely, once per album."""
    first = _album(turn)
    request = first.request if first else continuing.here(turn)
    talking.keep(turn, turn.incoming.text, request)
    if filing.take_in(turn, first) or first is not None:
        return
    ticket = request.ticket if request else None
    if ticket is None:
        body = turn.say(
            "I can only read text, and I have not downloaded what you sent. Please tell me in a few words "
            "what happened."
        )
    else:
        note(ticket, "requester", "sent_file", turn.now)
        talking.await_answer(turn, request)
        body = turn.say(
            "I can only read text. I have noted on ticket {reference} that you sent something; nothing was downloaded. "
            "A coordinator may ask you for it.",
            reference=ticket.reference,
        )
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    turn.reply(Card(body=body, buttons=((human,),)), request)


def _deleted(turn: Turn) -> None:
    """What a person has deleted in their chat was said all the same; `/forget` deletes it here."""


_ARRIVALS: dict[Arrival, Callable[[Turn], None]] = {
    Arrival.TEXT: _text,
    Arrival.COMMAND: _command,
    Arrival.EDIT: _edit,
    Arrival.MEDIA: _media,
    Arrival.PRESS: presses.press,
    Arrival.FORM: presses.press,
    Arrival.DELETED: _deleted,
    Arrival.HOME: home.show,
    Arrival.BLOCKED: reaching.lost,
}
# What no person did.
_REPORTS: dict[Arrival, Callable[[Desk, Incoming], None]] = {
    Arrival.INTRODUCED: introducing.introduced,
    Arrival.BEGUN: coordinating.begun,
    Arrival.DELIVERY: lambda desk, incoming: drafting.follow(desk, incoming.reply_to or ""),
}
