"""Recovery codes: ten ways in for who has lost their phone or key, each good once."""

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desk.access.secrets import digest
from desk.members import Member
from knowledge.database import Base

HOW_MANY = 10
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# 120 random bits: so many that a plain digest is enough (ASVS 5.0, 6.5.2).
_GROUPS, _LENGTH = 6, 4


class RecoveryCode(Base):
    """One code that was not used yet."""

    __tablename__ = "recovery_codes"

    digest: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


def make_codes(session: Session, member: Member, now: datetime) -> list[str]:
    """Ten new codes, to be shown once; earlier ones end."""
    forget(session, member)
    codes = [_new_code() for _ in range(HOW_MANY)]
    session.add_all(RecoveryCode(digest=digest(_tidy(code)), member_id=member.id, created_at=now) for code in codes)
    return codes


def use(session: Session, member: Member, code: str) -> bool:
    """Whether a code is one of this member's; it is gone afterwards."""
    mine = delete(RecoveryCode).where(RecoveryCode.digest == digest(_tidy(code)), RecoveryCode.member_id == member.id)
    return session.execute(mine.returning(RecoveryCode.digest)).first() is not None


def left(session: Session, member: Member) -> int:
    """How many codes a member still has."""
    return session.scalar(select(func.count()).select_from(RecoveryCode).filter_by(member_id=member.id)) or 0


def forget(session: Session, member: Member) -> None:
    """End all codes of a member."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))


def _new_code() -> str:
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)) for _ in range(_GROUPS))


def _tidy(code: str) -> str:
    """As people copy it: in any case, with other dashes or none, with the letters that look like digits."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return letters.translate(str.maketrans("OIL", "011"))
