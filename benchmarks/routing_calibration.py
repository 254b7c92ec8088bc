"""Fit the logistic curves of routing/thresholds.py on labelled messages, and say what the shipped ones are worth.

Every other message is used for fitting, the rest for judging. Then, for the cuts that a mistake on either side decides,
the value that would cost least, by `thresholds.COSTS`. Run: python -m benchmarks.routing_calibration
"""

import dataclasses
import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.evaluating import labelled
from knowledge.packs import SHIPPED
from routing import counted, thresholds
from routing.catalogue import Catalogue
from routing.decision import Context
from routing.evaluation.figures import calibration_error
from routing.evaluation.judging import Judged, Labelled, judge
from tests.routing.pack import shipped

_TESTS = Path(__file__).resolve().parents[1] / "tests" / "routing"
_COSTS = thresholds.COSTS
#: Which curve each cut is for, what a needless question or alarm costs, and what one costs that was needed and missed.
_CUTS = {
    "ANSWER": ("confidence", _COSTS["needless question"], _COSTS["wrong answer"] - _COSTS["needless question"]),
    "CRISIS": ("emergency", _COSTS["false alarm"], _COSTS["emergency missed"]),
}
#: How much a message that is no need weighs beside one that is.
_NO_NEED = 0.25
Calls = list[tuple[float, ...]]


class Rows(NamedTuple):
    """Signals (messages × signals), whether the message was what the curve is about, and how much it weighs."""

    signals: np.ndarray
    right: np.ndarray
    weights: np.ndarray


def messages_of(*files: Path) -> list[Labelled]:
    """The labelled messages of some files."""
    return [one for file in sorted(files) for one in labelled.read(file)]


@contextmanager
def listened(name: str) -> Iterator[Calls]:
    """What the router asks of a curve while it routes: the signals exactly as they are used."""
    curve = getattr(thresholds, name)
    calls: Calls = []

    def listening(*signals: float) -> float:
        calls.append(tuple(map(float, signals)))
        chance: float = curve(*signals)
        return chance

    setattr(thresholds, name, listening)
    try:
        yield calls
    finally:
        setattr(thresholds, name, curve)


def confidence(messages: Sequence[Labelled], catalogue: Catalogue, curve: str = "confidence") -> Rows:
    """The signals of the confidence for each message that reached it, and whether the first topic was right.

    What is no need has no right topic. It counts a quarter: answering nonsense costs little.
    """
    rows: Calls = []
    right: list[bool] = []
    weights: list[float] = []
    for one in messages:
        with listened(curve) as calls:
            judged = _judged(one, catalogue)
        if calls and one.kind in ("help", "unwanted"):
            rows.append(calls[-1])
            right.append(judged.is_first)
            weights.append(1.0 if one.kind == "help" else _NO_NEED)
    return Rows(np.array(rows), np.array(right, float), np.array(weights))


def emergency(messages: Sequence[Labelled], catalogue: Catalogue) -> Rows:
    """The signals of the surest alarm for each message that reached it, and whether there was an emergency."""
    return _reached(
        messages, catalogue, "emergency", "crisis", lambda calls: max(calls, key=lambda one: thresholds.emergency(*one))
    )


def command(messages: Sequence[Labelled], catalogue: Catalogue) -> Rows:
    """The signals of the likeliest command for each message that reached the curve, and whether it was a command."""
    return _reached(messages, catalogue, "command", "control", lambda calls: calls[0])


def courtesy(messages: Sequence[Labelled], catalogue: Catalogue) -> Rows:
    """The signals of the likeliest courtesy for each message that reached the curve, and whether it was one."""
    return _reached(messages, catalogue, "courtesy", "smalltalk", lambda calls: calls[0])


def _reached(
    messages: Sequence[Labelled],
    catalogue: Catalogue,
    curve: str,
    kind: str,
    chosen: Callable[[Calls], tuple[float, ...]],
) -> Rows:
    rows: Calls = []
    right: list[bool] = []
    for one in messages:
        with listened(curve) as calls:
            _judged(one, catalogue)
        if calls:
            rows.append(chosen(calls))
            right.append(one.kind == kind)
    return Rows(np.array(rows), np.array(right, float), np.ones(len(rows)))


def _judged(message: Labelled, catalogue: Catalogue) -> Judged:
    return next(judge([message], Context(), catalogue))


def fit(some: Rows, part: slice = slice(None)) -> np.ndarray:
    """Bias and weights by logistic regression: Newton steps, with a little ridge because there are few messages."""
    rows = np.column_stack([np.ones(len(some.signals)), some.signals])[part]
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (some.weights[part] * (some.right[part] - chance)) - 0.3 * weights
        bent = some.weights[part] * chance * (1 - chance)
        weights += np.linalg.solve((rows * bent[:, None]).T @ rows + 0.3 * np.eye(len(weights)), slope)
    return weights


def cheapest(chance: np.ndarray, some: Rows, needless: float, missed: float, *, acts_above: bool) -> float:
    """The cut that costs least. `acts_above`: the costly step (an alarm) is taken above it, else (a question) below."""
    cuts = np.linspace(0.02, 0.98, 97)
    acts = chance[None, :] > cuts[:, None] if acts_above else chance[None, :] < cuts[:, None]
    needed = some.right if acts_above else 1 - some.right
    cost = (some.weights * (needless * acts * (1 - needed) + missed * ~acts * needed)).sum(1)
    return float(cuts[np.isclose(cost, cost.min())].mean())


def shown(name: str, some: Rows) -> np.ndarray:
    """Print a curve as fitted, and the calibration of either half. Gives the shipped probabilities."""
    curve: Callable[..., float] = getattr(thresholds, name)
    half, whole = fit(some, slice(0, None, 2)), fit(some)
    fitted = 1 / (1 + np.exp(-(half[0] + some.signals @ half[1:])))
    chance = np.array([curve(*row) for row in some.signals])
    print(f"{name}: {len(chance)} messages, {some.right.mean():.3f} right")
    for at, signal in enumerate(("bias", *inspect.signature(curve).parameters)):
        print(f"  {signal:<10} {half[at]:6.2f} on one half, {whole[at]:6.2f} on all")
    for title, part in (("fitting half", slice(0, None, 2)), ("judging half", slice(1, None, 2))):
        right = some.right[part].tolist()
        errors = [calibration_error(one[part].tolist(), right) for one in (fitted, chance)]
        print(f"  {title}: calibration error fitted {errors[0]:.3f}, as shipped {errors[1]:.3f}")
    return chance


def main() -> None:
    catalogue = shipped()
    messages = messages_of(*(SHIPPED / "standing").glob("*.jsonl"))
    asked = [*messages_of(_TESTS / "requests.yaml", *_TESTS.glob("*.jsonl")), *messages]
    found = {"confidence": confidence(asked, catalogue), "emergency": emergency(messages, catalogue)}
    found["command"], found["courtesy"] = command(asked, catalogue), courtesy(asked, catalogue)
    counted.LEARNT_AT_MOST = 0
    large = dataclasses.replace(catalogue, version="counted")
    found["counted_confidence"] = confidence(asked, large, "counted_confidence")
    chances = {name: shown(name, some) for name, some in found.items()}
    for cut, (name, needless, missed) in _CUTS.items():
        alarms = name == "emergency"
        best = cheapest(chances[name], found[name], needless, missed, acts_above=alarms)
        even = (needless if alarms else missed) / (needless + missed)
        print(
            f"{cut}: {getattr(thresholds, cut)} as shipped, {best:.2f} costs least here, {even:.2f} by the costs alone"
        )


if __name__ == "__main__":
    main()
