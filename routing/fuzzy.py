"""Words spelt wrong, and names and acronyms however they are written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from routing import normalise, words
from routing.catalogue import Catalogue, Entry, Kind
from routing.language import small_words
from routing.phrasebook import variants

_SHORTEST = 4
#: Aliases this short are only believed when they are spelt exactly.
_ACRONYM = 5


@cache
def shorthand() -> Mapping[str, str]:
    """Chat abbreviations and what they stand for, folded."""
    table: dict[str, str] = words.table("shorthand")
    return {normalise.fold(short): normalise.fold(full) for short, full in table.items()}


def _slips(word: str) -> int:
    """How many slips of the finger a word of this length may have."""
    return 1 if len(word) < 7 else 2


def words_in(folded: Iterable[str]) -> Counter[str]:
    """The words of folded texts, and how often each occurs."""
    return Counter(word for text in folded for word in text.split())


@dataclass(frozen=True, slots=True, eq=False)
class Speller:
    """Corrects unknown words against the words of one language's phrases."""

    counts: Mapping[str, int]
    buckets: Mapping[str, tuple[str, ...]]
    known: frozenset[str]
    enabled: bool

    @classmethod
    def of(cls, lang: str, folded: Sequence[str], names: frozenset[str]) -> "Speller":
        """Learn the words of folded texts; `names` are known too but never a correction."""
        return cls.counting(lang, words_in(folded), names)

    @classmethod
    def counting(cls, lang: str, counts: Mapping[str, int], names: frozenset[str]) -> "Speller":
        """Know these words, which occur so often."""
        buckets: dict[str, list[str]] = defaultdict(list)
        for word in sorted(counts):
            if len(word) >= _SHORTEST and word.isalpha():
                buckets[word[0]].append(word)
        return cls(dict(counts), {k: tuple(v) for k, v in buckets.items()}, _known(names), lang not in ("zh", "ja"))

    def knowing(self, names: frozenset[str]) -> "Speller":
        """The same with other names."""
        return replace(self, known=_known(names))

    def correct(self, text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """A folded text with abbreviations written out and unknown words corrected, and what was changed."""
        out: list[str] = []
        changes: list[tuple[str, str]] = []
        for word in text.split()[:120]:
            better = shorthand().get(word) or self._nearest(word)
            if better and better != word:
                changes.append((word, better))
            out.append(better or word)
        return " ".join(out), tuple(changes)

    def _nearest(self, word: str) -> str | None:
        if not self.enabled or len(word) < _SHORTEST or not word.isalpha() or len(word) > 24:
            return None
        if any(form in self.counts or form in self.known for form in variants(word)):
            return None
        return _corrected(self, word)


# A message is corrected as a whole and in parts.
@lru_cache(maxsize=64)
def _corrected(speller: Speller, word: str) -> str | None:
    """The nearest word that a speller knows."""
    # People hit the first letter or swap the first two; other first letters would make the search ten times longer.
    found = [
        (distance, -speller.counts[near], near)
        for first in dict.fromkeys(word[:2])
        for near, distance, _ in process.extract(
            word, speller.buckets.get(first, ()), scorer=OSA.distance, score_cutoff=_slips(word), limit=4
        )
    ]
    return min(found)[2] if found else None


@dataclass(frozen=True, slots=True)
class Named:
    """A name of an entry found in a text: as it was written, the name meant, and how sure (0..1)."""

    kind: Kind
    id: str
    written: str
    name: str
    sure: float


@dataclass(frozen=True, slots=True)
class Names:
    """Names, acronyms and aliases of practices, organisations, terms, trainings and networks."""

    exact: Mapping[tuple[str, ...], tuple[tuple[Kind, str], ...]]
    firsts: Mapping[str, tuple[int, ...]]
    chinese: tuple[tuple[str, Kind, str], ...]
    near: Mapping[str, tuple[str, ...]]
    words: frozenset[str]
    ordinary: frozenset[str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Names":
        exact: dict[tuple[str, ...], list[tuple[Kind, str]]] = defaultdict(list)
        chinese: list[tuple[str, Kind, str]] = []
        for folded, entry in _called(catalogue):
            if folded and folded[0] >= "\u3400" and len(folded) > 1:
                chinese.append((folded, entry.kind, entry.id))
            elif _telling(folded):
                exact[tuple(folded.split())].append((entry.kind, entry.id))
        firsts: dict[str, set[int]] = defaultdict(set)
        near: dict[str, set[str]] = defaultdict(set)
        for parts in exact:
            firsts[parts[0]].add(len(parts))
            if len(parts) == 1 and len(parts[0]) >= _ACRONYM:
                near[parts[0][0]].add(parts[0])
        return cls(
            {parts: tuple(dict.fromkeys(owners)) for parts, owners in exact.items()},
            {first: tuple(sorted(sizes, reverse=True)) for first, sizes in firsts.items()},
            tuple(dict.fromkeys(chinese)),
            {first: tuple(sorted(found)) for first, found in near.items()},
            frozenset(word for parts in exact for word in parts if len(parts) <= 2),
            _ordinary(catalogue, near),
        )

    def found(self, folded: str) -> list[Named]:
        """Entries named in a folded text."""
        spoken = normalise.words(folded)[:300]
        hits: list[Named] = []
        for at, word in enumerate(spoken):
            hits += self._at(spoken, at) or self._misspelt(word)
            if word[0] >= "\u3400":
                hits += [Named(kind, id, name, name, 1.0) for name, kind, id in self.chinese if name in word]
        best: dict[tuple[Kind, str], Named] = {}
        for hit in hits:
            if hit.sure > best.get((hit.kind, hit.id), hit).sure or (hit.kind, hit.id) not in best:
                best[hit.kind, hit.id] = hit
        return list(best.values())

    def _at(self, spoken: Sequence[str], at: int) -> list[Named]:
        for form in variants(spoken[at]):
            for size in self.firsts.get(form, ()):
                owners = self.exact.get((form, *spoken[at + 1 : at + size]))
                if owners:
                    written = " ".join(spoken[at : at + size])
                    # A name that many entries share ("digital safety helpdesk") says less about each.
                    return [Named(kind, id, written, written, 1.0 if len(owners) < 3 else 0.6) for kind, id in owners]
        return []

    def _misspelt(self, word: str) -> list[Named]:
        if len(word) < _ACRONYM or word in _everyday() or word in self.ordinary:
            return []
        close = process.extractOne(word, self.near.get(word[0], ()), scorer=OSA.distance, score_cutoff=1)
        if close is None or close[1] == 0:
            return []
        return [Named(kind, id, word, close[0], 0.7) for kind, id in self.exact[(close[0],)]]


def _called(catalogue: Catalogue) -> Iterator[tuple[str, Entry]]:
    """The folded names of everything but topics."""
    named = [
        (name, entry)
        for entry in catalogue.entries
        if entry.kind is not Kind.TOPIC
        for name in dict.fromkeys((*entry.aliases, *entry.names.values()))
    ]
    return zip(normalise.fold_all([name for name, _ in named]), (entry for _, entry in named), strict=True)


def _ordinary(catalogue: Catalogue, near: Mapping[str, object]) -> frozenset[str]:
    """Words that people use in requests, of those that could be taken for a name: spelt as they are, they are no slip
    of one ("content" is no "consent"). A word used once may be a slip itself."""
    phrases: dict[str, list[str]] = defaultdict(list)
    for entry in catalogue.entries:
        for lang, listed in entry.phrases.items():
            phrases[lang] += listed
    spoken = frozenset().union(*(_said_again(tuple(own)) for own in phrases.values()))
    return frozenset(word for word in spoken if len(word) >= _ACRONYM and word[0] in near)


# Of the languages one changes at a time.
@lru_cache(maxsize=16)
def _said_again(phrases: tuple[str, ...]) -> frozenset[str]:
    """The words that occur more than once."""
    return frozenset(word for word, count in words_in(map(str.casefold, phrases)).items() if count > 1)


@lru_cache(maxsize=2)
def _known(names: frozenset[str]) -> frozenset[str]:
    """Words that are never corrected, one set for all languages."""
    return names.union(*small_words().values())


@cache
def _everyday() -> frozenset[str]:
    return frozenset().union(*small_words().values())


@cache
def _common() -> frozenset[str]:
    return frozenset(words.folded(words.table("requests")["common_names"]))


def _telling(folded: str) -> bool:
    """Whether a name can be believed when it is met in a sentence."""
    return len(folded) > 2 and folded not in _common() and folded not in _everyday() and not folded.isdigit()
