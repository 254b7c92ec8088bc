"""Where a ticket stands, in words."""

from desk.tickets import State
from desk.wording import phrase, translate

STATE_NAMES = {
    State.ANSWERED: phrase("answered by the desk"),
    State.WAITING: phrase("waiting for a person"),
    State.TAKEN: phrase("taken"),
    State.REFERRED: phrase("referred"),
    State.SOLVED: phrase("solved"),
    State.NO_ANSWER: phrase("closed: no answer"),
    State.CLOSED: phrase("closed"),
    State.WITHDRAWN: phrase("withdrawn"),
}
UNREACHABLE = phrase("cannot be reached")
URGENCIES = {"crisis": phrase("EMERGENCY"), "soon": phrase("soon"), "normal": phrase("normal")}


def state_name(language: str, state: State) -> str:
    """A ticket's state in words."""
    return translate(language, STATE_NAMES[state])


def urgency_name(language: str, urgency: str) -> str:
    """How urgent a ticket is, in words."""
    return translate(language, URGENCIES[urgency])
