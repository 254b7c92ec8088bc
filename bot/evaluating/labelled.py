"""Files of labelled messages: JSON lines, CSV and the YAML of a list of requests."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from routing.evaluation.judging import KINDS, REFUSALS, Labelled

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Row = tuple[str, Mapping[str, Any]]


class Unreadable(Exception):
    """A file that cannot be used; says where, why and what to do."""


def read(file: Path) -> list[Labelled]:
    """The messages of a file. Their language is the name of a file such as `fr.jsonl`, unless they say another."""
    rows = _READERS.get(file.suffix.lower())
    if not rows:
        raise Unreadable(f"{file}: name it .jsonl, .csv or .yaml, after what is in it.")
    try:
        found = [_labelled(file, place, row) for place, row in rows(_text(file))]
    except (csv.Error, yaml.YAMLError, RecursionError) as problem:
        raise Unreadable(f"{file} is no {file.suffix[1:]} file: {problem}") from None
    except _Bad as problem:
        raise Unreadable(f"{file}, {problem}") from None
    if not found:
        raise Unreadable(f"{file} holds no messages. Give each a text and what is wanted.")
    spoken = file.stem if len(file.stem) == 2 and file.stem.isalpha() else ""
    return [replace(one, language=one.language or spoken) for one in found]


class _Bad(Exception):
    """What is wrong in which place of the file."""


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{file} is not in UTF-8. Save it once more and choose UTF-8.") from None
    except OSError as problem:
        raise Unreadable(f"{file} cannot be read: {problem.strerror or problem}.") from None


def _from_lines(text: str) -> Iterator[Row]:
    # Not splitlines: JSON may hold a bare U+2028.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield f"line {number}", json.loads(line)
            except ValueError as problem:
                raise _Bad(f'line {number}: {problem}. Each line is one {{"text": …, "want": [topic]}}.') from None


def _from_table(text: str) -> Iterator[Row]:
    header = text.split("\n", 1)[0]
    # Spreadsheets of half the world separate columns by semicolons.
    table = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in header else ",")
    if not {"text", "label"} <= set(table.fieldnames or ()):
        raise _Bad("line 1: the first line names the columns; text and label are needed.")
    for row in table:
        named = {name: value for name, value in row.items() if isinstance(value, str)}
        yield f"line {table.line_num}", {**named, "want": named.get("label", "")}


def _from_requests(text: str) -> Iterator[Row]:
    held = yaml.load(text, _LOADER)
    requests = held.get("requests", held) if isinstance(held, dict) else held
    if isinstance(requests, dict) and all(isinstance(some, list) for some in requests.values()):
        yield from _from_arrows(requests)
        return
    if not isinstance(requests, list):
        raise _Bad("the top: a list of requests is needed, or `requests:` with one.")
    for number, row in enumerate(requests, start=1):
        yield f"request {number}", row


def _from_arrows(requests: Mapping[Any, list[Any]]) -> Iterator[Row]:
    """Under each language, lines of the form `text => topics => entries => crisis`, the last two at will."""
    for language, rows in requests.items():
        for number, row in enumerate(rows, start=1):
            text, want, entries, urgency, *_ = [*map(str.strip, str(row).split("=>")), "", "", ""]
            named = {"text": text, "want": want, "entries": entries, "urgency": urgency}
            yield f"{language} {number}", {**named, "language": language, "kind": "help"}


_READERS: dict[str, Callable[[str], Iterator[Row]]] = {
    ".jsonl": _from_lines,
    ".csv": _from_table,
    ".yaml": _from_requests,
    ".yml": _from_requests,
}


def _labelled(file: Path, place: str, row: object) -> Labelled:
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str) or not row["text"].strip():
        raise _Bad(f"{place}: there is no text.")
    kind, want = _kind_and_want(place, row)
    return Labelled(
        sound(row["text"]),
        want,
        kind,
        frozenset(_names(row, "entries", "acceptable_organisation_ids", "acceptable_practice_ids")),
        str(row.get("language") or row.get("lang") or ""),
        _urgent(row, kind),
    )


def _kind_and_want(place: str, row: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    kind, want = str(row.get("kind") or ""), _names(row, "want", "expected_issue", "also_ok_issues")
    if kind in REFUSALS:
        return "unwanted", (kind,)
    if kind and kind not in KINDS:
        raise _Bad(f"{place}: nobody knows the kind {kind!r}. There are {', '.join(KINDS)}; leave it out if unsure.")
    if kind in ("", "help") and not want:
        if row.get("needs_clarification"):
            return "vague", ()
        raise _Bad(f"{place}: nothing is wanted. Name the topics that are right, or a kind ({', '.join(KINDS)}).")
    return kind, want


def _urgent(row: Mapping[str, Any], kind: str) -> bool | None:
    said = row.get("urgency")
    if said == "either":
        return None
    # Requests are labelled as requests because they are no emergencies, unless somebody says so.
    return said == "crisis" if said else (False if kind == "help" else None)


def _names(row: Mapping[str, Any], *fields: str) -> tuple[str, ...]:
    """All names in some fields, each a list or words apart, once each and in order."""
    found: dict[str, None] = {}
    for field in fields:
        value = row.get(field)
        parts: Iterable[Any] = value if isinstance(value, list) else str(value or "").replace(",", " ").split()
        found.update((sound(str(part)), None) for part in parts)
    return tuple(found)


def sound(text: str) -> str:
    """Text that can be written: JSON may hold half a character, which no file can."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def strangers(messages: Sequence[Labelled], known: frozenset[str]) -> list[str]:
    """Advice about wanted names that this desk does not know; Unreadable when it knows none of them."""
    wanted = dict.fromkeys(name for one in messages for name in one.want)
    unknown = [name for name in wanted if name not in known]
    if unknown and len(unknown) == len(wanted):
        raise Unreadable(
            f"This desk knows none of the topics in these files ({_listed(unknown[:3])}). To measure the router on a"
            " set with labels of its own, give examples for them: --examples TRAIN.csv --test TEST.csv."
        )
    return [f"{name} is not known here{_instead(name, known)}" for name in unknown]


def _instead(name: str, known: frozenset[str]) -> str:
    alike = get_close_matches(name, sorted(known), n=1)
    return f"; is it {alike[0]}?" if alike else ""


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
