"""An index that compares by meaning as well, where an embedding is in use."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from routing import algebra, gram, lexical
from routing.embedding import Embedding
from routing.features import Floats, Ints, recipe_for
from routing.gram import Shorts
from routing.lexical import FULL

#: What a component of 1 is kept as.
_WHOLE = 32_767
#: Vectors of documents (dimensions × documents) in 32,767ths.
Vectors: TypeAlias = NDArray[np.int16]


@dataclass(frozen=True, slots=True, eq=False)
class Blended:
    """An index of words and characters with the vectors of its documents."""

    plain: lexical.Index
    embedding: Embedding
    vectors: Vectors

    @property
    def sharpness(self) -> float:
        """How much more near documents tell than far ones."""
        return self.embedding.sharpness

    def similarities(self, texts: Sequence[str]) -> Floats:
        """How alike folded texts are to the documents, 0..1 (texts × documents)."""
        return self.read(texts)[0]

    def read(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """The same, and how much each text says."""
        found, said = self.plain.read(texts)
        found *= np.float32(1 - self.embedding.share)
        cosines = algebra.product_of_rows(self.embedding.vectors(texts), self.vectors)
        found += self._meant(cosines / np.float32(_WHOLE))
        return found, said

    def said(self, texts: Sequence[str]) -> Floats:
        """How much each text says, alone."""
        return self.plain.said(texts)

    def compared(self, size: int) -> Shorts:
        """The first `size` documents compared with each other, in 65,535ths."""
        whole = gram.compare(self.plain, size)
        vectors = np.asarray(self.vectors[:, :size] / np.float32(_WHOLE), np.float32)
        for row in range(0, size, gram.ROWS):
            rows = whole[row : row + gram.ROWS] * np.float32(1 - self.embedding.share)
            cosines: Floats = vectors[:, row : row + gram.ROWS].T @ vectors
            rows += self._meant(cosines) * np.float32(FULL)
            whole[row : row + gram.ROWS] = np.minimum(rows + np.float32(0.5), FULL)
        return whole

    def _meant(self, cosines: Floats) -> Floats:
        """The embedding's part of a likeness, in place."""
        cosines -= np.float32(self.embedding.common)
        cosines *= np.float32(self.embedding.share / (1 - self.embedding.common))
        return np.maximum(cosines, 0, out=cosines)


#: What texts are compared by.
Index: TypeAlias = lexical.Index | Blended


def index_of(
    folded: Sequence[str], language: str, owners: Ints, embedding: Embedding | None, vectors: Vectors | None = None
) -> Index:
    """Index folded texts of a language, whose they are (those of one owner together), with what they mean if an
    embedding is to say it; `vectors` are those of the texts if they are known."""
    plain = lexical.Index.of(folded, recipe_for(language), owners)
    if embedding is None:
        return plain
    return Blended(plain, embedding, vectors_of(folded, embedding) if vectors is None else vectors)


def vectors_of(folded: Sequence[str], embedding: Embedding) -> Vectors:
    """What an embedding makes of some texts."""
    return np.round(embedding.vectors(folded).T * np.float32(_WHOLE)).astype(np.int16)


def carried(index: Blended, known: Sequence[str], texts: Sequence[str], folded: Sequence[str]) -> Vectors:
    """What texts mean, and the same folded: of those that an index knows it is taken from there."""
    places = {text: at for at, text in enumerate(known)}
    fresh = [at for at, text in enumerate(texts) if text not in places]
    places |= {texts[at]: number for number, at in enumerate(fresh, len(known))}
    read = vectors_of([folded[at] for at in fresh], index.embedding)
    return np.hstack([index.vectors, read])[:, [places[text] for text in texts]]


def packed(index: Index) -> bytes:
    """What took long to make of the documents, as bytes in numpy's own format: their vectors."""
    out = io.BytesIO()
    if isinstance(index, Blended):
        np.save(out, index.vectors, allow_pickle=False)
    return out.getvalue()


def unpacked(kept: io.BytesIO) -> Vectors | None:
    """What `packed` gave."""
    rest = kept.read()
    return np.load(io.BytesIO(rest), allow_pickle=False) if rest else None


def compare(index: Index, size: int) -> Shorts:
    """The first `size` documents compared with each other, in 65,535ths."""
    return index.compared(size) if isinstance(index, Blended) else gram.compare(index, size)
