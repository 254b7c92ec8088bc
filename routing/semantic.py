"""What is learnt from the examples: a kernel ridge head over how alike texts are.

One-vs-all least squares with an exponential kernel has no training loop: some conjugate-gradient steps on the matrix of
similarities, so that a changed entry is live within the second.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing import algebra, gram
from routing.features import Floats, Places
from routing.gram import Shorts
from routing.lexical import FULL

#: Ridge: how much one example may insist against its neighbours.
RIDGE = 0.06
_STEPS = 40
#: A class is solved when what is left of its targets is less than this share of them.
_SOLVED = 0.04
#: What the largest coefficient of a class is kept as.
_SHARES = 32_767
#: Classes that are solved for at once.
_COLUMNS = 192


@dataclass(frozen=True, slots=True)
class Heads:
    """What was learnt of one language: coefficients (examples × classes) for topics and practices, then for alarms.

    Kept as shares (-32,767 .. 32,767) of the largest coefficient of each class, in `units` of that, and the average of
    what rounding took away, because thousands of small coefficients make a sum: half the memory of float32, and nearly
    as fast to multiply.
    """

    shares: NDArray[np.int16]
    units: Floats
    rest: Floats

    @classmethod
    def of(cls, parts: Sequence[Floats]) -> "Heads":
        """Of coefficients for some classes each, in the precision that is kept, so that what was learnt now and what
        was kept decide alike."""
        whole = np.hstack(parts)
        units = np.maximum(np.abs(whole).max(axis=0, initial=0), 1e-9).astype(np.float32) / np.float32(_SHARES)
        shares = np.round(whole / units).astype(np.int16)
        whole -= shares * units
        return cls(shares, units, whole.sum(axis=0) / np.float32(max(1, len(whole))))

    def scores(self, kernels: Floats, classes: slice = slice(None)) -> Floats:
        """The scores of some classes for some texts by their kernel with the examples (texts × examples)."""
        found: Floats = algebra.product(kernels, self.shares[:, classes]) * self.units[classes]
        found += kernels.sum(axis=1, keepdims=True) * self.rest[classes]
        return found

    def column(self, at: int) -> Floats:
        """The coefficients of one class."""
        found: Floats = self.shares[:, at] * self.units[at] + self.rest[at]
        return found

    def packed(self) -> bytes:
        """As bytes, in numpy's own format."""
        out = io.BytesIO()
        for part in (self.shares, self.units, self.rest):
            np.save(out, part, allow_pickle=False)
        return out.getvalue()

    @classmethod
    def unpacked(cls, kept: io.BytesIO) -> "Heads":
        """What `packed` gave; anything behind it is left."""
        return cls(*(np.load(kept, allow_pickle=False) for _ in range(3)))


NO_HEADS = Heads(np.zeros((0, 0), np.int16), np.zeros(0, np.float32), np.zeros(0, np.float32))


def kernel(similarity: Floats, sharpness: float, out: Floats | None = None) -> Floats:
    """Similarities 0..1 as kernel values, in place when `out` is the same array: the sharper, the more near examples
    count beside the sum of far ones."""
    values = np.subtract(similarity, np.float32(1), out=out)
    values *= np.float32(sharpness)
    return np.asarray(np.exp(values, out=values), np.float32)


def matrix(similarities: Shorts, sharpness: float) -> Shorts:
    """The kernel for similarities in 65,535ths, in 65,535ths and in the same place."""
    for row in range(0, len(similarities), gram.ROWS):
        values = similarities[row : row + gram.ROWS].astype(np.float32)
        values /= np.float32(FULL)
        kernel(values, sharpness, values)
        similarities[row : row + gram.ROWS] = values * np.float32(FULL) + np.float32(0.5)
    return similarities


def fit(matrix: Shorts, targets: Floats, weights: Floats) -> Floats:
    """Coefficients (examples × classes) so that `kernel(similarities) @ coefficients` scores the classes.

    `matrix` is the kernel between the examples; `weights` (1 = normal) say how far each example is to be believed. One
    of no weight says nothing either way.
    """
    said = np.flatnonzero(weights)
    if len(said) < len(weights):
        whole = np.zeros_like(targets)
        whole[said] = fit(matrix[np.ix_(said, said)], targets[said], weights[said])
        return whole
    ridge = (RIDGE / weights).astype(np.float32)[:, None]
    found = np.empty_like(targets)
    for first in range(0, targets.shape[1], _COLUMNS):
        some = slice(first, first + _COLUMNS)
        found[:, some] = _solved(matrix, ridge, targets[:, some])
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """What a change of the examples asks of the coefficients (examples × classes).

    `rows` are the examples whose coefficients may move, `near` is their kernel with all examples, `missing` how much
    their scores have to rise; `lost` is what the scores of all others have lost on average, and `common` the average of
    the whole kernel.
    """

    rows: Places
    near: Floats
    missing: Floats
    lost: Floats
    common: float

    def made(self, heads: Floats, weights: Floats, classes: slice) -> Floats:
        """The coefficients of some classes after it: each row says what it has to, and all others on average what they
        said before. Even strangers have something in common, so that what one example gains all others lose: an equal
        share for every example makes up for it.
        """
        all, own = np.flatnonzero(weights), weights[self.rows] > 0
        rows, near = self.rows[own], self.near[own]
        if not len(rows):
            return heads[:, classes]
        count, mean = len(rows), near[:, all].mean(axis=1)
        system = np.empty((count + 1, count + 1))
        system[:count, :count] = near[:, rows] + np.diag(RIDGE / weights[rows])
        system[:count, count] = system[count, :count] = mean
        system[count, count] = self.common
        found = np.linalg.solve(system, np.vstack([self.missing[own], self.lost])[:, classes])
        made: Floats = heads[:, classes].copy()
        made[all] += (found[count] / len(all)).astype(np.float32)
        made[rows] += found[:count]
        return made


def _solved(matrix: Shorts, ridge: Floats, targets: Floats) -> Floats:
    """(matrix + diag(ridge)) x = targets for all columns at once, by conjugate gradients with Jacobi scaling.

    Most classes are solved in a dozen steps, those of topics with many emergencies need three times as many.
    """
    scale = np.asarray(1 / np.sqrt(1 + ridge), np.float32)
    residual = targets * scale
    solution = np.zeros_like(residual)
    direction = residual.copy()
    energy = np.einsum("ij,ij->j", residual, residual)
    enough, left = energy * np.float32(_SOLVED**2), np.arange(targets.shape[1])
    for _ in range(_STEPS):
        open = energy > enough[left]
        if not open.all():
            left, energy = left[open], energy[open]
            residual, direction = residual[:, open], direction[:, open]
        if not len(left):
            break
        scaled = np.asarray(direction * scale, np.float32)
        image = (_product(matrix, scaled) + ridge * scaled) * scale
        step = energy / (np.einsum("ij,ij->j", direction, image) + 1e-12)
        solution[:, left] += step * direction
        residual -= step * image
        fresh = np.einsum("ij,ij->j", residual, residual)
        direction = np.asarray(residual + (fresh / (energy + 1e-12)) * direction, np.float32)
        energy = fresh
    return np.asarray(solution * scale, np.float32)


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
