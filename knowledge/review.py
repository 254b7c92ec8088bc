"""The life of an entry: draft, reviewed, published, stale; and the day somebody has to look at it again."""

from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from knowledge.entries import Entry
from knowledge.history import remember
from knowledge.tables import NOUNS
from knowledge.vocabulary import Kind, Status
from knowledge.wordings import Wording

NEXT = {
    Status.DRAFT: {Status.REVIEWED, Status.RETIRED},
    Status.REVIEWED: {Status.PUBLISHED, Status.DRAFT, Status.RETIRED},
    Status.PUBLISHED: {Status.STALE, Status.DRAFT, Status.RETIRED},
    Status.STALE: {Status.PUBLISHED, Status.DRAFT, Status.RETIRED},
    Status.RETIRED: {Status.DRAFT},
}
# Contacts change faster than laws.
HOLDS = {Kind.ORGANISATION: timedelta(days=180)}
USUALLY_HOLDS = timedelta(days=365)
SYSTEM = "guidepost"


class ReviewError(Exception):
    """A change that is not possible; the message says what is."""


def move(session: Session, entry: Entry, to: Status, by: str, at: datetime) -> None:
    """Take an entry to another status. Publishing needs a review first, and counts as verification on that day."""
    if to not in NEXT[entry.status]:
        possible = ", ".join(sorted(NEXT[entry.status]))
        raise ReviewError(f"{entry.id} is {entry.status}; from there it can become {possible}, not {to}.")
    remember(session, entry, f"{entry.status} to {to}", by, at)
    entry.status, entry.edited = to, True
    if to is Status.PUBLISHED:
        _hold(entry, at.date())


def verify(session: Session, entry: Entry, by: str, at: datetime) -> None:
    """Somebody checked it at its source: it holds anew, and what was stale is published again."""
    if entry.status not in (Status.PUBLISHED, Status.STALE):
        raise ReviewError(f"{entry.id} is {entry.status}; review and publish it instead.")
    remember(session, entry, "verified", by, at)
    entry.status, entry.edited = Status.PUBLISHED, True
    _hold(entry, at.date())


def _hold(entry: Entry, today: date) -> None:
    entry.verified_on = today
    entry.expires_on = today + HOLDS.get(entry.kind, USUALLY_HOLDS)


def mark_stale(session: Session, at: datetime) -> list[Entry]:
    """Mark what has expired; run it once a day. Gives what became stale now, so that the owners can be told.

    Not a change by hand: the next version of the pack may make it fresh again.
    """
    expired: list[Entry] = []
    for noun in NOUNS.values():
        query = select(noun).where(noun.status == Status.PUBLISHED, noun.expires_on < at.date())
        expired += session.scalars(query.order_by(noun.expires_on, noun.id))
    for entry in expired:
        remember(session, entry, "published to stale", SYSTEM, at)
        entry.status = Status.STALE
    return expired


def waiting(session: Session) -> list[Entry]:
    """Drafts and reviewed entries that are not published yet."""
    found: list[Entry] = []
    for noun in NOUNS.values():
        query = select(noun).where(or_(noun.status == Status.DRAFT, noun.status == Status.REVIEWED))
        found += session.scalars(query.order_by(noun.id))
    return found


def due(session: Session, until: date) -> list[Entry]:
    """What is stale or expires on or before that day, the most urgent first."""
    found: list[Entry] = []
    for noun in NOUNS.values():
        ending = (noun.status == Status.PUBLISHED) & (noun.expires_on <= until)
        found += session.scalars(select(noun).where(or_(noun.status == Status.STALE, ending)))
    return sorted(found, key=lambda entry: (entry.expires_on or date.min, entry.id))


def review_wording(session: Session, wording: Wording, by: str, at: datetime) -> None:
    """A person who knows the language has read it and takes responsibility for it."""
    remember(session, wording, "reviewed", by, at)
    wording.reviewed_by, wording.reviewed_on, wording.edited = by, at.date(), True


def release(entry: Entry | Wording) -> None:
    """Let the pack it came with update it again; takes effect when that pack changes."""
    if entry.pack is None:
        raise ReviewError("It was written here, so there is no pack to follow.")
    entry.edited = False
