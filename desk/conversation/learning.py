"""Keeping what people asked as examples, where it became known what the right answer was."""

from desk import examples
from desk.conversation.turn import Audience
from desk.examples import Lesson, Occasion
from desk.requests import Request
from desk.tickets import State
from knowledge import vocabulary
from routing.catalogue import Kind
from routing.prepared import languages_of

# What the desk itself answered. A ticket a person worked on says nothing about the answer of the desk.
_ANSWERED_BY_DESK = (State.ANSWERED, State.REFERRED, State.NO_ANSWER)


def corrected(turn: Audience, request: Request, by: str) -> None:
    """A member of the desk (`by`, as histories name them) has put another topic in place of the router's."""
    _propose(turn, request, Occasion.CORRECTED, by=by)


def chosen(turn: Audience, request: Request) -> None:
    """The person has said which of several topics it is."""
    _propose(turn, request, Occasion.CHOSEN)


def confirmed(turn: Audience, request: Request) -> None:
    """The person says that it helped. Call it before the ticket closes."""
    ticket = request.ticket
    if request.answer_key and ticket is not None and ticket.state in _ANSWERED_BY_DESK:
        _propose(turn, request, Occasion.CONFIRMED)


def is_kept(request: Request) -> bool:
    """Whether a correction of this request would be kept: what was said where others read along is not."""
    return request.private and bool(_most_telling(request))


def _propose(turn: Audience, request: Request, occasion: Occasion, by: str = "requester") -> None:
    text = _most_telling(request)
    entry = turn.catalogue.entry(Kind.TOPIC, request.topic or "")
    if not request.private or not text or entry is None:
        return
    language = next(iter(languages_of(text, turn.catalogue)), request.language)
    if text not in (*entry.phrases.get(language, ()), *entry.names.values()):
        lesson = Lesson(vocabulary.Kind.TOPIC, entry.id, language, text)
        examples.propose(turn.session, request, lesson, occasion, by, turn.now)


def _most_telling(request: Request) -> str:
    """The longest of the messages that were written in private, in its latest version."""
    here = [message for message in request.messages if message.conversation == request.address.key]
    latest = {message.origin or message: message.text for message in here}
    return examples.shortened(max(latest.values(), key=len, default=""))
