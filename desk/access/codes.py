"""Codes from an authenticator app (TOTP, RFC 6238): six digits, 30 seconds, each good once."""

from datetime import datetime, timedelta

import pyotp
from pyotp.utils import strings_equal
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from desk.members import Member

STEP = timedelta(seconds=30)
# A clock may be one step off either way (RFC 6238, 5.2).
_STEPS = (0, -1, 1)


def new_secret() -> str:
    """A secret for an app, in base 32."""
    return pyotp.random_base32()


def address(secret: str, member: Member) -> str:
    """What an app reads from the square code."""
    return pyotp.TOTP(secret).provisioning_uri(name=member.email or member.name, issuer_name="Guidepost")


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step a code belongs to; None when it is not a code of these moments."""
    tidy, app = code.replace(" ", ""), pyotp.TOTP(secret)
    for off in _STEPS:
        if strings_equal(app.at(now, counter_offset=off), tidy):
            return int(now.timestamp()) // int(STEP.total_seconds()) + off
    return None


def use(session: Session, member: Member, code: str, now: datetime) -> bool:
    """Whether a code is right and was not used before, nor one that came later. Two at the same moment: one is."""
    step = step_of(member.totp_secret, code, now) if member.totp_secret else None
    if step is None:
        return False
    fresh = or_(Member.totp_step.is_(None), Member.totp_step < step)
    used = update(Member).where(Member.id == member.id, fresh).values(totp_step=step).returning(Member.id)
    return session.execute(used).first() is not None
