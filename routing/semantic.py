"""The second view: what a text means, learnt from the examples. A kernel ridge head over the first view.

One-vs-all least squares with an exponential kernel has no training loop: some conjugate-gradient steps on the matrix of
similarities, so that a changed entry is live within the second.
"""

from typing import Protocol

import numpy as np

from routing.lexical import Floats

#: How sharply the kernel prefers near examples over the sum of far ones.
SHARPNESS = 1.5
#: Ridge: how much one example may insist against its neighbours.
RIDGE = 0.06
_STEPS = 12


class Embedding(Protocol):
    """A sentence embedding that a desk may plug in beside words and characters. None ships by default."""

    def vectors(self, texts: list[str]) -> Floats:
        """One row of unit length for each text."""
        ...


def kernel(similarity: Floats, out: Floats | None = None) -> Floats:
    """Similarities 0..1 as kernel values, in place when `out` is the same array."""
    values = np.subtract(similarity, np.float32(1), out=out)
    values *= np.float32(SHARPNESS)
    return np.asarray(np.exp(values, out=values), np.float32)


def fit(matrix: Floats, targets: Floats, weights: Floats | None = None) -> Floats:
    """Coefficients (examples × classes) so that `kernel(similarities) @ coefficients` scores the classes.

    `matrix` is the kernel of the similarities between examples; `weights` (1 = normal) say how far each example is to
    be believed.
    """
    ridge = np.full(len(matrix), RIDGE, np.float32) if weights is None else (RIDGE / weights).astype(np.float32)
    return _solve(matrix, ridge, targets.astype(np.float32))


def _solve(matrix: Floats, ridge: Floats, targets: Floats) -> Floats:
    """(matrix + diag(ridge)) x = targets for all columns at once, by conjugate gradients with Jacobi scaling.

    Stopping early regularises a little more; after twelve steps the choices are those of the exact solution.
    """
    scale = 1 / np.sqrt(np.diag(matrix) + ridge)
    solution = np.zeros_like(targets)
    residual = targets * scale[:, None]
    direction = residual.copy()
    energy = np.einsum("ij,ij->j", residual, residual)
    for _ in range(_STEPS):
        scaled = direction * scale[:, None]
        image = (matrix @ scaled + ridge[:, None] * scaled) * scale[:, None]
        step = energy / (np.einsum("ij,ij->j", direction, image) + 1e-12)
        solution += step * direction
        residual -= step * image
        fresh = np.einsum("ij,ij->j", residual, residual)
        direction = residual + (fresh / (energy + 1e-12)) * direction
        energy = fresh
    return np.asarray(solution * scale[:, None], np.float32)


def softmax(scores: Floats, sharpness: float) -> Floats:
    """Scores as probabilities."""
    raised = np.exp(sharpness * (scores - scores.max(initial=-np.inf)))
    return np.asarray(raised / raised.sum(), np.float32)
