"""What a member shows besides their password: an app, passkeys, and recovery codes for bad days."""

from dataclasses import dataclass

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from desk.access import recovery
from desk.access.passkeys import Passkey, passkeys_of
from desk.access.sessions import SignIn
from desk.members import Member


@dataclass(frozen=True, slots=True)
class Factors:
    """A member's second factors. Recovery codes do not count as one: they stand in for another."""

    app: bool
    passkeys: list[Passkey]
    codes_left: int

    def __bool__(self) -> bool:
        return self.app or bool(self.passkeys)

    @property
    def is_last(self) -> bool:
        """Whether removing one leaves none."""
        return self.app + len(self.passkeys) == 1


def factors_of(session: Session, member: Member) -> Factors:
    """What a member has set up."""
    return Factors(member.totp_secret is not None, passkeys_of(session, member), recovery.left(session, member))


def protected(session: Session) -> set[int]:
    """The ids of all members who have a second factor."""
    return set(session.scalars(select(Member.id).where(~_HAS_NONE)))


def clear(session: Session, member: Member) -> None:
    """Forget all second factors of a member who has lost them."""
    member.totp_secret = member.totp_step = None
    session.execute(delete(Passkey).where(Passkey.member_id == member.id))
    recovery.forget(session, member)


def ask_everybody(session: Session) -> None:
    """Let those who are signed in without having a second factor set one up before they go on."""
    unprotected = select(Member.id).where(_HAS_NONE)
    session.execute(update(SignIn).where(SignIn.member_id.in_(unprotected)).values(passed=False))


_HAS_NONE = Member.totp_secret.is_(None) & ~exists().where(Passkey.member_id == Member.id)
