"""A standing set: messages in eight languages by somebody who had not seen the examples the router learns from.

The floors are what must never be lost; raise them when they are passed for good. The numbers of thresholds.py were
fitted on it, so it measures going backwards, not how the router does on strangers.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from routing.decision import Action, Context, Decision, Urgency
from routing.router import route
from tests.routing.pack import shipped

FOLDER = Path(__file__).with_name("standing")
LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru", "sw", "zh")


@dataclass(frozen=True, slots=True)
class Judged:
    """A message, what kind it is, what an expert accepts as its answer, and what the router decided."""

    language: str
    kind: str
    want: frozenset[str]
    entries: frozenset[str]
    decision: Decision

    @property
    def is_crisis(self) -> bool:
        return self.decision.urgency is Urgency.CRISIS

    @property
    def topics(self) -> list[str]:
        return [topic.id for topic in self.decision.topics[:3]]

    @property
    def shown(self) -> set[str]:
        return {one.id for one in (*self.decision.practices[:3], *self.decision.organisations[:3])}

    @property
    def turned_away(self) -> bool:
        return self.decision.action in (Action.DECLINE, Action.CONTROL, Action.SMALLTALK)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    found = []
    for language in LANGUAGES:
        for line in (FOLDER / f"{language}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            decision = route(row["text"], Context(), shipped())
            wanted, entries = frozenset(row["want"]), frozenset(row.get("entries", ()))
            found.append(Judged(language, row["kind"], wanted, entries, decision))
    return found


def _share(judged, kind, good, language=None) -> float:
    asked = [one for one in judged if one.kind == kind and language in (None, one.language)]
    return sum(map(good, asked)) / len(asked)


def test_the_set_holds_every_kind_in_every_language(judged):
    counts = Counter((one.language, one.kind) for one in judged)
    kinds = {"help", "crisis", "control", "smalltalk", "unwanted", "calm"}
    assert all(counts[language, kind] >= 6 for language in LANGUAGES for kind in kinds)


def test_emergencies_are_found(judged):
    assert _share(judged, "crisis", lambda one: one.is_crisis) >= 0.95


@pytest.mark.parametrize("language", LANGUAGES)
def test_emergencies_are_found_in_each_language(judged, language):
    assert _share(judged, "crisis", lambda one: one.is_crisis, language) >= 0.86


def test_emergencies_are_told_apart(judged):
    assert _share(judged, "crisis", lambda one: one.decision.intent in one.want) >= 0.85


def test_calm_needs_raise_no_alarm(judged):
    assert _share(judged, "help", lambda one: one.is_crisis) <= 0.04
    assert _share(judged, "calm", lambda one: one.is_crisis) <= 0.1


def test_real_needs_are_not_turned_away(judged):
    assert _share(judged, "help", lambda one: one.turned_away) <= 0.01
    assert _share(judged, "crisis", lambda one: one.turned_away) <= 0.015


def test_messages_to_the_desk_are_understood(judged):
    right = _share(
        judged, "control", lambda one: one.decision.action is Action.CONTROL and one.decision.intent in one.want
    )
    assert right >= 0.89


def test_courtesies_are_returned(judged):
    assert _share(judged, "smalltalk", lambda one: one.decision.action is Action.SMALLTALK) >= 0.95


def test_what_is_no_need_is_turned_down_or_asked_about(judged):
    allowed = (Action.DECLINE, Action.CLARIFY, Action.SMALLTALK)
    assert _share(judged, "unwanted", lambda one: one.decision.action in allowed) >= 0.9


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_accepted_topic_is_shown(judged, language):
    assert _share(judged, "help", lambda one: bool(one.want.intersection(one.topics[:1])), language) >= 0.72
    assert _share(judged, "help", lambda one: bool(one.want.intersection(one.topics)), language) >= 0.85


def test_something_useful_is_shown(judged):
    assert _share(judged, "help", lambda one: bool(one.entries & one.shown)) >= 0.86
