"""Legal clocks on a card: which one seems to run, until when in local time, whom to tell, what to keep."""

import re
from datetime import datetime, timedelta

from babel.dates import format_timedelta

from desk import library
from desk.conversation.turn import Audience
from desk.hours import local_time
from desk.wording import translate_many
from routing import clocks
from routing.decision import Decision, RunningClock

SHOWN = 2


def first_due(decision: Decision) -> datetime | None:
    """The nearest deadline that is known for sure to be computable."""
    if decision.facts.met_at is not None:
        return None
    return min((clock.due for clock in decision.clocks if clock.due), default=None)


def due_lines(turn: Audience, decision: Decision) -> str:
    """Until when, nearest first, one line per clock. What is owed to the person is no deadline of theirs."""
    met = decision.facts.met_at
    shown = ((running, clock) for running, clock in _sure(turn, decision) if not running.owed)
    return "\n".join(line for line in (_when(turn, running, clock, met) for running, clock in shown) if line)


def duties(turn: Audience, decision: Decision) -> str:
    """What goes with the deadlines: whom to tell, what to keep, what they depend on, and what a platform owes. Of an
    order without a known law, what to ask of it."""
    lines = [_duty(turn, running, clock) for running, clock in _sure(turn, decision)]
    if decision.intent == clocks.ORDER and all(running.id == clocks.STATED for running in decision.clocks):
        lines.append(
            turn.say("Ask in writing which law the order is based on, and have a lawyer read it before the time is up.")
        )
    return "\n".join(line for line in lines if line)


def _sure(turn: Audience, decision: Decision) -> list[tuple[RunningClock, library.Clock]]:
    """Only clocks whose law is confirmed are ever shown."""
    found = [(running, _in_words(turn, decision, running)) for running in decision.clocks[:SHOWN]]
    return [(running, clock) for running, clock in found if clock is not None and clock.is_sure]


def _in_words(turn: Audience, decision: Decision, running: RunningClock) -> library.Clock | None:
    if running.id != clocks.STATED:
        return library.clock(turn.session, running.id, turn.language)
    name = turn.say("Time limit that the order itself sets")
    term = clocks.duration(decision.facts.remaining) if decision.facts.remaining else None
    return library.Clock(running.id, name, "", "", "", "", term, business_days=False, is_sure=True)


def _duty(turn: Audience, running: RunningClock, clock: library.Clock) -> str:
    if running.owed:
        return turn.say(
            "{law}. The platform must act within {length} of your report: report it there now and note the time.",
            law=clock.name.rstrip("."),
            length=length(turn.language, clock),
        )
    parts = [clock.who_told, clock.keep]
    if not running.sure:
        parts.append(turn.say("This time limit counts only from this event: {event}.", event=clock.starts.rstrip(".")))
    return " ".join(part for part in parts if part)


def _when(turn: Audience, running: RunningClock, clock: library.Clock, met: datetime | None) -> str:
    name = clock.name.rstrip(".")
    if met is not None and not clocks.keeps(running.id):
        return _met(turn, running, name, met)
    if running.due is None:
        whole = length(turn.language, clock)
        return turn.say("{law}. {length}, counted from when it reached you.", law=name, length=whole) if whole else ""
    moment = local_time(running.due, turn.time_zone, turn.language)
    if clocks.keeps(running.id):
        return turn.say("{law}. Keep it until {moment}.", law=name, moment=moment)
    left = running.due - turn.now
    if left <= timedelta(0):
        late = turn.say(
            "The time limit ended on {moment}. Act now all the same and write down why it is late.", moment=moment
        )
        return f"{name}. {late}"
    remaining = format_timedelta(left, granularity="minute", threshold=1.5, locale=turn.language)
    return turn.say("{law}. Due by {moment}, {remaining} left.", law=name, moment=moment, remaining=remaining)


def _met(turn: Audience, running: RunningClock, name: str, met: datetime) -> str:
    """Whether what was to be done was done in time, as far as it is known when the time began."""
    done = local_time(met, turn.time_zone, turn.language)
    if running.due is None:
        return turn.say("{law}. Done on {moment}.", law=name, moment=done)
    if met <= running.due:
        return turn.say("{law}. Done on {moment}: that was within the time.", law=name, moment=done)
    due = local_time(running.due, turn.time_zone, turn.language)
    return turn.say(
        "{law}. Done on {moment}; the time limit had ended on {due}. Write down why it was late.",
        law=name,
        moment=done,
        due=due,
    )


def length(language: str, clock: library.Clock) -> str:
    """A duration of one unit (PT72H, P20D, P1M) in words; empty where the law gives no number."""
    found = re.fullmatch(r"P(T?)(\d+)([HDMY])", clock.duration or "")
    if found is None:
        return ""
    count, unit = int(found[2]), found[3]
    if found[1]:
        return _of_hours(language, count, unit)
    if unit == "M":
        return translate_many(language, "{count} month", "{count} months", count)
    if unit == "Y":
        return translate_many(language, "{count} year", "{count} years", count)
    if clock.business_days:
        return translate_many(language, "{count} working day", "{count} working days", count)
    return translate_many(language, "{count} day", "{count} days", count)


def _of_hours(language: str, count: int, unit: str) -> str:
    if unit == "H":
        return translate_many(language, "{count} hour", "{count} hours", count)
    return format_timedelta(timedelta(minutes=count), granularity="minute", threshold=60, locale=language)
