"""Everything the router needs, read in one go as plain frozen values: published, with regions made into countries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.clocks import Clock, NotClock, running
from knowledge.crises import by_priority
from knowledge.entries import Entry, knowledge_version, shown
from knowledge.networks import Network
from knowledge.organisations import Organisation
from knowledge.places import Region, country_names, members, reach
from knowledge.practices import Practice
from knowledge.terms import Term
from knowledge.topics import Topic
from knowledge.trainings import Training
from knowledge.vocabulary import WORLD, Confidence, Kind
from knowledge.wordings import Wording

Texts = Mapping[str, str]
Phrases = Mapping[str, tuple[str, ...]]
_Fields = Mapping[str, Any]
#: Entry -> language -> the fields of its wording.
_Words = Mapping[str, Mapping[str, _Fields]]
_Rows = Mapping[type[Entry], Sequence[Entry]]
_NOUNS: tuple[type[Entry], ...] = (Topic, Practice, Organisation, Term, Training, Network)


@dataclass(frozen=True, slots=True)
class EntrySnapshot:
    """Something to route to. Texts by language; empty `serves`, `countries` or `languages` mean no restriction.

    `standing` is 1 for fresh and certain, less for stale, doubtful, reduced or full, 0 for closed.
    """

    kind: Kind
    id: str
    names: Texts
    phrases: Phrases
    summaries: Texts
    aliases: tuple[str, ...]
    topics: tuple[str, ...]
    serves: frozenset[str]
    countries: frozenset[str]
    languages: frozenset[str]
    standing: float


@dataclass(frozen=True, slots=True)
class PlaceSnapshot:
    """A country (ISO code as id) or region with all names people use for it, per language, the usual one first."""

    id: str
    countries: frozenset[str]
    names: Phrases


@dataclass(frozen=True, slots=True)
class ClockSnapshot:
    """A statutory deadline in force. `offers_services_in`: also who sits elsewhere and serves people in these."""

    id: str
    event: str
    duration: str | None
    duration_max: str | None
    business_days: bool
    countries: frozenset[str]
    offers_services_in: frozenset[str]
    serves: frozenset[str]
    phrases: Phrases
    practice: str | None
    follows: str | None
    confident: bool


@dataclass(frozen=True, slots=True)
class CrisisSnapshot:
    """A kind of emergency; it only names what is of high confidence and shown today."""

    id: str
    priority: int
    topics: tuple[str, ...]
    practices: tuple[str, ...]
    organisations: tuple[str, ...]
    phrases: Phrases
    near_misses: Phrases


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the knowledge on one day. Take a new one when `knowledge_version` differs or the day has changed."""

    version: str
    today: date
    entries: tuple[EntrySnapshot, ...]
    places: tuple[PlaceSnapshot, ...]
    clocks: tuple[ClockSnapshot, ...]
    not_clocks: Mapping[str, Phrases]
    crises: tuple[CrisisSnapshot, ...]


def take_snapshot(session: Session, today: date) -> Snapshot:
    """Read it all: a tenth of a second, a dozen queries. Use a `reading()` session, which sees one moment."""
    regions, words = members(session), _wordings(session)
    rows: _Rows = {noun: shown(session, noun) for noun in _NOUNS}
    return Snapshot(
        version=knowledge_version(session),
        today=today,
        entries=tuple(_entries(rows, words, regions, today)),
        places=tuple(_places(session, words)),
        clocks=tuple(_clocks(session, words[Kind.CLOCK], regions, today)),
        not_clocks=_not_clocks(session, words[Kind.NOT_CLOCK]),
        crises=tuple(_crises(session, words[Kind.CRISIS], rows, today)),
    )


def _wordings(session: Session) -> Mapping[Kind, _Words]:
    """All wordings as plain fields: making objects of the rows would take longer than everything else."""
    found: dict[Kind, dict[str, dict[str, _Fields]]] = defaultdict(lambda: defaultdict(dict))
    columns = select(Wording.kind, Wording.entry_id, Wording.language, Wording.fields)
    for kind, entry, language, fields in session.execute(columns.order_by(Wording.language)):
        found[kind][entry][language] = fields
    return found


def _entries(
    rows: _Rows,
    words: Mapping[Kind, _Words],
    regions: Mapping[str, frozenset[str]],
    today: date,
) -> Iterable[EntrySnapshot]:
    reached = cache(lambda named, countries: reach(named, countries, regions))
    for noun, entries in rows.items():
        for row in entries:
            countries = reached(tuple(row.regions), tuple(row.countries))
            yield _entry(row, words[noun.kind].get(row.id, {}), countries, today)


def _entry(row: Entry, words: Mapping[str, _Fields], countries: frozenset[str], today: date) -> EntrySnapshot:
    official = getattr(row, "name", None) or getattr(row, "title", None)
    acronym = getattr(row, "acronym", None)
    other = [acronym, official, *getattr(row, "aliases", [])]
    return EntrySnapshot(
        kind=row.kind,
        id=row.id,
        names=_field(words, "name", "title", "term") or ({"en": official} if official else {}),
        phrases=_lists(words, "phrases"),
        summaries=_field(words, "summary", "definition"),
        aliases=tuple(dict.fromkeys(alias for alias in other if alias)),
        topics=_topics(row),
        serves=frozenset(row.serves),
        countries=countries,
        languages=frozenset(row.languages),
        standing=round(row.standing(today), 3),
    )


def _topics(row: Entry) -> tuple[str, ...]:
    if isinstance(row, Topic):
        return tuple(row.related)
    if isinstance(row, Term):
        return (row.topic,) if row.topic else ()
    return tuple(getattr(row, "topics", ()))


def _field(words: Mapping[str, _Fields], *names: str) -> Texts:
    """Language -> the first of these fields that the wording has."""
    said = {language: next((w[n] for n in names if w.get(n)), "") for language, w in words.items()}
    return {language: text for language, text in said.items() if text}


def _lists(words: Mapping[str, _Fields], name: str) -> Phrases:
    return {language: tuple(word[name]) for language, word in words.items() if word.get(name)}


def _places(session: Session, words: Mapping[Kind, _Words]) -> Iterable[PlaceSnapshot]:
    called = words[Kind.REGION]
    for region in shown(session, Region):
        if region.id != WORLD:
            yield PlaceSnapshot(region.id, frozenset(region.countries), _called(called.get(region.id, {})))
    called = words[Kind.COUNTRY]
    spoken = sorted({language for kind in words.values() for texts in kind.values() for language in texts})
    usual = {language: country_names(language) for language in spoken}
    for code in sorted({*called, *(code for names in usual.values() for code in names)}):
        names = {language: (found[code],) for language, found in usual.items() if code in found}
        yield PlaceSnapshot(code, frozenset({code}), {**names, **_called(called.get(code, {}))})


def _called(words: Mapping[str, _Fields]) -> Phrases:
    said = {language: (word["name"], *word.get("also", ())) for language, word in words.items()}
    return {language: tuple(dict.fromkeys(names)) for language, names in said.items()}


def _clocks(
    session: Session, words: _Words, regions: Mapping[str, frozenset[str]], today: date
) -> Iterable[ClockSnapshot]:
    for row in running(session, today):
        yield ClockSnapshot(
            id=row.id,
            event=row.event.value,
            duration=row.duration,
            duration_max=row.duration_max,
            business_days=row.business_days,
            countries=_applies_in(row, regions),
            offers_services_in=_named(row.offers_services_in, regions),
            serves=frozenset(row.serves),
            phrases=_lists(words.get(row.id, {}), "phrases"),
            practice=row.practice,
            follows=row.follows,
            confident=row.confidence is Confidence.HIGH,
        )


def _applies_in(row: Clock, regions: Mapping[str, frozenset[str]]) -> frozenset[str]:
    countries = reach(row.regions, row.countries, regions)
    if row.except_countries and not countries:
        countries = regions.get(WORLD) or frozenset(country_names("en"))
    return countries - frozenset(row.except_countries)


def _named(places: Iterable[str], regions: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Countries as they are, regions with all their members."""
    return frozenset().union(*(regions.get(place, {place} if place.isupper() else ()) for place in places))


def _not_clocks(session: Session, words: _Words) -> Mapping[str, Phrases]:
    return {row.id: _lists(words.get(row.id, {}), "phrases") for row in shown(session, NotClock)}


def _crises(session: Session, words: _Words, rows: _Rows, today: date) -> Iterable[CrisisSnapshot]:
    practices, organisations = _sure(rows[Practice], today), _sure(rows[Organisation], today)
    for row in by_priority(session):
        yield CrisisSnapshot(
            id=row.id,
            priority=row.priority,
            topics=tuple(row.topics),
            practices=tuple(id for id in row.practices if id in practices),
            organisations=tuple(id for id in row.organisations if id in organisations),
            phrases=_lists(words.get(row.id, {}), "phrases"),
            near_misses=_lists(words.get(row.id, {}), "near_misses"),
        )


def _sure(rows: Iterable[Entry], today: date) -> frozenset[str]:
    return frozenset(row.id for row in rows if row.confidence is Confidence.HIGH and row.standing(today) > 0)


__all__ = [
    "ClockSnapshot",
    "CrisisSnapshot",
    "EntrySnapshot",
    "PlaceSnapshot",
    "Snapshot",
    "knowledge_version",
    "take_snapshot",
]
