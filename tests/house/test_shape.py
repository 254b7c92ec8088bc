"""The shape of the house: rooms, sizes, names, what an installed copy holds, and what has no place in it."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.house.repository import ROOMS, ROOT, code, files, read, texts

LONGEST = 500
NAMES_FOR_NOTHING = {"manager", "managers", "helper", "helpers", "utils", "util", "common", "misc"}


def test_no_file_is_longer_than_500_lines() -> None:
    written = texts(".py", ".js", ".css", ".html", ".md")
    sizes = {path: len(text.splitlines()) for path, text in written if "versions" not in path.parts}
    assert not {path: size for path, size in sizes.items() if size > LONGEST}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in files() if path.suffix == ".py" and {path.stem, *path.parts} & NAMES_FOR_NOTHING]


def test_every_room_is_under_the_import_rules() -> None:
    rules = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]
    top = {path.parts[0] for path in files() if path.suffix == ".py" and len(path.parts) > 1}
    assert top - {"tests", "benchmarks"} == set(rules["root_packages"]) == set(ROOMS)


def test_every_channel_has_the_same_three_files() -> None:
    for channel in ("slack", "telegram", "terminal", "web"):
        names = {path.stem for path in files() if path.parts[:2] == ("bot", channel)}
        # Writing to a terminal takes one line, which is in its channel.
        assert {"receiver", "renderer", "sender"} - names <= ({"sender"} if channel == "terminal" else set())


def test_no_unfinished_work_is_marked_in_the_code() -> None:
    mark = re.compile("|".join(("TO" + "DO", "FIX" + "ME", r"\bX" + r"XX\b")))
    assert not [path for path, text in texts(".py", ".js", ".html", ".css") if mark.search(text)]


# A path of somebody's machine, a package index, and notes that were meant for the writing of a text.
_NO_PLACE = {
    "a machine's path": re.compile(r"(?<![\w.:/~$}-])/(?:work|root|home|Users)/[\w.-]+"),
    "a package index": re.compile(
        r"py" + r"pi\.org|python" + r"hosted\.org|npm" + r"js\.org|--(?:extra-)?index-" + "url"
    ),
    "a working note": re.compile(r"search" + r" result:|own" + r" knowledge|lorem" + r" ipsum", re.IGNORECASE),
    "an unresolved merge": re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE),
}


@pytest.mark.parametrize("what", _NO_PLACE)
def test_the_repository_is_free_of(what: str) -> None:
    found = {path: match[0] for path, text in texts() if (match := _NO_PLACE[what].search(text))}
    # Tests of the knowledge look for such notes too, and have to name them.
    assert not {path: words for path, words in found.items() if what != "a working note" or path.parts[0] != "tests"}


_CLOCKS_AND_CHANCE = {
    "os",
    "random",
    "secrets",
    "socket",
    "subprocess",
    "urllib",
    "uuid",
    "http",
    "requests",
}
_CALLS = re.compile(
    r"(datetime|date)\.(now|utcnow|today)|time\.(time|monotonic)(_ns)?|os\.environ|os\.getenv|np\.random\b.*"
)


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def test_routing_reads_no_clock_no_chance_no_file() -> None:
    found = []
    for path, tree in code():
        if path.parts[0] != "routing":
            continue
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [f"{path}: {name}" for name in names if name.split(".")[0] in _CLOCKS_AND_CHANCE]
            if isinstance(node, ast.Attribute) and _CALLS.fullmatch(_dotted(node)):
                found.append(f"{path}:{node.lineno}: {_dotted(node)}")
            if isinstance(node, ast.Call) and _dotted(node.func).split(".")[-1] == "open":
                found.append(f"{path}:{node.lineno}: open()")
    assert not found


def test_use_cases_leave_the_commit_to_the_edges() -> None:
    calls = [
        f"{path}:{node.lineno}"
        for path, tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _dotted(node.func).endswith((".commit", ".begin"))
    ]
    assert not [call for call in calls if not call.startswith(("knowledge/database.py", "knowledge/migrations"))]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of all files in the installable package, built in a copy."""
    copy, out = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("wheel")
    for path in files():
        if path.parts[0] in (*ROOMS, "pyproject.toml", "README.md", "LICENSE"):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, copy / path)
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(out)!r})"
    done = subprocess.run([sys.executable, "-c", build], cwd=copy, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        return set(archive.namelist())


def test_the_installed_package_holds_every_file_of_the_rooms(wheel: set[str]) -> None:
    ours = {path.as_posix() for path in files() if path.parts[0] in ROOMS}
    assert not ours - wheel


def test_the_installed_package_holds_nothing_else(wheel: set[str]) -> None:
    strangers = {name for name in wheel if Path(name).parts[0] not in ROOMS}
    assert {Path(name).parts[0].rpartition(".")[2] for name in strangers} == {"dist-info"}
