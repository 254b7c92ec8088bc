"""The documents of an index compared with each other, in little memory: the result is the largest thing there is.

Frequent features are multiplied as dense columns and rare ones through their inverted lists: neither way alone is fast
on Zipf's law.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.features import Floats, Places
from routing.lexical import FULL, Index

Shorts = NDArray[np.uint16]

#: Rows of the result that are worked on at once, and frequent features that are.
ROWS = 256
_COLUMNS = 512
#: A feature is frequent when it is in more than this share of the documents (and in more than eight).
_FREQUENT = 0.01


def compare(index: Index, size: int) -> Shorts:
    """The first `size` documents compared with each other, in 65,535ths."""
    whole = np.zeros((size, size), np.uint16)
    words = index.recipe.word_weight
    for kind, share in enumerate((words, 1 - words)):
        held = _Held.of(index, size, kind, share)
        for dense in held.frequent():
            for row in range(0, size, ROWS):
                _add(whole, row, dense[row : row + ROWS] @ dense[row:].T)
        rare = held.rare()
        for row in range(0, size, ROWS):
            _add(whole, row, rare.products(row)[:, row:])
    for row in range(0, size, ROWS):
        whole[row:, row : row + ROWS] = whole[row : row + ROWS, row:].T
    return whole


def _add(whole: Shorts, row: int, products: Floats) -> None:
    """Add to some rows, from the diagonal on: the other half is the same."""
    products *= np.float32(FULL)
    products += np.float32(0.5)
    rows = whole[row : row + ROWS, row:]
    # Rounding may leave a text a little more like itself than 1.
    np.minimum(products, FULL - rows, out=products)
    rows += products.astype(np.uint16)


@dataclass(frozen=True, slots=True)
class _Held:
    """Which document holds which feature, with what weight, by feature."""

    size: int
    features: Places
    owners: Places
    weights: Floats
    often: NDArray[np.bool_]

    @classmethod
    def of(cls, index: Index, size: int, kind: int, share: float) -> "_Held":
        """The features of a kind in the first `size` documents; the products of the weights of one document sum to
        `share`."""
        features, owners, shorts = index.listed(size)
        here = index.kinds[features] == kind
        features, owners = features[here], owners[here]
        weights = shorts[here].astype(np.float32) * np.float32(share**0.5 / FULL)
        frequency = np.bincount(features, minlength=len(index.hashes))
        often = (frequency > max(8, size * _FREQUENT))[features]
        return cls(size, features, owners, weights, often)

    def frequent(self) -> Iterator[Floats]:
        """The frequent features as tables of documents × features, some features at a time."""
        kinds, column = np.unique(self.features[self.often], return_inverse=True)
        owners, weights = self.owners[self.often], self.weights[self.often]
        for first in range(0, len(kinds), _COLUMNS):
            here = (column >= first) & (column < first + _COLUMNS)
            dense = np.zeros((self.size, min(_COLUMNS, len(kinds) - first)), np.float32)
            dense[owners[here], column[here] - first] = weights[here]
            yield dense

    def rare(self) -> "_Lists":
        """The rare features, by document and by feature."""
        seldom = ~self.often
        features, owners, weights = self.features[seldom], self.owners[seldom], self.weights[seldom]
        order = np.argsort(owners, kind="stable")
        last = int(features[-1]) + 2 if len(features) else 1
        return _Lists(
            self.size,
            np.searchsorted(owners[order], np.arange(self.size + 1)),
            features[order],
            weights[order],
            np.searchsorted(features, np.arange(last)),
            owners,
            weights,
        )


@dataclass(frozen=True, slots=True)
class _Lists:
    """Rare features twice: `features`, `weights` by document (from `documents[d]` to `documents[d + 1]`) and `owners`,
    `held` by feature (from `lists[f]` to `lists[f + 1]`)."""

    size: int
    documents: Places
    features: Places
    weights: Floats
    lists: Places
    owners: Places
    held: Floats

    def products(self, row: int) -> Floats:
        """The similarities of the documents from `row` on (`ROWS` at most) to all documents."""
        count = min(ROWS, self.size - row)
        first, last = self.documents[row], self.documents[row + count]
        features = self.features[first:last]
        length = self.lists[features + 1] - self.lists[features]
        at = np.repeat(self.lists[features] - np.cumsum(length) + length, length) + np.arange(int(length.sum()))
        starts = np.repeat(np.arange(count), np.diff(self.documents[row : row + count + 1])) * self.size
        place = np.repeat(starts, length) + self.owners[at]
        product = np.repeat(self.weights[first:last], length) * self.held[at]
        found = np.bincount(place, product, minlength=count * self.size)
        return found.reshape(count, self.size).astype(np.float32)
