"""The audit log: every view of personal data and every change, by whom and when. Ids only, never what was written."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base


class AuditEntry(Base):
    """One thing that somebody did or saw. `actor` is a member's (`member:7`), a token's (`token:2`) or `desk`;
    `what` a word such as viewed, replied, signed_in; `about` what it was done to (`GP-4F2K7`, `member:3`)."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_about", "about", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(index=True)
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
