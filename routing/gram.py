"""The documents of an index compared with each other, some rows at a time: the whole in doubles would be the largest
thing in memory by far.

Frequent features are multiplied as dense columns and rare ones through their inverted lists: neither way alone is fast
on Zipf's law.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.lexical import FULL, Block, Floats, Index

ROWS = 256
#: A feature is frequent when it is in more than this share of the documents (and in more than eight).
_FREQUENT = 0.01


@dataclass(frozen=True, slots=True)
class _Table:
    """One block of an index as a table of documents × features, in its frequent and its rare part.

    The rare part is there twice: `features`, `weights` by document (from `documents[d]` to `documents[d + 1]`) and
    `owners`, `held` by feature (from `lists[f]` to `lists[f + 1]`).
    """

    dense: Floats
    documents: NDArray[np.intp]
    features: NDArray[np.intp]
    weights: Floats
    lists: NDArray[np.intp]
    owners: NDArray[np.intp]
    held: Floats

    @classmethod
    def of(cls, block: Block, size: int, share: float) -> "_Table":
        """The first `size` documents; the products of the weights sum to `share` on the diagonal."""
        keep = block.postings < size
        features = np.repeat(np.arange(len(block.hashes)), np.diff(block.offsets))[keep]
        owners = block.postings[keep].astype(np.intp)
        weights = block.weights[keep].astype(np.float32) * np.float32(share**0.5 / FULL)
        frequency = np.bincount(features, minlength=len(block.hashes))
        frequent = frequency > max(8, size * _FREQUENT)
        column = np.cumsum(frequent) - 1
        often = frequent[features]
        dense = np.zeros((size, int(frequent.sum())), np.float32)
        dense[owners[often], column[features[often]]] = weights[often]
        features, owners, weights = features[~often], owners[~often], weights[~often]
        order = np.argsort(owners, kind="stable")
        return cls(
            dense,
            np.searchsorted(owners[order], np.arange(size + 1)),
            features[order],
            weights[order],
            np.concatenate([[0], np.cumsum(np.where(frequent, 0, frequency))]),
            owners,
            weights,
        )

    def add(self, out: Floats, row: int) -> None:
        """Add the similarities of the documents from `row` on to all documents."""
        out += self.dense[row : row + len(out)] @ self.dense.T
        first, last = self.documents[row], self.documents[row + len(out)]
        features = self.features[first:last]
        length = self.lists[features + 1] - self.lists[features]
        at = np.repeat(self.lists[features] - np.cumsum(length) + length, length) + np.arange(int(length.sum()))
        starts = np.repeat(np.arange(len(out)), np.diff(self.documents[row : row + len(out) + 1])) * out.shape[1]
        place = np.repeat(starts, length) + self.owners[at]
        product = np.repeat(self.weights[first:last], length) * self.held[at]
        out += np.bincount(place, product, minlength=out.size).reshape(out.shape)


def rows(index: Index, size: int) -> Iterator[tuple[int, Floats]]:
    """The first `size` documents compared with each other, 0..1: the number of a first row and the rows from it on."""
    share = index.recipe.word_weight
    tables = (_Table.of(index.words, size, share), _Table.of(index.characters, size, 1 - share))
    for row in range(0, size, ROWS):
        out = np.zeros((min(ROWS, size - row), size), np.float32)
        for table in tables:
            table.add(out, row)
        yield row, out


def whole(index: Index) -> Floats:
    """All documents compared with each other, 0..1."""
    return np.concatenate([part for _, part in rows(index, index.size)])
