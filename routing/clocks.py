"""The statutory clocks that a case sets running, and when they end."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from routing.catalogue import Clock
from routing.decision import Facts, RunningClock
from routing.likeness import Likeness
from routing.moments import Told

_ISO = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
#: Which events of clocks an emergency sets going.
_EVENTS = {
    "removal-order": ("removal-order",), "active-breach": ("breach", "incident"), "intimate-image": ("intimate-image",),
    "minor-sexual": (), "live-attack": (), "threat-to-life": ("threat-to-life",),
}  # fmt: skip
#: Emergencies in which the country decides what has to be done until when.
DEPENDING_ON_PLACE = frozenset({"removal-order", "active-breach"})
#: Emergencies of persons: the laws that set a time there bind others. How soon a platform has to act on a person's
#: report is worth knowing to whoever reports; what else firms and platforms owe to whom is not.
_OF_PERSONS = frozenset(
    ("suicide", "threat-to-life", "minor-sexual", "intimate-image", "stalking", "doxxing-violence", "stolen-money")
)
_ON_REPORT = "intimate-image"
#: Laws for some trades only, by how the ids of their clocks begin: the message has to say that it is of that trade.
_TRADES = ("dora", "nis2")
#: Likeness to a phrase of the clock that is enough, in its country, where no place is known, and there for the law of
#: so few countries, which is likely another one's; a duty that is none, likelier.
_PHRASE, _PHRASE_ANYWHERE, _PHRASE_ABROAD, _FEW, _RIVAL = 0.38, 0.48, 0.6, 3, 0.6
_MOST = 4


@lru_cache(maxsize=256)
def length(duration: str | None) -> timedelta | None:
    """An ISO 8601 duration as a length; months count 30 days, which is never too long."""
    match = _ISO.match(duration or "")
    if not match:
        return None
    years, months, weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    whole = timedelta(days=365 * years + 30 * months + 7 * weeks + days, hours=hours, minutes=minutes, seconds=seconds)
    return whole or None


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

    @property
    def events(self) -> tuple[str, ...]:
        """The events of clocks that are known to have happened."""
        return (*_EVENTS.get(self.crisis or "", ()), *(("breach",) if self.breached else ()))

    @property
    def is_personal(self) -> bool:
        """Whether a person is in need who runs no platform that it happened on. Somebody's own death sets no time."""
        return self.crisis == "suicide" or (self.crisis in _OF_PERSONS and not self.runs)

    def concerns(self, clock: Clock) -> bool:
        """Whether the law of a clock is for everybody or for a trade that the case is of."""
        law = clock.id.split("-")[0]
        return law not in _TRADES or law in self.trades


def running(clocks: Iterable[Clock], case: Case) -> tuple[RunningClock, ...]:
    """The statutory clocks that seem to run, the shortest first; none that belongs to other places.

    Where one runs from an event that is known, only those of such events do: what happened starts no other one.
    """
    if case.is_personal:
        return _owed(clocks, case) if case.crisis == _ON_REPORT else ()
    events, rival = case.events, case.likeness.most("not_clock")
    spoken = case.likeness.of_kind("clock").tolist()
    told = [pair for pair in zip(clocks, spoken, strict=True) if pair[1] > _PHRASE or pair[0].event in events]
    found = [(clock, likeness) for clock, near in told if (likeness := _likeness(clock, near, case, rival))]
    found = [pair for pair in found if pair[0].event in events] or found
    found.sort(key=lambda pair: (-round(pair[1], 3), length(pair[0].duration) or timedelta.max, pair[0].id))
    chosen = sorted(found[:_MOST], key=lambda pair: (length(pair[0].duration) or timedelta.max, pair[0].id))
    return tuple(_run(clock, case, likeness) for clock, likeness in chosen)


def _owed(clocks: Iterable[Clock], case: Case) -> tuple[RunningClock, ...]:
    """How soon platforms have to act there on the report of a person."""
    there = [clock for clock in clocks if clock.event == _ON_REPORT and clock.countries & case.countries]
    return tuple(RunningClock(clock.id, None, None, clock.confident, owed=True) for clock in there)


def _likeness(clock: Clock, spoken: float, case: Case, rival: float) -> float:
    if clock.countries and case.countries and not clock.countries & case.countries:
        return 0.0
    here = bool(case.countries) and (not clock.countries or bool(clock.countries & case.countries))
    if not length(clock.duration) and clock.event != "threat-to-life":
        return 0.0
    starts = clock.event in case.events and clock.follows is None and case.concerns(clock)
    abroad = not here and 0 < len(clock.countries) <= _FEW
    if starts and rival < _RIVAL and (here or (clock.event == "removal-order" and not abroad)):
        return 0.6 + spoken
    enough = _PHRASE if here else _PHRASE_ABROAD if abroad else _PHRASE_ANYWHERE
    if spoken > enough and spoken > rival + 0.03:
        return spoken
    return 0.0


def _run(clock: Clock, case: Case, likeness: float) -> RunningClock:
    started = case.facts.happened_at
    whole = length(clock.duration)
    due = started + whole if started and whole else None
    if case.told.left is not None and case.now is not None:
        due = case.now + case.told.left
    sure = clock.confident and bool(clock.countries & case.countries or not clock.countries) and likeness >= 0.5
    return RunningClock(clock.id, started, due, sure)
