"""A report as one HTML page with plots: no script, nothing from elsewhere. Pure: the same report, the same page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.evaluating.printing import amount, plain, share
from routing.evaluation.comparing import Comparison
from routing.evaluation.figures import AMOUNTS, MEASURES
from routing.evaluation.reports import FEWEST, Mixed, Report

#: More rows or columns than this nobody reads.
_MAP = 14
#: More messages than this make a page that no telephone opens.
_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """One square of the confusion map: where, how often, and how dark (0..1)."""

    row: int
    column: int
    count: int
    shade: float


@dataclass(frozen=True, slots=True)
class Map:
    """What is mixed up most: wanted in rows, what came instead in columns."""

    rows: Sequence[str]
    columns: Sequence[str]
    cells: Sequence[Cell]

    @classmethod
    def of(cls, mixed: Sequence[Mixed]) -> "Map":
        rows = _frequent((one["wanted"], one["count"]) for one in mixed)
        columns = _frequent((one["got"], one["count"]) for one in mixed if one["wanted"] in rows)
        inside = [one for one in mixed if one["wanted"] in rows and one["got"] in columns]
        most = max((one["count"] for one in inside), default=1)
        cells = [
            Cell(rows.index(one["wanted"]), columns.index(one["got"]), one["count"], one["count"] / most)
            for one in inside
        ]
        return cls(rows, columns, cells)


def _frequent(counted: Iterable[tuple[str, int]]) -> list[str]:
    counts: Counter[str] = Counter()
    for name, count in counted:
        counts[name] += count
    return [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MAP]]


def drawn(report: Report, comparison: Comparison | None = None) -> str:
    """The whole document."""
    wrong = [one for one in report["messages"] if not one["right"]]
    return _templates.get_template("page.html").render(
        report=report,
        comparison=comparison,
        measures=MEASURES,
        amounts=AMOUNTS,
        worst=[one for one in report["topics"] if one["messages"] >= FEWEST and one["right"] < 1][:_MAP],
        map=Map.of(report["mixed"]),
        wrong=wrong,
        shown=_SHOWN,
    )


_templates = Environment(
    loader=PackageLoader("bot.evaluating", ""),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(
    share=share, amount=lambda value, name: amount(name, value), plain=lambda text: plain(text, 400)
)
