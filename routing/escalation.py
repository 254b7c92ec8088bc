"""An emergency: who helps in it, what to do, and which deadlines run."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from routing import alarms, clocks, concerned, continuation, deadlines, fusion, normalise, ranking, signals
from routing.catalogue import Crisis, Kind
from routing.decision import Action, Decision, Reason, RunningClock, Urgency
from routing.message import Message, weigh

#: In the gravest emergencies (crises up to this priority) only whom the catalogue names is shown; where life is in
#: danger, in its order.
_NAMED_ONLY, _LIFE = 4, 2
#: How much an emergency's own topics weigh, in their order, and how much all others do. Which of its own a message is
#: about, the message says itself; those it says nothing of have so much at least.
_OWN_TOPICS, _OTHER_TOPICS, _LEAST = (1.0, 0.9, 0.8, 0.7), 0.2, 0.01
#: The topic of those on whose platform somebody announces their death.
_OF_PLATFORMS = "content-policy"
#: Who is there for them may not know what a child needs.
_PRESS = frozenset({"media", "civil-society"})
#: Who is there for journalists alone is of no use to others in danger of life: where the message says nothing of
#: them, and has less than this share of what concerns them.
_JOURNALISTS, _OF_JOURNALISTS = frozenset({"media"}), ("freedom-of-the-press", "freedom-of-expression")
_SPOKEN_OF = 0.1
#: What orders to remove are about most, and what they are about else.
_TERRORISM, _SPEECH = "violent-extremism", "freedom-of-expression"
#: Who asks for a state or for many.
_STATES = frozenset({"government", "igo"})


def escalated(message: Message, reading: fusion.Reading, alarm: alarms.Alarm) -> Decision:
    """An emergency: its own practices and helpers, what deadlines run, and what is missing to reckon them."""
    crisis = _ordered(alarm.crisis, message)
    topics = dict(reading.topics)
    ordered = _of_emergency(crisis, topics, message.facts.whom)
    weighing = weigh(message, reading, ordered)
    organisations, eligible = ranking.ranked(Kind.ORGANISATION, weighing)
    helping = [one for one in organisations if _helps_in(crisis, message, one.id)]
    others = helping if crisis.priority > _NAMED_ONLY else []
    grave = crisis.priority <= _LIFE
    why = Reason(
        "triage", f"{crisis.id}: {alarm.evidence}" if alarm.evidence else crisis.id, crisis.id, round(alarm.score, 4)
    )
    fit = partial(_fit, crisis, message, _is_of_journalists(message, topics))
    all = deadlines.running(message, weighing, crisis.id)
    running = _holding(crisis, all, message)
    return Decision(
        Action.ESCALATE,
        message.answer_in,
        Urgency.CRISIS,
        crisis.id,
        round(min(0.99, alarm.score), 4),
        round(alarm.score - reading.view.index.alarm, 4),
        ranking.scored(ordered),
        # What is otherwise good practice for the topic helps nobody in that hour.
        ranking.first(fit(Kind.PRACTICE, crisis.practices), Kind.PRACTICE, (), weighing),
        ranking.first(fit(Kind.ORGANISATION, crisis.organisations), Kind.ORGANISATION, others, weighing, grave=grave),
        reasons=(why, *fusion.reasons(reading), *message.reasons, *eligible, *deadlines.reasons(running)),
        runner_up=ranking.scored(ordered)[1] if len(ordered) > 1 else None,
        question=_missing(crisis, message, running),
        facts=message.facts,
        clocks=running,
        second_need=continuation.second_need(message.folded, reading, ordered[0][0], message.ready, is_calm=False),
    )


def _ordered(crisis: Crisis, message: Message) -> Crisis:
    """An emergency as the message tells it: an order to remove what is no terrorism is about free expression, and who
    fights terrorism has nothing to say to it. The other way round neither has who defends the press."""
    about = _to_be_removed(crisis, message) if crisis.id == clocks.ORDER else None
    if about is None:
        return crisis

    def fitting(kind: Kind, ids: Sequence[str]) -> tuple[str, ...]:
        entries = ((id, message.ready.entry(kind, id)) for id in ids)
        return tuple(id for id, entry in entries if entry and (_TERRORISM in entry.topics) == (about == _TERRORISM))

    organisations = fitting(Kind.ORGANISATION, crisis.organisations)
    if about == _TERRORISM:
        return replace(crisis, organisations=organisations)
    topics = (_SPEECH, *(topic for topic in crisis.topics if topic != _TERRORISM))
    practices = fitting(Kind.PRACTICE, crisis.practices)
    return replace(crisis, topics=topics, organisations=organisations, practices=practices)


def _to_be_removed(crisis: Crisis, message: Message) -> str | None:
    """The topic of what an order wants to be removed, as far as words tell: those of the message and, about the same
    order, what was said before."""
    said = message.context.open_text if message.context.open_crisis == crisis.id else ""
    seen = {*signals.seen(message.folded), *signals.seen(normalise.fold(said))}
    if "not_terrorism" in seen or "terrorism" not in seen:
        return _SPEECH if not {"not_terrorism", "speech"}.isdisjoint(seen) else None
    return _TERRORISM


def _holding(crisis: Crisis, running: Sequence[RunningClock], message: Message) -> tuple[RunningClock, ...]:
    """Of clocks those of laws that may hold in an emergency: none on terrorism where an order is about other things."""
    if crisis.id != clocks.ORDER or _TERRORISM in crisis.topics:
        return tuple(running)
    laws = {law.id: message.ready.entry(Kind.PRACTICE, law.practice or "") for law in message.ready.catalogue.clocks}
    return tuple(one for one in running if not (law := laws.get(one.id)) or _TERRORISM not in law.topics)


def _fit(crisis: Crisis, message: Message, of_journalists: bool, kind: Kind, ids: Sequence[str]) -> Sequence[str]:
    """Of entries that a crisis names, those for whom it is about: a child threatened with rape has no editor, and who
    is threatened by a husband no newspaper."""
    if crisis.priority > _LIFE:
        return ids
    entries = {id: entry for id in ids if (entry := message.ready.entry(kind, id))}
    if message.facts.minor and alarms.is_sexual(message.text):
        return [id for id, entry in entries.items() if _PRESS.isdisjoint(entry.serves)]
    return [id for id, entry in entries.items() if of_journalists or entry.serves != _JOURNALISTS]


def _is_of_journalists(message: Message, topics: Mapping[str, float]) -> bool:
    told = sum(topics.get(topic, 0.0) for topic in _OF_JOURNALISTS)
    return message.facts.serves in _JOURNALISTS or told > _SPOKEN_OF


def _missing(crisis: Crisis, message: Message, running: Sequence[RunningClock]) -> str | None:
    """What an emergency has to know before its deadlines can be counted."""
    if message.told.ahead and running:
        return "day"
    if crisis.id == clocks.ORDER and not message.facts.countries and not message.facts.region:
        return "place"
    return "time" if any(not (clock.started or clock.due or clock.owed) for clock in running) else None


def _helps_in(crisis: Crisis, message: Message, id: str) -> bool:
    """Whether an organisation works on what an emergency is about first, and not for states alone when others ask."""
    entry = message.ready.entry(Kind.ORGANISATION, id)
    if entry is None or crisis.topics[0] not in entry.topics:
        return False
    return message.facts.serves in _STATES or not entry.serves or not entry.serves <= _STATES


def _of_emergency(crisis: Crisis, topics: Mapping[str, float], whom: str | None) -> list[tuple[str, float]]:
    """The shares of the topics for a message that shows this emergency, best first. Where somebody may end their life,
    what users write is what it is about to those who run a platform.
    """
    own = {id: _OWN_TOPICS[min(at, len(_OWN_TOPICS) - 1)] for at, id in enumerate(crisis.topics)}
    weights = {id: (topics.get(id, 0.0) + _LEAST) * own.get(id, _OTHER_TOPICS) for id in (*topics, *crisis.topics)}
    if crisis.id == alarms.OF_ONESELF and whom == concerned.PLATFORM and _OF_PLATFORMS in weights:
        weights[_OF_PLATFORMS] = 2 * max(weights.values())
    total = sum(weights.values()) or 1.0
    return sorted(((id, weight / total) for id, weight in weights.items()), key=lambda p: (-round(p[1], 6), p[0]))
