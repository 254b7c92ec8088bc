"""The first view of a text: TF-IDF over words and character n-grams, searched through inverted lists.

Features are 64-bit hashes of spans of the folded text, made for a whole corpus at once with prefix sums, so featurising
costs numpy passes instead of Python loops and a feature needs twelve bytes instead of a string.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from routing import algebra, normalise

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Hashes = NDArray[np.uint64]
Places = NDArray[np.intp]

_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
_UNBASE = np.uint64(pow(int(_BASE), -1, 2**64))
#: What a weight of 1 is kept as.
FULL = 65_535
_SPACE = 32
_BREAK = 10
#: So many texts are taken apart at once.
_PIECE = 512
_NONE: Hashes = np.zeros(0, np.uint64)
_NOWHERE: Ints = np.zeros(0, np.int32)
#: A feature in more than this share of the documents (and in more than a few) is kept as a row of a table. Zipf's law
#: makes the inverted lists of some hundred n-grams longer than all others that a text needs.
_OFTEN, _FEW = 0.15, 64
#: A feature that is in no document weighs this share of the rarest one.
_UNKNOWN = 0.6


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
def _spelt_once(folded: tuple[str, ...], recipe: Recipe) -> tuple[Hashes, Places, Places]:
    return _features(_Spans.of(folded), recipe)


def spelt_again(folded: Sequence[str], language: str, recipe: Recipe) -> tuple[Hashes, Places]:
    """The same for a message that is compared with an index of that language too, whose recipe has more n-grams."""
    hashes, parts, sorts = _spelt_once(tuple(folded), recipe_for(language))
    wanted = sorts < 10
    for size in recipe.sizes:
        wanted |= sorts == 10 + size
    return hashes[wanted], parts[wanted]


def _all_features(texts: Sequence[str], recipe: Recipe) -> tuple[Hashes, Ints]:
    """The features of many texts, made for some texts at a time: what that leaves behind is larger than they are."""
    found = [spelt(texts[at : at + _PIECE], recipe) for at in range(0, len(texts), _PIECE)]
    parts = [(parts + 2 * _PIECE * piece).astype(np.int32) for piece, (_, parts) in enumerate(found)]
    return np.concatenate([_NONE, *(hashes for hashes, _ in found)]), np.concatenate([_NOWHERE, *parts])


def _pairs(texts: Sequence[str], recipe: Recipe) -> tuple[Hashes, Ints, Ints, Floats]:
    """The vocabulary, and for each (feature, part of a text) that occurs the damped count 1 + log n.

    The largest languages decide how much memory a start takes, so everything here is as small as it can be and goes as
    soon as it can.
    """
    hashes, parts = _all_features(texts, recipe)
    vocabulary, width = np.unique(hashes), 2 * len(texts)
    key = vocabulary.searchsorted(hashes)
    del hashes
    key *= width
    key += parts
    del parts
    key.sort()
    fresh = np.ones(len(key), np.bool_)
    np.not_equal(key[1:], key[:-1], out=fresh[1:])
    first = np.flatnonzero(fresh).astype(np.int32)
    counts = np.diff(first, append=np.int32(len(key)))
    del first
    key = key[fresh]
    part = (key % width).astype(np.int32) if width else _NOWHERE
    key //= max(width, 1)
    damped = (1 + np.log(np.arange(1, counts.max(initial=0) + 1))).astype(np.float32)
    return vocabulary, key.astype(np.int32), part, damped[counts - 1]


def _often(
    feature: Ints, owner: Ints, weights: NDArray[np.uint16], frequency: Places, documents: int
) -> tuple[NDArray[np.int16], NDArray[np.uint16]]:
    """The table of the features that are in many documents, and which row of it is whose."""
    frequent = frequency > max(_FEW, documents * _OFTEN)
    rows = np.where(frequent, np.cumsum(frequent) - 1, -1).astype(np.int16)
    table = np.zeros((int(frequent.sum()), documents), np.uint16)
    here = frequent[feature]
    table[rows[feature[here]], owner[here]] = weights[here]
    return rows, table


@dataclass(frozen=True, slots=True)
class Index:
    """A corpus of one language, ready to be compared with: a vocabulary with weights, and which documents hold what.

    `postings[offsets[f]:offsets[f + 1]]` are the documents of feature `f`, `weights` their normalised TF-IDF in
    65,535ths: half the memory of a float32, and faster to widen than a float16. A frequent feature has no postings: its
    weight in every document is row `rows[f]` of `often`. `rows` is -1 for all others. `kinds` is 0 for words and 1 for
    characters, `unknown` what a word and an n-gram weigh that are in no document.
    """

    recipe: Recipe
    size: int
    hashes: Hashes
    kinds: NDArray[np.int8]
    idf: Floats
    offsets: Ints
    postings: NDArray[np.uint16] | Ints
    weights: NDArray[np.uint16]
    rows: NDArray[np.int16]
    often: NDArray[np.uint16]
    unknown: Floats

    @classmethod
    def of(cls, texts: Sequence[str], recipe: Recipe) -> "Index":
        """Index folded texts."""
        size = len(texts)
        hashes, feature, part, damped = _pairs(texts, recipe)
        kinds = np.zeros(len(hashes), np.int8)
        kinds[feature] = part & 1
        frequency = np.bincount(feature, minlength=len(hashes))
        idf = (np.log((1 + size) / (1 + frequency)) + 1).astype(np.float32)
        unknown = np.array([idf[kinds == kind].max(initial=1.0) for kind in (0, 1)], np.float32) * np.float32(_UNKNOWN)
        weight = damped * idf[feature]
        length = np.sqrt(np.bincount(part, weight * weight, minlength=2 * size)) + 1e-9
        short, owner = np.round(weight / length[part] * FULL).astype(np.uint16), part // 2
        rows, often = _often(feature, owner, short, frequency, size)
        seldom = rows[feature] < 0
        offsets = np.concatenate([[0], np.cumsum(np.where(rows < 0, frequency, 0))]).astype(np.int32)
        postings = owner[seldom].astype(np.uint16) if size < 65_536 else owner[seldom].astype(np.int32)
        return cls(recipe, size, hashes, kinds, idf, offsets, postings, short[seldom], rows, often, unknown)

    @property
    def shares(self) -> Floats:
        """How much likeness of words and likeness of characters count."""
        return np.array([self.recipe.word_weight, 1 - self.recipe.word_weight], np.float32)

    def similarities(self, texts: Sequence[str]) -> Floats:
        """How alike folded texts are to the documents, 0..1 (texts × documents)."""
        shape = len(texts), self.size
        hashes, parts, _ = _spelt_once(tuple(texts), self.recipe)
        if not len(hashes) or not len(self.hashes):
            return np.zeros(shape, np.float32)
        features, parts, weights = self._weighed(hashes, parts, shape[0])
        weights *= self.shares[parts & 1] / np.float32(FULL)
        row, owners = self.rows[features], parts // 2
        often, seldom = row >= 0, row < 0
        found = self._listed(features[seldom], owners[seldom], weights[seldom], shape)
        if often.any():
            found += self._tabled(row[often], owners[often], weights[often], shape[0])
        return found

    def _weighed(self, hashes: Hashes, parts: Places, texts: int) -> tuple[Places, Places, Floats]:
        """The known features of some texts, whose they are, and their weights: of unit length for each part, counting
        unknown features too."""
        order = np.lexsort((hashes, parts))
        hashes, parts = hashes[order], parts[order]
        fresh = np.ones(len(hashes), np.bool_)
        fresh[1:] = (hashes[1:] != hashes[:-1]) | (parts[1:] != parts[:-1])
        first = np.flatnonzero(fresh)
        counts = np.append(first[1:], len(hashes)) - first
        hashes, parts = hashes[first], parts[first]
        place = np.minimum(self.hashes.searchsorted(hashes), len(self.hashes) - 1)
        known = self.hashes[place] == hashes
        weights = (1 + np.log(counts)) * np.where(known, self.idf[place], self.unknown[parts & 1])
        length = np.sqrt(np.bincount(parts, weights * weights, minlength=2 * texts)) + 1e-9
        return place[known], parts[known], (weights / length[parts])[known].astype(np.float32)

    def _listed(self, features: Places, owners: Places, weights: Floats, shape: tuple[int, int]) -> Floats:
        """The products of the rare features, through their inverted lists."""
        start = self.offsets[features]
        length = self.offsets[features + 1] - start
        where = np.arange(int(length.sum()))
        where += (start - length.cumsum() + length).repeat(length)
        spoken, place = weights.repeat(length), (owners * shape[1]).repeat(length)
        spoken *= self.weights.take(where)
        place += self.postings.take(where)
        return np.bincount(place, spoken, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float32)

    def _tabled(self, rows: NDArray[np.int16], owners: Places, weights: Floats, texts: int) -> Floats:
        """The products of the frequent features, as those of two tables."""
        used = np.flatnonzero(np.bincount(rows))
        table = np.zeros((texts, len(used)), np.float32)
        table[owners, used.searchsorted(rows)] = weights
        return algebra.product_of_rows(table, self.often, used)

    def listed(self, documents: int) -> tuple[Places, Places, NDArray[np.uint16]]:
        """Which feature is in which of the first documents with which weight, by feature."""
        rare = np.repeat(np.arange(len(self.hashes)), np.diff(self.offsets))
        row, owner = np.nonzero(self.often[:, :documents])
        feature = np.concatenate([rare, np.flatnonzero(self.rows >= 0)[row]])
        owner = np.concatenate([self.postings.astype(np.intp), owner])
        weights = np.concatenate([self.weights, self.often[row, owner[len(rare) :]]])
        order = np.argsort(feature, kind="stable")
        order = order[owner[order] < documents]
        return feature[order], owner[order], weights[order]


def character_hashes(folded: Sequence[str], recipe: Recipe) -> Hashes:
    """The character n-grams of folded texts, with repetitions."""
    found = [_NONE]
    for at in range(0, len(folded), _PIECE):
        spans = _Spans.of(folded[at : at + _PIECE])
        start, size = _character_spans(spans, recipe)
        found.append(spans.hashes(start, start + size, 10 + size))
    return np.concatenate(found)


def index_of(texts: Sequence[str], language: str) -> Index:
    """Fold and index texts of one language."""
    return Index.of(normalise.fold_all(texts), recipe_for(language))
