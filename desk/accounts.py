"""What a platform has told us about our account there, remembered so that no start has to wait for it."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base
from knowledge.upserts import insert


class Account(Base):
    """Our account on one platform, as it was told to whoever had this credential."""

    __tablename__ = "accounts"

    channel: Mapped[str] = mapped_column(String(40), primary_key=True)
    #: A digest: nothing can be done with it.
    credential: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]]
    told_at: Mapped[datetime]


def recall(session: Session, channel: str, credential: str) -> dict[str, Any]:
    """What is known of the account; empty when nothing was told to who has this credential."""
    found = session.get(Account, channel)
    return found.details if found and found.credential == _digest(credential) else {}


def keep(session: Session, channel: str, credential: str, details: dict[str, Any], now: datetime) -> None:
    """Remember what was told, also while another process does."""
    values = {"credential": _digest(credential), "details": details, "told_at": now}
    statement = insert(session, Account).values(channel=channel, **values)
    session.execute(statement.on_conflict_do_update(index_elements=[Account.channel], set_=values))


def _digest(credential: str) -> str:
    return sha256(credential.encode()).hexdigest()
