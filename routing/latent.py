"""Which texts belong together although they share few words, where there are few texts to tell it.

The likenesses of a text to all examples, taken together, say what it is about: two texts that are alike to the same
others are about the same. Their main directions are those of latent semantic analysis (Deerwester et al., 1990), found
among the examples themselves. With thousands of examples the head finds as much by itself.
"""

from dataclasses import dataclass

import numpy as np

from routing import algebra, blended, gram
from routing.blended import Index
from routing.features import Floats
from routing.gram import Shorts
from routing.lexical import FULL

#: Numbers of examples between which it helps.
FEWEST, MOST = 256, 4_000
#: Directions that are kept, and how often they are made more exact.
_DIRECTIONS, _ROUNDS = 128, 4
#: What a likeness becomes: so much of any two texts, so much by the words, so much by the directions. Chosen by leaving
#: out one example at a time.
_ANY, _WORDS, _SHARED = np.float32(0.33), np.float32(0.4), np.float32(0.27)


@dataclass(frozen=True, slots=True, eq=False)
class Latent:
    """The average likeness to each example, the main directions (examples × directions), and where the examples lie
    along them (directions × examples; unit length)."""

    centre: Floats
    directions: Floats
    places: Floats

    @classmethod
    def of(cls, index: Index, size: int) -> "Latent | None":
        """From the first `size` documents of an index; None where they are too few or too many."""
        if not FEWEST <= size <= MOST:
            return None
        alike = blended.compare(index, size).astype(np.float32) / np.float32(FULL)
        centre = alike.mean(axis=0)
        alike -= centre
        around = alike - alike.mean(axis=1, keepdims=True)
        directions = around[:, np.linspace(0, len(around) - 1, _DIRECTIONS).astype(np.intp)]
        for _ in range(_ROUNDS):
            directions = np.linalg.qr(around @ directions)[0]
        return cls(centre, directions, np.ascontiguousarray(_unit(alike @ directions).T))

    def refined(self, similar: Floats) -> Floats:
        """The likeness of texts to the examples (texts × examples), by what they share with all of them too."""
        along = algebra.product(similar - self.centre, self.directions)
        found = algebra.product_of_rows(_unit(along), self.places)
        found *= _SHARED
        found += _ANY + _WORDS * similar
        return found

    def refine(self, similarities: Shorts) -> Shorts:
        """The examples compared with each other, in 65,535ths and in the same place."""
        for row in range(0, len(similarities), gram.ROWS):
            rows = similarities[row : row + gram.ROWS].astype(np.float32) / np.float32(FULL)
            found = self.places[:, row : row + gram.ROWS].T @ self.places
            found = _ANY + _WORDS * rows + _SHARED * found
            similarities[row : row + gram.ROWS] = np.clip(found, 0, 1) * np.float32(FULL) + np.float32(0.5)
        return similarities


def _unit(rows: Floats) -> Floats:
    return np.asarray(rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9), np.float32)


def refined(similar: Floats, latent: Latent | None) -> Floats:
    """Likenesses as the head is to see them."""
    return latent.refined(similar) if latent and len(similar) else similar
