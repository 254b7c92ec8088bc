"""What is learnt is kept in few bits, and says the same."""

import io

import numpy as np

from routing.semantic import Heads


def learnt() -> tuple[np.ndarray, np.ndarray]:
    """Thousands of tiny coefficients beside a large one, as after a change that all examples have an equal share in."""
    topics = np.full((4000, 2), 2e-5, np.float32)
    topics[7] = (3.5, -2.0)
    return topics, np.full((4000, 1), -0.001, np.float32)


def test_rounding_takes_nothing_away_on_average() -> None:
    topics, alarms = learnt()
    kernels = np.full((1, 4000), 0.25, np.float32)
    exact = kernels.astype(np.float64) @ np.hstack([topics, alarms])
    assert np.abs(Heads.of([topics, alarms]).scores(kernels) - exact).max() < 1e-3


def test_what_was_kept_scores_like_what_was_learnt() -> None:
    found = Heads.of(learnt())
    kernels = np.linspace(0.2, 1, 12_000, dtype=np.float32).reshape(3, 4000)
    assert (Heads.unpacked(io.BytesIO(found.packed())).scores(kernels) == found.scores(kernels)).all()
    assert np.abs(found.column(0)[7] - 3.5) < 1e-3
