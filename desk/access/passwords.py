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
    forgive(member)


def is_acceptable(password: str, member: Member) -> bool:
    """Long enough, and neither their name nor their address (ASVS 6.2: length counts, composition rules do not)."""
    folded = password.casefold()
    own = {part for part in (member.name.casefold(), (member.email or "").casefold()) if part}
    return SHORTEST <= len(password) <= LONGEST and folded not in own and len(set(folded)) > 3


def matches(stored: str | None, password: str) -> bool:
    """Whether a password is the one behind a hash. Takes tens of milliseconds, so ask outside of a transaction; it
    takes as long when there is no hash."""
    try:
        _hasher.verify(stored or _NOBODY, password[:LONGEST])
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


def is_locked(member: Member, now: datetime) -> bool:
    """Whether too many wrong passwords or codes came lately."""
    return member.locked_until is not None and member.locked_until > now


def judge(member: Member, right: bool, now: datetime) -> bool:
    """Whether a try of a password or of a code counts: it was right, and its member may try. Wrong ones are counted.

    A right password does not forgive earlier failures: whoever has it could otherwise guess codes without end.
    `forgive` does, once somebody is in.
    """
    if is_locked(member, now):
        return False
    if not right:
        member.failures += 1
        if member.failures >= TRIES:
            member.failures, member.locked_until = 0, now + PAUSE
    return right and member.active


def forgive(member: Member) -> None:
    """Count from the beginning again."""
    member.failures, member.locked_until = 0, None
