"""The command line: what it prints, and its exit codes 0, 1 and 2."""

import json
import os
import shutil
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


def knowing_folder(folder: Path, knowing_file: Path) -> Path:
    """The folder with a database in the place where commands look for it."""
    (folder / "data").mkdir()
    shutil.copyfile(knowing_file, folder / "data" / "guidepost.db")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, knowing_file: Path) -> Path:
    """A folder in which a desk has been started once, and has learnt."""
    return knowing_folder(tmp_path_factory.mktemp("desk"), knowing_file)


def test_wrong_usage_ends_with_2(folder: Path) -> None:
    assert guidepost(folder, "dance").returncode == 2
    assert guidepost(folder, "tick", "--now", "tomorrow").returncode == 2


def test_a_bad_setting_ends_with_2_and_its_name(folder: Path) -> None:
    done = guidepost(folder, "doctor", PORT="http")
    assert done.returncode == 2 and "PORT" in done.stderr


def test_a_missing_model_ends_with_2_and_advice(folder: Path) -> None:
    done = guidepost(folder, "doctor", EMBEDDING="/nowhere")
    assert done.returncode == 2 and "EMBEDDING cannot be used: there is no /nowhere/model.safetensors" in done.stderr
    assert "Traceback" not in done.stderr


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
    about = {"action", "intent", "language", "urgency", "confidence", "reasons", "elapsed_ms"}
    assert about | {"topics", "practices", "organisations"} <= set(answers[1])


def test_labelled_messages_are_evaluated(folder: Path) -> None:
    rows = [{"text": "hello", "want": ["greeting"]}, {"text": "delete my data please", "want": ["forget"]}]
    (folder / "en.jsonl").write_text("\n".join(map(json.dumps, rows)))
    done = guidepost(folder, "evaluate", "en.jsonl", "--json", "out.json", "--floor", "commands=1")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "2 messages")
    assert json.loads((folder / "out.json").read_text())["overall"]["figures"]["right"] == 1.0
