"""Members of the desk: who works here, in which role, and under which ids in the channels."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from knowledge.database import Base


class Right(StrEnum):
    """One thing a member may be allowed to do."""

    SEE_TICKETS = "see_tickets"
    SEE_PERSONS = "see_persons"
    WORK = "work"
    EDIT = "edit"
    REPORTS = "reports"
    AUDIT = "audit"
    ADMINISTER = "administer"


class Role(StrEnum):
    """What a member is here for."""

    COORDINATOR = "coordinator"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


#: `SEE_PERSONS` covers whatever a requester wrote and every id of theirs; an auditor reads all but that.
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.COORDINATOR: frozenset({Right.SEE_TICKETS, Right.SEE_PERSONS, Right.WORK, Right.REPORTS}),
    Role.EDITOR: frozenset({Right.SEE_TICKETS, Right.SEE_PERSONS, Right.WORK, Right.EDIT, Right.REPORTS}),
    Role.ADMINISTRATOR: frozenset(Right),
    Role.AUDITOR: frozenset({Right.SEE_TICKETS, Right.REPORTS, Right.AUDIT}),
}


class Member(Base):
    """Somebody who works at this desk.

    `email` and `password_hash` (Argon2id) are there once they have an account in the console; who only ever pressed
    buttons in the coordinators' chat has neither. `languages` and `topics` are what they take on, for assignment;
    empty means all. `away_until` is set while they are absent.
    """

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    role: Mapped[Role]
    active: Mapped[bool] = mapped_column(default=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    password_hash: Mapped[str | None]
    #: Base 32, as authenticator apps take it; the last time step that was used, so that a code works once.
    totp_secret: Mapped[str | None]
    totp_step: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    language: Mapped[str | None]
    time_zone: Mapped[str | None]
    languages: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    away_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    handles: Mapped[list["Handle"]] = relationship(back_populates="member", cascade="all, delete-orphan")

    def may(self, right: Right) -> bool:
        return self.active and right in RIGHTS[self.role]

    def is_away(self, now: datetime) -> bool:
        return self.away_until is not None and self.away_until > now

    @property
    def actor(self) -> str:
        """How a ticket's history and the audit log name this member."""
        return f"member:{self.id}"


class Handle(Base):
    """Who a member is in one channel."""

    __tablename__ = "member_handles"
    __table_args__ = (UniqueConstraint("channel", "account", "sender"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    account: Mapped[str]
    sender: Mapped[str]

    member: Mapped[Member] = relationship(back_populates="handles")


def behind(session: Session, channel: str, account: str, sender: str) -> Member | None:
    """The member who writes under this id; None when nobody of the desk does."""
    query = select(Member).join(Member.handles)
    return session.scalars(query.filter_by(channel=channel, account=account, sender=sender)).first()


def met(session: Session, channel: str, account: str, sender: str, name: str, now: datetime) -> Member:
    """The member behind somebody who acts in the coordinators' own place; being there makes them a coordinator."""
    member = behind(session, channel, account, sender)
    if member is None:
        member = Member(name=name, role=Role.COORDINATOR, languages=[], topics=[], created_at=now)
        member.handles.append(Handle(channel=channel, account=account, sender=sender))
        session.add(member)
        session.flush()
    return member


def by_email(session: Session, email: str) -> Member | None:
    """The member with this address, however it is capitalised."""
    return session.scalars(select(Member).filter_by(email=email.strip().casefold())).first()


def locked(session: Session, member_id: int) -> Member:
    """A member nobody else changes until the end of this transaction: tries at the same moment are all counted."""
    return session.get_one(Member, member_id, with_for_update=True, populate_existing=True)


def of_actor(session: Session, actor: str) -> Member | None:
    """The member an entry of a history names; None for the requester, the desk and who has left."""
    kind, _, number = actor.partition(":")
    return session.get(Member, int(number)) if kind == "member" and number.isdigit() else None


def everybody(session: Session, *, active: bool = True) -> list[Member]:
    """All members by name; `active=False` includes those who have left."""
    query = select(Member).order_by(Member.name, Member.id)
    return list(session.scalars(query.where(Member.active) if active else query))
