"""Sessions of the console: who has signed in where, until when."""

import hmac
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk.access.secrets import digest, new_secret
from desk.members import Member
from knowledge.database import Base

# OWASP ASVS 5.0, 7.3.1 and 7.3.2: an end after doing nothing, and one whatever is done.
IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
# As long as one may take from the password to the second factor.
HALFWAY = timedelta(minutes=10)
# As long a sign-in counts as fresh: changing what protects the account needs no password again.
FRESH = timedelta(minutes=10)
# Noting every request would make a write of every read.
NOTED_EVERY = timedelta(minutes=1)


class SignIn(Base):
    """One browser that has signed in. `passed` says whether the second factor was shown too, where one is set up."""

    __tablename__ = "sign_ins"

    digest: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    passed: Mapped[bool] = mapped_column(default=True)
    agent: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    member: Mapped[Member] = relationship()

    @property
    def ends_at(self) -> datetime:
        """When it ends at the latest if nothing more is done."""
        return min(self.seen_at + IDLE, self.created_at + (LONGEST if self.passed else HALFWAY))

    @property
    def mark(self) -> str:
        """What a page calls it; opens nothing."""
        return self.digest[:16]

    def is_over(self, now: datetime) -> bool:
        return now > self.ends_at


def start(session: Session, member: Member, now: datetime, *, passed: bool, agent: str = "") -> str:
    """Start a session; returns the secret for the cookie, which is kept nowhere else."""
    secret = new_secret()
    session.add(
        SignIn(digest=digest(secret), member=member, passed=passed, agent=agent[:120], created_at=now, seen_at=now)
    )
    return secret


def find(session: Session, secret: str, now: datetime) -> SignIn | None:
    """The session of a cookie while it lasts and its member is active."""
    found = session.get(SignIn, digest(secret))
    return found if found is not None and not found.is_over(now) and found.member.active else None


def is_to_be_noted(found: SignIn, now: datetime) -> bool:
    """Whether it is time to write down that the session is still used."""
    return now - found.seen_at > NOTED_EVERY


def end(session: Session, secret: str) -> None:
    """Sign out."""
    session.execute(delete(SignIn).where(SignIn.digest == digest(secret)))


def rotate(session: Session, secret: str, now: datetime) -> str:
    """Go on under a new secret after showing a second factor or changing a password (ASVS 5.0, 7.2.4)."""
    old = session.get_one(SignIn, digest(secret))
    member, agent = old.member, old.agent
    session.delete(old)
    return start(session, member, now, passed=True, agent=agent)


def end_one(session: Session, member: Member, mark: str, now: datetime) -> bool:
    """Sign a member out in one place. False when it is not theirs or over."""
    found = next((one for one in sessions_of(session, member, now) if one.mark == mark), None)
    if found is not None:
        session.delete(found)
    return found is not None


def end_all(session: Session, member: Member, but: str | None = None) -> None:
    """Sign a member out everywhere: a password was changed, a role taken away. `but` is the secret of one to keep."""
    mine = delete(SignIn).where(SignIn.member_id == member.id)
    session.execute(mine.where(SignIn.digest != digest(but)) if but else mine)


def sessions_of(session: Session, member: Member, now: datetime) -> list[SignIn]:
    """Where a member is signed in, the latest first."""
    query = select(SignIn).filter_by(member_id=member.id).order_by(SignIn.seen_at.desc())
    return [one for one in session.scalars(query) if not one.is_over(now)]


def forget_the_ended(session: Session, now: datetime) -> None:
    """Delete what has run out."""
    halfway = SignIn.passed.is_(False) & (SignIn.created_at < now - HALFWAY)
    session.execute(delete(SignIn).where((SignIn.seen_at < now - IDLE) | (SignIn.created_at < now - LONGEST) | halfway))


def form_token(secret: str) -> str:
    """What every form of this session has to bring along, so that another site cannot send it."""
    return hmac.new(secret.encode(), b"form", "sha256").hexdigest()
