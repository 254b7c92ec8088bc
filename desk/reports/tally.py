"""Tickets counted by their marks."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import CTE, func, literal, select, true, union_all
from sqlalchemy.orm import Session

from desk.reports.scope import Scope
from desk.tickets import State, Ticket


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tickets have the same values of all `marks`; the empty word where a ticket has none."""

    marks: tuple[str, ...]
    counts: Counter[tuple[str, ...]]

    def by(self, mark: str) -> Counter[str]:
        """The same tickets, by one mark alone."""
        place, found = self.marks.index(mark), Counter[str]()
        for words, count in self.counts.items():
            found[words[place]] += count
        return found


def tally(session: Session, scope: Scope, *marks: str) -> Tally:
    """Count by `language`, `channel`, `topic`, `urgency` or `state`.

    Every value that there is, is counted in an index by itself. Grouping would sort all tickets first.
    """
    there = [_there_is(mark) for mark in marks]
    alike = (getattr(Ticket, mark) == one.c.value for mark, one in zip(marks, there, strict=True))
    count = scope.tickets(select(func.count()).select_from(Ticket)).where(*alike).scalar_subquery()
    words = [one.c.value for one in there]
    query = select(count, *words).select_from(there[0]).where(*(word.is_not(None) for word in words))
    for one in there[1:]:
        query = query.join(one, true())
    rows = session.execute(query)
    return Tally(marks, Counter({tuple(found): number for number, *found in rows if number}))


def _there_is(mark: str) -> CTE:
    """The values of a mark, with a null among them: each is looked up in an index as the next after the one before."""
    if mark == "state":
        return union_all(*(select(literal(state.value).label("value")) for state in State)).cte("states")
    known = getattr(Ticket, mark)
    found = select(func.min(known).label("value")).cte(f"{mark}_there_is", recursive=True)
    following = select(func.min(known)).where(known > found.c.value).scalar_subquery()
    return found.union_all(select(following).where(found.c.value.is_not(None)))
