"""Any text gets a decision, the same one everywhere, with reasons."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing import normalise
from routing.catalogue import Catalogue, Entry, Kind
from routing.decision import Action, Context
from routing.prepared import prepare
from routing.router import route
from tests.routing.pack import NOW, shipped

ROOT = Path(__file__).resolve().parents[2]
_TEXTS = (
    "our page was hacked",
    "сайт заблокировали",
    "كيف نحمي بياناتنا",
    "税收 流媒体",
    "gdpr",
    "it happened again",
    "who runs .org",
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.text(max_size=300))
def test_any_text_gets_a_decision(text):
    decision = route(text, Context(now=NOW), shipped())
    assert 0.0 <= decision.confidence <= 1.0
    assert decision.language
    assert decision.reasons


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_folding_twice_changes_nothing(text):
    once = normalise.fold(text)
    assert normalise.fold(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00",
        "?",
        "!!!",
        "123",
        "\ud800",
        "a" * 100_000,
        "ا" * 100_000,
        "我" * 100_000,
        "a " * 50_000,
        "🙂" * 5000,
        "http://x.y",
    ],
)
def test_strange_texts_are_survived(text):
    assert route(text, Context(now=NOW), shipped()).action in Action


def test_an_empty_catalogue_asks_for_more():
    decision = route("our page was hacked", Context(), Catalogue("empty", ()))
    assert decision.action in (Action.CLARIFY, Action.ESCALATE)


def test_a_catalogue_of_one_topic_works():
    topic = Entry(Kind.TOPIC, "tax", {"en": "Taxes"}, {"en": ("how do we tax streaming", "digital tax")})
    decision = route("can we tax streaming", Context(), Catalogue("one", (topic,)))
    assert [one.id for one in decision.topics] == ["tax"]


def test_two_catalogues_of_one_version_are_not_confused():
    one = Entry(Kind.TOPIC, "tax", {"en": "Taxes"}, {"en": ("how do we tax streaming",)})
    two = Entry(Kind.TOPIC, "bees", {"en": "Bees"}, {"en": ("our bees are gone",)})
    assert route("streaming tax", Context(), Catalogue("same", (one,))).topics[0].id == "tax"
    assert route("bees are gone", Context(), Catalogue("same", (two,))).topics[0].id == "bees"


def _digest() -> str:
    """What is learnt from a language, and what is decided in all of them."""
    learnt = prepare(shipped(), ["zh"])
    assert len(learnt) == 1
    decisions = [route(text, Context(now=NOW), shipped()) for text in _TEXTS]
    return hashlib.sha256(repr((learnt, decisions)).encode()).hexdigest()


def test_every_process_decides_the_same():
    code = "from tests.routing.test_robustness import _digest; print(_digest())"
    # Side by side, because each learns for itself.
    running = []
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": "1"}
        command = [sys.executable, "-c", code]
        running.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True))
    first, second = (one.communicate()[0].strip() for one in running)
    assert first and first == second


def test_the_same_question_gets_the_same_answer(ask):
    assert ask("our page was hacked") == ask("our page was hacked")


def test_every_answer_says_why(ask):
    decision = ask("our webiste is blokced in tanzania, how do we prove it")
    signals = {reason.signal for reason in decision.reasons}
    assert {"correction", "words", "phrase", "place", "language", "margin"} <= signals
    assert decision.runner_up is not None
