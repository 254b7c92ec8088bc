"""Which tickets a report counts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select

from desk.requests import Request
from desk.tickets import Ticket

DAYS = 30
LONGEST = 366 * 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Tickets that were opened from `first` to `last` (both included, days in `time_zone`), narrowed down further."""

    first: date
    last: date
    time_zone: str = "UTC"
    language: str = ""
    channel: str = ""
    topic: str = ""

    @property
    def begin(self) -> datetime:
        return _midnight(self.first, self.time_zone)

    @property
    def end(self) -> datetime:
        return _midnight(self.last + timedelta(days=1), self.time_zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def conditions(self, moment: Any = Ticket.opened_at) -> list[ColumnElement[bool]]:
        """What a ticket joined with its request has to fulfil; `moment` is what has to lie in these days."""
        found = [moment >= self.begin, moment < self.end]
        found += [Request.language == self.language] if self.language else []
        found += [Request.channel == self.channel] if self.channel else []
        found += [Request.topic == self.topic] if self.topic else []
        return found

    def ids(self) -> Select[int]:
        """The ids of these tickets."""
        return select(Ticket.id).join(Ticket.request).where(*self.conditions())


def last_days(now: datetime, time_zone: str, days: int = DAYS) -> Scope:
    """The days up to today."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return Scope(today - timedelta(days=days - 1), today, time_zone)


def _midnight(day: date, time_zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
