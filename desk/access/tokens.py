"""Tokens for programs: what `/api/v1` accepts, and for what."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from desk import audit
from desk.access.secrets import digest, new_secret
from desk.members import Member, Right
from knowledge.database import Base

# By this, scanners for leaked secrets know it.
PREFIX = "guidepost_"
REPEATS_KEPT = timedelta(days=1)
# Noting every use would make a write of every read.
NOTED_EVERY = timedelta(minutes=1)


class Token(Base):
    """A program's way in. `scopes` are rights; it can do these, and never more than the member who made it."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(default=list)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship()

    def may(self, right: Right) -> bool:
        return right in self.scopes and self.member.may(right)

    @property
    def actor(self) -> str:
        """How the audit log names this token."""
        return f"token:{self.id}"


class Repeat(Base):
    """What a request with an Idempotency-Key was answered, so that its repeat gets the same and does nothing.

    `fingerprint` is a digest of the request: another request under the same key is a mistake.
    """

    __tablename__ = "repeats"

    token_id: Mapped[int] = mapped_column(ForeignKey("tokens.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)


def issue(
    session: Session, member: Member, name: str, scopes: Collection[Right], now: datetime, expires_at: datetime | None
) -> tuple[Token, str]:
    """A new token with its secret, which is kept nowhere else. Scopes beyond the member's own rights are left out."""
    secret = PREFIX + new_secret()
    token = Token(
        digest=digest(secret),
        name=name,
        scopes=sorted(str(scope) for scope in scopes if member.may(scope)),
        member=member,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(token)
    session.flush()
    return token, secret


def find(session: Session, secret: str, now: datetime) -> Token | None:
    """The token of a secret while it lasts and its member is active."""
    query = select(Token).options(joinedload(Token.member)).filter_by(digest=digest(secret))
    token = session.scalars(query).first()
    over = token is None or not token.member.active or (token.expires_at is not None and token.expires_at <= now)
    return None if over else token


def all_of(session: Session) -> list[Token]:
    """All tokens, by name."""
    query = select(Token).options(joinedload(Token.member)).order_by(Token.name, Token.id)
    return list(session.scalars(query))


def revoke(session: Session, token: Token, by: Member, now: datetime) -> None:
    """The token opens nothing from now on."""
    audit.record(session, by.actor, "token_revoked", token.actor, now, name=token.name)
    session.delete(token)


def is_to_be_noted(token: Token, now: datetime) -> bool:
    """Whether it is time to write down that the token is still used."""
    return token.used_at is None or now - token.used_at > NOTED_EVERY


class RepeatedAtOnce(Exception):
    """The same request came twice at the same moment: the other one is being carried out."""


def earlier(session: Session, token: Token, key: str) -> Repeat | None:
    """What a request with this key was answered before."""
    return session.get(Repeat, (token.id, key))


def remember(session: Session, repeat: Repeat) -> None:
    """Keep an answer for repeats, in the transaction of what was done.

    Raises:
        RepeatedAtOnce: the same request is being carried out elsewhere; nothing of this one may be kept.
    """
    session.add(repeat)
    try:
        session.flush()
    except IntegrityError as error:
        raise RepeatedAtOnce from error


def forget_the_old(session: Session, now: datetime) -> None:
    """Delete what repeats were remembered for long enough."""
    session.execute(delete(Repeat).where(Repeat.at < now - REPEATS_KEPT))
