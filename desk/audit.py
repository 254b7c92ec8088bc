"""The audit log: every view of personal data and every change, by whom and when. Ids only, never what was written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, delete, func, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base


class AuditEntry(Base):
    """One thing that somebody did or saw. `actor` is a member's (`member:7`), a token's (`token:2`) or `desk`;
    `what` a word such as viewed, replied, signed_in; `about` what it was done to (`GP-4F2K7`, `member:3`)."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_about", "about", "id"),
        Index("ix_audit_entries_at", "at", "id"),
        Index("ix_audit_entries_actor", "actor", "at", "id"),
        Index("ix_audit_entries_what", "what", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    what: Mapped[str]
    about: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)


def record(session: Session, actor: str, what: str, about: str, now: datetime, **details: Any) -> None:
    """Add an entry in the transaction of what it tells of."""
    session.add(AuditEntry(at=now, actor=actor, what=what, about=about, details=details))


def entries(session: Session, *, about: str | None = None, actor: str | None = None, before: int | None = None,
            limit: int = 100) -> list[AuditEntry]:  # fmt: skip
    """The newest entries, those before the id `before` for a further page."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    if about:
        query = query.where(AuditEntry.about == about)
    if actor:
        query = query.where(AuditEntry.actor == actor)
    return list(session.scalars(query.where(AuditEntry.id < before) if before else query))


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries are looked for; what is None does not matter. `since` belongs to it, `until` does not."""

    actor: str | None = None
    about: str | None = None
    what: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the log ended."""

    at: datetime
    id: int


def found(session: Session, search: Search, after: Place | None = None, limit: int = 100) -> list[AuditEntry]:
    """Entries, the newest first, from where the page before ended."""
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)
    exact = {"actor": search.actor, "about": search.about, "what": search.what}
    query = query.filter_by(**{name: value for name, value in exact.items() if value})
    if search.since:
        query = query.where(AuditEntry.at >= search.since)
    if search.until:
        query = query.where(AuditEntry.at < search.until)
    if after:
        query = query.where(tuple_(AuditEntry.at, AuditEntry.id) < (after.at, after.id))
    return list(session.scalars(query))


def kinds(session: Session) -> list[str]:
    """What has been written down so far, each word once. Leaps from word to word in the index."""
    first = select(func.min(AuditEntry.what).label("word")).cte("words", recursive=True)
    following = select(func.min(AuditEntry.what)).where(AuditEntry.what > first.c.word).scalar_subquery()
    words = first.union_all(select(following).where(first.c.word.is_not(None)))
    return [word for word in session.scalars(select(words.c.word)) if word is not None]


def forget_before(session: Session, limit: datetime) -> None:
    """Delete what is older than the desk keeps it."""
    session.execute(delete(AuditEntry).where(AuditEntry.at < limit))
