"""Somebody outside who vouches for members: a service they have signed in to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from desk import audit
from desk.members import Handle, Member, behind, by_email


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom a service has recognised: their id in a channel, and an address that the service has checked."""

    channel: str
    account: str
    sender: str
    name: str
    email: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question to the service was made with, and what has to come back in the answer."""

    state: str
    nonce: str
    verifier: str
    back: str


class NotVouched(Exception):
    """The service does not vouch for them, or what came does not hold. `reason` is for the log, never for the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Voucher(Protocol):
    """A service that members can sign in with."""

    def address(self, asked: Asked) -> str:
        """Where a browser goes to be recognised."""

    def vouch(self, asked: Asked, code: str) -> Vouched:
        """Whom it has recognised.

        Raises:
            NotVouched: nobody, or somebody of elsewhere.
        """


def member_of(session: Session, vouched: Vouched, now: datetime) -> Member | None:
    """The member a service vouches for: by their id in its channel, else by an address they have an account with.

    Found by the address, the id is kept as theirs. Nobody becomes a member by this.
    """
    where = {"channel": vouched.channel, "account": vouched.account, "sender": vouched.sender}
    if (member := behind(session, **where)) is not None:
        return member
    member = by_email(session, vouched.email) if vouched.email else None
    if member is not None and member.active:
        member.handles.append(Handle(**where))
        audit.record(session, member.actor, "linked", member.actor, now, channel=vouched.channel)
    return member
