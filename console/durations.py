"""Lengths of time, spans of a day and lists of holidays as administrators type them."""

import re
from datetime import date
from itertools import pairwise

from desk.business_hours import DAY, Span
from desk.wording import phrase

_DURATION = re.compile(r"(\d{1,3}):([0-5]\d)")
_SPAN = re.compile(r"(\d{1,2}):([0-5]\d)\s*[-–—]\s*(\d{1,2}):([0-5]\d)")
_EVENT = re.compile(r"BEGIN:VEVENT(.*?)END:VEVENT", re.DOTALL)
_STARTS = re.compile(r"^DTSTART[^:\r\n]*:(\d{8})", re.MULTILINE)
_CALLED = re.compile(r"^SUMMARY[^:\r\n]*:([^\r\n]*)", re.MULTILINE)


class Unreadable(ValueError):
    """What was typed cannot be read; `text` says how to type it, in English, with `values` in it."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text, self.values = text, values


def read_duration(text: str) -> int:
    """Hours and minutes, `4:00`, as minutes."""
    found = _DURATION.fullmatch(text.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else 0
    if minutes == 0:
        raise Unreadable(phrase("Write hours and minutes, for example 4:00 or 0:15."))
    return minutes


def write_duration(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def read_spans(text: str) -> tuple[Span, ...]:
    """The hours of one day, `9:00-12:00, 13:00-17:00`; nothing when it is closed."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    spans = [_span(part) for part in parts]
    if any(one[1] > other[0] for one, other in pairwise(spans)):
        raise Unreadable(phrase("These hours overlap. Write them one after the other."))
    return tuple(spans)


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    start, end = (int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else (0, 0)
    if not 0 <= start < end <= DAY:
        raise Unreadable(phrase("Write hours like 9:00-17:00, or 9:00-12:00, 13:00-17:00. A day ends at 24:00."))
    return start, end


def write_spans(spans: tuple[Span, ...]) -> str:
    return ", ".join(f"{write_duration(start)}-{write_duration(end)}" for start, end in spans)


def read_holidays(text: str) -> dict[date, str]:
    """One date per line with an optional name, or the content of a calendar file (iCalendar, RFC 5545)."""
    found = _calendar(text) if "BEGIN:VCALENDAR" in text else [_holiday(line) for line in text.splitlines()]
    return dict(sorted(one for one in found if one is not None))


def _calendar(text: str) -> list[tuple[date, str]]:
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    events = [(_STARTS.search(event), _CALLED.search(event)) for event in _EVENT.findall(unfolded)]
    return [(date.fromisoformat(day[1]), name[1].replace("\\,", ",") if name else "") for day, name in events if day]


def _holiday(line: str) -> tuple[date, str] | None:
    day, _, name = line.strip().partition(" ")
    if not day:
        return None
    try:
        return date.fromisoformat(day.rstrip(":,;")), name.strip()
    except ValueError:
        raise Unreadable(phrase("“{line}” does not begin with a date like 2026-12-25."), line=line.strip()) from None


def write_holidays(holidays: dict[date, str]) -> str:
    return "\n".join(f"{day.isoformat()} {name}".strip() for day, name in sorted(holidays.items()))
