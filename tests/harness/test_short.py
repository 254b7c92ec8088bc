"""Short runs of the harness on each platform and each kind of database; `make soak` makes long ones."""

from pathlib import Path

import pytest

from tests.harness import mishaps, report
from tests.harness.plan import Blow, Wanted, make
from tests.harness.platforms import platform
from tests.harness.play import play
from tests.harness.reminders import remind

# A desk gives an answer that does not come twenty seconds; a file is made read-only while its desk is stopped.
SLOW = (Blow.HANGING, Blow.HANGING_AFTER, Blow.READ_ONLY)


@pytest.mark.parametrize(
    ("transport", "filled_url"),
    [
        ("telegram", "sqlite"),
        ("slack", "postgresql"),
        pytest.param("telegram-webhook", "postgresql", marks=pytest.mark.long),
        pytest.param("slack-http", "sqlite", marks=pytest.mark.long),
    ],
    indirect=["filled_url"],
)
async def test_nothing_is_lost_and_nothing_comes_twice(transport: str, filled_url: str, tmp_path: Path) -> None:
    stage = platform(transport)
    blows = [blow for blow in (*stage.blows, *mishaps.known(filled_url)) if blow not in SLOW]
    plan = make(Wanted(seed=20261122, seconds=6, kills=1, rate=5, faults=80), blows)
    ledger = await play(plan, stage, filled_url, tmp_path, patience=60)
    assert report.broken(ledger) == [], report.table(ledger, plan, transport, "")
    assert len(ledger.said) == len(plan.lines) and ledger.doubts() > 0


@pytest.mark.parametrize("filled_url", [pytest.param("sqlite", marks=pytest.mark.long), "postgresql"], indirect=True)
async def test_reminders_come_once_though_schedulers_are_killed(filled_url: str, tmp_path: Path) -> None:
    outcome = await remind(filled_url, tmp_path, seed=3, people=3, kills=1)
    assert [figure for figure in outcome.figures() if not figure.kept] == []
    assert sum(outcome.decided.values()) == 3 * outcome.rounds
