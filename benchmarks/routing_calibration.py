"""Fit the numbers of `routing.thresholds.confidence` on labelled requests, and say how well they are calibrated.

Every other request is used for fitting, the rest for judging. Run: python -m benchmarks.routing_calibration
"""

from pathlib import Path

import numpy as np
import yaml

from routing import fusion, language, normalise, thresholds
from routing.index import prepared
from tests.routing.pack import shipped

_REQUESTS = Path(__file__).resolve().parents[1] / "tests" / "routing" / "requests.yaml"


def _measured() -> tuple[np.ndarray, np.ndarray]:
    """For each request: lead, margin and likeness as the confidence sees them, and whether the first topic is right."""
    ready = prepared(shipped())
    rows, right = [], []
    for requests in yaml.safe_load(_REQUESTS.read_text("utf-8")).values():
        for row in requests:
            text, topics = (part.strip() for part in row.split("=>")[:2])
            guess = language.detect(normalise.clean(text), ready.model, None)
            reading = fusion.read(text, guess, ready)
            (first, top), (_, second) = reading.topics[:2]
            rows.append((1.0, top, top - second, reading.nearest, reading.strength))
            right.append(first in topics.split())
    return np.array(rows), np.array(right, float)


def _fit(rows: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton steps, with a little ridge because there are few requests."""
    weights = np.zeros(rows.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (right - chance) - 0.3 * weights
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + 0.3 * np.eye(len(weights))
        weights += np.linalg.solve(curve, slope)
    return weights


def calibration_error(chance: np.ndarray, right: np.ndarray, bins: int = 8) -> float:
    """Expected calibration error over equally filled bins."""
    parts = np.array_split(np.argsort(chance), bins)
    return float(sum(len(part) * abs(chance[part].mean() - right[part].mean()) for part in parts) / len(chance))


def main() -> None:
    rows, right = _measured()
    weights = _fit(rows[::2], right[::2])
    chance = 1 / (1 + np.exp(-rows @ weights))
    shipped_chance = np.array([thresholds.confidence(*row[1:]) for row in rows])
    print("bias, top, margin, nearest, strength:", np.round(weights, 2))
    print("fitted on all:", np.round(_fit(rows, right), 2))
    for name, part in (("fitting half", slice(0, None, 2)), ("judging half", slice(1, None, 2))):
        error = calibration_error(chance[part], right[part])
        shipped_error = calibration_error(shipped_chance[part], right[part])
        print(f"{name}: right {right[part].mean():.3f}, ECE fitted {error:.3f}, as shipped {shipped_error:.3f}")


if __name__ == "__main__":
    main()
