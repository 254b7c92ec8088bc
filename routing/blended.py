"""An index that compares by meaning as well, where an embedding is in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from routing import algebra, gram, lexical
from routing.embedding import Embedding
from routing.features import Floats, Ints, recipe_for
from routing.gram import Shorts
from routing.lexical import FULL

#: Share of the likeness that comes from the embedding.
SHARE = 0.35
#: What two texts of a language have in common by an embedding whatever they say.
_COMMON = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Blended:
    """An index of words and characters with the vectors of its documents (dimensions × documents)."""

    plain: lexical.Index
    embedding: Embedding
    vectors: Floats

    def similarities(self, texts: Sequence[str]) -> Floats:
        """How alike folded texts are to the documents, 0..1 (texts × documents)."""
        return self.read(texts)[0]

    def read(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """The same, and how much each text says."""
        found, said = self.plain.read(texts)
        found *= np.float32(1 - SHARE)
        found += _meant(algebra.product_of_rows(self.embedding.vectors(texts), self.vectors))
        return found, said

    def said(self, texts: Sequence[str]) -> Floats:
        """How much each text says, alone."""
        return self.plain.said(texts)

    def compared(self, size: int) -> Shorts:
        """The first `size` documents compared with each other, in 65,535ths."""
        whole, vectors = gram.compare(self.plain, size), self.vectors[:, :size]
        for row in range(0, size, gram.ROWS):
            rows = whole[row : row + gram.ROWS] * np.float32(1 - SHARE)
            rows += _meant(vectors[:, row : row + gram.ROWS].T @ vectors) * np.float32(FULL)
            whole[row : row + gram.ROWS] = np.minimum(rows + np.float32(0.5), FULL)
        return whole


#: What texts are compared by.
Index: TypeAlias = lexical.Index | Blended


def index_of(folded: Sequence[str], language: str, owners: Ints, embedding: Embedding | None) -> Index:
    """Index folded texts of a language, whose they are (those of one owner together), with what they mean if an
    embedding is to say it."""
    plain = lexical.Index.of(folded, recipe_for(language), owners)
    return Blended(plain, embedding, np.ascontiguousarray(embedding.vectors(folded).T)) if embedding else plain


def compare(index: Index, size: int) -> Shorts:
    """The first `size` documents compared with each other, in 65,535ths."""
    return index.compared(size) if isinstance(index, Blended) else gram.compare(index, size)


def _meant(cosines: Floats) -> Floats:
    """The embedding's part of a likeness, in place."""
    cosines -= np.float32(_COMMON)
    cosines *= np.float32(SHARE / (1 - _COMMON))
    return np.maximum(cosines, 0, out=cosines)
