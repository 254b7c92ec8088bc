"""From a folder of YAML files to a `Pack`. All mistakes are reported at once, with file, entry, field and remedy."""

import hashlib
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from knowledge.packs.forms import FACTS, WORDINGS, Language, Short
from knowledge.packs.pack import About, Finding, Pack, PackedEntry, PackedWording, PackError, Severity
from knowledge.vocabulary import Kind, Origin

# Part of the digest: raise it when the same files would lead to other rows than before.
FORMAT = "1"
KINDS = {kind.folder: kind for kind in Kind}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without two traps: `NO` is Norway and not false, and a key given twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        if len(keys) != len(set(keys)):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise yaml.constructor.ConstructorError(None, None, f"{twice!r} is given twice", node.start_mark)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if letter in "tTfF" or tag != "tag:yaml.org,2002:bool"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class _Reviewed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    by: Short
    on: date


class _TextAbout(BaseModel):
    model_config = ConfigDict(extra="forbid")

    language: Language
    origin: Origin


def digest(folder: Path) -> str:
    """A fingerprint of the files of a pack, without reading any YAML."""
    sum_ = hashlib.sha256(FORMAT.encode())
    for file in _files(folder):
        sum_.update(f"\0{file.relative_to(folder).as_posix()}\0".encode())
        sum_.update(file.read_bytes())
    return sum_.hexdigest()


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*.yaml") if file.is_file())


def read(folder: Path) -> Pack:
    """The pack in a folder. Raises `PackError` with every mistake of form; `check` finds those of sense."""
    if not (folder / "facts").is_dir() and not (folder / "text").is_dir():
        raise PackError([not_a_pack(folder)])
    return _Reading(folder).pack()


def not_a_pack(folder: Path) -> Finding:
    """What to say about a folder of something else."""
    return _error(str(folder), "", "", "this is no knowledge pack", "Name a folder that holds facts/ and text/.")


def _error(file: str, entry: str, field: str, problem: str, remedy: str) -> Finding:
    return Finding(Severity.ERROR, file, entry, field, problem, remedy)


class _Reading:
    """One pass over a folder, collecting entries and findings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.findings: list[Finding] = []

    def pack(self) -> Pack:
        about = self._about()
        entries = tuple(self._entries())
        wordings = tuple(self._wordings())
        if self.findings:
            raise PackError(self.findings)
        return Pack(about, digest(self.folder), entries, wordings)

    def _about(self) -> About:
        found = self._load(self.folder / "pack.yaml") if (self.folder / "pack.yaml").exists() else {}
        names = {field.name for field in fields(About)}
        if not isinstance(found, dict) or not set(found) <= names:
            self._wrong(
                "pack.yaml", "", "", "not what a pack says about itself", f"Use only {', '.join(sorted(names))}."
            )
            return About()
        return About(**{name: str(value) for name, value in found.items()})

    def _entries(self) -> Iterator[PackedEntry]:
        seen: dict[tuple[str, ...], str] = {}
        for kind, path in self._kinds(self.folder / "facts"):
            file = self._name(path)
            for number, raw in enumerate(self._list(path), start=1):
                entry = self._entry(kind, file, number, raw)
                if entry is not None:
                    self._once(seen, (kind, entry.facts.id), file)
                    yield entry

    def _once(self, seen: dict[tuple[str, ...], str], key: tuple[str, ...], file: str) -> None:
        if key in seen:
            self._wrong(file, key[1], "", f"is also in {seen[key]}", "Keep one of them.")
        seen[key] = file

    def _entry(self, kind: Kind, file: str, number: int, raw: object) -> PackedEntry | None:
        if not isinstance(raw, dict):
            self._wrong(file, f"entry {number}", "", "not a mapping", "Write it as `- id: ...` with fields below.")
            return None
        try:
            return PackedEntry(kind, file, FACTS[kind].model_validate(raw))
        except ValidationError as error:
            self._invalid(file, str(raw.get("id", f"entry {number}")), error)
            return None

    def _wordings(self) -> Iterator[PackedWording]:
        seen: dict[tuple[str, ...], str] = {}
        for folder in sorted((self.folder / "text").glob("*/")):
            for kind, path in self._kinds(folder):
                for wording in self._file_of_wordings(kind, folder.name, path):
                    self._once(seen, (kind, wording.entry, wording.language), wording.file)
                    yield wording

    def _file_of_wordings(self, kind: Kind, language: str, path: Path) -> Iterator[PackedWording]:
        file, content = self._name(path), self._load(path)
        if not isinstance(content, dict):
            self._wrong(file, "", "", "not a mapping of ids", "Start with `_about:`, then one id per entry.")
            return
        about = self._text_about(file, language, content.pop("_about", {}))
        for id, raw in content.items():
            found = self._wording(kind, str(id), language, file, raw, about)
            if found is not None:
                yield found

    def _text_about(self, file: str, language: str, raw: object) -> Origin:
        try:
            about = _TextAbout.model_validate(raw)
        except ValidationError as error:
            self._invalid(file, "_about", error)
            return Origin.MACHINE_DRAFTED
        if about.language != language:
            self._wrong(
                file, "_about", "language", f"says {about.language}", f"The folder is for {language}: move the file."
            )
        return about.origin

    def _wording(
        self, kind: Kind, id: str, language: str, file: str, raw: object, origin: Origin
    ) -> PackedWording | None:
        if not isinstance(raw, Mapping):
            self._wrong(file, id, "", "not a mapping", "Give it fields such as name and summary.")
            return None
        rest = {name: value for name, value in raw.items() if name not in ("reviewed", "origin")}
        try:
            reviewed = _Reviewed.model_validate(raw["reviewed"]) if raw.get("reviewed") else None
            wording = WORDINGS[kind].model_validate(rest)
            origin = Origin(raw.get("origin", origin))
        except ValidationError as error:
            self._invalid(file, id, error)
            return None
        except ValueError as error:
            self._wrong(file, id, "origin", str(error), f"Use one of {', '.join(Origin)}.")
            return None
        by, on = (reviewed.by, reviewed.on) if reviewed else (None, None)
        return PackedWording(kind, id, language, file, wording, origin, by, on)

    def _kinds(self, folder: Path) -> Iterator[tuple[Kind, Path]]:
        """The files below `facts` or one language, kind by kind in the order in which kinds build on each other."""
        for path in sorted(folder.glob("*")):
            if path.name.removesuffix(".yaml") not in KINDS:
                remedy = f"Use one of {', '.join(KINDS)}."
                self._wrong(self._name(path), "", "", "no kind of entry is called that", remedy)
        for name, kind in KINDS.items():
            single = folder / f"{name}.yaml"
            yield from ((kind, path) for path in [single] if path.exists())
            yield from ((kind, path) for path in sorted((folder / name).glob("*.yaml")))

    def _list(self, path: Path) -> list[object]:
        content = self._load(path)
        if isinstance(content, list):
            return content
        if content is not None:
            self._wrong(self._name(path), "", "", "not a list of entries", "Start every entry with `- id: ...`.")
        return []

    def _load(self, path: Path) -> Any:
        try:
            return yaml.load(path.read_text("utf-8"), Loader=_Loader)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self._wrong(
                self._name(path), "", "", " ".join(str(error).split()), "Correct the YAML; quote texts with ': '."
            )
            return None

    def _invalid(self, file: str, entry: str, error: ValidationError) -> None:
        for detail in error.errors(include_url=False):
            field = ".".join(str(part) for part in detail["loc"])
            self._wrong(file, entry, field, detail["msg"], _remedy(detail))

    def _wrong(self, file: str, entry: str, field: str, problem: str, remedy: str) -> None:
        self.findings.append(_error(file, entry, field, problem, remedy))

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _remedy(detail: ErrorDetails) -> str:
    if detail["type"] == "missing":
        return "Add the field."
    if detail["type"] == "extra_forbidden":
        return "Remove the field or correct its name."
    if detail["type"] == "string_type":
        return "Write text, in quotes when it looks like a number, a date or true/false."
    return f"It is {detail['input']!r} now; correct it."
