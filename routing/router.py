"""The one door of the router."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from routing import (
    addressees,
    clocks,
    continuation,
    doings,
    eligibility,
    fusion,
    language,
    moments,
    normalise,
    ranking,
    signals,
    thresholds,
    triage,
    wishes,
)
from routing.catalogue import Catalogue, Crisis, Entry, Kind
from routing.decision import Action, Context, Decision, Facts, Intent, Reason, RunningClock, Scored, Urgency
from routing.places import Found
from routing.prepared import Prepared, prepare, prepared

__all__ = ["prepare", "route"]

_SHOWN_TOPICS = 5
#: Crises up to this priority (life, suicide, children) go before every other reading of a message.
_GRAVEST = 3
#: … and in these, where life is in danger, only whom the catalogue names is shown.
_LIFE = 2
#: Below this the language the person used before is kept.
_SURE_LANGUAGE = 0.55
#: The same for fewer words than this: names and what two languages share look like either.
_FEW, _SURE_OF_FEW = 4, 0.9
#: How much an emergency's own topics weigh, in their order, and how much all others do. Which of its own a message is
#: about, the message says itself; those it says nothing of have so much at least.
_OWN_TOPICS, _OTHER_TOPICS, _LEAST = (1.0, 0.9, 0.8, 0.7), 0.2, 0.01
#: A longer message (in words) is understood alone, and so is an emergency that is surer, as long as none is open.
_LONGEST_REPLY, _SURE_ALONE = 20, 0.95
#: Who asks for a state or for many.
_STATES = frozenset({"government", "igo"})
#: What is this short while an emergency is open ("should we pay") is about it.
_AFTERTHOUGHT = 4
#: How sure a command is in words of such commands, and one that only resembles them.
_SPELT, _SUPPOSED = 0.95, 0.6
#: From here the small words of one language alone are small.
_SURE_SMALL_WORDS = 0.8


@dataclass(frozen=True, slots=True)
class _Message:
    """A message with everything found in it before it is read for topics."""

    text: str
    folded: str
    context: Context
    ready: Prepared
    guess: language.Guess
    answer_in: str
    places: Sequence[Found]
    facts: Facts
    told: moments.Told
    reasons: list[Reason]


def route(text: str, context: Context, catalogue: Catalogue) -> Decision:
    """Decide what a message needs. Pure: same arguments and same learnt state, same decision."""
    ready = prepared(catalogue)
    wish = wishes.found(text)
    if wish is None:
        return _read(text, context, ready)
    if wish.language is None:
        return _read(wish.rest, context, ready)
    context = replace(context, language=wish.language)
    message = _understood(wish.rest, context, ready)
    told = context.open_topic is None and continuation.is_detail(message.folded, message.places)
    nothing_else = told or not wish.rest
    decision = _controlled(message, Intent.LANGUAGE) if nothing_else else _read(wish.rest, context, ready)
    return replace(decision, language=wish.language, wished=wish.language)


def _read(text: str, context: Context, ready: Prepared) -> Decision:
    message = _understood(text, context, ready)
    is_more = context.open_topic is not None and continuation.is_detail(message.folded, message.places)
    if is_more and not triage.shows_itself(message.folded):
        return _continued(_timed(message, text))
    return _routed(message)


def _whole(message: _Message) -> _Message:
    """A message with what was said before it, and what it adds to what was known."""
    context = replace(message.context, facts=message.facts, open_topic=None, open_text="")
    whole = _understood(f"{message.context.open_text}\n{message.text}", context, message.ready)
    return replace(whole, facts=message.facts, told=message.told)


def _continued(message: _Message) -> Decision:
    return replace(_routed(_whole(message)), continues=True)


def _understood(text: str, context: Context, ready: Prepared) -> _Message:
    written = normalise.clean(text)
    text = triage.plainly(written)
    folded = normalise.fold(text)
    guess = language.detect(text, ready.model, context.language)
    spoken = language.plain(guess.language)
    fallback = context.language or context.default_language
    few = context.language is not None and normalise.units(folded) < _FEW
    sure = guess.sure >= (_SURE_OF_FEW if few else _SURE_LANGUAGE)
    answer_in = spoken if spoken in ready.languages and sure else fallback
    places = ready.gazetteer.find(text, folded)
    told = moments.understand(written, context.now, context.time_zone, removal=_is_removal(folded, context))
    if context.retold and context.facts.happened_at:
        told = replace(told, happened_at=context.facts.happened_at, ahead=False)
    facts, reasons = eligibility.learnt(folded, places, context.facts)
    facts = replace(
        facts,
        elapsed=told.elapsed or facts.elapsed,
        remaining=(told.remaining if told.left is None else None) or facts.remaining,
        happened_at=told.happened_at or facts.happened_at,
        done_at=told.done_at or facts.done_at,
        reference=triage.reference(written) or facts.reference,
    )
    reasons = [Reason("language", guess.language, None, round(guess.sure, 3)), *reasons]
    return _Message(text, folded, context, ready, guess, answer_in, places, facts, told, reasons)


def _is_removal(folded: str, context: Context) -> bool:
    """Whether a case is about something that has to be removed."""
    seen = signals.seen(folded)
    return context.open_crisis in doings.REMOVALS or any(f"crisis:{id}" in seen for id in doings.REMOVALS)


def _timed(message: _Message, text: str) -> _Message:
    """What is no more than a detail of an open request may be a bare hour: when it happened."""
    context, removal = message.context, _is_removal(message.folded, message.context)

    def understood(text: str) -> moments.Told:
        return moments.understand(normalise.clean(text), context.now, context.time_zone, answers=True, removal=removal)

    told, before = understood(text), context.open_text.rpartition("\n")[2]
    if told.happened_at and not told.exact and before and understood(before).ahead:
        # "Yesterday", for the hour that was told before it.
        told = understood(f"{text} {before}")
    happened = told.happened_at or message.facts.happened_at
    return replace(message, facts=replace(message.facts, happened_at=happened), told=told)


def _routed(message: _Message) -> Decision:
    at_once = _at_once(message)
    return at_once or _considered(message, fusion.read(message.text, message.guess, message.ready))


def _considered(message: _Message, reading: fusion.Reading) -> Decision:
    wished = addressees.wished(message.folded, reading, message.ready, _spoken(message))
    if wished:
        return _referred(message, wished)
    alarm = _alarm(message, reading)
    if alarm and _is_strange(message, alarm):
        if message.context.open_text and message.context.open_crisis:
            return _continued(message)
        alarm = None
    if alarm and alarm.evidence and alarm.crisis.priority <= _GRAVEST:
        return _escalated(message, reading, alarm)
    no_need = _commanded_or_refused(message, reading, alarm)
    if no_need:
        return no_need
    if alarm is None and _is_afterthought(message):
        return _continued(message)
    return _escalated(message, reading, alarm) if alarm else _answered(message, reading)


def _at_once(message: _Message) -> Decision | None:
    """What is nothing but a question about the desk itself, or a courtesy."""
    question = triage.question(message.folded, _spoken(message))
    if question:
        return _controlled(message, Intent(question))
    courtesy = triage.small_talk(message.text, message.folded)
    return _plain(message, Action.SMALLTALK, courtesy) if courtesy else None


def _alarm(message: _Message, reading: fusion.Reading) -> triage.Alarm | None:
    context = message.context
    case = triage.Case(message.facts.minor, None if context.open_text else context.open_crisis)
    return next(iter(triage.alarms(message.folded, reading, case, message.ready)), None)


def _is_strange(message: _Message, alarm: triage.Alarm) -> bool:
    """Whether a message looks like an emergency that the conversation as a whole does not show: "they said that the
    bank would call me" is a threat only to who has not heard the rest, and a mere place or hour shows none."""
    context = message.context
    if alarm.evidence or alarm.crisis.id == context.open_crisis:
        return False
    if not context.open_text:
        return continuation.is_detail(message.folded, message.places)
    if normalise.units(message.folded) > _LONGEST_REPLY or (not context.open_crisis and alarm.score > _SURE_ALONE):
        return False
    whole = _whole(message)
    shown = _alarm(whole, fusion.read(whole.text, whole.guess, whole.ready))
    return shown is None or shown.crisis.id != alarm.crisis.id


def _is_afterthought(message: _Message) -> bool:
    context, size = message.context, normalise.units(message.folded)
    if not context.open_text or not context.open_crisis:
        return False
    is_about_order = context.open_crisis == clocks.ORDER and size <= _LONGEST_REPLY
    sent = is_about_order and bool(eligibility.senders(message.folded, message.places))
    denied = f"unless:{context.open_crisis}" in signals.seen(message.folded)
    return sent or denied or size <= _AFTERTHOUGHT


def _spoken(message: _Message) -> str | None:
    """The language whose small words alone are small in a message, when it is sure."""
    return message.guess.language if message.guess.sure > _SURE_SMALL_WORDS else None


def _commanded_or_refused(message: _Message, reading: fusion.Reading, alarm: triage.Alarm | None) -> Decision | None:
    command = triage.command(message.folded, reading, _spoken(message))
    command = None if command and _unmeant(command, message) else command
    refused = triage.unwanted(message.folded)
    courtesy = (
        None if alarm or refused or (command and command.ruled) else triage.like_small_talk(message.folded, reading)
    )
    if courtesy:
        return _plain(message, Action.SMALLTALK, courtesy)
    urgent = command is not None and alarm is not None and command.likeness <= 2 * alarm.score - 1
    if command and not urgent and (command.ruled or not refused):
        return _controlled(message, Intent(command.kind), _SPELT if command.spelt else _SUPPOSED)
    refused = refused or (None if alarm else triage.like_unwanted(reading))
    if refused and not _serious(refused[0], reading, alarm):
        return _plain(message, Action.DECLINE, refused[0], Reason("triage", f"{refused[0]}: {refused[1]}"))
    return None


def _unmeant(command: triage.Command, message: _Message) -> bool:
    """Whether what only resembles a command is a detail of the case, or a question for a ticket that is not over."""
    if command.ruled or command.kind in (Intent.STATUS, Intent.LANGUAGE):
        return False
    asks = command.kind == Intent.SOLVED and message.text.rstrip().endswith(("?", "؟", "？"))
    return asks or continuation.is_detail(message.folded, message.places)


def _serious(kind: str, reading: fusion.Reading, alarm: triage.Alarm | None) -> bool:
    """Whether a rude or odd message still holds a need: people in distress swear, and a refusal costs them most."""
    enough = {"abuse": 0.45, "out_of_scope": 0.62}.get(kind)
    if alarm is not None and kind in ("abuse", "out_of_scope", "spam"):
        return True
    return enough is not None and reading.nearest >= enough


def _plain(message: _Message, action: Action, intent: str, *why: Reason) -> Decision:
    return Decision(
        action,
        message.answer_in,
        intent=intent,
        confidence=0.95,
        margin=0.9,
        reasons=(*(why or (Reason("triage", f"{action.value}: {intent}"),)), *message.reasons),
        facts=message.facts,
    )


def _controlled(message: _Message, intent: Intent, sure: float = _SPELT) -> Decision:
    return replace(_plain(message, Action.CONTROL, intent.value), confidence=sure)


def _referred(message: _Message, wished: Sequence[str]) -> Decision:
    """A wish to be referred by name. The name tells no language."""
    organisations = tuple(Scored(id, 1.0) for id in wished)
    spoken = message.context.language or message.answer_in
    return replace(_controlled(message, Intent.REFER), organisations=organisations, language=spoken)


def _asker(message: _Message) -> eligibility.Asker:
    facts = message.facts
    regions = message.ready.gazetteer.countries
    return eligibility.Asker(
        frozenset(facts.countries),
        regions.get(facts.region, frozenset()) if facts.region else frozenset(),
        facts.serves,
        message.context.facts.serves is not None,
        message.answer_in,
    )


def _weighing(message: _Message, reading: fusion.Reading, topics: Sequence[tuple[str, float]]) -> ranking.Weighing:
    return ranking.Weighing(reading, dict(topics[:8]), _asker(message), message.ready)


def _escalated(message: _Message, reading: fusion.Reading, alarm: triage.Alarm) -> Decision:
    crisis = alarm.crisis
    ordered = _of_emergency(crisis, dict(reading.topics))
    weighing = _weighing(message, reading, ordered)
    organisations, eligible = ranking.ranked(Kind.ORGANISATION, weighing)
    others = [one for one in organisations if _helps_in(crisis, message, one.id)]
    grave = crisis.priority <= _LIFE
    why = Reason(
        "triage", f"{crisis.id}: {alarm.evidence}" if alarm.evidence else crisis.id, crisis.id, round(alarm.score, 4)
    )
    running = clocks.running(message.ready.catalogue.clocks, _case(message, weighing, crisis.id))
    return Decision(
        Action.ESCALATE,
        message.answer_in,
        Urgency.CRISIS,
        crisis.id,
        round(min(0.99, alarm.score), 4),
        round(alarm.score - reading.view.index.alarm, 4),
        _scored(ordered),
        # What is otherwise good practice for the topic helps nobody in that hour.
        ranking.first(crisis.practices, Kind.PRACTICE, (), weighing),
        ranking.first(_who_helps(crisis, message), Kind.ORGANISATION, () if grave else others, weighing, grave=grave),
        reasons=(why, *fusion.reasons(reading), *message.reasons, *eligible, *_clock_reasons(running)),
        runner_up=_scored(ordered)[1] if len(ordered) > 1 else None,
        question=_asked(crisis, message, running),
        facts=message.facts,
        clocks=running,
        second_need=continuation.second_need(message.folded, reading, message.ready),
    )


def _asked(crisis: Crisis, message: _Message, running: Sequence[RunningClock]) -> str | None:
    """What an emergency has to know before its deadlines can be counted."""
    if message.told.ahead and running:
        return "day"
    if crisis.id == clocks.ORDER and not message.facts.countries and not message.facts.region:
        return "place"
    return "time" if any(clock.started is None and clock.due is None for clock in running) else None


def _who_helps(crisis: Crisis, message: _Message) -> Sequence[str]:
    """Whom an emergency names; before them, who protects those whose site is flooded."""
    if "ddos" not in signals.seen(message.folded):
        return crisis.organisations
    named = [entry.id for entry in message.ready.catalogue.entries if _protects_sites(entry)]
    return (*named, *(id for id in crisis.organisations if id not in named))


def _protects_sites(entry: Entry) -> bool:
    return entry.kind is Kind.ORGANISATION and "denial-of-service" in entry.summaries.get("en", "")


def _helps_in(crisis: Crisis, message: _Message, id: str) -> bool:
    """Whether an organisation works on what an emergency is about first, and not for states alone when others ask."""
    entry = message.ready.entry(Kind.ORGANISATION, id)
    if entry is None or crisis.topics[0] not in entry.topics:
        return False
    return message.facts.serves in _STATES or not entry.serves or not entry.serves <= _STATES


def _of_emergency(crisis: Crisis, topics: Mapping[str, float]) -> list[tuple[str, float]]:
    """The shares of the topics for a message that shows this emergency, best first."""
    own = {id: _OWN_TOPICS[min(at, len(_OWN_TOPICS) - 1)] for at, id in enumerate(crisis.topics)}
    weights = {id: (topics.get(id, 0.0) + _LEAST) * own.get(id, _OTHER_TOPICS) for id in (*topics, *crisis.topics)}
    total = sum(weights.values()) or 1.0
    return sorted(((id, weight / total) for id, weight in weights.items()), key=lambda p: (-round(p[1], 6), p[0]))


def _case(message: _Message, weighing: ranking.Weighing, crisis: str | None) -> clocks.Case:
    places = weighing.asker.countries | weighing.asker.region
    if crisis == clocks.ORDER:
        # The law of whoever sent an order counts too.
        places |= eligibility.senders(message.folded, message.places)
    seen = signals.seen(message.folded)
    likeness, now = weighing.reading.likeness, message.context.now
    return clocks.Case(crisis, "breach" in seen, frozenset(seen), likeness, places, message.facts, message.told, now)


def _clock_reasons(running: Sequence[object]) -> list[Reason]:
    return [Reason("clock", getattr(clock, "id", ""), getattr(clock, "id", None)) for clock in running]


def _scored(topics: Sequence[tuple[str, float]]) -> tuple[Scored, ...]:
    return tuple(Scored(id, round(min(1.0, share), 4)) for id, share in topics[:_SHOWN_TOPICS])


def _answered(message: _Message, reading: fusion.Reading) -> Decision:
    topics = reading.topics
    weighing = _weighing(message, reading, topics)
    practices, _ = ranking.ranked(Kind.PRACTICE, weighing)
    organisations, eligible = ranking.ranked(Kind.ORGANISATION, weighing)
    top = topics[0][1] if topics else 0.0
    margin = top - (topics[1][1] if len(topics) > 1 else 0.0)
    named = max((n.sure for n in reading.named if n.kind is not Kind.TERM), default=0.0)
    sure = max(reading.view.index.confidence(top, margin, reading.nearest, reading.strength), 0.75 * named)
    running = clocks.running(message.ready.catalogue.clocks, _case(message, weighing, None))
    _, likeness = triage.aside(reading)
    doubtful = likeness > thresholds.PERHAPS_UNWANTED and likeness > reading.strength - thresholds.NEED_STRONGER
    asked = continuation.Asked(message.folded, sure, margin, bool(named), doubtful)
    ask = continuation.question(asked, reading, message.ready)
    if not message.context.open_text and continuation.is_detail(message.folded, message.places):
        ask = "more"
    if ask == "topic" and any(clock.sure for clock in running):
        # A deadline that runs is answer enough to act on; which of two topics it is can wait.
        ask = None
    action = Action.CLARIFY if ask else Action.ANSWER
    second = None if ask == "more" else continuation.second_need(message.folded, reading, message.ready)
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
        () if ask == "more" else _scored(topics),
        () if ask == "more" else practices,
        () if ask == "more" else organisations,
        ranking.by_likeness(Kind.TERM, weighing, 0.3),
        ranking.by_likeness(Kind.TRAINING, weighing, 0.2),
        ranking.by_likeness(Kind.NETWORK, weighing, 0.2),
        (
            *fusion.reasons(reading),
            *message.reasons,
            *eligible,
            *_clock_reasons(running),
            Reason("margin", lead, None, round(margin, 3)),
        ),
        _scored(topics)[1] if len(topics) > 1 else None,
        ask,
        message.facts,
        running,
        second_need=second,
    )
