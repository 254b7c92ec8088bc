"""Invitations: a link that works once and makes an account, or gives a forgotten password anew."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk.access.secrets import digest, new_secret
from desk.members import Member, Role
from knowledge.database import Base

LASTS = timedelta(days=3)


class Invitation(Base):
    """A place at the desk that is held for somebody. With `member_id` it lets that member choose a password anew."""

    __tablename__ = "invitations"

    digest: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[Role]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    member: Mapped[Member | None] = relationship()


def invite(session: Session, role: Role, created_by: str, now: datetime, member: Member | None = None) -> str:
    """A new invitation; returns the secret of its link, which is kept nowhere else."""
    secret = new_secret()
    session.add(
        Invitation(
            digest=digest(secret), role=role, member=member, created_by=created_by, created_at=now,
            expires_at=now + LASTS,
        )
    )  # fmt: skip
    return secret


def find(session: Session, secret: str, now: datetime) -> Invitation | None:
    """The invitation of a link while it lasts."""
    found = session.get(Invitation, digest(secret))
    return found if found is not None and found.expires_at > now else None


def use_up(session: Session, invitation: Invitation) -> None:
    """It has done its work. Where it made the first administrator, all other links of that kind end too."""
    session.delete(invitation)
    if invitation.created_by == FIRST:
        session.execute(delete(Invitation).where(Invitation.created_by == FIRST))


#: Who invites the first administrator.
FIRST = "first start"


def needs_first(session: Session) -> bool:
    """Whether nobody can administer this desk yet."""
    found = select(Member.id).where(Member.role == Role.ADMINISTRATOR, Member.active, Member.password_hash.is_not(None))
    return session.scalars(found.limit(1)).first() is None
