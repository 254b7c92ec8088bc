"""Messages in ten languages by authors who saw nothing of the desk, and never learnt from. Some cuts of thresholds.py
and the order of the topics of emergencies were chosen with them in view. Some of the calm requests are close to an
emergency on purpose. Those of newcomers.jsonl say what they want in roundabout ways, those of plain.jsonl plainly;
those of hurried.jsonl are by people on their phones and by tired ones. Those of visitors.jsonl are often long
courtesies, or ask for what the desk turns down. Those of storytellers.jsonl tell it with all that happened around it;
those of callers.jsonl tell it on a phone, and those of terse.jsonl, which came last, cry for help in a few words.

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
        "first": 0.876,
        "among_three": 0.968,
        "useful": 0.915,
        "crises_found": 0.97,
        "commands": 0.953,
        "smalltalk": 0.965,
        "unwanted": 0.955,
    },
    "newcomers": {
        "first": 0.795,
        "among_three": 0.94,
        "useful": 0.91,
        "crises_found": 0.96,
        "commands": 0.9,
        "smalltalk": 0.935,
        "unwanted": 0.9,
    },
    "plain": {
        "first": 0.88,
        "among_three": 0.98,
        "useful": 0.91,
        "crises_found": 0.97,
        "commands": 0.91,
        "smalltalk": 0.95,
        "unwanted": 0.93,
    },
    "hurried": {
        "first": 0.91,
        "among_three": 0.96,
        "useful": 0.855,
        "crises_found": 0.98,
        "commands": 0.98,
        "unwanted": 0.9,
    },
    "visitors": {
        "first": 0.885,
        "among_three": 0.97,
        "crises_found": 0.98,
        "commands": 0.97,
        "smalltalk": 0.82,
        "unwanted": 0.87,
    },
    "storytellers": {
        "first": 0.83,
        "among_three": 0.95,
        "crises_found": 0.99,
        "commands": 0.955,
        "smalltalk": 0.91,
        "unwanted": 0.94,
    },
    "callers": {
        "first": 0.825,
        "among_three": 0.93,
        "crises_found": 0.98,
        "commands": 0.96,
        "smalltalk": 0.9,
        "unwanted": 0.96,
    },
    "terse": {"first": 0.85, "among_three": 0.93, "crises_found": 0.965},
}
CEILINGS = {
    "strangers": {"crises_false": 0.024, "turned_down": 0.004, "ece": 0.027},
    "newcomers": {"crises_false": 0.034, "turned_down": 0.003, "ece": 0.045},
    "plain": {"crises_false": 0.017, "turned_down": 0.003, "ece": 0.035},
    "hurried": {"crises_false": 0.019, "turned_down": 0.006, "ece": 0.07},
    "visitors": {"crises_false": 0.038, "turned_down": 0.005, "ece": 0.04},
    "storytellers": {"crises_false": 0.055, "turned_down": 0.005, "ece": 0.05},
    "callers": {"crises_false": 0.052, "turned_down": 0.004, "ece": 0.06},
    "terse": {"crises_false": 0.04, "turned_down": 0.012, "ece": 0.03},
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


def test_confidence_is_about_as_often_right_as_it_says() -> None:
    judged = [one for file in FLOORS for one in _judged(file)]
    assert dict(figures.group(judged)["figures"])["ece"] <= 0.02


@pytest.mark.parametrize("language", ["am", "ar", "en", "es", "fr", "hi", "pt", "ru", "sw", "zh"])
def test_emergencies_are_found_in_each_language(language: str) -> None:
    found = [one.is_alarm for one in _judged("strangers") if one.language == language and one.asked.urgent]
    assert sum(found) / len(found) >= 0.85
