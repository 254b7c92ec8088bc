"""Views of the queue: what to show in which order, as the part of an address behind the question mark."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desk.members import Member
from desk.saved import SavedView
from desk.tickets import RANKS, State
from desk.wording import phrase

SORTS = ("urgency", "waiting", "newest")
#: Besides the states of a ticket: all that are not closed, all that are, and simply all.
GROUPS = ("open", "closed", "all")
MOST_SAVED, LONGEST_NAME = 20, 60
_CHOICES = {
    "state": (*GROUPS, *(state.value for state in State)),
    "urgency": ("", *RANKS),
    "snoozed": ("", "only", "too"),
    "sort": SORTS,
}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a ticket has to be to be shown, and the order. Whoever has chosen nothing sees what is open, most urgent
    first, without what is snoozed. `assignee` is me, nobody or the id of a member; days are those of the reader.
    """

    state: str = "open"
    urgency: str = ""
    assignee: str = ""
    topic: str = ""
    language: str = ""
    channel: str = ""
    overdue: bool = False
    snoozed: str = ""
    opened_from: date | None = None
    opened_to: date | None = None
    updated_from: date | None = None
    updated_to: date | None = None
    text: str = ""
    sort: str = "urgency"

    @property
    def address(self) -> str:
        """These criteria as a query string; empty when nothing was chosen."""
        return urlencode(list(_chosen(self)))

    @property
    def only_looks_at_tickets(self) -> bool:
        """Whether nothing but the ticket itself has to be read to know that it belongs here."""
        return not (self.topic or self.language or self.channel or self.text)


def _chosen(criteria: Criteria) -> Iterator[tuple[str, str]]:
    for field in fields(Criteria):
        value = getattr(criteria, field.name)
        if value != field.default:
            yield field.name, "1" if value is True else str(value)


def read(values: Mapping[str, str]) -> Criteria:
    """The criteria of an address. What makes no sense counts as not chosen: old addresses stay good."""
    given = {field.name: values.get(field.name, "").strip()[:200] for field in fields(Criteria)}
    chosen = {field.name: field.default for field in fields(Criteria) if given[field.name]}
    return Criteria(**{name: _understood(name, given[name], default) for name, default in chosen.items()})


def _understood(name: str, given: str, default: Any) -> Any:
    if name in _CHOICES:
        return given if given in _CHOICES[name] else default
    if name == "overdue":
        return given == "1"
    if name == "assignee":
        return given if given in ("me", "nobody") or (given.isascii() and given.isdigit() and len(given) < 10) else ""
    if name.endswith(("_from", "_to")):
        return _day(given)
    return given


def _day(given: str) -> date | None:
    try:
        day = date.fromisoformat(given)
    except ValueError:
        return None
    # Midnights at the ends of the calendar lie outside it in some zones.
    return day if day.year in range(2000, 2200) else None


@dataclass(frozen=True, slots=True)
class View:
    """A view with a name: one that every desk has, or a saved one with its `id`, which is `shared` or one's own."""

    name: str
    criteria: Criteria
    id: int | None = None
    shared: bool = False


BUILT_IN = (
    View(phrase("All open"), Criteria()),
    View(phrase("Mine"), Criteria(assignee="me")),
    View(phrase("Unassigned"), Criteria(assignee="nobody")),
    View(phrase("Emergencies"), Criteria(urgency="crisis")),
    View(phrase("Overdue"), Criteria(overdue=True)),
    View(phrase("Snoozed"), Criteria(snoozed="only")),
    View(phrase("Closed"), Criteria(state="closed", sort="newest")),
)


class TooMany(Exception):
    """A member has `MOST_SAVED` views of their own, or the desk has as many for everybody."""


def saved(session: Session, member: Member) -> list[View]:
    """A member's own views and everybody's, by name."""
    mine = or_(SavedView.member_id == member.id, SavedView.member_id.is_(None))
    rows = session.scalars(select(SavedView).where(mine).order_by(SavedView.name, SavedView.id))
    return [View(row.name, of_address(row.query), row.id, row.member_id is None) for row in rows]


def save(session: Session, member: Member, name: str, criteria: Criteria, now: datetime, *, shared: bool) -> SavedView:
    """Keep a view under a name; a view of that name is replaced.

    Raises:
        TooMany: there is no room for another one.
    """
    owner = None if shared else member.id
    there = {row.name: row for row in session.scalars(select(SavedView).filter_by(member_id=owner))}
    row = there.get(name)
    if row is None:
        if len(there) >= MOST_SAVED:
            raise TooMany
        row = SavedView(member_id=owner, name=name, created_at=now)
        session.add(row)
    row.query = criteria.address
    session.flush()
    return row


def drop(session: Session, member: Member, id: int) -> bool:
    """Delete a view of one's own or of everybody. False when there is none."""
    row = session.get(SavedView, id)
    if row is None or row.member_id not in (None, member.id):
        return False
    session.delete(row)
    return True


def of_address(query: str) -> Criteria:
    """The criteria of a query string."""
    return read(dict(parse_qsl(query)))
