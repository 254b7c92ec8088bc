"""Buttons that are not pressed but written: their label, a yes, a no, "the second one"."""

from desk import actions, outbox
from desk.actions import Does
from desk.conversation.turn import Turn
from desk.wording import same
from routing import replies

#: Names of topics and organisations are labels, too.
_LONGEST = 120
#: What a yes presses, and what a no presses beside it: what is nearest to "leave it as it is" first.
_YES = (Does.FORGET, Does.CONSENT, Does.HELPED)
_NO = (Does.KEEP, Does.NO_CONSENT, Does.NOT_HELPED, Does.NOT_YET, Does.HUMAN)
#: One of several, and none of them.
_CHOICES, _NONE = (Does.TOPIC, Does.ORGANISATION), (Does.NONE_FITS,)


def button(turn: Turn) -> str | None:
    """The action of the button that a message means, if it says nothing else."""
    text = turn.incoming.text.strip()
    if turn.requester.is_new or turn.incoming.attachments or not 0 < len(text) <= _LONGEST:
        return None
    place = turn.answering_address
    return outbox.offered(turn.session, place, turn.requester.id, lambda label: same(label, text)) or _meant(turn, text)


def is_asked_to_forget(turn: Turn) -> bool:
    """Whether the last thing said was the question whether to delete everything."""
    return any(does is Does.FORGET for does, _ in _offered(turn))


def _meant(turn: Turn, text: str) -> str | None:
    """The button of the last card that a reply in words means."""
    if is_asked_to_forget(turn):
        if replies.is_yes_to_deleting(text):
            return _first(turn, _YES, beside=_NO)
        if replies.is_no_to_deleting(text):
            return _first(turn, _NO, beside=_YES)
    if replies.is_yes(text):
        return _first(turn, _YES, beside=_NO) or _only_choice(turn)
    if replies.is_no(text):
        return _first(turn, _NO, beside=_YES) or _first(turn, _NONE, beside=_CHOICES)
    if replies.is_unsure(text):
        return _first(turn, _NONE, beside=_CHOICES)
    number = replies.number(text)
    choices = [action for does, action in _offered(turn) if does in _CHOICES] if number else []
    return choices[number - 1] if number and number <= len(choices) else None


def _only_choice(turn: Turn) -> str | None:
    """What a yes chooses where the last card has nothing else to choose."""
    choices = [action for does, action in _offered(turn) if does in _CHOICES]
    return choices[0] if len(choices) == 1 else None


def _first(turn: Turn, wanted: tuple[Does, ...], beside: tuple[Does, ...]) -> str | None:
    """The button of the last card that does the first of some things, if it has one of others beside it."""
    offered = dict(_offered(turn))
    if offered.keys().isdisjoint(beside):
        return None
    return next((offered[does] for does in wanted if does in offered), None)


def _offered(turn: Turn) -> list[tuple[Does, str]]:
    """What the buttons of the last card do, and their actions."""
    tokens = outbox.last_offered(turn.session, turn.answering_address, turn.requester.id)
    found = ((actions.find(turn.session, token), token) for token in tokens)
    return [(action.does, token) for action, token in found if action is not None]
