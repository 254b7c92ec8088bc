"""`guidepost outbox` and `guidepost inbox`: what they print, what they change, and their exit codes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk import outbox, tables
from desk.messages import Address, Card, DeliveryError, Reply
from knowledge.database import Database
from tests.bot.test_commands import guidepost, knowing_folder

assert tables.TABLES
CANARY = "zanzibarkiwi"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, unlearnt_file: Path) -> Path:
    """A desk with a dead message, two hours old, and one that waits."""
    folder = knowing_folder(tmp_path_factory.mktemp("desk"), unlearnt_file)
    database, earlier = Database(f"sqlite:///{folder}/data/guidepost.db"), datetime.now(UTC) - timedelta(hours=2)
    with database.writing() as session:
        for number in ("1", "2"):
            outbox.add(session, Reply(Address("telegram", "1", f"{CANARY}{number}"), Card(body=CANARY), "en"), earlier)
        parcel = outbox.claim(session, "w", earlier, [("telegram", "1")], limit=1)[0]
        outbox.postponed(session, parcel, DeliveryError("Forbidden: bot was blocked", unreachable=True), earlier)
    database.close()
    return folder


def test_an_operator_lists_retries_and_drops(desk: Path) -> None:
    done = guidepost(desk, "outbox", "list")
    assert done.returncode == 0
    first, second, counts = done.stdout.splitlines()
    assert first.split()[:6] == ["1", "telegram", "dead", "2h", "attempts", "1"] and first.endswith("bot was blocked")
    assert second.split()[:4] == ["2", "telegram", "waiting", "2h"]
    assert counts == "1 waiting, 0 uncertain, 1 dead"
    done = guidepost(desk, "outbox", "list", "--state", "dead", "--json")
    (entry,) = map(json.loads, done.stdout.splitlines())
    assert (entry["id"], entry["state"], entry["attempts"]) == (1, "dead", 1) and entry["age_seconds"] > 7000
    assert CANARY not in done.stdout + done.stderr
    assert guidepost(desk, "outbox", "retry", "--all-dead").stdout == "1 waiting again.\n"
    assert guidepost(desk, "outbox", "drop", "2").returncode == 0
    left = guidepost(desk, "outbox", "list").stdout.splitlines()
    assert [line.split()[2] for line in left[:-1]] == ["waiting"]


def test_what_cannot_be_done_ends_with_1_and_the_reason(desk: Path) -> None:
    done = guidepost(desk, "outbox", "retry", "77")
    assert (done.returncode, done.stderr) == (1, "There is no message 77.\n")
    assert guidepost(desk, "inbox", "retry", "77").returncode == 1


def test_wrong_usage_of_the_queues_ends_with_2(desk: Path) -> None:
    for wrong in (["outbox"], ["outbox", "retry"], ["outbox", "retry", "1", "--all-dead"], ["outbox", "drop"]):
        assert guidepost(desk, *wrong).returncode == 2
    assert guidepost(desk, "inbox", "list", "--state", "late").returncode == 2


def test_an_empty_inbox_is_said_to_be_empty(desk: Path) -> None:
    assert guidepost(desk, "inbox", "list").stdout == "0 waiting, 0 uncertain, 0 dead\n"
