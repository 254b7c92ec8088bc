"""A knowledge pack in memory, and what can be wrong with one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from knowledge.packs.forms import Facts, Wording
from knowledge.vocabulary import Kind, Origin

SHIPPED = Path(__file__).parent.parent / "content"


class Severity(StrEnum):
    """An error keeps a pack out; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a pack: where, what, and what to do about it."""

    severity: Severity
    file: str
    entry: str
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = " ".join(part for part in (self.file, self.entry, self.field) if part)
        return f"{self.severity.value}: {place}: {self.problem}. {self.remedy}"


class PackError(Exception):
    """The pack cannot be used as it is. `findings` lists everything wrong at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


@dataclass(frozen=True, slots=True)
class About:
    """The pack itself, from its pack.yaml. Without one, a folder is the pack `guidepost` of no stated version."""

    id: str = "guidepost"
    version: str = ""
    title: str = ""
    publisher: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class PackedEntry:
    """The facts of an entry and the file they stand in."""

    kind: Kind
    file: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class PackedWording:
    """The wording of an entry in one language and the file it stands in."""

    kind: Kind
    entry: str
    language: str
    file: str
    wording: Wording
    origin: Origin
    reviewed_by: str | None = None
    reviewed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything a pack says. `digest` tells two states of its files apart."""

    about: About
    digest: str
    entries: tuple[PackedEntry, ...]
    wordings: tuple[PackedWording, ...]

    def by_id(self, kind: Kind) -> Mapping[str, PackedEntry]:
        """The entries of a kind in the order of the pack."""
        return {entry.facts.id: entry for entry in self.entries if entry.kind is kind}
