"""The first view of a text: TF-IDF over words and character n-grams, searched through inverted lists.

Features are 64-bit hashes of spans of the folded text, made for a whole corpus at once with prefix sums, so featurising
costs numpy passes instead of Python loops and a feature needs twelve bytes instead of a string.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from routing import normalise

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Hashes = NDArray[np.uint64]

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_UNBASE = np.uint64(pow(int(_BASE), -1, 2**64))
#: What a weight of 1 is kept as.
FULL = 65_535
_SPACE = 32
_BREAK = 10


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which n-grams a language is read by, and how much the words weigh against the characters (0..1)."""

    sizes: tuple[int, ...] = (2, 3, 4)
    word_weight: float = 0.25
    inside_words: bool = True


#: Chinese writes no spaces and Arabic glues articles and pronouns onto short words: both are read by shorter n-grams.
RECIPES: dict[str, Recipe] = {
    "zh": Recipe((1, 2), 0.1, inside_words=False),
    "ja": Recipe((1, 2), 0.1, inside_words=False),
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
        document = np.cumsum(codes == _BREAK, dtype=np.int32)
        document -= (codes == _BREAK).astype(np.int32)
        size = 1 << max(12, int(len(codes) + 1).bit_length())
        up, down = _powers(size)
        prefix = np.zeros(len(codes) + 1, np.uint64)
        np.cumsum((codes.astype(np.uint64) + np.uint64(7)) * up[: len(codes)], out=prefix[1:])
        return cls(codes, document, prefix, down)

    def hashes(self, start: NDArray[np.intp], end: NDArray[np.intp], salt: int) -> Hashes:
        raw = (self.prefix[end] - self.prefix[start]) * self.inverse[start]
        raw ^= raw >> np.uint64(29)
        return raw * np.uint64(0xBF58476D1CE4E5B9) + np.uint64(salt)


def _word_features(spans: _Spans) -> tuple[Hashes, Ints]:
    """Words and pairs of neighbouring words."""
    solid = (spans.codes != _SPACE) & (spans.codes != _BREAK)
    edge = np.diff(solid.astype(np.int8), prepend=np.int8(0))
    starts, ends = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
    if not len(starts):
        return np.zeros(0, np.uint64), np.zeros(0, np.int32)
    singles = spans.hashes(starts, ends, 1)
    paired = spans.document[starts[:-1]] == spans.document[starts[1:]]
    pairs = spans.hashes(starts[:-1][paired], ends[1:][paired], 2)
    return np.concatenate([singles, pairs]), np.concatenate(
        [spans.document[starts], spans.document[starts[:-1][paired]]]
    )


def _character_features(spans: _Spans, recipe: Recipe) -> tuple[Hashes, Ints]:
    """Character n-grams; inside words a blank may only be the first or the last character."""
    blanks = np.concatenate([[0], np.cumsum(spans.codes == _SPACE)])
    breaks = np.concatenate([[0], np.cumsum(spans.codes == _BREAK)])
    found: list[Hashes] = []
    owners: list[Ints] = []
    for size in recipe.sizes:
        if len(spans.codes) < size:
            continue
        start = np.arange(len(spans.codes) - size + 1)
        keep = breaks[start + size] == breaks[start]
        if recipe.inside_words:
            keep &= blanks[np.maximum(start + size - 1, start + 1)] == blanks[start + 1]
        if size == 1:
            keep &= spans.codes[start] != _SPACE
        start = start[keep]
        found.append(spans.hashes(start, start + size, 10 + size))
        owners.append(spans.document[start])
    return np.concatenate(found), np.concatenate(owners)


@dataclass(frozen=True, slots=True)
class Block:
    """One kind of feature of a corpus: its vocabulary with weights, and which documents hold each feature.

    `postings[offsets[f]:offsets[f + 1]]` are the documents of feature `f`, `weights` their normalised TF-IDF in
    65,535ths: half the memory of a float32, and faster to widen than a float16.
    """

    hashes: Hashes
    idf: Floats
    offsets: Ints
    postings: NDArray[np.uint16] | Ints
    weights: NDArray[np.uint16]


def _pairs(hashes: Hashes, owners: Ints, documents: int) -> tuple[Hashes, NDArray[np.intp], NDArray[np.intp], Floats]:
    """The vocabulary, and for each (feature, document) that occurs the damped count 1 + log n."""
    vocabulary, feature = np.unique(hashes, return_inverse=True)
    key, counts = np.unique(feature.astype(np.int64) * documents + owners, return_counts=True)
    damped = (1 + np.log(counts)).astype(np.float32)
    return vocabulary, key // documents, key % documents, damped


def _block(hashes: Hashes, owners: Ints, documents: int) -> Block:
    vocabulary, feature, owner, damped = _pairs(hashes, owners, documents)
    frequency = np.bincount(feature, minlength=len(vocabulary))
    idf = (np.log((1 + documents) / (1 + frequency)) + 1).astype(np.float32)
    weight = damped * idf[feature]
    length = np.sqrt(np.bincount(owner, weight * weight, minlength=documents)) + 1e-9
    weight = weight / length[owner]
    offsets = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int32)
    postings = owner.astype(np.uint16) if documents < 65_536 else owner.astype(np.int32)
    return Block(vocabulary, idf, offsets, postings, np.round(weight * FULL).astype(np.uint16))


@dataclass(frozen=True, slots=True)
class Index:
    """A corpus of one language, ready to be compared with."""

    recipe: Recipe
    size: int
    words: Block
    characters: Block

    @classmethod
    def of(cls, texts: Sequence[str], recipe: Recipe) -> "Index":
        """Index folded texts."""
        spans = _Spans.of(texts)
        return cls(
            recipe,
            len(texts),
            _block(*_word_features(spans), len(texts)),
            _block(*_character_features(spans, recipe), len(texts)),
        )

    def similarities(self, texts: Sequence[str]) -> Floats:
        """How alike folded texts are to the documents, 0..1 (texts × documents)."""
        spans = _Spans.of(texts)
        shape = len(texts), self.size
        share = self.recipe.word_weight
        by_word = _dots(self.words, *_word_features(spans), shape)
        by_character = _dots(self.characters, *_character_features(spans, self.recipe), shape)
        return np.asarray(share * by_word + (1 - share) * by_character, np.float32)


def _weighed(block: Block, hashes: Hashes, owners: Ints, texts: int) -> tuple[NDArray[np.intp], Ints, Floats]:
    """The known features of some texts, whose they are, and their weights: of unit length for each text, counting
    unknown features too."""
    order = np.lexsort((hashes, owners))
    hashes, owners = hashes[order], owners[order]
    first = np.flatnonzero(np.concatenate([[True], (np.diff(hashes) != 0) | (np.diff(owners) != 0)]))
    counts = np.diff(np.append(first, len(hashes)))
    hashes, owners = hashes[first], owners[first]
    place = np.minimum(np.searchsorted(block.hashes, hashes), len(block.hashes) - 1)
    known = block.hashes[place] == hashes
    weights = (1 + np.log(counts)) * np.where(known, block.idf[place], block.idf.max() * 0.6)
    length = np.sqrt(np.bincount(owners, weights * weights, minlength=texts)) + 1e-9
    return place[known], owners[known], (weights / length[owners])[known].astype(np.float32)


def _dots(block: Block, hashes: Hashes, owners: Ints, shape: tuple[int, int]) -> Floats:
    if not len(hashes) or not len(block.hashes):
        return np.zeros(shape, np.float32)
    features, owners, weights = _weighed(block, hashes, owners, shape[0])
    start = block.offsets[features]
    length = block.offsets[features + 1] - start
    where = np.arange(int(length.sum())) + np.repeat(start - np.cumsum(length) + length, length)
    spoken = np.repeat(weights / np.float32(FULL), length) * block.weights[where]
    place = np.repeat(owners.astype(np.intp) * shape[1], length) + block.postings[where]
    return np.bincount(place, spoken, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float32)


def character_hashes(folded: str, recipe: Recipe) -> Hashes:
    """The character n-grams of one folded text, with repetitions."""
    return _character_features(_Spans.of([folded]), recipe)[0]


def index_of(texts: Sequence[str], language: str) -> Index:
    """Fold and index texts of one language."""
    return Index.of(normalise.fold_all(texts), recipe_for(language))
