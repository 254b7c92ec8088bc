"""The one door of the router."""

import re
from dataclasses import replace

from routing import (
    addressees,
    alarms,
    clocks,
    concerned,
    continuation,
    control,
    courtesies,
    eligibility,
    escalation,
    fusion,
    language,
    normalise,
    refusals,
    replies,
    signals,
    telling,
    thresholds,
    urgent,
    verdict,
    wishes,
)
from routing.catalogue import Catalogue
from routing.decision import Action, Asks, Context, Decision, Intent, Reason
from routing.message import Message, refined, spoken, timed, understood, whole
from routing.prepared import Prepared, prepare, prepared

__all__ = ["prepare", "route"]

#: Crises up to this priority (life, suicide, children, rape) go before every other reading of a message.
_GRAVEST = 4
#: … and up to this one a life is in danger.
_LIFE = 2
#: A longer message (in words) is understood alone, and so is an emergency that is surer, as long as none is open.
_LONGEST_REPLY, _SURE_ALONE = 20, 0.95
#: An emergency that is surer than this shows itself, also in a few words, and one that is surer than the second shows
#: that a life is in danger whatever was said before.
_LIKELY, _SURE_DANGER = 0.6, 0.9
#: What is this short while an emergency is open ("should we pay") is about it.
_AFTERTHOUGHT = 4
#: What a sentence of its own asks for, whatever stands beside it.
_OUTRIGHT = (Intent.FORGET, Intent.HUMAN)
#: So many telling words say what the matter is.
_TOLD = 3
#: What commands ask as well, and what else is asked by who wants a person, or to know how their ticket stands.
_OF_COMMANDS = frozenset({Asks.QUESTION, Asks.MAY})
_MEANT = frozenset(
    {*((Intent.HUMAN, asks) for asks in (Asks.AMISS, Asks.AHEAD, Asks.FIRST)), (Intent.STATUS, Asks.MEANS)}
)
#: An e-mail address or a link, which says nothing by itself.
_ADDRESS = re.compile(r"\s*(?:\S+@\S+|(?:https?://|www\.)\S+)\s*")
#: How sure a message is that only resembles a command.
_SUPPOSED = 0.6
#: From here a term of the glossary is the word itself, and not only like it.
_SAME_WORD = 0.6


def route(text: str, context: Context, catalogue: Catalogue) -> Decision:
    """Decide what a message needs. Pure: same arguments and same learnt state, same decision."""
    ready = prepared(catalogue)
    wish = wishes.found(text, context.language)
    if wish is None:
        return _read(text, context, ready)
    if wish.language is None:
        return _read(wish.rest, context, ready)
    decision = _wished(text, wish.rest, replace(context, language=wish.language), ready)
    return replace(decision, language=wish.language, wished=wish.language)


def _wished(text: str, rest: str, context: Context, ready: Prepared) -> Decision:
    """What the rest of a message needs that asks for a language: nothing if it only tells why, "my boss reads too"."""
    message = understood(rest, context, ready)
    told = context.open_topic is None and continuation.is_detail(message.folded, message.places)
    if told or not rest:
        return verdict.controlled(message, Intent.LANGUAGE)
    decision = _read(rest, context, ready)
    reason = decision.intent == Intent.ABOUT and not replies.asks(rest)
    if reason or decision.action is Action.SMALLTALK:
        return verdict.controlled(message, Intent.LANGUAGE)
    if decision.action is not Action.CLARIFY:
        return decision
    all = _read(text, context, ready)
    return all if all.intent == Intent.LANGUAGE else decision


def _read(text: str, context: Context, ready: Prepared) -> Decision:
    message = understood(text, context, ready)
    is_more = context.open_topic is not None and continuation.is_detail(message.folded, message.places)
    # "What do I do now" says no more of a moment than that.
    asks_nothing = _asks(message) in (None, Asks.QUESTION)
    says_more = alarms.shows_itself(message.folded) or control.turns_down(message.folded)
    if is_more and asks_nothing and not says_more and _at_once(message) is None:
        return replace(_routed(refined(timed(message, text))), continues=True)
    return _routed(message)


def _continued(message: Message) -> Decision:
    return replace(_routed(whole(message)), continues=True)


def _routed(message: Message) -> Decision:
    asks = _asks(message)
    at_once = None if asks in urgent.CALMING else _at_once(message)
    return at_once or _weighed(message, asks)


def _weighed(message: Message, asks: Asks | None) -> Decision:
    reading = fusion.read(message.text, message.guess, message.ready)
    wished = addressees.wished(message.folded, reading, message.ready, spoken(message))
    if wished:
        return verdict.referred(message, wished)
    if asks is Asks.OTHER:
        return _corrected(message, reading) or _considered(message, reading, Asks.AMISS)
    return _considered(message, reading, asks)


def _considered(message: Message, reading: fusion.Reading, asks: Asks | None) -> Decision:
    alarm = _alarm(message, reading)
    danger = alarm is not None and asks not in urgent.CALMING and _is_danger(message, alarm)
    asks = Asks.DANGER if danger else asks
    if asks and (danger or not _is_worse(message, alarm, asks)):
        return _in_its_midst(message, reading, asks, alarm)
    if alarm and _is_strange(message, alarm):
        if message.context.open_text and message.context.open_crisis:
            return _continued(message)
        alarm = None
    if alarm and alarm.evidence and alarm.crisis.priority <= _GRAVEST:
        return escalation.escalated(message, reading, alarm)
    no_need = _commanded_or_refused(message, reading, alarm)
    if no_need:
        return no_need
    if alarm is None and _is_afterthought(message):
        return _continued(message)
    return escalation.escalated(message, reading, alarm) if alarm else _asked(message, reading)


def _asked(message: Message, reading: fusion.Reading) -> Decision:
    """What somebody needs, or asks about what they were told: about the open request, or about a word."""
    decision = verdict.answered(message, reading)
    open_topic = message.context.open_topic
    terms = tuple(term for term in decision.terms if term.score >= _SAME_WORD)
    if continuation.asks_meaning(message.folded) and (open_topic or not terms):
        return replace(verdict.controlled(message, Intent.DEFINE), terms=terms)
    if open_topic is None or not message.context.open_text or message.context.open_crisis:
        return decision
    if refusals.tells_nothing(reading):
        return _continued(message)
    topic = decision.topics[0].id if decision.topics else None
    if continuation.asks_more(message.folded, decision.confidence, topic, open_topic):
        return replace(decision, continues=True, asks_more=True)
    return decision


def _asks(message: Message) -> Asks | None:
    """What a message asks or tells in the midst of the open emergency."""
    context = message.context
    if not context.open_text or not context.open_crisis:
        return None
    asks = Asks.OVER if _says(message, Intent.SOLVED) else urgent.asked(message.text, context.open_crisis)
    unknown = asks is None and _place_is_missing(message)
    return Asks.WHERE if unknown and continuation.is_unknown_place(message.text, message.folded) else asks


def _says(message: Message, kind: Intent) -> bool:
    """Whether a message of several sentences has one that is a command of a kind, and nothing else."""
    sentences = [normalise.fold(one) for one in normalise.sentences(message.text)]
    said = (one for one in sentences if f"unless:{kind}" not in signals.seen(one))
    unsolved = kind is Intent.SOLVED and any("unsolved" in signals.seen(one) for one in sentences)
    return len(sentences) > 1 and not unsolved and any(control.says_only(kind, one, spoken(message)) for one in said)


def _place_is_missing(message: Message) -> bool:
    """Whether the deadlines of the open emergency wait for a country."""
    facts = message.facts
    return message.context.open_crisis in clocks.DEPENDING_ON_PLACE and not facts.countries and not facts.region


def _is_danger(message: Message, alarm: alarms.Alarm) -> bool:
    """Whether a message alone shows that a life is in danger in the open emergency."""
    context, lives = message.context, alarm.crisis.priority <= _LIFE
    vital, of_child = message.facts.whom == concerned.VITAL, context.open_crisis == alarms.BY_AGE[0]
    if not context.open_text or not context.open_crisis:
        return False
    if alarm.crisis.id != context.open_crisis:
        return lives and (vital or (of_child and alarm.crisis.id != alarms.OF_ONESELF))
    return (lives and message.facts.whom == context.facts.whom) or vital


def _is_worse(message: Message, alarm: alarms.Alarm | None, asks: Asks) -> bool:
    """Whether a message shows another emergency than the open one. What is only asked shows none but the gravest."""
    if alarm is None or alarm.crisis.id == message.context.open_crisis:
        return False
    if asks in (Asks.DANGER, *_OF_COMMANDS) and alarm.crisis.priority > _GRAVEST:
        return False
    return bool(alarm.evidence) or not (asks in urgent.CALMING or _is_strange(message, alarm))


def _in_its_midst(message: Message, reading: fusion.Reading, asks: Asks, alarm: alarms.Alarm | None) -> Decision:
    """A question about the open emergency, read with all that was said before. "Can" and "how" also begin commands, and
    who wants a person gets one, unless it is asked which. "Forget me" is more than "forget it"."""
    if asks is Asks.DANGER:
        return replace(_continued(message), language=message.answer_in, asks=asks)
    command = control.command(message.folded, reading, spoken(message))
    if command and _is_outright(command, asks):
        return verdict.controlled(message, Intent(command.kind))
    wish = next((kind for kind in _OUTRIGHT if _says(message, kind)), None)
    if wish:
        return verdict.controlled(message, wish)
    decision = replace(_continued(message), language=message.answer_in, asks=asks)
    if _is_of_other_age(message, decision.intent):
        return replace(decision, asks=None, continues=False)
    if alarm and asks not in urgent.CALMING and _is_graver(message, decision.intent):
        return replace(decision, asks=None)
    return verdict.explained(decision, reading) if asks is Asks.MEANS else decision


def _is_outright(command: control.Command, asks: Asks) -> bool:
    """Whether a command is meant whatever its words may ask else. What is asked about the desk has few words of its
    own."""
    kind = Intent(command.kind)
    if kind is Intent.ABOUT:
        return command.chance > thresholds.SURE_COMMAND
    return command.ruled and (kind is Intent.FORGET or asks in _OF_COMMANDS or (kind, asks) in _MEANT)


def _corrected(message: Message, reading: fusion.Reading) -> Decision | None:
    """What a message needs that says what the matter is instead of the open emergency: "that's not it, it is a ..."."""
    context = message.context
    told = continuation.substance(message.folded, spoken(message))
    if len(told) < _TOLD or any(_says(message, kind) for kind in _OUTRIGHT):
        return None
    alone = replace(context, open_topic=None, open_text="", open_crisis=None, facts=replace(context.facts, minor=None))
    message = understood(message.text, alone, message.ready)
    raised = alarms.raised(message.folded, reading, alarms.Case(message.facts.minor), message.ready)
    alarm = next((one for one in raised if one.crisis.id != context.open_crisis), None)
    decision = escalation.escalated(message, reading, alarm) if alarm else verdict.answered(message, reading)
    return replace(decision, asks=Asks.OTHER)


def _is_of_other_age(message: Message, kind: str | None) -> bool:
    """Whether an emergency is of another kind than the open one since a message tells how old somebody is."""
    is_told = message.facts.minor is not None and message.facts.minor != message.context.facts.minor
    return is_told and kind in alarms.BY_AGE and kind != message.context.open_crisis


def _is_graver(message: Message, kind: str | None) -> bool:
    """Whether an emergency of a kind goes before the open one."""
    priorities = {crisis.id: crisis.priority for crisis in message.ready.catalogue.crises}
    open_one = priorities.get(message.context.open_crisis or "", 0)
    return priorities.get(kind or "", open_one) < open_one


def _at_once(message: Message) -> Decision | None:
    """What is nothing but a question about the desk itself, or a courtesy."""
    question = control.question(message.folded, spoken(message)) or _several_questions(message)
    if question:
        return verdict.controlled(message, Intent(question))
    courtesy = courtesies.small_talk(message.text, message.folded)
    return verdict.plain(message, Action.SMALLTALK, courtesy) if courtesy else None


def _several_questions(message: Message) -> str | None:
    """What is asked about the desk itself in a message of several sentences, if these ask nothing else. In the midst of
    an emergency one of them is enough, as what it is about is known."""
    sentences = normalise.sentences(message.text)
    if len(sentences) < 2:
        return None
    known, kinds = message.context.open_crisis is not None, []
    for sentence in sentences:
        kind = control.question(normalise.fold(sentence), spoken(message))
        if kind is None and not (known and replies.is_marked(sentence)):
            return None
        kinds.append(kind)
    return next((kind for kind in kinds if kind), None)


def _alarm(message: Message, reading: fusion.Reading) -> alarms.Alarm | None:
    context = message.context
    kind = None if context.open_text else context.open_crisis
    case = alarms.Case(message.facts.minor, kind, context.open_crisis)
    return next(iter(alarms.raised(message.folded, reading, case, message.ready)), None)


def _is_strange(message: Message, alarm: alarms.Alarm) -> bool:
    """Whether a message looks like an emergency that the conversation as a whole does not show: "they said that the
    bank would call me" is a threat only to who has not heard the rest, and a mere place or hour shows none."""
    context = message.context
    if alarm.evidence or alarm.crisis.id == context.open_crisis:
        return False
    if not context.open_text:
        return alarm.score < _LIKELY and continuation.is_detail(message.folded, message.places)
    if alarm.crisis.priority <= _LIFE and alarm.score > _SURE_DANGER:
        return False
    if normalise.units(message.folded) > _LONGEST_REPLY or (not context.open_crisis and alarm.score > _SURE_ALONE):
        return False
    if alarm.crisis.priority > _LIFE and _is_graver_open(message):
        return True
    all = whole(message)
    shown = _alarm(all, fusion.read(all.text, all.guess, all.ready))
    return shown is None or shown.crisis.id != alarm.crisis.id


def _is_graver_open(message: Message) -> bool:
    """Whether a life is in danger in the open emergency: how old somebody is makes no lesser one of it."""
    crises = message.ready.catalogue.crises
    return any(one.id == message.context.open_crisis and one.priority <= _LIFE for one in crises)


def _is_afterthought(message: Message) -> bool:
    context, size = message.context, normalise.units(message.folded)
    if not context.open_text or not context.open_crisis:
        return False
    is_about_order = context.open_crisis == clocks.ORDER and size <= _LONGEST_REPLY
    sent = is_about_order and bool(eligibility.senders(message.folded, message.places))
    seen = signals.seen(message.folded)
    denied = f"unless:{context.open_crisis}" in seen or (is_about_order and "not_terrorism" in seen)
    return sent or denied or size <= _AFTERTHOUGHT


def _commanded_or_refused(message: Message, reading: fusion.Reading, alarm: alarms.Alarm | None) -> Decision | None:
    command = control.command(message.folded, reading, spoken(message))
    if command and command.kind == Intent.FORGET and not command.spelt and _asks_of_desk(message):
        return verdict.controlled(message, Intent.ABOUT)
    command = None if command and _unmeant(command, message) else command
    refused = refusals.unwanted(message.folded)
    known = language.plain(message.guess.language) in message.ready.languages
    none = alarm or refused or not known or (command and command.ruled)
    courtesy = None if none else courtesies.like_small_talk(message.folded, reading)
    if courtesy and command is None and not _holds_need(message):
        return verdict.plain(message, Action.SMALLTALK, courtesy)
    urgent = command is not None and alarm is not None and command.chance < alarm.score
    sure = command is not None and (command.ruled or command.chance > thresholds.SURE_COMMAND)
    if command and not urgent and (sure or not refused):
        return verdict.controlled(message, Intent(command.kind), verdict.SPELT if command.spelt else _SUPPOSED)
    refused = refused or (None if alarm else refusals.like_unwanted(reading))
    if refused and not _serious(refused[0], reading, alarm):
        return verdict.plain(message, Action.DECLINE, refused[0], Reason("triage", f"{refused[0]}: {refused[1]}"))
    return None


def _holds_need(message: Message) -> bool:
    """Whether a need stands behind the courteous words at the beginning: "hello, we want to protect our data"."""
    rest = courtesies.after(message.folded)
    if rest == message.folded or normalise.units(rest) < telling.FEWEST_WORDS:
        return False
    reading = fusion.read(rest, message.guess, message.ready)
    return reading.strength > thresholds.BEHIND and courtesies.like_small_talk(rest, reading) is None


def _asks_of_desk(message: Message) -> bool:
    """Whether a sentence of a message asks about the desk: "do you keep this? My husband must not read it"."""
    sentences = map(normalise.fold, normalise.sentences(message.text))
    return any(control.question(one, spoken(message)) == Intent.ABOUT for one in sentences)


def _unmeant(command: control.Command, message: Message) -> bool:
    """Whether what only resembles a command is a detail of the case, or a question for a ticket that is not over. In an
    emergency no other topic is looked for."""
    if command.kind == Intent.NOT_IT:
        return message.context.open_crisis is not None
    if command.kind == Intent.NO_REPLY and message.context.open_crisis and command.chance < thresholds.SURE_COMMAND:
        return True
    if command.ruled or command.kind in (Intent.STATUS, Intent.LANGUAGE):
        return False
    if _ADDRESS.fullmatch(message.text):
        return True
    asks = command.kind == Intent.SOLVED and replies.is_marked(message.text)
    short = normalise.units(message.folded) <= _AFTERTHOUGHT
    unsure = short or command.chance < thresholds.SURE_COMMAND
    return asks or (unsure and continuation.is_detail(message.folded, message.places))


def _serious(kind: str, reading: fusion.Reading, alarm: alarms.Alarm | None) -> bool:
    """Whether a rude or odd message still holds a need: people in distress swear, and a refusal costs them most. Who
    writes a thesis on shutdowns asks for more than that it be written."""
    if alarm is not None and kind in ("abuse", "out_of_scope", "spam"):
        return True
    if reading.strength > thresholds.A_NEED and reading.asides.get(kind, -1.0) < thresholds.UNLIKE:
        return True
    enough = {"abuse": 0.45, "out_of_scope": 0.62}.get(kind)
    return enough is not None and reading.nearest >= enough
