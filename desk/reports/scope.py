"""Which tickets a report counts."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVarTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func

from desk.requests import MARKS
from desk.tickets import Ticket

DAYS = 30
LONGEST = 366 * 3
Ts = TypeVarTuple("Ts")


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
        return midnight(self.first, self.time_zone)

    @property
    def end(self) -> datetime:
        return midnight(self.last + timedelta(days=1), self.time_zone)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def tickets(self, query: Select[*Ts]) -> Select[*Ts]:
        """A query of tickets, for these only."""
        return self.narrowed(query.where(Ticket.opened_at >= self.begin, Ticket.opened_at < self.end))

    def narrowed(self, query: Select[*Ts]) -> Select[*Ts]:
        """A query of tickets of any time, narrowed down."""
        # Hidden from the index of the mark: it does not hold what is counted, and reading the rows takes far longer
        # than reading all of an index that does.
        given = {mark: wanted for mark in MARKS if (wanted := getattr(self, mark))}
        return query.where(*(func.coalesce(getattr(Ticket, mark), "") == wanted for mark, wanted in given.items()))


def last_days(now: datetime, time_zone: str, days: int = DAYS) -> Scope:
    """The days up to today."""
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return Scope(today - timedelta(days=days - 1), today, time_zone)


def midnight(day: date, time_zone: str) -> datetime:
    """When a day begins there."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(time_zone)).astimezone(UTC)
