"""What the router has learnt from the knowledge, kept so that a start need not learn it again."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base

#: How long what was learnt from an older state of the knowledge stays, for processes that still work with it.
_KEPT = timedelta(days=1)


class Learnt(Base):
    """One language's worth, under a key that changes with everything it was learnt from."""

    __tablename__ = "learnt"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]


def recall(session: Session, key: str) -> bytes | None:
    """What was learnt under a key, or None."""
    return session.scalar(select(Learnt.content).where(Learnt.key == key))


def keep(session: Session, language: str, found: Mapping[str, bytes], now: datetime) -> None:
    """Keep what was learnt of a language and let go of what it replaces."""
    session.execute(delete(Learnt).where(Learnt.language == language, Learnt.made_at < now - _KEPT))
    for key, content in found.items():
        session.merge(Learnt(key=key, language=language, content=content, made_at=now))
