"""How many tickets came in and were closed, by day, week or month."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import CTE, ScalarSelect, Select, func, literal, select, union_all
from sqlalchemy.orm import Session

from desk.reports.scope import Scope, midnight
from desk.tickets import Ticket
from knowledge.database import UtcDateTime

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
    starts = _starts(scope)
    stretches = _stretches(scope, starts)
    opened, closed = (_counted(scope, moment, stretches) for moment in (Ticket.opened_at, Ticket.closed_at))
    rows = session.execute(select(opened, closed).select_from(stretches).order_by(stretches.c.number))
    return [Bar(start, opened, closed) for start, (opened, closed) in zip(starts, rows, strict=True)]


def _stretches(scope: Scope, starts: list[date]) -> CTE:
    """From when until when each bar reaches, as a table: counting between two moments is what an index does best."""
    inner = [midnight(start, scope.time_zone) for start in starts[1:]]
    reaches = enumerate(pairwise([scope.begin, *inner, scope.end]))
    # Not VALUES, which SQLAlchemy compiles anew each time.
    return union_all(*(_row(number, begin, end) for number, (begin, end) in reaches)).cte("stretches")


def _row(number: int, begin: datetime, end: datetime) -> Select[int, datetime, datetime]:
    moments = literal(begin, UtcDateTime()).label("begin"), literal(end, UtcDateTime()).label("end")
    return select(literal(number).label("number"), *moments)


def _counted(scope: Scope, moment: Any, stretches: CTE) -> ScalarSelect[int]:
    query = scope.narrowed(select(func.count()).select_from(Ticket))
    return query.where(moment >= stretches.c.begin, moment < stretches.c.end).scalar_subquery()


def _starts(scope: Scope) -> list[date]:
    if scope.days <= BARS:
        return [scope.first + timedelta(days=number) for number in range(scope.days)]
    if scope.days <= 7 * BARS:
        monday = scope.first - timedelta(days=scope.first.weekday())
        return [monday + timedelta(days=number) for number in range(0, (scope.last - monday).days + 1, 7)]
    months = range(scope.first.year * 12 + scope.first.month - 1, scope.last.year * 12 + scope.last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months]
