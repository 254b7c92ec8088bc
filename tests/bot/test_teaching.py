"""`guidepost examples`: list, try, accept, refuse, and the exit codes."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk import examples, tables
from desk.examples import Lesson, Occasion
from desk.people import Requester
from desk.requests import Request
from knowledge.database import Database
from knowledge.vocabulary import Kind
from tests.bot.test_commands import guidepost, knowing_folder

assert tables.TABLES
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORDS = "mtandao wa kijijini kwetu hauna mnara wowote"
# A message of the standing set, as if it were about something else.
MISLEADING = "nani atafundisha mahakimu wetu ushahidi wa kidijitali"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, knowing_file: Path) -> Path:
    """A desk that has learnt its knowledge, with one proposed example."""
    folder = knowing_folder(tmp_path_factory.mktemp("desk"), knowing_file)
    database = Database(f"sqlite:///{folder}/data/guidepost.db")
    with database.writing() as session:
        requester = Requester(language="sw", created_at=NOW, seen_at=NOW)
        place = {"channel": "web", "account": "web", "conversation": "ana"}
        request = Request(requester=requester, language="sw", opened_at=NOW, updated_at=NOW, **place)
        session.add_all([requester, request])
        session.flush()
        lesson = Lesson(Kind.TOPIC, "telecoms-infrastructure", "sw", WORDS)
        examples.propose(session, request, lesson, Occasion.CORRECTED, "UMIRA", NOW)
    database.close()
    return folder


def test_a_reviewer_tries_accepts_and_takes_back(desk: Path) -> None:
    done = guidepost(desk, "examples", "list")
    assert done.returncode == 0
    assert f"“{WORDS}”" in done.stdout and "1 wait for review" in done.stdout

    done = guidepost(desk, "examples", "accept", "1", "--check")
    assert done.returncode == 0, done.stderr
    assert "of 138 right without it" in done.stdout
    assert "1 wait for review" in guidepost(desk, "examples", "list").stdout

    done = guidepost(desk, "examples", "accept", "1", "--text", "kijiji chetu hakina mnara", "--by", "mira")
    assert done.returncode == 0, done.stderr
    assert "Accepted: “kijiji chetu hakina mnara” teaches telecoms-infrastructure." in done.stdout
    assert guidepost(desk, "examples", "accept", "1").returncode == 1

    listed = guidepost(desk, "examples", "list", "--all").stdout
    assert "taught as “kijiji chetu hakina mnara”" in listed
    assert "accepted by mira" in listed

    assert guidepost(desk, "examples", "refuse", "1", "--reason", "too special").returncode == 0
    assert "too special" in guidepost(desk, "examples", "list", "--all").stdout


def test_an_example_that_lowers_the_standing_set_is_refused(desk: Path) -> None:
    (desk / "own/standing").mkdir(parents=True)
    line = f'{{"text": "{MISLEADING}", "kind": "help", "want": ["capacity-development", "cybercrime"]}}'
    (desk / "own/standing/sw.jsonl").write_text(line, "utf-8")
    done = guidepost(desk, "examples", "accept", "1", "--text", MISLEADING, "--standing", "own")
    assert done.returncode == 1
    assert f"worse: “{MISLEADING}”" in done.stdout and "Refused" in done.stdout
    listed = guidepost(desk, "examples", "list", "--all").stdout
    assert "refused by" in listed and "gets telecoms-infrastructure" in listed


def test_an_unknown_number_ends_with_1(desk: Path) -> None:
    done = guidepost(desk, "examples", "refuse", "99", "--reason", "none")
    assert done.returncode == 1 and "no example 99" in done.stderr
