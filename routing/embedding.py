"""What texts mean, for desks that have installed a model: one more way to compare a message with the examples.

A static embedding has a vector for each piece of a word, and a text is the mean of its pieces: some tenths of a
millisecond. A contextual one reads the pieces beside each other, which takes some milliseconds and understands more. No
model ships with the desk and none is ever fetched.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from routing.features import Floats

#: So many texts are read at once: by a table, and by a network.
_TEXTS, _FEW = 256, 32

#: What a network makes (texts × pieces × dimensions, or texts × dimensions) of what it is given by name: the pieces of
#: texts as numbers, which of them there are, and of which part of the text each is (texts × pieces).
Network = Callable[[dict[str, NDArray[np.int64]]], Floats]


class Embedding(Protocol):
    """A sentence embedding, beside words and characters."""

    @property
    def name(self) -> str:
        """A name that changes with the model: what was learnt with another one is not used."""
        ...

    @property
    def share(self) -> float:
        """The share of the likeness of two texts that comes from it (0 .. 1)."""
        ...

    @property
    def common(self) -> float:
        """The cosine from which two texts count as alike: where it cuts off many, thousands of texts compared with each
        other are no kernel any more."""
        ...

    @property
    def sharpness(self) -> float:
        """How much more near texts tell than far ones: the more, the better it knows what means the same."""
        ...

    def knows(self, language: str) -> bool:
        """Whether it is of use in a language (ISO 639-1)."""
        ...

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One row of unit length for each text; zeros for one that holds nothing it knows."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Static:
    """A static embedding; `languages` (ISO 639-1) is None when it knows all."""

    name: str
    languages: frozenset[str] | None
    table: Floats
    tokenizer: Any
    share: float = 0.35
    common: float = 0.2
    sharpness: float = 1.5

    def knows(self, language: str) -> bool:
        """Whether it is of use in a language."""
        return self.languages is None or language in self.languages

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The mean of the vectors of each text's pieces, of unit length."""
        found = np.zeros((len(texts), self.table.shape[1]), np.float32)
        for first in range(0, len(texts), _TEXTS):
            some = [*texts[first : first + _TEXTS]]
            for row, read in enumerate(self.tokenizer.encode_batch(some, add_special_tokens=False), first):
                if read.ids:
                    found[row] = self.table[read.ids].mean(axis=0, dtype=np.float32)
        return _of_unit_length(found)


@dataclass(frozen=True, slots=True, eq=False)
class Contextual:
    """A contextual embedding of so many dimensions: a tokenizer that pads, and a network. A text is the mean of what
    that makes of its pieces, or what it makes of the `first`."""

    name: str
    languages: frozenset[str] | None
    dimensions: int
    tokenizer: Any
    network: Network
    first: bool = False
    share: float = 0.8
    common: float = -0.1
    sharpness: float = 3.0

    def knows(self, language: str) -> bool:
        """Whether it is of use in a language."""
        return self.languages is None or language in self.languages

    def vectors(self, texts: Sequence[str]) -> Floats:
        """What the network makes of each text, those of a length together, of unit length."""
        found = np.zeros((len(texts), self.dimensions), np.float32)
        order = sorted((at for at, text in enumerate(texts) if text), key=lambda at: (len(texts[at]), at))
        for first in range(0, len(order), _FEW):
            rows = order[first : first + _FEW]
            found[rows] = self._read([texts[at] for at in rows])
        return _of_unit_length(found)

    def _read(self, texts: Sequence[str]) -> Floats:
        read = self.tokenizer.encode_batch(texts)
        pieces, present = np.array([one.ids for one in read]), np.array([one.attention_mask for one in read])
        given = {"input_ids": pieces, "attention_mask": present, "token_type_ids": np.zeros_like(pieces)}
        made = self.network(given)
        if made.ndim == 2:
            return made
        return made[:, 0] if self.first else np.asarray(np.einsum("tpd,tp->td", made, present), np.float32)


def _of_unit_length(vectors: Floats) -> Floats:
    vectors /= np.sqrt(np.einsum("ij,ij->i", vectors, vectors))[:, None] + np.float32(1e-9)
    return vectors


_in_use: list[Embedding] = []


def use(model: Embedding | None) -> None:
    """From now on compare by this model too; None: by words and characters alone. For the whole process."""
    _in_use[:] = [model] if model else []


def used(language: str) -> Embedding | None:
    """The model in use, if it is of use in a language."""
    return next((model for model in _in_use if model.knows(language)), None)
