"""How long people waited: first words of a person, and the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import JSON, func, select
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
    return _times(_lengths(session, scope, Ticket.answered_after))


def resolution(session: Session, scope: Scope) -> Times:
    """From opening to closing, where it is closed."""
    return _times(_lengths(session, scope, Ticket.closed_after))


def _lengths(session: Session, scope: Scope, minutes: InstrumentedAttribute[int | None]) -> list[int]:
    """All of them, the shortest first. They come as one list: a row for each would take several times as long."""
    gathered = func.json_agg if session.get_bind().dialect.name == "postgresql" else func.json_group_array
    query = scope.tickets(select(gathered(minutes, type_=JSON)).select_from(Ticket)).where(minutes.is_not(None))
    return sorted(session.scalar(query) or ())


def _times(lengths: Sequence[int]) -> Times:
    if not lengths:
        return Times(0)
    return Times(len(lengths), *(timedelta(minutes=_percentile(lengths, share)) for share in (0.5, 0.9, 0.95)))


def _percentile(lengths: Sequence[int], share: float) -> int:
    """The nearest-rank percentile: the shortest length that at least this share did not exceed."""
    return lengths[ceil(share * len(lengths)) - 1]
