"""The figures of judged messages: shares, amounts, and how far "sure" means sure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

from routing.decision import Action
from routing.evaluation.judging import Judged

_BINS = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A share of the messages it applies to; it gives None for the others."""

    name: str
    says: str
    holds: Callable[[Judged], bool | None]
    less_is_better: bool = False


def _only(kind: str, holds: Callable[[Judged], bool]) -> Callable[[Judged], bool | None]:
    return lambda one: holds(one) if one.asked.kind == kind else None


MEASURES = (
    Measure("right", "got what is right for their kind", lambda one: one.is_right),
    Measure("first", "requests with an accepted topic first", _only("help", lambda one: one.is_first)),
    Measure(
        "among_three", "requests with an accepted topic among three", _only("help", lambda one: one.is_among_three)
    ),
    Measure(
        "useful",
        "requests with an accepted practice or organisation shown",
        lambda one: one.is_useful if one.asked.entries else None,
    ),
    Measure("crises_found", "emergencies seen", lambda one: one.is_alarm if one.asked.urgent else None),
    Measure("crises_named", "emergencies seen as the right one", _only("crisis", lambda one: one.is_right)),
    Measure(
        "crises_false",
        "other needs taken for an emergency",
        lambda one: one.is_alarm if one.is_need and one.asked.urgent is False else None,
        less_is_better=True,
    ),
    Measure("commands", "messages to the desk understood", _only("control", lambda one: one.is_right)),
    Measure("smalltalk", "courtesies returned", _only("smalltalk", lambda one: one.is_right)),
    Measure("unwanted", "what is no need turned down or asked about", _only("unwanted", lambda one: one.is_right)),
    Measure(
        "turned_down",
        "needs turned down wrongly",
        lambda one: one.is_turned_down if one.is_need else None,
        less_is_better=True,
    ),
    Measure("asked_back", "requests answered with a question", _only("help", lambda one: one.is_asked_back), True),
    Measure(
        "language",
        "answered in the language they are labelled with",
        lambda one: one.decision.language == one.asked.language if one.asked.language else None,
    ),
)
#: Figures that are no shares. Less is better for all of them.
AMOUNTS = {
    "ece": "calibration error: how far its confidence is from how often it is right",
    "cost": "what the mistakes of an average message cost (routing/thresholds.py)",
    "p50_ms": "milliseconds for half of the messages",
    "p95_ms": "milliseconds for 95 of 100 messages",
}
LESS_IS_BETTER = frozenset((*AMOUNTS, *(measure.name for measure in MEASURES if measure.less_is_better)))
Figures = dict[str, float]


class Group(TypedDict):
    """Figures of some messages, and to how many messages each share applies."""

    messages: int
    figures: Figures
    counted: dict[str, int]


class Step(TypedDict):
    """Messages of which the router was about as sure, and how often it was right about them."""

    since: float
    until: float
    messages: int
    sure: float
    right: float


def group(judged: Sequence[Judged]) -> Group:
    """The figures of some messages; a share that applies to none of them is left out."""
    figures: Figures = {}
    counted: dict[str, int] = {}
    for measure in MEASURES:
        held = [found for one in judged if (found := measure.holds(one)) is not None]
        if held:
            figures[measure.name] = round(sum(held) / len(held), 4)
            counted[measure.name] = len(held)
    return Group(messages=len(judged), figures=figures | _amounts(judged), counted=counted)


def _amounts(judged: Sequence[Judged]) -> Figures:
    if not judged:
        return {}
    took = [one.ms for one in judged]
    sure, right = confidences(judged)
    return {
        **({"ece": calibration_error(sure, right)} if sure else {}),
        "cost": round(sum(one.cost for one in judged) / len(judged), 4),
        "p50_ms": round(float(np.percentile(took, 50)), 3),
        "p95_ms": round(float(np.percentile(took, 95)), 3),
    }


def confidences(judged: Iterable[Judged]) -> tuple[list[float], list[bool]]:
    """How sure the router was of its first topic, and whether it was right, wherever it named one for a request."""
    named = [
        one
        for one in judged
        if one.asked.kind == "help" and one.decision.topics and one.decision.action is not Action.ESCALATE
    ]
    return [one.decision.confidence for one in named], [one.is_first for one in named]


def calibration(sure: Sequence[float], right: Sequence[bool]) -> list[Step]:
    """Tenths of confidence with what was said and what came true; empty tenths are left out."""
    tenth = [min(_BINS - 1, int(one * _BINS)) for one in sure]
    steps = []
    for at in sorted(set(tenth)):
        inside = [number for number, bin in enumerate(tenth) if bin == at]
        steps.append(
            Step(
                since=at / _BINS,
                until=(at + 1) / _BINS,
                messages=len(inside),
                sure=round(sum(sure[number] for number in inside) / len(inside), 4),
                right=round(sum(right[number] for number in inside) / len(inside), 4),
            )
        )
    return steps


def calibration_error(sure: Sequence[float], right: Sequence[bool]) -> float:
    """Expected calibration error over tenths of confidence, 0 (confidence means what it says) to 1."""
    off = sum(step["messages"] * abs(step["sure"] - step["right"]) for step in calibration(sure, right))
    return round(off / max(1, len(sure)), 4)
