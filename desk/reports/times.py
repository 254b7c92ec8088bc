"""How long people waited: first words of a person, and the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Integer, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from desk.reports.scope import Scope
from desk.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Times:
    """Of `count` tickets, half took at most `median`, nine in ten `p90`, nineteen in twenty `p95`. To the minute."""

    count: int
    median: timedelta | None = None
    p90: timedelta | None = None
    p95: timedelta | None = None


def first_response(session: Session, scope: Scope) -> Times:
    """From opening to the first words of a person, where a person answered."""
    return _between(session, scope, Ticket.answered_at)


def resolution(session: Session, scope: Scope) -> Times:
    """From opening to closing, where it is closed."""
    return _between(session, scope, Ticket.closed_at)


def _between(session: Session, scope: Scope, end: InstrumentedAttribute[datetime | None]) -> Times:
    minutes = _minutes(session, Ticket.opened_at, end)
    query = scope.tickets(select(minutes, func.count()).select_from(Ticket)).where(end.is_not(None))
    rows = session.execute(query.group_by(minutes).order_by(minutes))
    return _times([(int(length), count) for length, count in rows])


def _minutes(session: Session, start: Any, end: Any) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "sqlite":
        return (func.unixepoch(end, type_=Integer) - func.unixepoch(start, type_=Integer)) // 60
    # Not extract(): it calculates in decimals, which takes several times as long.
    return func.floor(func.date_part("epoch", end - start) / 60)


def _times(histogram: Sequence[tuple[int, int]]) -> Times:
    total = sum(count for _, count in histogram)
    if not total:
        return Times(0)
    return Times(total, *(timedelta(minutes=_percentile(histogram, total, share)) for share in (0.5, 0.9, 0.95)))


def _percentile(histogram: Sequence[tuple[int, int]], total: int, share: float) -> int:
    """The nearest-rank percentile: the shortest length that at least this share did not exceed."""
    rank, seen = ceil(share * total), 0
    for length, count in histogram:
        seen += count
        if seen >= rank:
            return max(length, 0)
    return max(histogram[-1][0], 0)
