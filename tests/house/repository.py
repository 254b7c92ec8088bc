"""What is in the repository: the files a clone has, without what was installed, built or cached."""

import ast
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "console", "desk", "knowledge", "routing")
_NOT_OURS = {".git", ".venv", "build", "dist", "data", "__pycache__", ".hypothesis", ".env"}
_TEXT = {
    ".py",
    ".md",
    ".toml",
    ".yaml",
    ".yml",
    ".lock",
    ".po",
    ".html",
    ".css",
    ".js",
    ".svg",
    ".example",
    ".mako",
    "",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file of a clone, relative to its top."""
    found: list[Path] = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if _ours(name)]
        found += [Path(folder, name).relative_to(ROOT) for name in names if _ours(name)]
    return tuple(sorted(found))


def _ours(name: str) -> bool:
    return name not in _NOT_OURS and not name.endswith((".egg-info", "_cache", ".pyc"))


def texts(*suffixes: str) -> Iterator[tuple[Path, str]]:
    """The text files with these endings, or all of them, with what they say."""
    for path in files():
        if path.suffix in (suffixes or _TEXT):
            yield path, (ROOT / path).read_text("utf-8")


def code() -> Iterator[tuple[Path, ast.Module]]:
    """The Python files of the rooms, parsed."""
    for path, text in texts(".py"):
        if path.parts[0] in ROOMS:
            yield path, ast.parse(text)


def read(path: str) -> str:
    """One file of the repository."""
    return (ROOT / path).read_text("utf-8")


def rows(path: str) -> list[str]:
    """The first cells of all tables in a document, without the code marks."""
    cells = (line.split("|")[1].strip() for line in read(path).splitlines() if line.startswith("| `"))
    return [cell.strip("`") for cell in cells]
