"""A message with everything found in it before it is read for topics: language, places, times, who is asking."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from routing import (
    alarms,
    concerned,
    doings,
    eligibility,
    fusion,
    language,
    moments,
    normalise,
    ranking,
    references,
    replies,
    signals,
)
from routing.decision import Context, Facts, Reason
from routing.places import Found
from routing.prepared import Prepared

#: Below this the language the person used before is kept.
_SURE_LANGUAGE = 0.55
#: The same for fewer words than this: names and what two languages share look like either.
_FEW, _SURE_OF_FEW = 5, 0.92
#: From here a language that nothing was learnt from is known to be that.
_SURE_STRANGE = 0.7
#: From here the small words of one language alone are small.
_SURE_SMALL_WORDS = 0.8
_OF_AGE = 18


@dataclass(frozen=True, slots=True)
class Message:
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


def understood(text: str, context: Context, ready: Prepared) -> Message:
    """What a message holds beside its topic; the facts add to those that the context knows."""
    written = normalise.clean(text)
    text = references.plainly(written)
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
        told = replace(told, happened_at=context.facts.happened_at, exact=not context.facts.by_day, ahead=False)
    facts, reasons = eligibility.learnt(folded, places, context.facts)
    facts = replace(
        facts,
        minor=_is_minor(folded, facts, context),
        whom=concerned.found(written, spoken, facts.whom),
        elapsed=told.elapsed or facts.elapsed,
        remaining=(told.remaining if told.left is None else None) or facts.remaining,
        happened_at=told.happened_at or facts.happened_at,
        by_day=not told.exact if told.happened_at else facts.by_day,
        due_by=(context.retold and facts.due_by) or told.until or facts.due_by,
        done_at=told.done_at or facts.done_at,
        met_at=_met(text, told, context) or facts.met_at,
        reference=references.reference(written) or facts.reference,
    )
    reasons = [Reason("language", guess.language, None, round(guess.sure, 3)), *reasons]
    if spoken not in ready.languages and guess.sure >= _SURE_STRANGE:
        reasons.append(Reason("unread", guess.language))
    return Message(text, folded, context, ready, guess, answer_in, places, facts, told, reasons)


def _is_minor(folded: str, facts: Facts, context: Context) -> bool | None:
    """Whether a child is concerned. A mere number is an age where it decides who helps."""
    if context.retold and context.facts.minor is not None:
        return context.facts.minor
    age = concerned.age(folded) if context.open_crisis in alarms.BY_AGE else None
    return facts.minor if age is None else age < _OF_AGE


def _is_removal(folded: str, context: Context) -> bool:
    """Whether a case is about something that has to be removed."""
    seen = signals.seen(folded)
    return context.open_crisis in doings.REMOVALS or any(f"crisis:{id}" in seen for id in doings.REMOVALS)


def _met(text: str, told: moments.Told, context: Context) -> datetime | None:
    """When what a deadline asks for was done, if a message tells of it."""
    folded = normalise.fold(text)
    is_met = not replies.is_marked(text) and doings.meets(folded, removal=_is_removal(folded, context))
    return (told.done_at or context.now) if is_met else None


def whole(message: Message) -> Message:
    """A message with what was said before it, and what it adds to what was known."""
    return _told_together(message, f"{message.context.open_text}\n{message.text}")


def refined(message: Message) -> Message:
    """The same for a mere place, time or kind of asker: it tells more of a need, and makes no other one of it, let
    alone an emergency, unless it is about a child."""
    before = message.context
    is_calm = before.open_text and before.open_crisis is None and message.facts.minor == before.facts.minor
    return _told_together(message, before.open_text) if is_calm else whole(message)


def _told_together(message: Message, text: str) -> Message:
    context = replace(message.context, facts=message.facts, open_topic=None, open_text="")
    return replace(understood(text, context, message.ready), facts=message.facts, told=message.told)


def timed(message: Message, text: str) -> Message:
    """What is no more than a detail of an open request may be a bare hour: when it happened."""
    context, removal = message.context, _is_removal(message.folded, message.context)

    def read(text: str) -> moments.Told:
        return moments.understand(normalise.clean(text), context.now, context.time_zone, answers=True, removal=removal)

    told, before = read(text), context.open_text.rpartition("\n")[2]
    if told.happened_at and not told.exact and before and read(before).ahead:
        # "Yesterday", for the hour that was told before it.
        told = read(f"{text} {before}")
    facts = message.facts
    if told.happened_at:
        facts = replace(facts, happened_at=told.happened_at, by_day=not told.exact)
    return replace(message, facts=facts, told=told)


def spoken(message: Message) -> str | None:
    """The language whose small words alone are small in a message, when it is sure."""
    return message.guess.language if message.guess.sure > _SURE_SMALL_WORDS else None


def _asker(message: Message) -> eligibility.Asker:
    facts = message.facts
    regions = message.ready.gazetteer.countries
    return eligibility.Asker(
        frozenset(facts.countries),
        regions.get(facts.region, frozenset()) if facts.region else frozenset(),
        facts.serves,
        message.context.facts.serves is not None,
        message.answer_in,
    )


def weigh(message: Message, reading: fusion.Reading, topics: Sequence[tuple[str, float]]) -> ranking.Weighing:
    """What entries are to be ranked by: the reading, its topics (id and share, best first), and who is asking."""
    return ranking.Weighing(reading, dict(topics[:8]), _asker(message), message.ready)
