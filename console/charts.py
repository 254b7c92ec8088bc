"""Numbers as drawings without a script: where the bars of an SVG stand, and shares of a whole."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 960, 180


@dataclass(frozen=True, slots=True)
class Column:
    """Values that stand side by side over one label."""

    label: date
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """One bar, in the units of the drawing. `number` says which of the values it is."""

    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of `WIDTH` x `HEIGHT`: the bars of every column, lines to read them by, and the labels shown."""

    columns: tuple[tuple[Column, tuple[Rectangle, ...]], ...]
    lines: tuple[tuple[int, float], ...]
    labels: tuple[tuple[date, float], ...]
    width: int = WIDTH
    height: int = HEIGHT


def columns(values: Sequence[Column]) -> Chart:
    """A chart of columns, the highest as high as the next round number above it."""
    top = _round_up(max((value for column in values for value in column.values), default=0))
    step = WIDTH / max(len(values), 1)
    drawn = tuple((column, _bars(column, number * step, step, top)) for number, column in enumerate(values))
    every = max(1, len(values) // 8)
    labels = tuple((column.label, (number + 0.5) * step) for number, column in enumerate(values) if number % every == 0)
    lines = tuple((value, HEIGHT * (1 - value / top)) for value in (0, top // 2, top) if top)
    return Chart(drawn, lines, labels)


def _bars(column: Column, x: float, step: float, top: int) -> tuple[Rectangle, ...]:
    gap = step * 0.15
    width = (step - 2 * gap) / len(column.values)
    heights = [round(HEIGHT * value / top, 2) if top else 0 for value in column.values]
    return tuple(
        Rectangle(number, round(x + gap + number * width, 2), HEIGHT - height, round(width, 2), height)
        for number, height in enumerate(heights)
    )


def _round_up(value: int) -> int:
    """The next of 2, 4, 10, 20, 40, 100 …: halves are whole numbers too."""
    top = 1
    while True:
        for factor in (2, 4, 10):
            if top * factor >= value:
                return top * factor
        top *= 10


def shares(counts: Counter[str], most: int = 10) -> list[tuple[str, int, float]]:
    """The largest counts with their shares in percent; what is left over is not named."""
    total = counts.total()
    return [(name, count, round(100 * count / total, 1)) for name, count in counts.most_common(most) if count]
