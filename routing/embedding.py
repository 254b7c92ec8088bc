"""What texts mean, for desks that have installed a model: one more way to compare a message with the examples.

A static embedding has a vector for each piece of a word, and a text is the mean of its pieces: some tenths of a
millisecond, and the same on every machine. No model ships with the desk and none is ever fetched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from routing.features import Floats

#: So many texts are read at once.
_TEXTS = 256


class Embedding(Protocol):
    """A sentence embedding, beside words and characters."""

    @property
    def name(self) -> str:
        """A name that changes with the model: what was learnt with another one is not used."""
        ...

    def knows(self, language: str) -> bool:
        """Whether it is of use in a language (ISO 639-1)."""
        ...

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One row of unit length for each text; zeros for one that holds nothing it knows."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Static:
    """A static embedding; `languages` is None when it knows all."""

    name: str
    languages: frozenset[str] | None
    table: Floats
    tokenizer: Any

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
        found /= np.sqrt(np.einsum("ij,ij->i", found, found))[:, None] + np.float32(1e-9)
        return found


_in_use: list[Embedding] = []


def use(model: Embedding | None) -> None:
    """From now on compare by this model too; None: by words and characters alone. For the whole process."""
    _in_use[:] = [model] if model else []


def used(language: str) -> Embedding | None:
    """The model in use, if it is of use in a language."""
    return next((model for model in _in_use if model.knows(language)), None)
