"""Who is asking, from where, and whom an entry is for: constraints that move entries and never match any."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from routing import normalise, signals, words
from routing.catalogue import Entry, Kind
from routing.decision import Facts, Reason
from routing.phrasebook import Match
from routing.places import Found

#: What an entry keeps of its score when it serves others than the one who asks. A cue may be wrong, what was told is
#: not.
SERVES_OTHERS = 0.4
SERVES_OTHERS_TOLD = 0.2
#: What an entry for some countries keeps when no place is known: the fewer countries, the less likely this one.
FEW_COUNTRIES = 0.5
MANY_COUNTRIES = 0.8
#: What being there is worth, over an organisation for the whole world.
OWN_COUNTRY = 2.0
OWN_NEIGHBOURS = 1.8
OWN_REGION = 1.2
OTHER_LANGUAGE = 0.8
OWN_LANGUAGE = 1.15
_FEW, _NEIGHBOURS = 3, 8
#: What an entry keeps that serves much the same people.
_AKIN = 0.7
_LOCATIVES = frozenset(normalise.fold("in from en desde em a au aux à в во из с في من katika nchini kutoka 在").split())
#: Small words between an authority and its place.
_JOINTS = _LOCATIVES | frozenset(normalise.fold("the of de la el los du des do da le l ya wa").split())
_RELATED = {
    "small-firm": "private-sector",
    "private-sector": "small-firm",
    "media": "civil-society",
    "civil-society": "media",
}
_PRECEDENCE = (
    "government",
    "media",
    "civil-society",
    "academia",
    "technical-community",
    "small-firm",
    "private-sector",
    "individual",
)


def cues(folded: str) -> list[Match]:
    """Words that tell who is asking (labels of `serves`) or that a child is concerned (`minor`)."""
    return [
        Match(match.start, match.end, label[7:], match.positions)
        for label, matches in signals.seen(folded).items()
        if label.startswith("serves:")
        for match in matches
    ]


def learnt(folded: str, places: Sequence[Found], known: Facts) -> tuple[Facts, list[Reason]]:
    """What the message adds to what was known. A place named now replaces one told before; that of an authority comes
    after it."""
    found = {(m.label, m.start): m for m in cues(folded)}.values()
    minor = _minor(folded, [match for match in found if match.label == "minor"], known)
    hits = Counter(match.label for match in found if match.label != "minor")
    serves = known.serves or max(hits, key=lambda label: (hits[label], -_PRECEDENCE.index(label)), default=None)
    named = [place for place in places if place.is_country]
    # A ministry that asks is no sender.
    theirs = set() if "government" in hits else senders(folded, places)
    lived_in = sorted(
        (place for place in named if place.id not in theirs), key=lambda place: not _lives_in(folded, place)
    )
    own = [place.id for place in lived_in] or (list(known.countries) if named else [])
    countries = tuple(dict.fromkeys([*own, *sorted(theirs)])) or known.countries
    region = next((place.id for place in places if not place.is_country), None)
    if region is None and countries == known.countries:
        region = known.region
    reasons = [Reason("place", f"{place.written} → {place.id}", place.id) for place in places]
    if serves and not known.serves:
        reasons.append(Reason("serves", serves))
    if minor and not known.minor:
        reasons.append(Reason("minor", "a child is concerned"))
    return replace(known, countries=countries, region=region, serves=serves, minor=minor), reasons


def _minor(folded: str, told: Sequence[Match], known: Facts) -> bool | None:
    """Whether a child is concerned, as far as it is told: "I am 24, not a kid" names one and is about none."""
    seen = signals.seen(folded)
    denied = () if "unless:adult" in seen else seen.get("concerned:adult", ())
    without = {at for match in denied for at in match.positions}
    if any(without.isdisjoint(match.positions) for match in told):
        return True
    return False if denied else known.minor


def senders(folded: str, places: Sequence[Found]) -> set[str]:
    """The countries of authorities that a message names: "German police", "from an authority in Bulgaria"."""
    spoken = normalise.words(folded)
    at = {at for match in signals.seen(folded).get("sender", ()) for at in match.positions}
    named = [place for place in places if place.is_country and place.start < len(spoken)]
    return {place.id for place in named if _is_senders(spoken, at, place)}


def _is_senders(spoken: Sequence[str], authorities: set[int], place: Found) -> bool:
    before = spoken[max(0, place.start - 3) : place.start]
    if spoken[place.start][0] >= "\u3400":
        return re.search(f"{re.escape(place.written)}(?:的)?(?:{_chinese_senders()})", spoken[place.start]) is not None
    if authorities.intersection(range(place.start, place.end)):
        return True
    joint = next((n for n, word in enumerate(reversed(before)) if word not in _JOINTS), len(before))
    if place.start - 1 - joint in authorities:
        return True
    return place.end in authorities and not (before and before[-1] in _LOCATIVES)


@cache
def _chinese_senders() -> str:
    return "|".join(map(normalise.spelling, words.table("requests")["sender"]["chinese"]))


def _lives_in(folded: str, place: Found) -> bool:
    """Whether a place is where something is ("in Riga"), not whose it is ("German police")."""
    spoken = normalise.words(folded)
    return 0 < place.start <= len(spoken) and spoken[place.start - 1] in _LOCATIVES


@dataclass(frozen=True, slots=True)
class Asker:
    """Who is asking, for weighing entries: `region` holds the countries of a region that was named."""

    countries: frozenset[str] = frozenset()
    region: frozenset[str] = frozenset()
    serves: str | None = None
    told: bool = False
    language: str = "en"


def weight(entry: Entry, asker: Asker) -> tuple[float, str | None]:
    """How far an entry is for this asker (0 = not at all) and the constraint that spoke loudest."""
    place, why = _place(entry, asker)
    if not place:
        return 0.0, why
    return place * _served(entry, asker) * _language(entry, asker), why


def serves(entry: Entry, asker: str | None) -> bool:
    """Whether an entry is for somebody of this kind, as far as one knows of what kind they are."""
    return _served(entry, Asker(serves=asker)) >= _AKIN


def surely(entry: Entry, asker: Asker) -> bool:
    """Whether an entry is there for this asker as far as one can know: what an emergency has no time to find out.

    Somebody who writes in a language other than English is likely where its helplines are. A law of many countries
    may hold anywhere: it goes by where an order or the data came from.
    """
    if entry.kind is Kind.PRACTICE and not serves(entry, asker.serves):
        return False
    if not entry.countries or asker.countries or asker.region:
        return True
    if entry.kind is Kind.PRACTICE:
        return len(entry.countries) > _FEW
    return asker.language != "en" and asker.language in entry.languages


def _place(entry: Entry, asker: Asker) -> tuple[float, str | None]:
    if not entry.countries:
        return 1.0, None
    if asker.countries:
        if not entry.countries & asker.countries:
            return 0.0, "serves other places"
        return _near(len(entry.countries))
    if asker.region:
        share = len(entry.countries & asker.region) / len(entry.countries)
        if not share:
            return 0.0, "serves other places"
        return (
            (OWN_REGION, "in the region")
            if share >= 0.5 and len(entry.countries) > 1
            else (0.7, "in part of the region")
        )
    return (FEW_COUNTRIES if len(entry.countries) <= _FEW else MANY_COUNTRIES), "place not known"


def _near(countries: int) -> tuple[float, str]:
    """The fewer countries an organisation is for, the more it knows of each."""
    if countries <= _FEW:
        return OWN_COUNTRY, "in the country"
    return (OWN_NEIGHBOURS if countries <= _NEIGHBOURS else OWN_REGION), "in the region"


def _served(entry: Entry, asker: Asker) -> float:
    if not entry.serves or not asker.serves or asker.serves in entry.serves:
        return 1.0
    if _RELATED.get(asker.serves) in entry.serves:
        return _AKIN
    return SERVES_OTHERS_TOLD if asker.told else SERVES_OTHERS


def _language(entry: Entry, asker: Asker) -> float:
    if not entry.languages or asker.language == "en":
        return 1.0
    return OWN_LANGUAGE if asker.language in entry.languages else OTHER_LANGUAGE
