"""One question with buttons instead of a guess."""

from dataclasses import replace

from desk import examples, library
from desk.actions import ActionRow, Does
from desk.conversation import answering, helping, learning
from desk.conversation.turn import Turn
from desk.messages import Button, Card
from desk.requests import Request
from routing.catalogue import Kind
from routing.decision import Decision

CHOICES = 3
#: A topic with less than this share of what is left of a message is not like it at all.
_LIKE = 0.045


def ask(turn: Turn, request: Request, decision: Decision) -> None:
    """Ask what is meant. A second unclear message in a row goes to a person instead of a third question."""
    if request.asked in ("topic", "more") and (topic := _meant(turn, request, decision)):
        told = replace(helping.about(turn, decision, topic), confidence=decision.confidence)
        answering.answer(turn, request, told)
        return
    if request.asked in ("topic", "more"):
        helping.call_person(turn, request, decision, turn.say("I cannot tell for sure what would help you."))
        return
    answering.remember(request, decision)
    request.asked = decision.question or "topic"
    turn.reply(_card(turn, request, decision), request)


def _meant(turn: Turn, request: Request, decision: Decision) -> str | None:
    """The topic of the practice that answers what was said, if one does whichever its topic is."""
    best = next(iter(decision.practices), None)
    entry = turn.catalogue.entry(Kind.PRACTICE, best.id) if best and best.score >= answering.MEANT else None
    if entry is None or request.rejected:
        return None
    return next((one.id for one in decision.topics if one.id in entry.topics), entry.topics[0])


def _card(turn: Turn, request: Request, decision: Decision) -> Card:
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    if any(reason.signal == "unread" for reason in decision.reasons):
        return _unread(turn, human)
    if request.asked == "more" or not decision.topics:
        body = turn.say("Tell me a little more: what happened, and to whom? One or two sentences are enough.")
        return Card(body=body, buttons=((human,),))
    choices = [topic_button(turn, request, one.id) for one in decision.topics[:CHOICES]]
    none = turn.button(turn.say("None of these"), Does.NONE_FITS, request)
    rows = (*((choice,) for choice in choices if choice), (none, human))
    return Card(body=turn.say("Which of these is closest to what you need?"), buttons=rows)


def _unread(turn: Turn, human: Button) -> Card:
    """What to do for whoever writes in a language that nothing was learnt from."""
    danger = turn.say("If somebody is in danger right now, call your local emergency number first.")
    body = turn.say("I do not read this language well. If you can, write in another one, or ask for a person.")
    other = turn.button(turn.say("Language"), Does.COMMAND, command="language")
    return Card(body=answering.paragraphs(danger, body), buttons=((human, other),))


def topic_button(turn: Turn, request: Request, topic: str) -> Button | None:
    """A button that answers the request as one about this topic."""
    found = library.topic(turn.session, topic, turn.language)
    return turn.button(found.name, Does.TOPIC, request, topic=topic) if found else None


def topic_chosen(turn: Turn, request: Request, action: ActionRow) -> None:
    """The person said what it is about: answer with that, keeping everything they told."""
    decision = helping.routed_again(turn, request, topic=action.details["topic"])
    answering.answer(turn, request, decision)
    learning.chosen(turn, request)


def none_fits(turn: Turn, request: Request) -> None:
    """No choice was right: other words may help, and a person always can."""
    _ask_in_other_words(
        turn,
        request,
        turn.say("Then please tell me in other words: what happened, and what would you like to have in the end?"),
    )


def not_it(turn: Turn, request: Request) -> None:
    """The answer missed: offer what came next, never the same again."""
    rejected = [*request.rejected, request.topic] if request.topic else list(request.rejected)
    request.rejected = rejected
    examples.withdraw(turn.session, request)
    ranked = request.decision.get("topics", [])
    rest = 1.0 - sum(one["score"] for one in ranked if one["id"] in rejected)
    others = [one["id"] for one in ranked if one["id"] not in rejected and one["score"] >= _LIKE * rest]
    if not others:
        _ask_in_other_words(
            turn,
            request,
            turn.say("I am sorry that this did not help. Choose a topic, ask for a person, or say it in other words."),
        )
        return
    choices = [topic_button(turn, request, topic) for topic in others[:CHOICES]]
    none = turn.button(turn.say("None of these"), Does.NONE_FITS, request)
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    request.asked = "topic"
    body = turn.say("Sorry about that. Is it one of these? You can also say it in other words.")
    turn.reply(Card(body=body, buttons=(*((choice,) for choice in choices if choice), (none, human))), request)


def _ask_in_other_words(turn: Turn, request: Request, body: str) -> None:
    """No choice is left: a person, the list of topics, or other words."""
    request.asked = "more"
    human = turn.button(turn.say("Talk to a person"), Does.HUMAN, request)
    topics = turn.button(turn.say("See all topics"), Does.COMMAND, request, command="topics")
    turn.reply(Card(body=body, buttons=((human, topics),)), request)
