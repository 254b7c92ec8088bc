"""A standing set: messages in eight languages by somebody who had not seen the examples the router learns from.

The floors are what must never be lost; raise them when they are passed for good. The numbers of thresholds.py were
fitted on it, so it measures going backwards, not how the router does on strangers.
"""

from collections import Counter

import pytest

from knowledge.packs import standing
from routing.decision import Context
from routing.evaluation.judging import Judged, Labelled, judge
from tests.routing.pack import shipped

LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru", "sw", "zh")


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    asked = [
        Labelled(one.text, one.want, one.kind, frozenset(one.entries), language)
        for language in LANGUAGES
        for one in standing(language)
    ]
    return list(judge(asked, Context(), shipped()))


def _share(judged, kind, good, language=None) -> float:
    asked = [one for one in judged if one.asked.kind == kind and language in (None, one.language)]
    return sum(map(good, asked)) / len(asked)


def test_the_set_holds_every_kind_in_every_language(judged):
    counts = Counter((one.language, one.asked.kind) for one in judged)
    kinds = {"help", "crisis", "control", "smalltalk", "unwanted", "calm"}
    assert all(counts[language, kind] >= 6 for language in LANGUAGES for kind in kinds)


def test_emergencies_are_found(judged):
    assert _share(judged, "crisis", lambda one: one.is_alarm) >= 0.97


@pytest.mark.parametrize("language", LANGUAGES)
def test_emergencies_are_found_in_each_language(judged, language):
    assert _share(judged, "crisis", lambda one: one.is_alarm, language) >= 0.9


def test_emergencies_are_told_apart(judged):
    assert _share(judged, "crisis", lambda one: one.is_intended) >= 0.85


def test_calm_needs_raise_no_alarm(judged):
    assert _share(judged, "help", lambda one: one.is_alarm) <= 0.03
    assert _share(judged, "calm", lambda one: one.is_alarm) <= 0.04


def test_real_needs_are_not_turned_away(judged):
    assert _share(judged, "help", lambda one: one.is_turned_down) <= 0.005
    assert _share(judged, "crisis", lambda one: one.is_turned_down) <= 0.005


def test_messages_to_the_desk_are_understood(judged):
    assert _share(judged, "control", lambda one: one.is_right) >= 0.94


def test_courtesies_are_returned(judged):
    assert _share(judged, "smalltalk", lambda one: one.is_right) >= 0.95


def test_what_is_no_need_is_turned_down_or_asked_about(judged):
    assert _share(judged, "unwanted", lambda one: one.is_right) >= 0.93


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_accepted_topic_is_shown(judged, language):
    assert _share(judged, "help", lambda one: one.is_first, language) >= 0.72
    assert _share(judged, "help", lambda one: one.is_among_three, language) >= 0.85


def test_something_useful_is_shown(judged):
    assert _share(judged, "help", lambda one: one.is_useful) >= 0.9
