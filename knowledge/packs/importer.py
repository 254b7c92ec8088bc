"""From a pack into the database. What a coordinator has changed by hand stays; so does what another pack brought."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from knowledge.entries import Entry
from knowledge.history import ImportedPack, remember
from knowledge.organisations import Contact, Organisation
from knowledge.packs.findings import check_sense
from knowledge.packs.forms import ContactFacts, Facts, OrganisationFacts
from knowledge.packs.pack import SHIPPED, Finding, Pack, PackedEntry, PackedWording, PackError, Severity
from knowledge.packs.reader import digest, read
from knowledge.tables import NOUNS
from knowledge.vocabulary import Kind, Status
from knowledge.wordings import Wording

ADVISORY_LOCK = 4_803_777_363


@dataclass(slots=True)
class ImportReport:
    """What an import did, as `kind/id` and `kind/id/language`. `kept` differs from the pack and was left as it is:
    edited here, or from another pack."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(self.created or self.updated or self.retired)


def import_shipped(session: Session, now: datetime) -> ImportReport:
    """Take in the pack that comes with Guidepost, unless it is in already. Costs some milliseconds then.

    A loose end in it does not keep the desk from starting: the operator could not mend it. See `findings`.
    """
    return import_folder(session, SHIPPED, now, strict=False)


def import_folder(session: Session, folder: Path, now: datetime, *, strict: bool = True) -> ImportReport:
    """Take in the pack of a folder. Does nothing, and reads no YAML, when its files are those of the last time."""
    if session.scalar(select(ImportedPack.id).where(ImportedPack.digest == digest(folder))) is not None:
        return ImportReport()
    return import_pack(session, read(folder), now, strict=strict)


def import_pack(session: Session, pack: Pack, now: datetime, *, strict: bool = True) -> ImportReport:
    """Make the database say what the pack says. Raises `PackError` when it contradicts itself and `strict` is set.

    Entries the pack no longer has are retired, not deleted: tickets may refer to them.
    """
    findings = list(check_sense(pack))
    if strict and any(finding.severity is Severity.ERROR for finding in findings):
        raise PackError(findings)
    if session.get_bind().dialect.name == "postgresql":
        # Several processes start at once; the others wait, then find the work done.
        session.execute(text("SET LOCAL lock_timeout = '60s'"))
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    report = _Import(session, pack, now).run()
    report.findings = findings
    about = pack.about
    session.merge(
        ImportedPack(
            id=about.id,
            version=about.version,
            title=about.title,
            publisher=about.publisher,
            licence=about.licence,
            digest=pack.digest,
            imported_at=now,
        )
    )
    session.flush()
    return report


class _Import:
    """One pack on its way into one database."""

    def __init__(self, session: Session, pack: Pack, now: datetime) -> None:
        self.session, self.pack, self.now = session, pack, now
        self.report = ImportReport()

    def run(self) -> ImportReport:
        for kind in NOUNS:
            self._entries(kind)
            self._wordings(kind)
        return self.report

    def _entries(self, kind: Kind) -> None:
        rows = {row.id: row for row in self.session.scalars(select(NOUNS[kind]))}
        entries = self.pack.by_id(kind)
        for position, (id, entry) in enumerate(entries.items()):
            self._entry(rows.get(id), entry, position)
        for id, row in rows.items():
            if id not in entries and self._ours(row) and row.status is not Status.RETIRED:
                self._remember(row, "no longer in the pack")
                row.status = Status.RETIRED
                self.report.retired.append(f"{kind}/{id}")

    def _entry(self, row: Entry | None, entry: PackedEntry, position: int) -> None:
        values, name = values_of(entry.facts), f"{entry.kind}/{entry.facts.id}"
        if row is None:
            row = NOUNS[entry.kind](pack=self.pack.about.id, pack_version=self.pack.about.version, position=position)
            put(row, values)
            self.session.add(row)
            self.report.created.append(name)
        elif not self._ours(row):
            if differs(row, values):
                self.report.kept.append(name)
        else:
            row.position = position
            if differs(row, values):
                self._remember(row, "imported")
                put(row, values)
                row.pack_version = self.pack.about.version
                self.report.updated.append(name)

    def _wordings(self, kind: Kind) -> None:
        query = select(Wording).where(Wording.kind == kind).order_by(Wording.entry_id, Wording.language)
        rows = {(row.entry_id, row.language): row for row in self.session.scalars(query)}
        packed = {(one.entry, one.language): one for one in self.pack.wordings if one.kind is kind}
        new = [one for key, one in packed.items() if key not in rows]
        if new:  # thousands at the first start, so in one statement
            self.session.execute(insert(Wording), [self._new_wording(one) for one in new])
        for key, row in rows.items():
            if key in packed:
                self._wording(row, packed[key])
            elif self._ours(row):
                self._remember(row, "no longer in the pack")
                self.session.delete(row)
                self.report.retired.append("/".join((kind, *key)))

    def _new_wording(self, one: PackedWording) -> dict[str, Any]:
        self.report.created.append(f"{one.kind}/{one.entry}/{one.language}")
        key = {"kind": one.kind, "entry_id": one.entry, "language": one.language}
        return {**key, **wording_values(one), "pack": self.pack.about.id}

    def _wording(self, row: Wording, one: PackedWording) -> None:
        values, name = wording_values(one), f"{one.kind}/{one.entry}/{one.language}"
        if all(getattr(row, column) == value for column, value in values.items()):
            return
        elif not self._ours(row):
            self.report.kept.append(name)
        else:
            self._remember(row, "imported")
            for column, value in values.items():
                setattr(row, column, value)
            self.report.updated.append(name)

    def _ours(self, row: Entry | Wording) -> bool:
        return row.pack == self.pack.about.id and not row.edited

    def _remember(self, row: Entry | Wording, action: str) -> None:
        remember(self.session, row, action, f"pack {self.pack.about.id} {self.pack.about.version}".strip(), self.now)


def values_of(facts: Facts) -> dict[str, Any]:
    """Column -> value, as the tables want it; contacts as a list of forms."""
    values = facts.model_dump(exclude={"contacts"})
    return values | ({"contacts": facts.contacts} if isinstance(facts, OrganisationFacts) else {})


def wording_values(one: PackedWording) -> dict[str, Any]:
    """Column -> value of a wording, apart from its key."""
    return {
        "fields": one.wording.model_dump(mode="json", exclude_defaults=True),
        "origin": one.origin,
        "reviewed_by": one.reviewed_by,
        "reviewed_on": one.reviewed_on,
    }


def put(row: Entry, values: Mapping[str, Any]) -> None:
    """Set columns, and an organisation's contacts, to those values."""
    for name, value in values.items():
        if name == "contacts" and isinstance(row, Organisation):
            row.contacts = [Contact(position=place, **one.model_dump()) for place, one in enumerate(value)]
        else:
            setattr(row, name, value)


def differs(row: Entry, values: Mapping[str, Any]) -> bool:
    """Whether the row says anything else than those values."""
    return any(_said(row, name) != value for name, value in values.items())


def _said(row: Entry, name: str) -> Any:
    if name == "contacts" and isinstance(row, Organisation):
        return [ContactFacts.model_validate(contact) for contact in row.contacts]
    return getattr(row, name)
