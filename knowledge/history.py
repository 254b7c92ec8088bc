"""What every entry and wording said before, who changed it and when; and which packs were taken in."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base
from knowledge.entries import Entry
from knowledge.organisations import Organisation
from knowledge.vocabulary import Kind
from knowledge.wordings import Wording


class EntryVersion(Base):
    """An entry (or its wording in `language`) as it was before `by` changed it at `at`."""

    __tablename__ = "entry_versions"
    __table_args__ = (Index("ix_entry_versions_entry", "kind", "entry_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind]
    entry_id: Mapped[str] = mapped_column(String(120))
    language: Mapped[str | None] = mapped_column(String(12))
    action: Mapped[str] = mapped_column(String(80))
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]]


def remember(session: Session, row: Entry | Wording, action: str, by: str, at: datetime) -> EntryVersion:
    """Keep what the row says now. Call it before the change."""
    id, language = (row.id, None) if isinstance(row, Entry) else (row.entry_id, row.language)
    version = EntryVersion(
        kind=row.kind, entry_id=id, language=language, action=action, by=by, at=at, before=snapshot(row)
    )
    session.add(version)
    return version


def snapshot(row: Entry | Wording) -> dict[str, Any]:
    """The columns of a row, and an organisation's contacts, as JSON."""
    said = {column.key: _plain(getattr(row, column.key)) for column in type(row).__mapper__.column_attrs}
    if isinstance(row, Organisation):
        said["contacts"] = [
            {"kind": one.kind.value, "value": one.value, "confidence": one.confidence.value, "source": one.source}
            for one in row.contacts
        ]
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def versions(session: Session, kind: Kind, id: str) -> Sequence[EntryVersion]:
    """The earlier states of an entry and its wordings, the newest first."""
    query = select(EntryVersion).where(EntryVersion.kind == kind, EntryVersion.entry_id == id)
    return session.scalars(query.order_by(EntryVersion.id.desc())).all()


class ImportedPack(Base):
    """A pack this desk has taken in, and the digest of the files it was read from."""

    __tablename__ = "packs"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    version: Mapped[str] = mapped_column(String(80))
    title: Mapped[str]
    publisher: Mapped[str]
    licence: Mapped[str]
    digest: Mapped[str] = mapped_column(String(64), index=True)
    imported_at: Mapped[datetime]


def imported_packs(session: Session) -> Sequence[ImportedPack]:
    """The packs this desk has taken in, the newest first."""
    return session.scalars(select(ImportedPack).order_by(ImportedPack.imported_at.desc())).all()
