"""The one door of the router."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from routing import (
    addressees,
    clocks,
    concerned,
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
    urgent,
    wishes,
)
from routing.catalogue import Catalogue, Crisis, Entry, Kind
from routing.decision import Action, Asks, Context, Decision, Facts, Intent, Reason, RunningClock, Scored, Urgency
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
#: The topic of those on whose platform somebody announces their death.
_OF_PLATFORMS = "content-policy"
_OF_AGE = 18
#: Who asks for a state or for many.
_STATES = frozenset({"government", "igo"})
#: What is this short while an emergency is open ("should we pay") is about it.
_AFTERTHOUGHT = 4
#: What commands ask as well, and what else is asked by who wants a person.
_OF_COMMANDS = frozenset({Asks.QUESTION, Asks.MAY})
_WANTING_A_PERSON = frozenset((Intent.HUMAN, asks) for asks in (Asks.AMISS, Asks.AHEAD, Asks.FIRST))
#: How sure a command is in words of such commands, and one that only resembles them.
_SPELT, _SUPPOSED = 0.95, 0.6
#: From here a term of the glossary is the word itself, and not only like it.
_SAME_WORD = 0.6
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
    # "What do I do now" says no more of a moment than that.
    asks_nothing = _asks(message) in (None, Asks.QUESTION)
    says_no_more = not triage.shows_itself(message.folded) and not triage.turns_down(message.folded)
    if is_more and asks_nothing and says_no_more:
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
        minor=_is_minor(folded, facts, context),
        whom=concerned.found(written, spoken, facts.whom),
        elapsed=told.elapsed or facts.elapsed,
        remaining=(told.remaining if told.left is None else None) or facts.remaining,
        happened_at=told.happened_at or facts.happened_at,
        done_at=told.done_at or facts.done_at,
        reference=triage.reference(written) or facts.reference,
    )
    reasons = [Reason("language", guess.language, None, round(guess.sure, 3)), *reasons]
    return _Message(text, folded, context, ready, guess, answer_in, places, facts, told, reasons)


def _is_minor(folded: str, facts: Facts, context: Context) -> bool:
    """Whether a child is concerned. A mere number is an age where it decides who helps."""
    age = concerned.age(folded) if context.open_crisis in triage.BY_AGE else None
    return facts.minor if age is None else age < _OF_AGE


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
    asks = _asks(message)
    at_once = None if asks in urgent.CALMING else _at_once(message)
    return at_once or _weighed(message, asks)


def _weighed(message: _Message, asks: Asks | None) -> Decision:
    reading = fusion.read(message.text, message.guess, message.ready)
    wished = addressees.wished(message.folded, reading, message.ready, _spoken(message))
    return _referred(message, wished) if wished else _considered(message, reading, asks)


def _considered(message: _Message, reading: fusion.Reading, asks: Asks | None) -> Decision:
    alarm = _alarm(message, reading)
    if asks and not _is_worse(message, alarm, asks):
        return _in_its_midst(message, reading, asks)
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
    return _escalated(message, reading, alarm) if alarm else _asked(message, _answered(message, reading))


def _asked(message: _Message, decision: Decision) -> Decision:
    """What somebody needs, or asks about what they were told: about the open request, or about a word."""
    open_topic = message.context.open_topic
    terms = tuple(term for term in decision.terms if term.score >= _SAME_WORD)
    if continuation.asks_meaning(message.folded) and (open_topic or not terms):
        return replace(_controlled(message, Intent.DEFINE), terms=terms)
    if open_topic is None or not message.context.open_text or message.context.open_crisis:
        return decision
    topic = decision.topics[0].id if decision.topics else None
    if continuation.asks_more(message.folded, decision.confidence, topic, open_topic):
        return replace(decision, continues=True, asks_more=True)
    return decision


def _asks(message: _Message) -> Asks | None:
    """What a message asks or tells in the midst of the open emergency."""
    context = message.context
    if not context.open_text or not context.open_crisis:
        return None
    asks = urgent.asked(message.text, context.open_crisis)
    unknown = asks is None and _place_is_missing(message)
    return Asks.WHERE if unknown and continuation.is_unknown_place(message.text, message.folded) else asks


def _place_is_missing(message: _Message) -> bool:
    """Whether the deadlines of the open emergency wait for a country."""
    facts = message.facts
    return message.context.open_crisis in clocks.DEPENDING_ON_PLACE and not facts.countries and not facts.region


def _is_worse(message: _Message, alarm: triage.Alarm | None, asks: Asks) -> bool:
    """Whether a message shows another emergency than the open one."""
    if alarm is None or alarm.crisis.id == message.context.open_crisis:
        return False
    return bool(alarm.evidence) or not (asks in urgent.CALMING or _is_strange(message, alarm))


def _in_its_midst(message: _Message, reading: fusion.Reading, asks: Asks) -> Decision:
    """A question about the open emergency, read with all that was said before. "Can" and "how" also begin commands, and
    who wants a person gets one, unless it is asked which."""
    command = triage.command(message.folded, reading, _spoken(message))
    if command and command.ruled and (asks in _OF_COMMANDS or (command.kind, asks) in _WANTING_A_PERSON):
        return _controlled(message, Intent(command.kind))
    decision = replace(_continued(message), language=message.answer_in, asks=asks)
    if asks not in urgent.CALMING and _is_graver(message, decision.intent):
        return replace(decision, asks=None)
    return _explained(decision, reading) if asks is Asks.MEANS else decision


def _is_graver(message: _Message, kind: str | None) -> bool:
    """Whether an emergency of a kind goes before the open one."""
    priorities = {crisis.id: crisis.priority for crisis in message.ready.catalogue.crises}
    open_one = priorities.get(message.context.open_crisis or "", 0)
    return priorities.get(kind or "", open_one) < open_one


def _explained(decision: Decision, reading: fusion.Reading) -> Decision:
    """The decision with what a message names, be it a term, an organisation or a law."""

    def of(kind: Kind) -> tuple[Scored, ...]:
        named = sorted(reading.named, key=lambda one: (-len(one.written), one.id))
        return tuple(Scored(one.id, one.sure) for one in named if one.kind is kind)

    terms, organisations, practices = of(Kind.TERM), of(Kind.ORGANISATION), of(Kind.PRACTICE)
    return replace(decision, terms=terms, organisations=organisations, practices=practices)


def _at_once(message: _Message) -> Decision | None:
    """What is nothing but a question about the desk itself, or a courtesy."""
    question = triage.question(message.folded, _spoken(message)) or _several_questions(message)
    if question:
        return _controlled(message, Intent(question))
    courtesy = triage.small_talk(message.text, message.folded)
    return _plain(message, Action.SMALLTALK, courtesy) if courtesy else None


def _several_questions(message: _Message) -> str | None:
    """What is asked about the desk itself in a message of several sentences, if these ask nothing else. In the midst of
    an emergency one of them is enough, as what it is about is known."""
    sentences = normalise.sentences(message.text)
    if len(sentences) < 2:
        return None
    kinds = [triage.question(normalise.fold(one), _spoken(message)) for one in sentences]
    known = message.context.open_crisis is not None
    fits = all(kind or (known and one.endswith(urgent.ASKING)) for kind, one in zip(kinds, sentences, strict=True))
    return next((kind for kind in kinds if kind), None) if fits else None


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
    """Whether what only resembles a command is a detail of the case, or a question for a ticket that is not over. In an
    emergency no other topic is looked for."""
    if command.kind == Intent.NOT_IT:
        return message.context.open_crisis is not None
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
    ordered = _of_emergency(crisis, dict(reading.topics), message.facts.whom)
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
        question=_missing(crisis, message, running),
        facts=message.facts,
        clocks=running,
        second_need=continuation.second_need(message.folded, reading, message.ready),
    )


def _missing(crisis: Crisis, message: _Message, running: Sequence[RunningClock]) -> str | None:
    """What an emergency has to know before its deadlines can be counted."""
    if message.told.ahead and running:
        return "day"
    if crisis.id == clocks.ORDER and not message.facts.countries and not message.facts.region:
        return "place"
    return "time" if any(not (clock.started or clock.due or clock.owed) for clock in running) else None


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


def _of_emergency(crisis: Crisis, topics: Mapping[str, float], whom: str | None) -> list[tuple[str, float]]:
    """The shares of the topics for a message that shows this emergency, best first. What somebody's own death is about,
    no topic says: to those who run a platform it is how they deal with what users write, to all others none of these.
    """
    own = {id: _OWN_TOPICS[min(at, len(_OWN_TOPICS) - 1)] for at, id in enumerate(crisis.topics)}
    weights = {id: (topics.get(id, 0.0) + _LEAST) * own.get(id, _OTHER_TOPICS) for id in (*topics, *crisis.topics)}
    if crisis.id == triage.OF_ONESELF:
        first = _OF_PLATFORMS if whom == concerned.PLATFORM and _OF_PLATFORMS in weights else crisis.topics[0]
        weights[first] += max(weights.values())
    total = sum(weights.values()) or 1.0
    return sorted(((id, weight / total) for id, weight in weights.items()), key=lambda p: (-round(p[1], 6), p[0]))


def _case(message: _Message, weighing: ranking.Weighing, crisis: str | None) -> clocks.Case:
    places = weighing.asker.countries | weighing.asker.region
    if crisis == clocks.ORDER:
        # The law of whoever sent an order counts too.
        places |= eligibility.senders(message.folded, message.places)
    seen = signals.seen(message.folded)
    likeness, now = weighing.reading.likeness, message.context.now
    runs = message.facts.whom == concerned.PLATFORM or "concerned:moderates" in seen or _speaks_of_firm(seen)
    return clocks.Case(
        crisis, runs, "breach" in seen, frozenset(seen), likeness, places, message.facts, message.told, now
    )


def _speaks_of_firm(seen: Collection[str]) -> bool:
    """Whether a message is about what somebody runs, and about nothing of their own."""
    return "serves:small-firm" in seen and "serves:individual" not in seen


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
