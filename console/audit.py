"""The audit log: who did or saw what, when; to look through and to take along."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from console import deeds
from console.pages import page
from console.premises import Premises
from console.spreadsheets import table
from console.visitors import Visitor, again, check_form, visitor
from desk import audit, people
from desk.audit import AuditEntry, Place, Search
from desk.hours import zone_named
from desk.members import Right, everybody
from knowledge.database import Session

router = APIRouter(prefix="/console/audit", dependencies=[Depends(check_form)], include_in_schema=False)
Auditor = Annotated[Visitor, Depends(visitor(Right.AUDIT))]
Text = Annotated[str, Query(max_length=100)]
SIZE, MOST = 100, 50_000
_LARGEST = 2**31 - 1
# What may stand in the details for somebody who must not see words of requesters: an id, a number, a moment.
_BARE = re.compile(r"[A-Za-z0-9_.:+-]{1,40}( [a-z]{1,12})?")
_HEADER = ("time (UTC)", "who", "what", "about", "details")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters as they were typed."""

    member: str
    about: str
    what: str
    since: str
    until: str

    def search(self, one: Visitor) -> Search:
        """What they mean; a day begins on the reader's clock, and `until` includes its day."""
        zone = zone_named(one.time_zone) or UTC
        since, until = _day(self.since), _day(self.until)
        return Search(
            actor=self.member or None,
            about=self.about.strip() or None,
            what=self.what.strip() or None,
            since=since.replace(tzinfo=zone) if since else None,
            until=(until + timedelta(days=1)).replace(tzinfo=zone) if until else None,
        )

    @property
    def address(self) -> str:
        """The part of the address behind the question mark."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return urlencode({name: value for name, value in values.items() if value})


def asked(member: Text = "", about: Text = "", what: Text = "", since: Text = "", until: Text = "") -> Asked:
    """A FastAPI dependency: the filters of an address."""
    return Asked(member, about, what, since, until)


Filters = Annotated[Asked, Depends(asked)]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is shown."""

    at: datetime
    actor: str
    name: str
    what: str
    about: str
    details: dict[str, str]

    def deed(self, language: str) -> str:
        """What was done, in words."""
        return deeds.deed(language, self.what, self.about)

    def thing(self, language: str) -> str:
        """What it was done to, in words where there are any."""
        return deeds.thing(language, self.about)

    @property
    def told(self) -> str:
        """The details in one line."""
        return ", ".join(f"{name}: {value}" for name, value in self.details.items() if value)


@router.get("")
def show(request: Request, one: Auditor, filters: Filters, after: Text = "") -> Response:
    """A page of the log, the newest first."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        found = audit.found(session, filters.search(one), place_of(after), SIZE + 1)
        names = {member.actor: member.name for member in everybody(session, active=False)}
        lines = [line_of(entry, names, one.language, sees=one.member.may(Right.SEE_PERSONS)) for entry in found[:SIZE]]
        further = end_of(found[SIZE - 1]) if len(found) > SIZE else ""
        return page(
            request, one, "audit.html", lines=lines, filters=filters, names=names, kinds=_kinds(session, one.language),
            further=further, after=after,
        )  # fmt: skip


@router.get("/log.csv")
def export(request: Request, one: Auditor, filters: Filters) -> Response:
    """What was found as a table, at most `MOST` entries. Taking it along is written down too."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        me = again(session, one)
        audit.record(session, me.actor, "audit_exported", "audit", premises.clock())
    with premises.database.reading() as session:
        names = {member.actor: member.name for member in everybody(session, active=False)}
        rows = (
            (f"{line.at:%Y-%m-%d %H:%M:%S}", line.actor, line.what, line.about, line.told)
            for line in _all(session, filters.search(one), names, one)
        )
        return table("audit", _HEADER, rows)


def _kinds(session: Session, language: str) -> list[tuple[str, str]]:
    """The words that there are, with their meaning, by the meaning."""
    return sorted(((word, deeds.deed(language, word)) for word in audit.kinds(session)), key=lambda kind: kind[::-1])


def _all(session: Session, search: Search, names: dict[str, str], one: Visitor) -> Iterator[Line]:
    place, left = None, MOST
    while left > 0 and (found := audit.found(session, search, place, min(1000, left))):
        yield from (line_of(entry, names, one.language, sees=one.member.may(Right.SEE_PERSONS)) for entry in found)
        place, left = Place(found[-1].at, found[-1].id), left - len(found)
        session.expunge_all()


def line_of(entry: AuditEntry, names: dict[str, str], language: str, *, sees: bool) -> Line:
    """An entry for a reader. Who must not see persons `sees` no id of a requester and no word that may be theirs."""
    details = {name: _shown(value, sees) for name, value in entry.details.items()}
    actor, about = (_subject(named, language, sees) for named in (entry.actor, entry.about))
    return Line(entry.at, actor, names.get(entry.actor, ""), entry.what, about, details)


def _subject(named: str, language: str, sees: bool) -> str:
    """Requesters appear under their pseudonym to whoever must not see their ids."""
    kind, _, number = named.partition(":")
    if sees or kind != "requester":
        return named if sees or _BARE.fullmatch(named) else "…"
    return people.pseudonym(int(number), language) if number.isdigit() else "…"


def _shown(value: Any, sees: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(_shown(one, sees) for one in value)
    text = str(value)
    return text if sees or isinstance(value, bool | int | float) or _BARE.fullmatch(text) else "…"


def _day(text: str) -> datetime | None:
    try:
        day = datetime.combine(datetime.fromisoformat(text).date(), datetime.min.time())
    except ValueError:
        return None
    return day if day.year in range(2000, 2200) else None


def end_of(entry: AuditEntry) -> str:
    """Where a page ends that has this entry last."""
    return f"{entry.at.isoformat()}~{entry.id}"


def place_of(text: str) -> Place | None:
    """What `end_of` gave; None when it is nothing of the kind."""
    moment, _, number = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return Place(at.astimezone(UTC), min(int(number), _LARGEST))
    except (ValueError, OverflowError):
        return None
