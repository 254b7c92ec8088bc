"""How long people waited: first words of a person, and the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from sqlalchemy import JSON, func, select
from sqlalchemy.orm import Session

from desk.reports.scope import Scope
from desk.tickets import Ticket


@dataclass(frozen=True, slots=True)
class Times:
    """Of `count` tickets, half took at most `median`, nine in ten `p90`, nineteen in twenty `p95`. To the minute."""

    count: int
    median: timedelta | None = None
    p90: timedelta | None = None
    p95: timedelta | None = None


def waits(session: Session, scope: Scope) -> tuple[Times, Times]:
    """From opening to the first words of a person, where a person answered; and to closing, where it is closed."""
    # Each as one list: a row for every ticket would take several times as long.
    gathered = func.json_agg if session.get_bind().dialect.name == "postgresql" else func.json_group_array
    lengths = (
        gathered(one, type_=JSON).filter(one.is_not(None)) for one in (Ticket.answered_after, Ticket.closed_after)
    )
    answered, closed = session.execute(scope.tickets(select(*lengths).select_from(Ticket))).one()
    return _times(sorted(answered or ())), _times(sorted(closed or ()))


def _times(lengths: Sequence[int]) -> Times:
    if not lengths:
        return Times(0)
    return Times(len(lengths), *(timedelta(minutes=_percentile(lengths, share)) for share in (0.5, 0.9, 0.95)))


def _percentile(lengths: Sequence[int], share: float) -> int:
    """The nearest-rank percentile: the shortest length that at least this share did not exceed."""
    return lengths[ceil(share * len(lengths)) - 1]
