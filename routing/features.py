"""What a text is read by: its words, pairs of words and character n-grams, each as a number.

Features are 64-bit hashes of spans of the folded text, made for many texts at once with prefix sums, so featurising
costs numpy passes instead of Python loops and a feature needs eight bytes instead of a string.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_UNBASE = np.uint64(pow(int(_BASE), -1, 2**64))
_SPACE = 32
_BREAK = 10
#: So many texts are taken apart at once: what that leaves behind is larger than they are.
PIECE = 512
NONE: Hashes = np.zeros(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which n-grams a language is read by, and how much the words weigh against the characters (0..1)."""

    sizes: tuple[int, ...] = (2, 3, 4)
    word_weight: float = 0.25
    inside_words: bool = True


_UNSPACED = Recipe((1, 2), 0.1, inside_words=False)
#: Some write no spaces, and Arabic glues articles and pronouns onto short words: they are read by shorter n-grams.
RECIPES: dict[str, Recipe] = {
    "zh": _UNSPACED,
    "ja": _UNSPACED,
    **dict.fromkeys(("th", "lo", "km", "my"), Recipe((2, 3), 0.1, inside_words=False)),
    "ru": Recipe((2, 3, 4), 0.2),
    "ar": Recipe((2, 3, 4), 0.1),
}


def recipe_for(language: str) -> Recipe:
    """How texts of a language are read."""
    return RECIPES.get(language, Recipe())


@lru_cache(maxsize=1)
def _powers(length: int) -> tuple[Hashes, Hashes]:
    """The powers of the hash base and of its inverse up to a length (a power of two, so that few are ever made)."""
    with np.errstate(over="ignore"):
        up = np.cumprod(np.full(length, _BASE, np.uint64), dtype=np.uint64)
        down = np.cumprod(np.full(length, _UNBASE, np.uint64), dtype=np.uint64)
    one = np.ones(1, np.uint64)
    return np.concatenate([one, up]), np.concatenate([one, down])


@dataclass(frozen=True, slots=True)
class _Spans:
    """A corpus as one string of characters whose spans can be hashed in constant time."""

    codes: NDArray[np.uint32]
    document: Ints
    prefix: Hashes
    inverse: Hashes

    @classmethod
    def of(cls, texts: Sequence[str]) -> "_Spans":
        joined = "\n".join(f" {text} " for text in texts) + "\n"
        codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
        ends = codes == _BREAK
        document = ends.cumsum(dtype=np.int32)
        document -= ends
        size = 1 << max(12, int(len(codes) + 1).bit_length())
        up, down = _powers(size)
        prefix = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum((codes.astype(np.uint64) + np.uint64(7)) * up[: len(codes)], out=prefix[1:])
        return cls(codes, document, prefix, down)

    def hashes(self, start: Places, end: Places, salt: Places) -> Hashes:
        raw = (self.prefix[end] - self.prefix[start]) * self.inverse[start]
        raw ^= raw >> np.uint64(29)
        return raw * np.uint64(0xBF58476D1CE4E5B9) + salt.astype(np.uint64)


def _word_spans(spans: _Spans) -> tuple[Places, Places, Places]:
    """Where words and pairs of neighbouring words begin and end, and how many words each is."""
    solid = (spans.codes != _SPACE) & (spans.codes != _BREAK)
    # A text begins with a blank and ends with one.
    starts, ends = np.flatnonzero(solid[1:] & ~solid[:-1]) + 1, np.flatnonzero(solid[:-1] & ~solid[1:]) + 1
    paired = spans.document[starts[:-1]] == spans.document[starts[1:]]
    first, last = starts[:-1][paired], ends[1:][paired]
    sizes = np.ones(len(starts) + len(first), np.intp)
    sizes[len(starts) :] = 2
    return np.concatenate([starts, first]), np.concatenate([ends, last]), sizes


def _counted(here: NDArray[np.bool_]) -> Ints:
    """How many there are before each place."""
    counted = np.zeros(len(here) + 1, np.int32)
    here.cumsum(out=counted[1:])
    return counted


def _character_spans(spans: _Spans, recipe: Recipe) -> tuple[Places, Places]:
    """Where character n-grams begin, and their sizes; inside words a blank may only be the first or the last."""
    blanks, breaks = _counted(spans.codes == _SPACE), _counted(spans.codes == _BREAK)
    found: list[Places] = []
    for size in recipe.sizes:
        count = max(0, len(spans.codes) - size + 1)
        keep = breaks[size : size + count] == breaks[:count]
        if recipe.inside_words:
            keep &= blanks[max(size - 1, 1) :][:count] == blanks[1 : count + 1]
        if size == 1:
            keep &= spans.codes[:count] != _SPACE
        found.append(np.flatnonzero(keep))
    return np.concatenate(found), np.repeat(recipe.sizes, [len(start) for start in found])


def _features(spans: _Spans, recipe: Recipe) -> tuple[Hashes, Places, Places]:
    """The features of all texts, whose they are, and of which sort: texts have two parts, words (2 × text) and
    characters (2 × text + 1), which are weighed apart."""
    word, end, words = _word_spans(spans)
    start, size = _character_spans(spans, recipe)
    starts, ends = np.concatenate([word, start]), np.concatenate([end, start + size])
    sorts = np.concatenate([words, 10 + size])
    parts = 2 * spans.document[starts].astype(np.intp)
    parts[len(word) :] += 1
    return spans.hashes(starts, ends, sorts), parts, sorts


def spelt(folded: Sequence[str], recipe: Recipe) -> tuple[Hashes, Places]:
    """The features of a few hundred folded texts with repetitions, and whose: 2 × text for words, 2 × text + 1 for
    characters."""
    hashes, parts, _ = _features(_Spans.of(folded), recipe)
    return hashes, parts


# A message may be compared twice in a row.
@lru_cache(maxsize=4)
def spelt_once(folded: tuple[str, ...], recipe: Recipe) -> tuple[Hashes, Places, Places]:
    return _features(_Spans.of(folded), recipe)


def spelt_again(folded: Sequence[str], language: str, recipe: Recipe) -> tuple[Hashes, Places]:
    """The same for a message that is compared with an index of that language too, whose recipe has more n-grams."""
    hashes, parts, sorts = spelt_once(tuple(folded), recipe_for(language))
    wanted = sorts < 10
    for size in recipe.sizes:
        wanted |= sorts == 10 + size
    return hashes[wanted], parts[wanted]


def character_hashes(folded: Sequence[str], recipe: Recipe) -> Hashes:
    """The character n-grams of folded texts, with repetitions."""
    found = [NONE]
    for at in range(0, len(folded), PIECE):
        spans = _Spans.of(folded[at : at + PIECE])
        start, size = _character_spans(spans, recipe)
        found.append(spans.hashes(start, start + size, 10 + size))
    return np.concatenate(found)
