"""Every setting, command and table is documented, and nothing is documented that does not exist."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import cli
from bot.settings import SECRETS, Settings
from desk import tables as desk_tables
from desk.conversation.commands import DESCRIPTIONS
from knowledge import tables as knowledge_tables
from knowledge.database import Base
from tests.house.repository import ROOT, files, read, rows, texts

SETTINGS = [name.upper() for name in Settings.model_fields]


def test_every_setting_is_in_the_operators_guide() -> None:
    documented = [row for row in rows("docs/operators.md") if re.fullmatch("[A-Z_]+", row)]
    assert sorted(documented) == sorted(SETTINGS)


def test_the_operators_guide_gives_the_true_defaults() -> None:
    guide = read("docs/operators.md")
    for name, field in Settings.model_fields.items():
        default = field.default
        if default is None:
            continue
        shown = default.get_secret_value() if hasattr(default, "get_secret_value") else default
        value = ",".join(map(str, shown)) if isinstance(shown, tuple) else str(shown)
        row = next(line for line in guide.splitlines() if line.startswith(f"| `{name.upper()}` |"))
        assert f"`{value}`" in row, f"{name.upper()} is {value} when it is not set"


def test_every_setting_is_in_the_example_once() -> None:
    named = re.findall(r"^#?\s?([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert sorted(named) == sorted(SETTINGS)


def test_the_example_as_it_is_sets_nothing() -> None:
    assert not [line for line in read(".env.example").splitlines() if line and not line.startswith("#")]


def test_every_secret_can_come_from_a_file_and_the_guide_says_so() -> None:
    guide = read("docs/operators.md")
    assert not [name for name in SECRETS if f"{name}_FILE" not in guide]


def _command_lines(parser: argparse.ArgumentParser, name: str) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        yield name, parser
    for group in groups:
        for word, below in group.choices.items():
            yield from _command_lines(below, f"{name} {word}")


def test_every_command_and_option_is_in_the_operators_guide() -> None:
    guide = read("docs/operators.md")
    documented = {" ".join(re.findall(r"^[a-z]+|(?<= )[a-z]+\b", row)) for row in rows("docs/operators.md")}
    for name, parser in _command_lines(cli._parser(), "guidepost"):
        assert any(one == name or one.startswith(f"{name} ") for one in documented), f"{name} is not documented"
        options = {text for action in parser._actions for text in action.option_strings if text.startswith("--")}
        assert not [option for option in options - {"--help"} if option not in guide]


def test_no_command_is_documented_that_does_not_exist() -> None:
    known = {name for name, _ in _command_lines(cli._parser(), "guidepost")}
    for path, text in texts(".md"):
        for found in re.findall(r"`guidepost ([a-z]+(?: [a-z]+)?)[^`]*`", text):
            words = found.split()
            candidates = {f"guidepost {words[0]}", f"guidepost {found}"}
            assert candidates & known, f"{path} speaks of guidepost {found}"


def test_every_chat_command_is_in_the_requesters_guide() -> None:
    documented = [row.removeprefix("/") for row in rows("docs/requesters.md") if row.startswith("/")]
    assert sorted(documented) == sorted(DESCRIPTIONS)


def test_every_table_is_in_the_architecture() -> None:
    assert desk_tables.TABLES
    assert knowledge_tables.NOUNS
    documented = rows("docs/architecture.md")
    missing = set(Base.metadata.tables) - set(documented)
    assert not missing
    assert len(documented) == len(set(documented))


def _slug(heading: str) -> str:
    """How a forge makes an anchor of a heading."""
    plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def _links() -> list[tuple[Path, str]]:
    pattern = re.compile(r"(?<!`)\[[^]]*\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"")
    found = [(path, match[1] or match[2]) for path, text in texts(".md") for match in pattern.finditer(text)]
    return [(path, target) for path, target in found if not re.match("[a-z]+:", target)]


def test_links_between_documents_resolve() -> None:
    assert _links()
    for path, target in _links():
        file, _, anchor = target.partition("#")
        aim = (ROOT / path.parent / file).resolve() if file else ROOT / path
        assert aim.exists(), f"{path} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", aim.read_text("utf-8"), re.MULTILINE)
            assert anchor in map(_slug, headings), f"{path} links to {target}"


def test_documents_named_in_code_exist() -> None:
    for path, text in texts(".py"):
        for name in re.findall(r"\b(?:docs/)?[A-Za-z/-]+\.md\b", text):
            assert any(file.as_posix().endswith(name) for file in files()), f"{path} speaks of {name}"


@pytest.mark.parametrize("path", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_is_short_numbered_and_dated(path: Path) -> None:
    text = path.read_text("utf-8")
    number = path.stem[:4]
    assert text.startswith(f"# {int(number)}. ")
    assert re.search(r"^Decided on \d{4}-\d\d-\d\d\.$", text, re.MULTILINE)
    assert len(text.splitlines()) <= 60
    assert path.name in read("docs/architecture.md")
