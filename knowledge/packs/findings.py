"""What is wrong with a pack beyond its form: loose ends, gaps in translation, age, doubt."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import chain

from knowledge.packs.forms import (
    ClockFacts,
    CrisisFacts,
    CrisisWording,
    Facts,
    NotClockFacts,
    OrganisationFacts,
    TermFacts,
    TopicFacts,
)
from knowledge.packs.pack import Finding, Pack, PackedEntry, PackedWording, Severity
from knowledge.vocabulary import FALLBACK_LANGUAGE, REQUIRED_LANGUAGES, WORLD, Availability, Confidence, Kind

SOON = timedelta(days=30)
# Fewer ways of asking than this, in a required language, and people are not understood.
MINIMUM_PHRASES = {Kind.TOPIC: 12, Kind.PRACTICE: 3, Kind.CLOCK: 3, Kind.NOT_CLOCK: 2, Kind.CRISIS: 5}
_PHRASED = (Kind.TOPIC, Kind.CRISIS)
_SOURCED = (Kind.PRACTICE, Kind.ORGANISATION, Kind.TRAINING, Kind.NETWORK, Kind.TERM, Kind.CLOCK, Kind.NOT_CLOCK)
_EXPIRING = (Kind.PRACTICE, Kind.ORGANISATION, Kind.TRAINING, Kind.NETWORK)


def check(pack: Pack, today: date) -> list[Finding]:
    """Everything worth a person's attention, errors first."""
    found = chain(check_sense(pack), _translations(pack), _repeated(pack), _age(pack, today), _doubtful(pack))
    return sorted(found, key=lambda finding: finding.severity is Severity.WARNING)


def check_sense(pack: Pack) -> Iterator[Finding]:
    """Where a pack contradicts itself or would be dangerous: ids that lead nowhere, a crisis that leads to a doubt."""
    yield from _dangling(pack)
    yield from _unsafe_crises(pack)
    yield from _wordings_of_nothing(pack)


def _at(entry: PackedEntry, severity: Severity, field: str, problem: str, remedy: str) -> Finding:
    return Finding(severity, entry.file, f"{entry.facts.id}", field, problem, remedy)


def references(kind: Kind, facts: Facts) -> Iterator[tuple[str, Kind, str]]:
    """Field, kind and id of everything an entry refers to."""
    yield from (("regions", Kind.REGION, id) for id in facts.regions if id != WORLD)
    if kind is Kind.CRISIS or kind in _EXPIRING:
        yield from (("topics", Kind.TOPIC, id) for id in getattr(facts, "topics", []))
    match facts:
        case TopicFacts():
            yield ("basket", Kind.BASKET, facts.basket)
            yield from (("related", Kind.TOPIC, id) for id in facts.related)
            yield from (("lead", Kind.ORGANISATION, id) for id in _some(facts.lead))
        case TermFacts():
            yield from (("topic", Kind.TOPIC, id) for id in _some(facts.topic))
        case ClockFacts():
            yield from (("practice", Kind.PRACTICE, id) for id in _some(facts.practice))
            yield from (("follows", Kind.CLOCK, id) for id in _some(facts.follows))
            places = (id for id in facts.offers_services_in if id.islower() and id != WORLD)
            yield from (("offers_services_in", Kind.REGION, id) for id in places)
        case NotClockFacts():
            yield from (("practice", Kind.PRACTICE, id) for id in _some(facts.practice))
        case CrisisFacts():
            yield from (("practices", Kind.PRACTICE, id) for id in facts.practices)
            yield from (("organisations", Kind.ORGANISATION, id) for id in facts.organisations)
        case _:
            return


def _some(id: str | None) -> Iterable[str]:
    return () if id is None else (id,)


def _dangling(pack: Pack) -> Iterator[Finding]:
    known = {(entry.kind, entry.facts.id) for entry in pack.entries}
    for entry in pack.entries:
        for field, kind, id in references(entry.kind, entry.facts):
            if (kind, id) not in known:
                problem = f"the pack has no {kind} {id!r}"
                yield _at(entry, Severity.ERROR, field, problem, f"Correct the id, or add it to facts/{kind.folder}.")


def _unsafe_crises(pack: Pack) -> Iterator[Finding]:
    entries = {(entry.kind, entry.facts.id): entry.facts for entry in pack.entries}
    for entry in pack.entries:
        if not isinstance(entry.facts, CrisisFacts):
            continue
        for field, kind, id in references(entry.kind, entry.facts):
            facts = entries.get((kind, id))
            if facts is not None and (why := _unsafe(facts)):
                remedy = "Name another one, or confirm it at its source and say so."
                yield _at(entry, Severity.ERROR, field, f"{kind} {id!r} {why}", remedy)


def _unsafe(facts: Facts) -> str | None:
    if facts.confidence is not Confidence.HIGH:
        return "is not of high confidence"
    if not isinstance(facts, OrganisationFacts):
        return None
    if facts.availability is Availability.CLOSED:
        return "is closed"
    if not facts.url and not any(contact.confidence is Confidence.HIGH for contact in facts.contacts):
        return "has no contact that is sure"
    return None


def _wordings_of_nothing(pack: Pack) -> Iterator[Finding]:
    known = {(entry.kind, entry.facts.id) for entry in pack.entries}
    if not known:
        return  # a pack of translations only
    for one in pack.wordings:
        if (one.kind, one.entry) not in known:
            remedy = f"Correct the id, or add it to facts/{one.kind.folder}."
            yield Finding(Severity.ERROR, one.file, one.entry, "", f"there is no such {one.kind}", remedy)


def _translations(pack: Pack) -> Iterator[Finding]:
    worded = {(one.kind, one.entry, one.language): one for one in pack.wordings}
    for entry in pack.entries:
        for language in REQUIRED_LANGUAGES:
            one = worded.get((entry.kind, entry.facts.id, language))
            if one is None:
                severity = Severity.ERROR if language == FALLBACK_LANGUAGE else Severity.WARNING
                remedy = f"Add it to text/{language}/{entry.kind.folder}."
                yield _at(entry, severity, "", f"has no wording in {language}", remedy)
            elif missing := _missing(one):
                yield Finding(Severity.WARNING, one.file, one.entry, "phrases", missing, "Add some in that language.")


def _missing(one: PackedWording) -> str | None:
    least = MINIMUM_PHRASES.get(one.kind, 0)
    count = len(one.wording.phrases)
    return f"{count} phrases, at least {least} are needed" if count < least else None


def _repeated(pack: Pack) -> Iterator[Finding]:
    seen: dict[tuple[Kind, str, str], PackedWording] = {}
    for one in pack.wordings:
        if one.kind not in _PHRASED:
            continue
        for phrase in one.wording.phrases:
            first = seen.setdefault((one.kind, one.language, " ".join(phrase.casefold().split())), one)
            if first is not one:
                problem = f"{phrase!r} also stands for {first.entry}"
                yield Finding(
                    Severity.WARNING, one.file, one.entry, "phrases", problem, "Keep it where it fits better."
                )
        if isinstance(one.wording, CrisisWording) and (both := {*one.wording.phrases} & {*one.wording.near_misses}):
            problem = f"{min(both)!r} is both an emergency and none"
            yield Finding(Severity.ERROR, one.file, one.entry, "near_misses", problem, "Remove it from one of the two.")


def _age(pack: Pack, today: date) -> Iterator[Finding]:
    for entry in pack.entries:
        expires, verified = entry.facts.expires_on, entry.facts.verified_on
        if entry.kind not in _EXPIRING:
            continue
        if expires is None or verified is None:
            problem = "nobody has verified it yet" if verified is None else "does not say until when it holds"
            yield _at(entry, Severity.WARNING, "verified_on", problem, "Check it at its source and set both dates.")
        elif expires < today:
            yield _at(entry, Severity.WARNING, "expires_on", f"expired on {expires}", "Check it again at its source.")
        elif expires <= today + SOON:
            yield _at(entry, Severity.WARNING, "expires_on", f"expires on {expires}", "Check it again before that day.")


def _doubtful(pack: Pack) -> Iterator[Finding]:
    for entry in pack.entries:
        if entry.kind in _SOURCED and not entry.facts.source:
            yield _at(entry, Severity.WARNING, "source", "names no source", "Say where it can be checked.")
        if entry.kind in _EXPIRING and not entry.facts.owner:
            yield _at(entry, Severity.WARNING, "owner", "nobody owns it", "Name who keeps it current.")
        for contact in getattr(entry.facts, "contacts", []):
            if contact.confidence is not Confidence.HIGH:
                problem = f"{contact.value!r} is not certain and is never shown"
                yield _at(entry, Severity.WARNING, "contacts", problem, "Confirm it at its source, or remove it.")
