"""Invitations: a link that works once and makes an account, or gives a forgotten password anew."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk.access.secrets import digest, new_secret
from desk.members import Member, Role
from knowledge.database import Base

LASTS = timedelta(days=3)


class Invitation(Base):
    """A place at the desk that is held for somebody. With `member_id` it lets that member choose a password anew, and
    removes their second factors too where `clears_factors` says so."""

    __tablename__ = "invitations"

    digest: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[Role]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"))
    clears_factors: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    member: Mapped[Member | None] = relationship()

    @property
    def mark(self) -> str:
        """What a page calls it; opens nothing."""
        return self.digest[:16]


def invite(
    session: Session,
    role: Role,
    created_by: str,
    now: datetime,
    member: Member | None = None,
    *,
    clears_factors: bool = False,
) -> str:
    """A new invitation; returns the secret of its link, which is kept nowhere else. A member's earlier one ends."""
    if member is not None:
        withdraw_from(session, member)
    secret = new_secret()
    session.add(
        Invitation(
            digest=digest(secret), role=role, member=member, clears_factors=clears_factors, created_by=created_by,
            created_at=now, expires_at=now + LASTS,
        )
    )  # fmt: skip
    return secret


def withdraw_from(session: Session, member: Member) -> None:
    """End the links that were made for a member."""
    session.execute(delete(Invitation).where(Invitation.member_id == member.id))


def open_invitations(session: Session, now: datetime) -> list[Invitation]:
    """Links for new members that nobody has used yet, the latest first."""
    query = select(Invitation).where(Invitation.member_id.is_(None), Invitation.expires_at > now)
    return list(session.scalars(query.order_by(Invitation.created_at.desc()).limit(100)))


def withdraw(session: Session, mark: str, now: datetime) -> bool:
    """End one link. False when there is none of that mark."""
    found = next((one for one in open_invitations(session, now) if one.mark == mark), None)
    if found is not None:
        session.delete(found)
    return found is not None


def find(session: Session, secret: str, now: datetime) -> Invitation | None:
    """The invitation of a link while it lasts and its member is active."""
    found = session.get(Invitation, digest(secret))
    if found is None or found.expires_at <= now or (found.member is not None and not found.member.active):
        return None
    return found


def use_up(session: Session, invitation: Invitation) -> bool:
    """It has done its work. Where it made the first administrator, all other links of that kind end too.

    False when somebody was faster with the same link.
    """
    session.expunge(invitation)
    this = delete(Invitation).where(Invitation.digest == invitation.digest)
    is_ours = session.execute(this.returning(Invitation.digest)).first() is not None
    if invitation.created_by == FIRST:
        session.execute(delete(Invitation).where(Invitation.created_by == FIRST))
    return is_ours


def forget_the_ended(session: Session, now: datetime) -> None:
    """Delete links that nobody has used in time."""
    session.execute(delete(Invitation).where(Invitation.expires_at < now))


#: Who invites the first administrator.
FIRST = "first start"


def needs_first(session: Session) -> bool:
    """Whether nobody can administer this desk yet."""
    found = select(Member.id).where(Member.role == Role.ADMINISTRATOR, Member.active, Member.password_hash.is_not(None))
    return session.scalars(found.limit(1)).first() is None
