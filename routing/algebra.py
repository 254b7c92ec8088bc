"""Products of a few rows with large tables.

The linear-algebra library spends longer waking its threads than multiplying something so small, so it gets pieces for
which it does not wake them. That also makes results independent of the number of cores.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Shorts = NDArray[np.uint16]

#: Multiplications (rows × inner × columns) up to which OpenBLAS stays in the thread that calls it, with some distance.
_QUIET = 200_000


def product(left: Floats, right: Floats | NDArray[np.int16]) -> Floats:
    """`left @ right` for a few rows on the left, some rows of the right at a time, each made wide before."""
    if len(left) == 1:
        return product(_paired(left), right)[:1]
    step = max(1, _QUIET // (len(left) * max(1, right.shape[1])))
    out = np.zeros((len(left), right.shape[1]), np.float32)
    for row in range(0, len(right), step):
        out += left[:, row : row + step] @ right[row : row + step].astype(np.float32, copy=False)
    return out


def product_of_rows(
    left: Floats, table: Shorts | Floats | NDArray[np.int16], rows: NDArray[np.intp] | slice = slice(None)
) -> Floats:
    """`left @ table[rows]`, some columns at a time, each made wide before it is multiplied."""
    if len(left) == 1:
        return product_of_rows(_paired(left), table, rows)[:1]
    out = np.empty((len(left), table.shape[1]), np.float32)
    step = max(1, _QUIET // (len(left) * max(1, left.shape[1])))
    for column in range(0, table.shape[1], step):
        some = slice(column, column + step)
        np.matmul(left, table[rows, some].astype(np.float32, copy=False), out=out[:, some])
    return out


def _paired(row: Floats) -> Floats:
    """A single row would be another routine of the library, one with threads from a tenth of the size on."""
    return np.concatenate([row, np.zeros_like(row)])
