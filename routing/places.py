"""Places named in a message: countries, regions, their people and their cities, in whatever form they are bent to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

from routing import normalise, words
from routing.catalogue import Catalogue
from routing.language import small_words
from routing.phrasebook import Match, Phrasebook

_ENDINGS = ("ья", "а", "я", "й", "ь", "ы", "и", "е", "о")
#: Дели, Баку, Бордо, Ломе are never bent.
_UNBENT = ("и", "у", "о", "э", "е", "ю")
_BENT = ("", "а", "я", "у", "ю", "е", "и", "ы", "ом", "ой", "ей", "ам", "ах")
_ODD = re.compile(r"[^\w\s*]")
_CAPITALS = re.compile(r"\b[A-Z]{2,3}\b")
#: The label of names that hold a place and are none.
_LAW = "law"
_CODE_OF = {"UK": "GB", "UAE": "AE", "EU": "eu"}


@dataclass(frozen=True, slots=True)
class Found:
    """A place in a text: its id, the countries it stands for, how it was written, and which words it took."""

    id: str
    countries: frozenset[str]
    written: str
    start: int
    end: int

    @property
    def is_country(self) -> bool:
        """Whether this is one country rather than a region."""
        return len(self.id) == 2 and self.id.isupper()


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(normalise.fold(one.strip()) for one in words.table("places")[name]["list"].split(","))


@cache
def _laws() -> tuple[str, ...]:
    """The names of laws and the like with a place in them, as patterns."""
    laws: dict[str, str] = words.table("places")["laws"]
    part = {kind: listed.replace(" ", "|") for kind, listed in laws.items()}
    return (
        f"{part['places']} {part['names']}",
        f"{part['calls']} paris|christchurch call",
        "paris|christchurch call for|commitments|community",
        f"{part['names_before']} {part['joints']} {part['places']}",
        f"{part['names_before']} {part['places']}",
        f"{part['adjectives']} {part['russian']}",
        f"{part['arabic_before']} {part['arabic']}",
        f"{part['hindi']} {part['hindi_names']}",
        f"{part['amharic']} {part['amharic_names']}",
    )


@cache
def _chinese_decoys() -> frozenset[str]:
    """What only seems to hold the name of a place, or holds it in the name of a law."""
    laws = words.table("places")["laws"]
    named = product(laws["chinese_places"].split(), laws["chinese"].split())
    return _listed("decoys").union(normalise.fold(place + name) for place, name in named)


@cache
def _never() -> frozenset[str]:
    return _listed("never").union(*small_words().values())


def _is_capital(written: str, text: str) -> bool:
    """Whether these words stand in the middle of a text with a capital letter, where not all letters are."""
    name = written.rsplit(maxsplit=1)[-1]
    later = normalise.clean(text)[:1000].split()[len(written.split()) :]
    return text.upper() != text and any(
        word[:1].isupper() and name in normalise.words(normalise.fold(word)) for word in later
    )


def _patterns(name: str, lang: str) -> Iterable[str]:
    """A folded name as patterns; Russian and its relatives bend most nouns."""
    if lang != "ru" or len(name) < 3:
        return [name]
    if " " not in name and name.endswith(_UNBENT):
        return [name]
    bent = []
    for word in name.split():
        stem = next((word[: -len(end)] for end in _ENDINGS if word.endswith(end)), word)
        bent.append(
            f"{stem}*"
            if len(stem) > 4
            else "|".join(dict.fromkeys((word, *(stem + end for end in _BENT if len(stem) > 2))))
        )
    return [" ".join(bent)]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All place names, ready to be looked for."""

    book: Phrasebook
    countries: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Gazetteer":
        """The catalogue's places, and the cities and demonyms the router knows of them."""
        book = Phrasebook().add(_LAW, _laws())
        countries = {place.id: place.countries for place in catalogue.places}
        for place in catalogue.places:
            if place.id == "world":
                continue
            for lang, names in place.names.items():
                _add(book, place.id, names, lang)
        for id, listed in words.table("places").items():
            if isinstance(listed, str) and (id in countries or len(id) == 2):
                _add(book, id, listed.split(","), "")
                countries.setdefault(id, frozenset({id}))
        return cls(book, countries)

    def find(self, text: str, folded: str) -> list[Found]:
        """Places in reading order, longest name first where two overlap."""
        spoken = normalise.words(folded)[:300]
        matches = sorted(self._matches(spoken, text), key=lambda m: (m.start - m.end, m.start, m.label))
        taken: set[tuple[int, str]] = set()
        found: list[Found] = []
        for match in matches:
            cells = {(at, "" if spoken[at][0] < "\u3400" else match.label) for at in match.positions}
            if not cells & taken:
                taken |= cells
                found += [self._found(match, spoken)] if match.label != _LAW else []
        found += self._codes(text, {place.id for place in found})
        return sorted(dict.fromkeys(found), key=lambda place: (place.start, place.id))

    def _matches(self, spoken: Sequence[str], text: str) -> Iterable[Match]:
        chinese = {at: self._chinese(run) for at, run in enumerate(spoken) if run[0] >= "\u3400"}
        for match in self.book.matches(spoken):
            if match.start in chinese:
                if match.label in chinese[match.start]:
                    yield match
            else:
                written = " ".join(spoken[match.start : match.end])
                if written not in _listed("capital") or _is_capital(written, text):
                    yield match

    def _chinese(self, run: str) -> dict[str, str]:
        """The places in a run of characters and their names there, without names that are only a part of another: 柏林
        in 都柏林."""
        names: dict[str, set[str]] = {decoy: set() for decoy in _chinese_decoys()}
        for part, id in self.book.chinese_in(run):
            names.setdefault(part, set()).add(id)
        places: dict[str, str] = {}
        for part in sorted(names, key=lambda part: (-len(part), part)):
            if part in run:
                places |= dict.fromkeys(names[part] - set(places), part)
                run = run.replace(part, "|")
        return places

    def _found(self, match: Match, spoken: Sequence[str]) -> Found:
        run = spoken[match.start]
        said = " ".join(spoken[match.start : match.end])
        written = self._chinese(run)[match.label] if run[0] >= "\u3400" else said
        return Found(match.label, self.countries.get(match.label, frozenset()), written, match.start, match.end)

    def _codes(self, text: str, known: set[str]) -> Iterable[Found]:
        """US, UK, KE in capitals, unless everything is in capitals."""
        if text.upper() == text:
            return
        allowed = set(words.table("places")["codes"]["list"].split())
        for code in _CAPITALS.findall(text[:1000]):
            id = _CODE_OF.get(code, code)
            if code in allowed and id in self.countries and id not in known:
                yield Found(id, self.countries[id], code, 10_000, 10_000)


def _add(book: Phrasebook, id: str, names: Iterable[str], lang: str) -> None:
    for name in names:
        wild = name.strip().endswith("*")
        inner = name.strip().rstrip("*")
        plain = normalise.fold(inner) if _ODD.search(inner) else normalise.spelling(inner).strip()
        folded = plain if "*" not in inner else " ".join(normalise.spelling(part) for part in inner.split())
        if len(folded) < 2 or folded in _never():
            continue
        if folded[0] >= "\u3400":
            book.add(id, (), [folded])
        else:
            book.add(id, [f"{folded}*"] if wild else _patterns(folded, lang))
