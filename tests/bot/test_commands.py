"""The command line: what it prints, and its exit codes 0, 1 and 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.process import ROOT


def guidepost(folder: Path, *arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, input=typed, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a desk has been started once."""
    made = tmp_path_factory.mktemp("desk")
    assert guidepost(made, "migrate").returncode == 0
    return made


def test_wrong_usage_ends_with_2(folder: Path) -> None:
    assert guidepost(folder, "dance").returncode == 2
    assert guidepost(folder, "tick", "--now", "tomorrow").returncode == 2


def test_a_bad_setting_ends_with_2_and_its_name(folder: Path) -> None:
    done = guidepost(folder, "doctor", PORT="http")
    assert done.returncode == 2 and "PORT" in done.stderr


def test_an_unreachable_database_ends_with_1_and_advice(folder: Path) -> None:
    done = guidepost(folder, "doctor", DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 1 and done.stderr and "Traceback" not in done.stderr


def test_a_batch_gives_one_object_per_line(folder: Path) -> None:
    lines = [{"id": "a", "text": "thanks"}, {"id": "b", "text": "our customer data leaked last night"}]
    (folder / "batch.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    done = guidepost(folder, "ask", "--batch", "batch.jsonl", "--json")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", "b"]
    assert answers[0]["action"] == "smalltalk"
    wanted = {
        "action",
        "intent",
        "language",
        "urgency",
        "confidence",
        "topics",
        "practices",
        "organisations",
        "reasons",
    }
    assert wanted | {"elapsed_ms"} <= set(answers[1])
    assert set(answers[1]["topics"][0]) == {"id", "score"}


def test_asking_opens_nothing(folder: Path) -> None:
    guidepost(folder, "ask", "our customer data leaked last night", "--json")
    assert "0 wait for a person" in guidepost(folder, "tickets", "--all").stdout


def test_a_batch_that_cannot_be_read_ends_with_2(folder: Path) -> None:
    (folder / "bad.jsonl").write_text("no json\n")
    done = guidepost(folder, "ask", "--batch", "bad.jsonl", "--json")
    assert done.returncode == 2 and "text" in done.stderr


def test_a_dialogue_in_the_terminal_goes_all_the_way(folder: Path) -> None:
    typed = "hello\nwhere can our 3 moderators learn to recognise terrorist logos\n1\nthanks\n/status\n"
    done = guidepost(folder, "chat", typed=typed)
    assert done.returncode == 0, done.stderr
    assert "GP-" in done.stdout and "[1] This answers it" in done.stdout
    assert "closed it as solved" in done.stdout and "solved" in done.stdout.split("/status")[-1]


def test_the_shipped_knowledge_has_no_error(folder: Path) -> None:
    done = guidepost(folder, "knowledge", "check")
    assert done.returncode == 0, done.stdout[-2000:]


def test_an_export_can_be_imported_again(folder: Path, tmp_path: Path) -> None:
    assert guidepost(folder, "knowledge", "export", str(tmp_path / "pack")).returncode == 0
    done = guidepost(folder, "knowledge", "import", str(tmp_path / "pack"))
    assert done.returncode == 0 and "0 changed" in done.stdout


def test_the_doctor_finds_a_healthy_desk_healthy(folder: Path) -> None:
    done = guidepost(folder, "doctor")
    assert done.returncode == 0 and "SQLite" in done.stdout


def test_the_version_is_printed(folder: Path) -> None:
    assert guidepost(folder, "version").stdout.startswith("guidepost ")


def test_a_labelled_set_is_measured(folder: Path, tmp_path: Path) -> None:
    examples = "text,label\n" + "".join(f"where is my {word} card,card_{word}\n" for word in ("red", "blue", "green"))
    (tmp_path / "train.csv").write_text(examples)
    (tmp_path / "test.csv").write_text("text,label\nmy red card where,card_red\nthe weather today,oos\n")
    done = guidepost(
        folder, "evaluate", "--examples", str(tmp_path / "train.csv"), "--test", str(tmp_path / "test.csv"), "--json"
    )
    figures = json.loads(done.stdout)
    assert {"top1", "top3", "in_scope_accuracy", "oos_recall", "build_s", "p50_ms", "p95_ms"} <= set(figures)
