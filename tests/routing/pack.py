"""The shipped pack read straight from its files into a catalogue, so that routing is tested without a database."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from routing.catalogue import Catalogue, Clock, Crisis, Entry, Kind, Place

CONTENT = Path(__file__).resolve().parents[2] / "knowledge" / "content"
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_KINDS = {
    "topics": Kind.TOPIC,
    "practices": Kind.PRACTICE,
    "organisations": Kind.ORGANISATION,
    "trainings": Kind.TRAINING,
    "networks": Kind.NETWORK,
    "terms": Kind.TERM,
}


def _files(folder: Path, kind: str) -> list[Path]:
    single = folder / f"{kind}.yaml"
    return [single] if single.exists() else sorted((folder / kind).glob("*.yaml"))


def _facts(kind: str) -> list[dict[str, Any]]:
    return [
        row for path in _files(CONTENT / "facts", kind) for row in yaml.load(path.read_text("utf-8"), _LOADER) or []
    ]


def _text(kind: str) -> dict[str, dict[str, dict[str, Any]]]:
    """id -> language -> fields."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for folder in sorted((CONTENT / "text").iterdir()):
        for path in _files(folder, kind):
            for id, fields in (yaml.load(path.read_text("utf-8"), _LOADER) or {}).items():
                if id != "_about":
                    found.setdefault(id, {})[folder.name] = fields
    return found


def _by_language(texts: Mapping[str, Mapping[str, Any]], *fields: str) -> dict[str, tuple[str, ...]]:
    return {lang: tuple(p for f in fields for p in row.get(f) or ()) for lang, row in texts.items()}


def _one(texts: Mapping[str, Mapping[str, Any]], *fields: str) -> dict[str, str]:
    return {lang: next((str(row[f]) for f in fields if row.get(f)), "") for lang, row in texts.items()}


def _countries(row: Mapping[str, Any], regions: Mapping[str, frozenset[str]]) -> frozenset[str]:
    named = row.get("regions") or ()
    if "world" in named:
        return frozenset()
    own = frozenset(row.get("countries") or ())
    held = {name: regions.get(name, frozenset()) for name in named}
    narrowed = {
        min((n for n in held if c in held[n]), key=lambda n: len(held[n]))
        for c in own
        if any(c in v for v in held.values())
    }
    return own.union(*(held[name] for name in named if name not in narrowed))


def _entry(
    kind: Kind, row: Mapping[str, Any], texts: Mapping[str, Any], regions: Mapping[str, frozenset[str]]
) -> Entry:
    names = _one(texts, "name", "title", "term") or {"en": row.get("name") or row.get("title") or row["id"]}
    aliases: Iterable[str] = [row.get("acronym"), row.get("name"), row.get("title"), *(row.get("aliases") or ())]
    return Entry(
        kind,
        row["id"],
        names,
        _by_language(texts, "phrases", "refer_for"),
        _one(texts, "summary", "definition"),
        tuple(a for a in aliases if a),
        tuple(row.get("topics") or ([row["topic"]] if row.get("topic") else ())),
        frozenset(row.get("serves") or ()),
        _countries(row, regions),
        frozenset(row.get("languages") or ()),
        {"active": 1.0, "reduced": 0.5, "closed": 0.0}.get(str(row.get("status")), 1.0),
    )


def _clocks(regions: Mapping[str, frozenset[str]]) -> Iterable[Clock]:
    text = _text("clocks")
    for row in _facts("clocks"):
        if row.get("in_force", True):
            yield Clock(
                row["id"],
                row["event"],
                row.get("duration"),
                _countries(row, regions),
                _by_language(text.get(row["id"], {}), "phrases"),
                row.get("practice"),
                row.get("follows"),
                row.get("confidence") == "high",
            )


def _crises() -> Iterable[Crisis]:
    text = _text("crisis")
    for row in _facts("crisis"):
        texts = text.get(row["id"], {})
        yield Crisis(
            row["id"],
            row.get("priority", 100),
            tuple(row["topics"]),
            tuple(row["practices"]),
            tuple(row["organisations"]),
            _by_language(texts, "phrases"),
            _by_language(texts, "near_misses"),
        )


def _places(regions: Mapping[str, frozenset[str]]) -> Iterable[Place]:
    for kind in ("countries", "regions"):
        for id, texts in _text(kind).items():
            names = {lang: (row["name"], *(row.get("also") or ())) for lang, row in texts.items()}
            yield Place(id, regions.get(id, frozenset({id})), names)


@cache
def shipped() -> Catalogue:
    """The whole pack as a catalogue."""
    regions = {row["id"]: frozenset(row.get("countries") or ()) for row in _facts("regions")}
    entries = []
    for name, kind in _KINDS.items():
        text = _text(name)
        entries += [_entry(kind, row, text.get(row["id"], {}), regions) for row in _facts(name)]
    not_clocks = {id: _by_language(texts, "phrases") for id, texts in _text("not_clocks").items()}
    return Catalogue(
        "shipped", tuple(entries), tuple(_places(regions)), tuple(_clocks(regions)), not_clocks, tuple(_crises())
    )
