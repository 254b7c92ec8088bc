"""The second view: what a text means, learnt from the examples. A kernel ridge head over the first view.

One-vs-all least squares with an exponential kernel has no training loop: some conjugate-gradient steps on the matrix of
similarities, so that a changed entry is live within the second.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from routing import gram
from routing.lexical import FULL, Floats, Index

#: How sharply the kernel prefers near examples over the sum of far ones.
SHARPNESS = 1.5
#: Ridge: how much one example may insist against its neighbours.
RIDGE = 0.06
_STEPS = 12


Shorts = NDArray[np.uint16]


class Embedding(Protocol):
    """A sentence embedding that a desk may plug in beside words and characters. None ships by default."""

    def vectors(self, texts: list[str]) -> Floats:
        """One row of unit length for each text."""
        ...


@dataclass(frozen=True, slots=True)
class Heads:
    """What was learnt of one language: coefficients (examples × classes) for topics and practices, and for alarms."""

    topics: Floats
    alarms: Floats

    @classmethod
    def rounded(cls, topics: Floats, alarms: Floats) -> "Heads":
        """In the precision that is kept, so that what was learnt now and what was kept decide alike."""
        return cls(topics.astype(np.float16).astype(np.float32), alarms.astype(np.float16).astype(np.float32))

    def packed(self) -> bytes:
        """As bytes, in numpy's own format."""
        out = io.BytesIO()
        for part in (self.topics, self.alarms):
            np.save(out, part.astype(np.float16), allow_pickle=False)
        return out.getvalue()

    @classmethod
    def unpacked(cls, packed: bytes) -> "Heads":
        """What `packed` gave."""
        kept = io.BytesIO(packed)
        return cls(*(np.load(kept, allow_pickle=False).astype(np.float32) for _ in range(2)))


def kernel(similarity: Floats, out: Floats | None = None) -> Floats:
    """Similarities 0..1 as kernel values, in place when `out` is the same array."""
    values = np.subtract(similarity, np.float32(1), out=out)
    values *= np.float32(SHARPNESS)
    return np.asarray(np.exp(values, out=values), np.float32)


def narrow(kernel: Floats) -> Shorts:
    """Kernel values in 65,535ths: between all examples they are the largest thing in memory."""
    # Rounding may leave a text a little more like itself than 1.
    return (np.minimum(kernel, np.float32(1)) * np.float32(FULL) + np.float32(0.5)).astype(np.uint16)


def matrix(index: Index, size: int) -> Shorts:
    """The kernel between the first `size` documents of an index."""
    whole = np.empty((size, size), np.uint16)
    for row, similarities in gram.rows(index, size):
        whole[row : row + len(similarities)] = narrow(kernel(similarities, similarities))
    return whole


@dataclass(frozen=True, slots=True)
class Task:
    """What a head has to say of each example (examples × classes), and how far each is to be believed (1 = normal)."""

    targets: Floats
    weights: Floats


def fit(matrix: Shorts, tasks: Sequence[Task]) -> list[Floats]:
    """For each task coefficients (examples × classes) so that `kernel(similarities) @ coefficients` scores its classes.

    Solves (matrix + diag(RIDGE / weights)) x = targets for all columns of all tasks at once, by conjugate gradients
    with Jacobi scaling. Stopping early regularises a little more; after twelve steps the choices are those of the exact
    solution.
    """
    widths = [task.targets.shape[1] for task in tasks]
    ridge = np.repeat(np.stack([RIDGE / task.weights for task in tasks], 1), widths, axis=1).astype(np.float32)
    scale = np.asarray(1 / np.sqrt(1 + ridge), np.float32)
    residual = np.concatenate([task.targets for task in tasks], axis=1) * scale
    solution = np.zeros_like(residual)
    direction = residual.copy()
    energy = np.einsum("ij,ij->j", residual, residual)
    for _ in range(_STEPS):
        scaled = np.asarray(direction * scale, np.float32)
        image = (_product(matrix, scaled) + ridge * scaled) * scale
        step = energy / (np.einsum("ij,ij->j", direction, image) + 1e-12)
        solution += step * direction
        residual -= step * image
        fresh = np.einsum("ij,ij->j", residual, residual)
        direction = np.asarray(residual + (fresh / (energy + 1e-12)) * direction, np.float32)
        energy = fresh
    return np.split(solution * scale, np.cumsum(widths)[:-1], axis=1)


def _product(matrix: Shorts, columns: Floats) -> Floats:
    """Some rows at a time, each made wide before it is multiplied."""
    out = np.empty_like(columns)
    for row in range(0, len(matrix), gram.ROWS):
        np.matmul(matrix[row : row + gram.ROWS].astype(np.float32), columns, out=out[row : row + gram.ROWS])
    out /= np.float32(FULL)
    return out


def softmax(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities."""
    raised = np.exp(sharpness * (scores - scores.max(initial=-np.inf)))
    return np.asarray(raised / raised.sum(), np.float32)
