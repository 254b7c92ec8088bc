"""Buttons: what a token means, who may press it, and which use case it calls."""

from collections.abc import Callable

from desk import actions
from desk.actions import ActionRow, Does
from desk.conversation import (
    called,
    clarifying,
    commands,
    continuing,
    desk_home,
    following_up,
    helping,
    privacy,
    referring,
    reviewing,
    satisfaction,
    talking,
)
from desk.conversation.turn import Turn
from desk.messages import Card
from desk.requests import Request

# Once a ticket is closed, only its outcome can still be told.
_AFTER_CLOSING = frozenset(
    {Does.HELPED, Does.NOT_YET, Does.NOT_HELPED, Does.NO_MORE, Does.SOLVED, Does.WITHDRAW, Does.HUMAN, Does.SATISFIED}
)


def press(turn: Turn) -> None:
    """Carry out a press. Twice is harmless: every use case looks at the state it finds."""
    action = actions.find(turn.session, turn.incoming.action or "")
    if action is None:
        turn.reply(Card(body=turn.say("This button is too old. Please write what you need.")))
        return
    request = action.request
    if action.does is Does.ACKNOWLEDGE:
        called.acknowledge(turn, action)
        return
    if action.does is Does.BOARD:
        desk_home.turn_to(turn, action)
        return
    if action.does in reviewing.FOR_MEMBERS:
        if request is not None:
            reviewing.press(turn, action, request)
            desk_home.refresh(turn)
        return
    if action.requester_id != turn.requester.id:
        turn.whisper(turn.say("These buttons belong to somebody else. Write to me and you get your own."))
        return
    action.pressed_at = turn.now
    _carry_out(turn, action, continuing.goes_on(turn, request) if request else None)


def _carry_out(turn: Turn, action: ActionRow, request: Request | None) -> None:
    if request is None:
        _WITHOUT_REQUEST[action.does](turn, action)
        return
    ticket = request.ticket
    if request.closed_at is not None and action.does not in _AFTER_CLOSING:
        reference = ticket.reference if ticket else ""
        body = turn.say("Ticket {reference} is closed. Write what you need and I open a new one.", reference=reference)
        turn.reply(Card(body=body), request)
        return
    _WITH_REQUEST[action.does](turn, request, action)


def _continue_in_private(turn: Turn, request: Request, action: ActionRow) -> None:
    here = turn.incoming.address
    request.channel, request.account, request.conversation, request.thread = (
        here.channel,
        here.account,
        here.conversation,
        None,
    )
    request.private = True
    talking.act(turn, request, helping.routed_again(turn, request))


def _command(turn: Turn, action: ActionRow) -> None:
    commands.run(turn, action.details["command"])


def _show_topic(turn: Turn, action: ActionRow) -> None:
    talking.open_about(turn, action.details["topic"])


def _person_without_request(turn: Turn, action: ActionRow) -> None:
    request = talking.new_request(turn)
    helping.call_person(turn, request)


def _keep(turn: Turn, action: ActionRow) -> None:
    turn.reply(Card(body=turn.say("All right, everything stays as it is.")))


_WITHOUT_REQUEST: dict[Does, Callable[[Turn, ActionRow], None]] = {
    Does.COMMAND: _command,
    Does.BASKET: commands.open_basket,
    Does.SHOW: _show_topic,
    Does.LANGUAGE: lambda turn, action: commands.choose_language(turn, action.details["language"]),
    Does.FORGET: privacy.forget,
    Does.KEEP: _keep,
    Does.RESUME: commands.resume,
    Does.HUMAN: _person_without_request,
}
_WITH_REQUEST: dict[Does, Callable[[Turn, Request, ActionRow], None]] = {
    Does.SOLVED: lambda turn, request, action: following_up.solved(turn, request),
    Does.NOT_IT: lambda turn, request, action: clarifying.not_it(turn, request),
    Does.REFER: lambda turn, request, action: referring.choose(turn, request),
    Does.HUMAN: lambda turn, request, action: helping.call_person(turn, request),
    Does.TOPIC: clarifying.topic_chosen,
    Does.NONE_FITS: lambda turn, request, action: clarifying.none_fits(turn, request),
    Does.ANEW: talking.anew,
    Does.ORGANISATION: referring.show_consent,
    Does.CONSENT: referring.consent,
    Does.NO_CONSENT: referring.refuse,
    Does.WITHDRAW: lambda turn, request, action: referring.withdraw(turn, request, referring.meant(turn, action)),
    Does.HELPED: lambda turn, request, action: following_up.helped(turn, request),
    Does.NOT_YET: lambda turn, request, action: following_up.not_yet(turn, request),
    Does.NOT_HELPED: lambda turn, request, action: following_up.not_helped(turn, request),
    Does.NO_MORE: lambda turn, request, action: following_up.no_more(turn, request),
    Does.ONCE: lambda turn, request, action: following_up.once(turn, request),
    Does.SATISFIED: satisfaction.answered,
    Does.CONTINUE: _continue_in_private,
    Does.COMMAND: lambda turn, request, action: _command(turn, action),
}
