"""Challenges: what has to come back from an authenticator, an app or another service, once and soon."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from desk.access.secrets import digest
from knowledge.database import Base
from knowledge.upserts import insert

LASTS = timedelta(minutes=5)


class Challenge(Base):
    """What was asked of one browser for one purpose. `digest` is of the secret that the browser keeps in a cookie."""

    __tablename__ = "challenges"

    digest: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


def put(session: Session, holder: str, purpose: str, value: dict[str, Any], now: datetime) -> None:
    """Ask something of the browser that holds a secret; an earlier question of the same purpose ends."""
    values = {"value": value, "expires_at": now + LASTS}
    statement = insert(session, Challenge).values(digest=_name(holder, purpose), **values)
    session.execute(statement.on_conflict_do_update(index_elements=[Challenge.digest], set_=values))


def take(session: Session, holder: str, purpose: str, now: datetime) -> dict[str, Any] | None:
    """What was asked, which is gone afterwards; None when nothing was, or too long ago."""
    mine = delete(Challenge).where(Challenge.digest == _name(holder, purpose))
    found = session.execute(mine.returning(Challenge.value, Challenge.expires_at)).first()
    return dict(found.value) if found is not None and found.expires_at > now else None


def forget_the_ended(session: Session, now: datetime) -> None:
    """Delete what nobody has answered in time."""
    session.execute(delete(Challenge).where(Challenge.expires_at < now))


def _name(holder: str, purpose: str) -> str:
    return digest(f"{purpose}:{holder}")
