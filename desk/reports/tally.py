"""Tickets counted by several of their marks at once, so that a page of many counts reads them seldom."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desk.reports.scope import Scope
from desk.requests import Request
from desk.tickets import Ticket

_COLUMNS = {
    "language": Request.language,
    "channel": Request.channel,
    "topic": Request.topic,
    "urgency": Ticket.urgency,
    "state": Ticket.state,
}


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tickets have the same values of all `marks`; the empty word where a ticket has none."""

    marks: tuple[str, ...]
    counts: Counter[tuple[str, ...]]

    def by(self, mark: str) -> Counter[str]:
        """The same tickets, by one mark alone."""
        place, found = self.marks.index(mark), Counter[str]()
        for values, count in self.counts.items():
            found[values[place]] += count
        return found


def tally(session: Session, scope: Scope, *marks: str) -> Tally:
    """Count by `language`, `channel`, `topic`, `urgency` or `state`."""
    columns = [_COLUMNS[mark] for mark in marks]
    query = select(func.count(), *columns).select_from(Ticket).join(Ticket.request).where(*scope.conditions())
    rows = session.execute(query.group_by(*columns))
    return Tally(marks, Counter({tuple(value or "" for value in values): count for count, *values in rows}))
