"""How a deadline comes about, line by line, as a table that can be added up by hand."""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from console.durations import write_duration
from desk import dates
from desk.business_hours import Step
from desk.targets import Reckoning


@dataclass(frozen=True, slots=True)
class Line:
    """One day: from when to when time counted, how much, and what was left. `why` nothing counted, if nothing did."""

    day: str
    start: str
    end: str
    counted: str
    left: str
    holiday: str
    closed: bool
    shift: int


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """All of it on the desk's clock, in words of one language."""

    since: str
    target: str
    warn_at: str
    respond_by: str
    zone: str
    lines: tuple[Line, ...]


def shown(found: Reckoning, language: str) -> Arithmetic:
    """The sum behind a deadline, ready for a page."""
    zone = found.hours.zone
    return Arithmetic(
        since=_moment(found.since, zone, language),
        target=write_duration(found.minutes),
        warn_at=_moment(found.warn_at, zone, language),
        respond_by=_moment(found.respond_by, zone, language),
        zone=found.hours.time_zone,
        lines=tuple(_line(step, zone, language) for step in found.steps),
    )


def _line(step: Step, zone: tzinfo, language: str) -> Line:
    return Line(
        day=dates.weekday(step.day, language),
        start=_clock(step.start, step.day, zone),
        end=_clock(step.end, step.day, zone),
        counted=write_duration(step.minutes),
        left=write_duration(step.left),
        holiday=step.holiday,
        closed=step.start is None,
        shift=step.shift,
    )


def _clock(at: datetime | None, day: date, zone: tzinfo) -> str:
    if at is None:
        return ""
    local = at.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == day else "24:00"


def _moment(at: datetime, zone: tzinfo, language: str) -> str:
    return dates.moment(at.astimezone(zone), language, with_weekday=True)
