"""How many tickets came in and were closed, by day, week or month, and of what kind they were."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desk.reports.scope import Scope
from desk.requests import Request
from desk.tickets import Ticket

# No more bars than this: days become weeks, weeks become months.
BARS = 45


@dataclass(frozen=True, slots=True)
class Bar:
    """One stretch of time from `start`: tickets opened, and tickets of any age closed in it."""

    start: date
    opened: int
    closed: int


def over_time(session: Session, scope: Scope) -> list[Bar]:
    """Opened and closed tickets by the shortest stretch that gives a readable chart. Empty stretches are bars too."""
    opened, closed = (_by_hour(session, scope, moment) for moment in (Ticket.opened_at, Ticket.closed_at))
    starts = _starts(scope)
    bars = {start: [0, 0] for start in starts}
    for column, counts in enumerate((opened, closed)):
        for hour, count in counts.items():
            day = hour.astimezone(ZoneInfo(scope.time_zone)).date()
            bars[_start_of(day, starts)][column] += count
    return [Bar(start, *counts) for start, counts in bars.items()]


def _by_hour(session: Session, scope: Scope, moment: Any) -> dict[datetime, int]:
    """Counts by hour in UTC: zones whose clocks differ by less than an hour put a ticket at most an hour off."""
    if session.get_bind().dialect.name == "sqlite":
        hour: ColumnElement[str] = func.strftime("%Y-%m-%dT%H:00:00+00:00", moment)
    else:
        hour = func.to_char(func.timezone("UTC", moment), 'YYYY-MM-DD"T"HH24:00:00+00:00')
    query = select(hour, func.count()).select_from(Ticket).join(Ticket.request).where(*scope.conditions(moment))
    return {datetime.fromisoformat(text): count for text, count in session.execute(query.group_by(hour))}


def _starts(scope: Scope) -> list[date]:
    if scope.days <= BARS:
        return [scope.first + timedelta(days=number) for number in range(scope.days)]
    if scope.days <= 7 * BARS:
        monday = scope.first - timedelta(days=scope.first.weekday())
        return [monday + timedelta(days=number) for number in range(0, (scope.last - monday).days + 1, 7)]
    months = range(scope.first.year * 12 + scope.first.month - 1, scope.last.year * 12 + scope.last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def _start_of(day: date, starts: Sequence[date]) -> date:
    return next((start for start in reversed(starts) if start <= day), starts[0])


def by(session: Session, scope: Scope, what: str) -> Counter[str]:
    """Tickets by `language`, `channel`, `topic`, `urgency` or `state`; those without one under the empty word."""
    columns = {
        "language": Request.language,
        "channel": Request.channel,
        "topic": Request.topic,
        "urgency": Ticket.urgency,
        "state": Ticket.state,
    }
    column = columns[what]
    query = select(column, func.count()).select_from(Ticket).join(Ticket.request)
    rows = session.execute(query.where(*scope.conditions()).group_by(column))
    return Counter({value or "": count for value, count in rows})
