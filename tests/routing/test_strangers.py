"""Messages in ten languages by authors who saw nothing of the desk, and never learnt from. Some cuts of thresholds.py
and the order of the topics of emergencies were chosen with them in view. Some of the calm requests are close to an
emergency on purpose. Those of newcomers.jsonl came last: they say what they want in roundabout ways.

The floors are what must never be lost; raise them when they are passed for good.
"""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.evaluating import labelled
from routing.decision import Context
from routing.evaluation import figures
from routing.evaluation.judging import Judged, judge
from tests.routing.pack import shipped

FLOORS = {
    "first": 0.868,
    "among_three": 0.965,
    "useful": 0.91,
    "crises_found": 0.97,
    "commands": 0.93,
    "smalltalk": 0.96,
    "unwanted": 0.95,
}
CEILINGS = {"crises_false": 0.032, "turned_down": 0.005, "ece": 0.03}


NEW_FLOORS = {
    "first": 0.76,
    "among_three": 0.93,
    "useful": 0.885,
    "crises_found": 0.955,
    "commands": 0.835,
    "smalltalk": 0.93,
    "unwanted": 0.9,
}
NEW_CEILINGS = {"crises_false": 0.042, "turned_down": 0.005, "ece": 0.035}


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return _judged("strangers")


@pytest.fixture(scope="module")
def new() -> list[Judged]:
    return _judged("newcomers")


def _judged(name: str) -> list[Judged]:
    messages = labelled.read(Path(__file__).with_name(f"{name}.jsonl"))
    return list(judge(messages, Context(), shipped()))


def _figures(judged: Sequence[Judged]) -> dict[str, float]:
    return dict(figures.group(judged)["figures"])


@pytest.mark.parametrize("name", FLOORS)
def test_strangers_are_understood(judged, name):
    assert _figures(judged)[name] >= FLOORS[name]


@pytest.mark.parametrize("name", CEILINGS)
def test_mistakes_about_strangers_are_few(judged, name):
    assert _figures(judged)[name] <= CEILINGS[name]


@pytest.mark.parametrize("name", NEW_FLOORS)
def test_roundabout_ways_are_understood(new, name):
    assert _figures(new)[name] >= NEW_FLOORS[name]


@pytest.mark.parametrize("name", NEW_CEILINGS)
def test_mistakes_about_roundabout_ways_are_few(new, name):
    assert _figures(new)[name] <= NEW_CEILINGS[name]


@pytest.mark.parametrize("language", ["am", "ar", "en", "es", "fr", "hi", "pt", "ru", "sw", "zh"])
def test_emergencies_are_found_in_each_language(judged, language):
    found = [one.is_alarm for one in judged if one.language == language and one.asked.urgent]
    assert sum(found) / len(found) >= 0.85
