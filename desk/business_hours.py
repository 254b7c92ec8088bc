"""Counting time that a desk is staffed, step by step, so that everybody can do the sum again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from desk.hours import zone_named

#: The end of a day, in minutes since midnight.
DAY = 24 * 60
_MINUTE = timedelta(minutes=1)
Span = tuple[int, int]
_WORKING_DAY: tuple[Span, ...] = ((9 * 60, 17 * 60),)


class NeverOpen(ValueError):
    """Hours in which nothing can ever become due."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When a desk is staffed.

    `week` holds the spans of Monday to Sunday in minutes since midnight, in order; `holidays` the dates on which it is
    closed, with their names.
    """

    time_zone: str = "UTC"
    week: tuple[tuple[Span, ...], ...] = (*[_WORKING_DAY] * 5, (), ())
    holidays: dict[date, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not any(self.week):
            raise NeverOpen

    @property
    def zone(self) -> tzinfo:
        return zone_named(self.time_zone) or UTC


def around_the_clock(time_zone: str) -> Hours:
    """Every minute of every day; the zone only says where days begin."""
    return Hours(time_zone, (((0, DAY),),) * 7)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the sum: on `day` so many `minutes` count from `start` to `end`, after which `left` remain.

    A day on which nothing counts has no start; `holiday` says why, when it is one. `shift` is by how many minutes the
    clocks were changed between start and end.
    """

    day: date
    minutes: int
    left: int
    start: datetime | None = None
    end: datetime | None = None
    holiday: str = ""
    shift: int = 0


def due(start: datetime, target: timedelta, hours: Hours) -> tuple[datetime, tuple[Step, ...]]:
    """When so much staffed time has passed since `start` (in UTC), and how that comes about.

    Counted in whole minutes from the minute of `start`, as clocks show it. What ends with a span is due at its end, not
    at the beginning of the next one.
    """
    begun = start.astimezone(UTC).replace(second=0, microsecond=0)
    left, steps = max(target // _MINUTE, 1), list[Step]()
    day = begun.astimezone(hours.zone).date()
    while True:
        counted = list(_on(day, begun, left, hours))
        steps += counted or [Step(day, 0, left, holiday=hours.holidays.get(day, ""))]
        left = steps[-1].left
        if (end := steps[-1].end) is not None and left == 0:
            return end, tuple(steps)
        day += timedelta(days=1)


def _on(day: date, begun: datetime, left: int, hours: Hours) -> Iterator[Step]:
    """What counts on one day."""
    spans = () if day in hours.holidays else hours.week[day.weekday()]
    for opens, closes in spans:
        start = max(begun, _at(day, opens, hours.zone))
        minutes = min(left, (_at(day, closes, hours.zone) - start) // _MINUTE)
        if minutes > 0:
            left -= minutes
            end = start + minutes * _MINUTE
            yield Step(day, minutes, left, start, end, shift=_shift(start, end, hours.zone))
        if left == 0:
            return


def _at(day: date, minute: int, zone: tzinfo) -> datetime:
    """A local time as an instant. One that is skipped moves on with the clocks; of two equal ones it is the first."""
    following, minute = divmod(minute, DAY)
    local = datetime.combine(day + timedelta(days=following), time(minute // 60, minute % 60), tzinfo=zone)
    return local.astimezone(UTC)


def _shift(start: datetime, end: datetime, zone: tzinfo) -> int:
    before, after = start.astimezone(zone).utcoffset(), end.astimezone(zone).utcoffset()
    return ((after or timedelta()) - (before or timedelta())) // _MINUTE
