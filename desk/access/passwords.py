"""Passwords: Argon2id, a length that a phrase reaches, and a pause after too many tries."""

from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from desk.members import Member

SHORTEST, LONGEST = 12, 200
TRIES = 5
PAUSE = timedelta(minutes=15)
# OWASP's second recommendation for Argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Verified when there is no such member, so that the time taken does not tell.
_NOBODY = _hasher.hash("nobody has this password")


def set_password(member: Member, password: str) -> None:
    """Give a member a password; the caller has checked `is_acceptable`."""
    member.password_hash = _hasher.hash(password)
    member.failures, member.locked_until = 0, None


def is_acceptable(password: str, member: Member) -> bool:
    """Long enough, and neither their name nor their address (ASVS 6.2: length counts, composition rules do not)."""
    folded = password.casefold()
    own = {part for part in (member.name.casefold(), (member.email or "").casefold()) if part}
    return SHORTEST <= len(password) <= LONGEST and folded not in own and len(set(folded)) > 3


def is_locked(member: Member, now: datetime) -> bool:
    """Whether too many wrong passwords or codes came lately."""
    return member.locked_until is not None and member.locked_until > now


def verify(member: Member | None, password: str, now: datetime) -> bool:
    """Whether this is the password of a member who may try. Wrong ones are counted, and `TRIES` of them make a pause.

    Takes as long for somebody who does not exist.
    """
    known = member is not None and member.password_hash is not None and member.active and not is_locked(member, now)
    right = _matches(member.password_hash if known and member and member.password_hash else _NOBODY, password) and known
    if member is not None and not is_locked(member, now):
        count(member, right, now)
    return right


def count(member: Member, right: bool, now: datetime) -> None:
    """Count a try, of a password or of a code."""
    if right:
        member.failures, member.locked_until = 0, None
        return
    member.failures += 1
    if member.failures >= TRIES:
        member.failures, member.locked_until = 0, now + PAUSE


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
