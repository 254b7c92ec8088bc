"""Short runs of the harness on each platform and each kind of database; `make soak` makes long ones."""

from pathlib import Path

import pytest

from tests.harness import report
from tests.harness.plan import Wanted, make
from tests.harness.platforms import platform
from tests.harness.play import play
from tests.harness.reminders import remind

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("transport", "filled_url"), [("telegram", "sqlite"), ("slack", "postgresql")], indirect=["filled_url"]
)
async def test_nothing_is_lost_and_nothing_comes_twice(transport: str, filled_url: str, tmp_path: Path) -> None:
    stage = platform(transport)
    plan = make(Wanted(seed=20261122, seconds=10, kills=1, rate=5, faults=40, longest_pause=2), stage.blows)
    ledger = await play(plan, stage, filled_url, tmp_path, patience=90)
    assert report.broken(ledger) == [], report.table(ledger, plan, transport, "")
    assert len(ledger.said) == len(plan.lines) and ledger.doubts() > 0


@pytest.mark.parametrize("filled_url", ["sqlite", "postgresql"], indirect=True)
async def test_reminders_come_once_though_schedulers_are_killed(filled_url: str, tmp_path: Path) -> None:
    outcome = await remind(filled_url, tmp_path, seed=3, people=3, kills=1)
    assert [figure for figure in outcome.figures() if not figure.kept] == []
    assert sum(outcome.decided.values()) == 3 * outcome.rounds
