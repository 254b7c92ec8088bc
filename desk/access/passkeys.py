"""Passkeys: a second factor, or the only one, that no false page can ask for (WebAuthn)."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.members import Member
from knowledge.database import Base


class Passkey(Base):
    """One authenticator of a member. `credential` and `public_key` are base64url; `uses` is its signature counter."""

    __tablename__ = "passkeys"

    credential: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    public_key: Mapped[str]
    uses: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()
