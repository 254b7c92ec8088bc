"""From the database to a folder of YAML files: always in the same order, so that two exports can be compared."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.entries import Entry
from knowledge.organisations import Organisation
from knowledge.packs.forms import FACTS, WORDINGS, Facts
from knowledge.packs.pack import About, Pack, PackedEntry, PackedWording, PackError
from knowledge.packs.reader import not_a_pack
from knowledge.tables import NOUNS
from knowledge.vocabulary import Kind, Origin, Status
from knowledge.wordings import Wording

LEFT_OUT = (Status.DRAFT, Status.REVIEWED, Status.RETIRED)
Part = TypeVar("Part", PackedEntry, PackedWording)
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def collect(session: Session, about: About, *, drafts: bool = False) -> Pack:
    """All this desk knows as a pack of its own; entries not yet published only when asked for, retired ones never."""
    entries: list[PackedEntry] = []
    wordings: list[PackedWording] = []
    for kind, noun in NOUNS.items():
        rows = session.scalars(select(noun).where(noun.status != Status.RETIRED).order_by(noun.position, noun.id))
        kept = [row for row in rows if drafts or row.status not in LEFT_OUT]
        entries += [PackedEntry(kind, f"facts/{kind.folder}.yaml", facts_of(row)) for row in kept]
        wordings += _wordings(session, kind, [row.id for row in kept])
    return Pack(about, "", tuple(entries), tuple(wordings))


def facts_of(row: Entry) -> Facts:
    """The facts of a stored entry."""
    form = FACTS[row.kind]
    values = {name: getattr(row, name) for name in form.model_fields}
    if isinstance(row, Organisation):
        values["contacts"] = [
            {"kind": one.kind, "value": one.value, "confidence": one.confidence, "source": one.source}
            for one in row.contacts
        ]
    # By field name, because an organisation's `status` is another field in a pack than in the table.
    return form.model_validate(values, by_alias=False, by_name=True)


def _wordings(session: Session, kind: Kind, ids: list[str]) -> Iterator[PackedWording]:
    place = {id: number for number, id in enumerate(ids)}
    rows = [row for row in session.scalars(select(Wording).where(Wording.kind == kind)) if row.entry_id in place]
    for row in sorted(rows, key=lambda row: (row.language, place[row.entry_id])):
        yield PackedWording(
            kind=kind,
            entry=row.entry_id,
            language=row.language,
            file=f"text/{row.language}/{kind.folder}.yaml",
            wording=WORDINGS[kind].model_validate(row.fields),
            origin=row.origin,
            reviewed_by=row.reviewed_by,
            reviewed_on=row.reviewed_on,
        )


def export(session: Session, folder: Path, about: About, *, drafts: bool = False) -> Pack:
    """Write all this desk knows into a folder."""
    pack = collect(session, about, drafts=drafts)
    write(pack, folder)
    return pack


def write(pack: Pack, folder: Path) -> None:
    """Write a pack, one file per kind. The folder must be new, empty, or hold a pack, which is replaced."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / "facts").is_dir() and not (folder / "text").is_dir():
            raise PackError([not_a_pack(folder)])
        for old in [*folder.glob("facts/**/*.yaml"), *folder.glob("text/**/*.yaml")]:
            old.unlink()
    about = {name: value for name, value in asdict(pack.about).items() if value}
    _dump(folder / "pack.yaml", about)
    for file, entries in _by_file(pack.entries).items():
        _dump(folder / file, [_facts(entry.facts) for entry in entries])
    for file, wordings in _by_file(pack.wordings).items():
        _dump(folder / file, _texts(wordings))


def _by_file(parts: Iterable[Part]) -> dict[str, list[Part]]:
    files: dict[str, list[Part]] = {}
    for part in parts:
        files.setdefault(part.file, []).append(part)
    return files


def _facts(facts: Facts) -> dict[str, Any]:
    """In the order: id, what is special to the kind, then what all entries have."""
    said = facts.model_dump(by_alias=True, exclude_defaults=True)
    said = {name: _plain(value) for name, value in said.items()}
    common = [name for name in Facts.model_fields if name != "id"]
    special = [name for name in said if name not in (*common, "id")]
    return {name: said[name] for name in ("id", *special, *common) if name in said}


def _plain(value: Any) -> Any:
    """Enums as their words; dates stay dates, YAML knows those."""
    if isinstance(value, str):
        return str(value.value) if hasattr(value, "value") else value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return {name: _plain(one) for name, one in value.items()} if isinstance(value, dict) else value


def _texts(wordings: list[PackedWording]) -> dict[str, Any]:
    usual = Counter(one.origin for one in wordings).most_common(1)[0][0]
    about = {"language": wordings[0].language, "origin": usual.value}
    return {"_about": about, **{one.entry: _text(one, usual) for one in wordings}}


def _text(one: PackedWording, usual: Origin) -> dict[str, Any]:
    fields = one.wording.model_dump(mode="json", exclude_defaults=True)
    said = {name: value for name, value in fields.items() if name != "phrases"}
    if "phrases" in fields:
        said["phrases"] = fields["phrases"]
    if one.origin is not usual:
        said["origin"] = one.origin.value
    if one.reviewed_on is not None:
        said["reviewed"] = {"by": one.reviewed_by, "on": one.reviewed_on}
    return said


def _dump(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    file.write_text(text, "utf-8")
