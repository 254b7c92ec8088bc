"""What is decided once it is clear what a message is: a need, a command, a courtesy, a refusal."""

from collections.abc import Sequence
from dataclasses import replace

from routing import continuation, deadlines, fusion, ranking, refusals, thresholds
from routing.catalogue import Kind
from routing.decision import Action, Decision, Intent, Reason, Scored, Urgency
from routing.message import Message, weigh

#: How sure a command is in words of such commands.
SPELT = 0.95


def plain(message: Message, action: Action, intent: str, *why: Reason) -> Decision:
    """What is no need: a command, a courtesy, a refusal."""
    return Decision(
        action,
        message.answer_in,
        intent=intent,
        confidence=0.95,
        margin=0.9,
        reasons=(*(why or (Reason("triage", f"{action.value}: {intent}"),)), *message.reasons),
        facts=message.facts,
    )


def controlled(message: Message, intent: Intent, sure: float = SPELT) -> Decision:
    """A command to the desk itself, and how sure (0..1) it is one."""
    return replace(plain(message, Action.CONTROL, intent.value), confidence=sure)


def referred(message: Message, wished: Sequence[str]) -> Decision:
    """A wish to be referred by name. The name tells no language."""
    organisations = tuple(Scored(id, 1.0) for id in wished)
    spoken = message.context.language or message.answer_in
    return replace(controlled(message, Intent.REFER), organisations=organisations, language=spoken)


def explained(decision: Decision, reading: fusion.Reading) -> Decision:
    """The decision with what a message names, be it a term, an organisation or a law."""

    def of(kind: Kind) -> tuple[Scored, ...]:
        named = sorted(reading.named, key=lambda one: (-len(one.written), one.id))
        return tuple(Scored(one.id, one.sure) for one in named if one.kind is kind)

    terms, organisations, practices = of(Kind.TERM), of(Kind.ORGANISATION), of(Kind.PRACTICE)
    return replace(decision, terms=terms, organisations=organisations, practices=practices)


def answered(message: Message, reading: fusion.Reading) -> Decision:
    """A need, or the one question that has to be asked first."""
    topics = reading.topics
    weighing = weigh(message, reading, topics)
    practices, _ = ranking.ranked(Kind.PRACTICE, weighing)
    organisations, eligible = ranking.ranked(Kind.ORGANISATION, weighing)
    top = topics[0][1] if topics else 0.0
    margin = top - (topics[1][1] if len(topics) > 1 else 0.0)
    named = max((n.sure for n in reading.named if n.kind is not Kind.TERM), default=0.0)
    sure = max(reading.view.index.confidence(top, margin, reading.nearest, reading.strength), 0.75 * named)
    if sure >= thresholds.CLEAR:
        found = {Kind.PRACTICE: practices, Kind.ORGANISATION: organisations}
        practices, organisations = ranking.to_the_point(found, weighing)
    running = deadlines.running(message, weighing, None)
    doubtful = refusals.perhaps_no_need(reading, sure)
    asked = continuation.Asked(message.folded, sure, margin, bool(named), doubtful)
    ask = continuation.question(asked, reading, message.ready)
    if not message.context.open_text and _is_detail(message, reading):
        ask = "more"
    if ask == "topic" and any(clock.sure for clock in running):
        # A deadline that runs is answer enough to act on; which of two topics it is can wait.
        ask = None
    action = Action.CLARIFY if ask else Action.ANSWER
    second = None if ask == "more" else continuation.second_need(message.folded, reading, topics[0][0], message.ready)
    unsure_place = not message.facts.countries and not message.facts.region
    if action is Action.ANSWER and unsure_place and continuation.place_decides(message.folded, running):
        ask = "place"
    elif action is Action.ANSWER and running and message.told.ahead:
        ask = "day"
    lead = f"{topics[0][0]} {top:.2f}, then {topics[1][0]} {topics[1][1]:.2f}" if len(topics) > 1 else ""
    return Decision(
        action,
        message.answer_in,
        Urgency.SOON if running else Urgency.NORMAL,
        None,
        round(sure, 4),
        round(margin, 4),
        () if ask == "more" else ranking.scored(topics),
        () if ask == "more" else practices,
        () if ask == "more" else organisations,
        ranking.by_likeness(Kind.TERM, weighing, 0.3),
        ranking.to_join(Kind.TRAINING, weighing),
        ranking.to_join(Kind.NETWORK, weighing),
        (
            *fusion.reasons(reading),
            *message.reasons,
            *eligible,
            *deadlines.reasons(running),
            Reason("margin", lead, None, round(margin, 3)),
        ),
        ranking.scored(topics)[1] if len(topics) > 1 else None,
        ask,
        message.facts,
        running,
        second_need=second,
    )


def _is_detail(message: Message, reading: fusion.Reading) -> bool:
    return continuation.is_detail(message.folded, message.places) or refusals.tells_nothing(reading)
