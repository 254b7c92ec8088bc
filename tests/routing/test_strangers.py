"""Messages in ten languages by authors who saw nothing of the desk, and never learnt from. Some cuts of thresholds.py
and the order of the topics of emergencies were chosen with them in view. Some of the calm requests are close to an
emergency on purpose. Those of newcomers.jsonl say what they want in roundabout ways, those of plain.jsonl plainly;
those of hurried.jsonl are by people on their phones and by tired ones. Those of visitors.jsonl are often long
courtesies, or ask for what the desk turns down. Those of storytellers.jsonl, which came last, tell it with all that
happened around it.

The floors are what must never be lost; raise them when they are passed for good.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from bot.evaluating import labelled
from routing.decision import Context
from routing.evaluation import figures
from routing.evaluation.judging import Judged, judge
from tests.routing.pack import shipped

#: What must at least, and what may at most be.
FLOORS = {
    "strangers": {
        "first": 0.872,
        "among_three": 0.968,
        "useful": 0.913,
        "crises_found": 0.97,
        "commands": 0.953,
        "smalltalk": 0.965,
        "unwanted": 0.955,
    },
    "newcomers": {
        "first": 0.765,
        "among_three": 0.93,
        "useful": 0.9,
        "crises_found": 0.955,
        "commands": 0.9,
        "smalltalk": 0.935,
        "unwanted": 0.9,
    },
    "plain": {
        "first": 0.88,
        "among_three": 0.968,
        "useful": 0.89,
        "crises_found": 0.98,
        "commands": 0.91,
        "smalltalk": 0.95,
        "unwanted": 0.93,
    },
    "hurried": {
        "first": 0.87,
        "among_three": 0.96,
        "useful": 0.845,
        "crises_found": 0.96,
        "commands": 0.98,
        "unwanted": 0.9,
    },
    "visitors": {
        "first": 0.86,
        "among_three": 0.955,
        "crises_found": 0.98,
        "commands": 0.97,
        "smalltalk": 0.8,
        "unwanted": 0.85,
    },
    "storytellers": {
        "first": 0.815,
        "among_three": 0.935,
        "crises_found": 0.98,
        "commands": 0.955,
        "smalltalk": 0.91,
        "unwanted": 0.94,
    },
}
CEILINGS = {
    "strangers": {"crises_false": 0.026, "turned_down": 0.004, "ece": 0.03},
    "newcomers": {"crises_false": 0.036, "turned_down": 0.003, "ece": 0.035},
    "plain": {"crises_false": 0.022, "turned_down": 0.003, "ece": 0.04},
    "hurried": {"crises_false": 0.023, "turned_down": 0.006, "ece": 0.05},
    "visitors": {"crises_false": 0.048, "turned_down": 0.005, "ece": 0.045},
    "storytellers": {"crises_false": 0.077, "turned_down": 0.005, "ece": 0.06},
}


def _listed(bounds: Mapping[str, Mapping[str, float]]) -> list[tuple[str, str, float]]:
    return [(file, figure, bound) for file, own in bounds.items() for figure, bound in own.items()]


@cache
def _judged(file: str) -> list[Judged]:
    messages = labelled.read(Path(__file__).with_name(f"{file}.jsonl"))
    return list(judge(messages, Context(), shipped()))


@cache
def _figures(file: str) -> dict[str, float]:
    return dict(figures.group(_judged(file))["figures"])


@pytest.mark.parametrize(("file", "figure", "least"), _listed(FLOORS))
def test_strangers_are_understood(file: str, figure: str, least: float) -> None:
    assert _figures(file)[figure] >= least


@pytest.mark.parametrize(("file", "figure", "most"), _listed(CEILINGS))
def test_mistakes_about_strangers_are_few(file: str, figure: str, most: float) -> None:
    assert _figures(file)[figure] <= most


@pytest.mark.parametrize("language", ["am", "ar", "en", "es", "fr", "hi", "pt", "ru", "sw", "zh"])
def test_emergencies_are_found_in_each_language(language: str) -> None:
    found = [one.is_alarm for one in _judged("strangers") if one.language == language and one.asked.urgent]
    assert sum(found) / len(found) >= 0.85
