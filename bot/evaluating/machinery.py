"""The router's machinery on a set with labels of its own, such as a public one."""

import argparse
import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.bootstrap import use_embedding
from bot.evaluating.labelled import Unreadable
from bot.settings import load
from routing.evaluation import Figures, Row
from routing.evaluation import evaluate as measure


def evaluate(options: argparse.Namespace) -> int:
    """Measure every draw of examples on the test set; of several the mean counts."""
    if not (options.examples and options.test):
        raise Unreadable("--examples and --test belong together: what the router learns from, and what it is asked.")
    if len(options.language) > 1:
        raise Unreadable("A set with labels of its own is in one language: say --language once, or not at all.")
    use_embedding(load())
    test, spoken = _rows(options.test), next(iter(options.language), None)
    found = mean([measure(_rows(file), test, spoken) for file in options.examples])
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:<18} {value}" for name, value in found.items()))
    return 0


def mean(draws: Sequence[Figures]) -> dict[str, Any]:
    """Figure by figure; one draw as it is."""
    if len(draws) == 1:
        return {**draws[0]}
    return {"draws": len(draws), **{name: _mean([draw.get(name) for draw in draws]) for name in draws[0]}}


def _mean(values: Sequence[Any]) -> float | None:
    return None if None in values else round(sum(values) / len(values), 4)


def _rows(file: Path) -> list[Row]:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            return [(row["text"], row["label"]) for row in csv.DictReader(lines)]
    except (OSError, KeyError, UnicodeDecodeError, csv.Error) as problem:
        raise Unreadable(f"The set cannot be read ({problem}). Both files need the columns text,label.") from None
