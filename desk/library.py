"""What the desk reads out of the knowledge to put on a card: one entry in one language, English where it must be.

Only what may be shown comes out of here: contacts that are certain, entries that are published.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

from sqlalchemy.orm import Session

from knowledge.clocks import Clock as ClockRow
from knowledge.entries import Entry, get, shown
from knowledge.networks import Network
from knowledge.organisations import Organisation as OrganisationRow
from knowledge.places import Region, area, country_name, members
from knowledge.practices import Practice as PracticeRow
from knowledge.practices import steps
from knowledge.topics import Basket, Topic, in_basket
from knowledge.trainings import Training
from knowledge.vocabulary import SHOWN, Availability, Confidence, Kind
from knowledge.wordings import Text, text, texts


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name and a sentence: a topic, a basket, a term, a network."""

    id: str
    name: str
    summary: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Practice:
    """A practice for a card. `steps` is keyed hour, day, week."""

    id: str
    title: str
    summary: str
    url: str | None
    steps: Mapping[str, Sequence[str]]
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation for a card, with contacts that are certain and no others.

    `area` holds the names of the countries and regions it is for, none when it is there for everybody.
    """

    id: str
    name: str
    summary: str
    url: str | None
    contacts: tuple[str, ...]
    is_sure: bool
    is_reduced: bool
    area: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crisis:
    """What is said first in an emergency."""

    title: str
    safety: tuple[str, ...]
    do_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A statutory deadline in words. `duration` is ISO 8601, None where the law gives no number."""

    id: str
    name: str
    starts: str
    who_told: str
    keep: str
    exceptions: str
    duration: str | None
    business_days: bool
    is_sure: bool


Found = TypeVar("Found")


def kept(
    look_up: Callable[[Session, str, str], Found],
) -> Callable[[Session, str, str], Found]:
    """Remember what was read on the session's shelf, if it has one.

    A shelf is a dict in `session.info["shelf"]`, thrown away when the knowledge changes: cards show the same few
    entries again and again, and reading them anew costs more than all the rest of an answer.
    """
    name = look_up.__name__

    @wraps(look_up)
    def from_the_shelf(session: Session, id: str, language: str) -> Found:
        shelf = session.info.get("shelf")
        if shelf is None:
            return look_up(session, id, language)
        key = (name, id, language)
        if key not in shelf:
            shelf[key] = look_up(session, id, language)
        found: Found = shelf[key]
        return found

    return from_the_shelf


def _wording(session: Session, entry: Entry | None, language: str) -> Text | None:
    if entry is None or entry.status not in SHOWN:
        return None
    return text(session, entry.kind, entry.id, language)


@kept
def topic(session: Session, id: str, language: str) -> Named | None:
    """A topic's name and sentence."""
    words = _wording(session, get(session, Topic, id), language)
    return Named(id, words.name, words.summary) if words else None


def baskets(session: Session, language: str) -> list[Named]:
    """The groups of topics in the order of the pack."""
    words = texts(session, Kind.BASKET, None, language)
    return [Named(row.id, words[row.id].name) for row in shown(session, Basket) if row.id in words]


def topics_of(session: Session, basket: str, language: str) -> list[Named]:
    """The topics of one group."""
    rows = in_basket(session, basket)
    words = texts(session, Kind.TOPIC, [row.id for row in rows], language)
    return [Named(row.id, words[row.id].name, words[row.id].summary) for row in rows if row.id in words]


def all_topics(session: Session, language: str) -> list[tuple[Named, list[Named]]]:
    """Every topic under its group, to choose from."""
    words = texts(session, Kind.TOPIC, None, language)
    rows = [row for row in shown(session, Topic) if row.id in words]
    return [
        (group, [Named(row.id, words[row.id].name, words[row.id].summary) for row in rows if row.basket == group.id])
        for group in baskets(session, language)
    ]


@kept
def practice(session: Session, id: str, language: str) -> Practice | None:
    """A practice with its first steps."""
    row = get(session, PracticeRow, id)
    words = _wording(session, row, language)
    if row is None or words is None:
        return None
    return Practice(id, words.name, words.summary, row.url, steps(words), row.confidence is Confidence.HIGH)


@kept
def organisation(session: Session, id: str, language: str) -> Organisation | None:
    """An organisation that still works."""
    row = get(session, OrganisationRow, id)
    words = _wording(session, row, language)
    if row is None or words is None or row.availability is Availability.CLOSED:
        return None
    return Organisation(
        id,
        words.name,
        words.summary,
        row.url,
        tuple(contact.value for contact in row.sure_contacts),
        row.confidence is Confidence.HIGH,
        row.availability is Availability.REDUCED,
        _area(session, row, language),
    )


def _area(session: Session, row: OrganisationRow, language: str) -> tuple[str, ...]:
    """The countries and regions an organisation is for, as a reader calls them."""
    places = area(row.regions, row.countries, members(session, row.regions))
    words = {id: _wording(session, get(session, Region, id), language) for id in places}
    return tuple(one.name if one else country_name(id, language) for id, one in words.items())


def crisis(session: Session, id: str, language: str, whom: str | None = None) -> Crisis | None:
    """The first words in an emergency of that kind: those for whoever is in it, unless there are others for who tells
    of somebody else ("another"), of a user of theirs ("platform") or of a service that lives depend on ("vital")."""
    said = _first_words(session, id, language)
    return said.get(whom, said[None]) if said else None


@kept
def _first_words(session: Session, id: str, language: str) -> dict[str | None, Crisis] | None:
    words = text(session, Kind.CRISIS, id, language)
    if words is None:
        return None
    told = {whom: words.fields[whom] for whom in ("another", "platform", "vital") if words.fields.get(whom)}
    return {
        whom: Crisis(str(said["title"]), tuple(said["safety"]), tuple(said["do_not"]))
        for whom, said in ((None, words.fields), *told.items())
    }


@kept
def clock(session: Session, id: str, language: str) -> Clock | None:
    """A deadline in words."""
    row = get(session, ClockRow, id)
    words = _wording(session, row, language)
    if row is None or words is None:
        return None
    said = {name: str(words.fields.get(name) or "") for name in ("starts", "who_told", "keep", "exceptions")}
    sure = row.confidence is Confidence.HIGH
    return Clock(id, words.name, **said, duration=row.duration, business_days=row.business_days, is_sure=sure)


@kept
def term(session: Session, id: str, language: str) -> Named | None:
    """A definition of the glossary."""
    words = text(session, Kind.TERM, id, language)
    return Named(id, words.name, words.summary) if words else None


@kept
def training(session: Session, id: str, language: str) -> Named | None:
    """A training on offer."""
    return _linked(session, get(session, Training, id), language)


@kept
def network(session: Session, id: str, language: str) -> Named | None:
    """A network one can join."""
    return _linked(session, get(session, Network, id), language)


def _linked(session: Session, row: Entry | None, language: str) -> Named | None:
    words = _wording(session, row, language)
    return Named(row.id, words.name, words.summary, row.url) if row and words else None
