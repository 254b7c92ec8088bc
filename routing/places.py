"""Places named in a message: countries, regions, their people and their cities, in whatever form they are bent to."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from routing import normalise, words
from routing.catalogue import Catalogue
from routing.language import small_words
from routing.phrasebook import Match, Phrasebook

_ENDINGS = ("ия", "ья", "а", "я", "й", "ь", "ы", "и", "е", "о")
_BENT = ("", "а", "я", "у", "ю", "е", "и", "ы", "ом", "ой", "ей", "ам", "ах")
_ODD = re.compile(r"[^\w\s*]")
_CAPITALS = re.compile(r"\b[A-Z]{2,3}\b")
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
def _never() -> frozenset[str]:
    listed = frozenset(normalise.fold(name.strip()) for name in words.table("places")["never"]["list"].split(","))
    return listed.union(*small_words().values())


def _patterns(name: str, lang: str) -> Iterable[str]:
    """A folded name as patterns; Russian and its relatives bend every noun."""
    if lang != "ru" or len(name) < 3:
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
        book = Phrasebook()
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
        matches = sorted(self.book.matches(spoken), key=lambda m: (m.start - m.end, m.start, m.label))
        taken: set[tuple[int, str]] = set()
        found: list[Found] = []
        for match in matches:
            cells = {(at, "" if spoken[at][0] < "\u3400" else match.label) for at in match.positions}
            if not cells & taken:
                taken |= cells
                found.append(self._found(match, spoken))
        found += self._codes(text, {place.id for place in found})
        return sorted(dict.fromkeys(found), key=lambda place: (place.start, place.id))

    def _found(self, match: Match, spoken: Sequence[str]) -> Found:
        written = " ".join(spoken[match.start : match.end])
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
