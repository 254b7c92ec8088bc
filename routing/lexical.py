"""The first view of a text: TF-IDF over words and character n-grams, searched through inverted lists."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing import algebra, normalise
from routing.features import NONE, PIECE, Floats, Hashes, Ints, Places, Recipe, recipe_for, spelt, spelt_once

#: What a weight of 1 is kept as.
FULL = 65_535
#: A feature in more than this share of the documents (and in more than a few) is kept as a row of a table. Zipf's law
#: makes the inverted lists of some hundred n-grams longer than all others that a text needs.
_OFTEN, _FEW = 0.15, 64
#: Power of the inverse document frequency: among short texts much is rare by chance, and the full IDF believes it.
_RARITY = 0.4
#: Near documents tell hardly more than the sum of far ones, where words and characters are compared.
_SHARPNESS = 1.5
#: A feature that is in no document weighs this share of the rarest one.
_UNKNOWN = 0.6


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some texts taken apart, which is all that a start needs at a time: the largest languages decide how much memory
    it takes.

    The pairs of a feature (its place in `hashes`) and a part of a text (2 × text for words, 2 × text + 1 for
    characters) in rising order, and how often each occurs.
    """

    first: int
    hashes: Hashes
    feature: Ints
    part: NDArray[np.uint16]
    counts: Ints

    @classmethod
    def of(cls, first: int, texts: Sequence[str], recipe: Recipe) -> "_Piece":
        found, parts = spelt(texts, recipe)
        # Those of a feature are in the order of the texts, and this keeps them so.
        order = np.argsort(found, kind="stable")
        found, parts = found[order], parts[order]
        other = np.diff(found, prepend=~found[:1]) != 0
        begins = np.flatnonzero(other | (np.diff(parts, prepend=-1) != 0))
        feature, counts = other.cumsum()[begins] - 1, np.diff(begins, append=len(found))
        part = parts[begins].astype(np.uint16)
        return cls(first, found[other], feature.astype(np.int32), part, counts.astype(np.int32))

    @property
    def texts(self) -> Ints:
        """Which text each of its pairs is of."""
        return np.asarray(self.first + self.part.astype(np.int32) // 2, np.int32)

    def weights(self, idf: Floats) -> NDArray[np.uint16]:
        """The TF-IDF of its pairs in 65,535ths, of unit length for each part: damped counts 1 + log n."""
        damped = (1 + np.log(np.arange(1, self.counts.max(initial=0) + 1))).astype(np.float32)
        weights = damped[self.counts - 1] * idf[self.feature]
        length = np.sqrt(np.bincount(self.part, weights * weights)) + 1e-9
        return np.round(weights / length[self.part] * FULL).astype(np.uint16)


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """All features of a corpus: which sort each is, how rare, in how many parts, and its row if it is frequent."""

    hashes: Hashes
    kinds: NDArray[np.int8]
    idf: Floats
    frequency: Ints
    rows: NDArray[np.int16]

    @classmethod
    def of(cls, pieces: Sequence[_Piece], owners: Ints) -> "_Vocabulary":
        documents, everybody = len(owners), len(np.unique(owners))
        hashes = np.unique(np.concatenate([NONE, *(piece.hashes for piece in pieces)]))
        kinds, frequency = np.zeros(len(hashes), np.int8), np.zeros(len(hashes), np.int32)
        users, last = np.zeros(len(hashes), np.int32), np.full(len(hashes), -1, np.int32)
        for piece in pieces:
            place = hashes.searchsorted(piece.hashes)
            kinds[place[piece.feature]] = piece.part & 1
            frequency[place] += np.bincount(piece.feature, minlength=len(place)).astype(np.int32)
            # The texts of an owner stand together, and so do the pairs of a feature.
            user = owners[piece.texts]
            before = np.roll(user, 1)
            before[np.diff(piece.feature, prepend=-1) > 0] = last[place]
            last[place] = user[np.diff(piece.feature, append=-1) != 0]
            users[place] += np.bincount(piece.feature[user != before], minlength=len(place)).astype(np.int32)
        idf = ((np.log((1 + everybody) / (1 + users)) + 1) ** _RARITY).astype(np.float32)
        frequent = frequency > max(_FEW, documents * _OFTEN)
        rows = np.where(frequent, np.cumsum(frequent) - 1, -1).astype(np.int16)
        return cls(hashes, kinds, idf, frequency, rows)


@dataclass(slots=True)
class _Lists:
    """The inverted lists while they are filled, from the last document to the first: `starts` is where those of each
    feature begin by now, `ends` where they end."""

    starts: Ints
    ends: Ints
    postings: NDArray[np.uint16] | Ints
    weights: NDArray[np.uint16]
    often: NDArray[np.uint16]

    @classmethod
    def empty(cls, vocabulary: _Vocabulary, documents: int) -> "_Lists":
        ends = np.cumsum(np.where(vocabulary.rows < 0, vocabulary.frequency, 0)).astype(np.int32)
        size = int(ends[-1]) if len(ends) else 0
        postings = np.empty(size, np.uint16) if documents < 65_536 else np.empty(size, np.int32)
        often = np.zeros((int(vocabulary.rows.max(initial=-1)) + 1, documents), np.uint16)
        return cls(ends.copy(), ends, postings, np.empty(size, np.uint16), often)

    def take(self, piece: _Piece, vocabulary: _Vocabulary) -> None:
        """Put the pairs of a piece in their places, before those of later pieces."""
        place = vocabulary.hashes.searchsorted(piece.hashes)
        weights, owner = piece.weights(vocabulary.idf[place]), piece.texts
        feature = place[piece.feature]
        row = vocabulary.rows[feature]
        frequent, seldom = row >= 0, row < 0
        self.often[row[frequent], owner[frequent]] = weights[frequent]
        feature = feature[seldom]
        begins = np.flatnonzero(np.diff(feature, prepend=-1))
        sizes = np.diff(begins, append=len(feature))
        self.starts[feature[begins]] -= sizes.astype(np.int32)
        where = self.starts[feature] + np.arange(len(feature)) - begins.repeat(sizes)
        self.postings[where], self.weights[where] = owner[seldom], weights[seldom]


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
    def of(cls, texts: Sequence[str], recipe: Recipe, owners: Ints | None = None) -> "Index":
        """Index folded texts. Rare is what few `owners` (a number for each text, those of one together) use, else what
        few texts do."""
        owners = np.arange(len(texts), dtype=np.int32) if owners is None else owners
        pieces = [_Piece.of(at, texts[at : at + PIECE], recipe) for at in range(0, len(texts), PIECE)]
        vocabulary = _Vocabulary.of(pieces, owners)
        lists = _Lists.empty(vocabulary, len(texts))
        # Each piece is let go of as soon as it is in the lists.
        while pieces:
            lists.take(pieces.pop(), vocabulary)
        kinds, idf = vocabulary.kinds, vocabulary.idf
        unknown = np.array([idf[kinds == kind].max(initial=1.0) for kind in (0, 1)], np.float32) * np.float32(_UNKNOWN)
        offsets = np.append(np.int32(0), lists.ends)
        parts = lists.postings, lists.weights, vocabulary.rows, lists.often
        return cls(recipe, len(texts), vocabulary.hashes, kinds, idf, offsets, *parts, unknown)

    @property
    def sharpness(self) -> float:
        """How much more near documents tell than far ones (see `semantic.kernel`)."""
        return _SHARPNESS

    @property
    def shares(self) -> Floats:
        """How much likeness of words and likeness of characters count."""
        return np.array([self.recipe.word_weight, 1 - self.recipe.word_weight], np.float32)

    def similarities(self, texts: Sequence[str]) -> Floats:
        """How alike folded texts are to the documents, 0..1 (texts × documents)."""
        return self.read(texts)[0]

    def read(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """The same, and how much each text says: the more, the longer it is and the rarer its n-grams are."""
        shape = len(texts), self.size
        hashes, parts, _ = spelt_once(tuple(texts), self.recipe)
        if not len(hashes) or not len(self.hashes):
            return np.zeros(shape, np.float32), np.zeros(len(texts), np.float32)
        features, parts, weights, length = self._weighed(hashes, parts, shape[0])
        weights *= self.shares[parts & 1] / np.float32(FULL)
        row, owners = self.rows[features], parts // 2
        often, seldom = row >= 0, row < 0
        found = self._listed(features[seldom], owners[seldom], weights[seldom], shape)
        if often.any():
            found += self._tabled(row[often], owners[often], weights[often], shape[0])
        return found, length[1::2]

    def said(self, texts: Sequence[str]) -> Floats:
        """How much each text says, alone."""
        hashes, parts = spelt(texts, self.recipe)
        return self._weighed(hashes, parts, len(texts))[-1][1::2]

    def _weighed(self, hashes: Hashes, parts: Places, texts: int) -> tuple[Places, Places, Floats, Floats]:
        """The known features of some texts, whose they are, and their weights: of unit length for each part, counting
        unknown features too; and how long each part was before."""
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
        return (
            place[known],
            parts[known],
            (weights / length[parts])[known].astype(np.float32),
            length.astype(np.float32),
        )

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


def index_of(texts: Sequence[str], language: str) -> Index:
    """Fold and index texts of one language."""
    return Index.of(normalise.fold_all(texts), recipe_for(language))
