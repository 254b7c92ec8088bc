"""The statutory clocks that a case sets running, and when they end."""

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from routing.catalogue import Clock
from routing.decision import Facts, RunningClock
from routing.likeness import Likeness
from routing.moments import Told

_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
#: Which events of clocks an emergency sets going.
_EVENTS = {
    "removal-order": ("removal-order",), "active-breach": ("breach", "incident"), "intimate-image": ("intimate-image",),
    "minor-sexual": (), "live-attack": (), "threat-to-life": ("threat-to-life",), "denial-of-service": ("incident",),
}  # fmt: skip
#: What words tell of that speak of a breach.
_BREACHES = ("breach", "incident")
#: Emergencies in which the country decides what has to be done until when.
DEPENDING_ON_PLACE = frozenset({"removal-order", "active-breach", "denial-of-service"})
#: Emergencies of persons: the laws that set a time there bind others. How soon a platform has to act on a person's
#: report is worth knowing to whoever reports; what else firms and platforms owe to whom is not.
OF_PERSONS = frozenset({
    "suicide", "bereavement", "threat-to-life", "minor-sexual", "sexual-violence", "intimate-image", "stalking",
    "doxxing-violence", "stolen-money", "spyware",
})  # fmt: skip
_ON_REPORT = "intimate-image"
#: Laws for some trades only, by how the ids of their clocks begin: the message has to say that it is of that trade.
_TRADES = ("dora", "nis2")
#: Duties to keep something count from when it was removed or reported, by how the ids of their clocks end.
_KEEPS = "-keep"
#: Likeness to a phrase of the clock that is enough, in its country, and where no place is known; for the law of so few
#: countries, which is likely another one's, or of another subject or trade; a duty that is none, likelier.
_PHRASE, _PHRASE_ANYWHERE, _PHRASE_ELSEWHERE, _FEW, _RIVAL = 0.38, 0.48, 0.6, 3, 0.6
_MOST = 4
_DAY = timedelta(days=1)
#: The deadline that an order itself sets, as it runs beside those of laws.
STATED = "stated"
ORDER, _EU_ORDERS = "removal-order", "tco"
#: Emergencies in which an authority demands what no law known here sets a time for: it may set one itself.
_DEMANDS = frozenset({"data-demand", "shutdown"})


@lru_cache(maxsize=256)
def length(duration: str | None) -> timedelta | None:
    """An ISO 8601 duration as a length, to order by: months count 30 days."""
    match = _ISO.match(duration or "")
    if not match:
        return None
    years, months, weeks, days, hours, minutes, seconds = _numbers(match)
    whole = timedelta(days=365 * years + 30 * months + 7 * weeks + days, hours=hours, minutes=minutes, seconds=seconds)
    return whole or None


def _numbers(match: re.Match[str]) -> list[int]:
    return [int(part or 0) for part in match.groups()]


def end(started: datetime, duration: str | None) -> datetime | None:
    """When an ISO 8601 duration from a moment is over. Months are those of the calendar where the moment was told: six
    from 30 August end on the last day of February."""
    match, offset = _ISO.match(duration or ""), started.utcoffset()
    if not match or offset is None:
        return None
    years, months, weeks, days, hours, minutes, seconds = _numbers(match)
    local = started.astimezone(timezone(offset))
    year, month = divmod(local.year * 12 + local.month - 1 + years * 12 + months, 12)
    moved = local.replace(year=year, month=month + 1, day=min(local.day, monthrange(year, month + 1)[1]))
    rest = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return moved.astimezone(UTC) + rest


def keeps(id: str) -> bool:
    """Whether a clock is a duty to keep something."""
    return id.endswith(_KEEPS)


def duration(whole: timedelta) -> str:
    """A length as an ISO 8601 duration of one unit: days from two on, hours, or minutes."""
    minutes = int(whole / timedelta(minutes=1))
    if minutes % 1440 == 0 and minutes > 1440:
        return f"P{minutes // 1440}D"
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"


@dataclass(frozen=True, slots=True)
class Case:
    """What the router knows of a case when it looks for running clocks."""

    crisis: str | None
    runs: bool
    breached: bool
    trades: frozenset[str]
    likeness: Likeness
    countries: frozenset[str]
    facts: Facts
    told: Told
    now: datetime | None
    #: The practices that are about the subjects of the message.
    practices: frozenset[str] = frozenset()

    @property
    def events(self) -> tuple[str, ...]:
        """The events of clocks that are known to have happened."""
        return (*_EVENTS.get(self.crisis or "", ()), *(("breach",) if self.breached else ()))

    @property
    def is_personal(self) -> bool:
        """Whether a person is in need who runs no platform that it happened on. Somebody's own death sets no time."""
        return self.crisis == "suicide" or (self.crisis in OF_PERSONS and not self.runs)

    def concerns(self, clock: Clock) -> bool:
        """Whether the law of a clock is for everybody or for a trade that the case is of."""
        law = clock.id.split("-")[0]
        return law not in _TRADES or law in self.trades

    def is_about(self, clock: Clock) -> bool:
        """Whether the law of a clock is about what the message is about."""
        return self.concerns(clock) and (clock.practice is None or clock.practice in self.practices)

    def is_in(self, clock: Clock) -> bool:
        """Whether the law of a clock holds where the case is; that of the EU also where the case names it."""
        if self.countries:
            return not clock.countries or bool(clock.countries & self.countries)
        return clock.event == ORDER and len(clock.countries) > _FEW and _EU_ORDERS in self.trades

    @property
    def term(self) -> timedelta | None:
        """The time that an order gives."""
        return self.facts.remaining if self.crisis == ORDER or self.crisis in _DEMANDS else None

    @property
    def due_by(self) -> datetime | None:
        """The hour by which an order is to be followed. The net is cut "until" one."""
        return self.facts.due_by if self.crisis in (ORDER, "data-demand") else None


def running(clocks: Iterable[Clock], case: Case) -> tuple[RunningClock, ...]:
    """The statutory clocks that seem to run, the shortest first; none that belongs to other places.

    Where one runs from an event that is known, only those of such events do: what happened starts no other one. An
    order that gives another time than the law sets goes by no such law: then its own time is counted.
    """
    if case.is_personal:
        return _owed(clocks, case) if case.crisis == _ON_REPORT else ()
    if case.crisis in _DEMANDS:
        return (_stated(case),) if case.term or case.due_by else ()
    events, rival = case.events, case.likeness.most("not_clock")
    spoken = case.likeness.of_kind("clock").tolist()
    told = [pair for pair in zip(clocks, spoken, strict=True) if pair[1] > _PHRASE or pair[0].event in events]
    found = [(clock, likeness) for clock, near in told if (likeness := _likeness(clock, near, case, rival))]
    found = [pair for pair in found if pair[0].event in events] or found
    found.sort(key=lambda pair: (-round(pair[1], 3), length(pair[0].duration) or timedelta.max, pair[0].id))
    found = [pair for pair in found if not _is_of_another_order(pair[0], case)]
    chosen = sorted(found[:_MOST], key=lambda pair: (length(pair[0].duration) or timedelta.max, pair[0].id))
    laws = tuple(_run(clock, case, likeness) for clock, likeness in chosen)
    by_law = case.term is None or any(length(clock.duration) == case.term for clock, _ in chosen)
    return laws if by_law and case.due_by is None else (_stated(case), *laws)


def _is_of_another_order(clock: Clock, case: Case) -> bool:
    return clock.event == ORDER and clock.follows is None and case.term not in (None, length(clock.duration))


def _started(case: Case, term: timedelta | None) -> datetime | None:
    """When the time of a length began to run. Of one that is shorter than a day the day alone tells nothing."""
    short = term is not None and term < _DAY
    return None if case.facts.by_day and short else case.facts.happened_at


def _stated(case: Case) -> RunningClock:
    started, due = _started(case, case.term), case.due_by
    if due is None and case.term is not None and started is not None:
        due = started.astimezone(UTC) + case.term
    if case.told.left is not None and case.now is not None:
        due = case.now + case.told.left
    return RunningClock(STATED, started, due, sure=True)


def _owed(clocks: Iterable[Clock], case: Case) -> tuple[RunningClock, ...]:
    """How soon platforms have to act there on the report of a person."""
    there = [clock for clock in clocks if clock.event == _ON_REPORT and clock.countries & case.countries]
    return tuple(RunningClock(clock.id, None, None, clock.confident, owed=True) for clock in there)


def _likeness(clock: Clock, spoken: float, case: Case, rival: float) -> float:
    if clock.countries and case.countries and not clock.countries & case.countries:
        return 0.0
    here = case.is_in(clock)
    if clock.event == ORDER and not here:
        return 0.0
    if not length(clock.duration) and clock.event != "threat-to-life":
        return 0.0
    starts = clock.event in case.events and clock.follows is None and case.concerns(clock)
    abroad = not here and 0 < len(clock.countries) <= _FEW
    if starts and rival < _RIVAL and here:
        return 0.6 + spoken
    # The name of a country alone is like a phrase of its law.
    told = here and (case.breached or clock.event not in _BREACHES)
    enough = _PHRASE_ELSEWHERE if abroad or not case.is_about(clock) else _PHRASE if told else _PHRASE_ANYWHERE
    if spoken > enough and spoken > rival + 0.03:
        return spoken
    return 0.0


def _run(clock: Clock, case: Case, likeness: float) -> RunningClock:
    done = case.facts.done_at if keeps(clock.id) else None
    started = done or _started(case, length(clock.duration))
    due = end(started, clock.duration) if started and length(clock.duration) else None
    if case.told.left is not None and case.now is not None:
        due = case.now + case.told.left
    sure = clock.confident and case.is_in(clock) and likeness >= 0.5
    return RunningClock(clock.id, started, due, sure)
