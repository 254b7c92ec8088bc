"""Who is looking at a ticket just now, so that two members do not answer the same one."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from desk.members import Member
from desk.tickets import Ticket
from knowledge.database import Base

LASTS = timedelta(seconds=30)


class Presence(Base):
    """The last sign of one member on one ticket's page; `writing` once they have begun a reply."""

    __tablename__ = "presences"

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), primary_key=True)
    writing: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime]

    member: Mapped[Member] = relationship()


def look(session: Session, ticket: Ticket, member: Member, now: datetime, *, writing: bool = False) -> None:
    """This member has the ticket open."""
    session.merge(Presence(ticket_id=ticket.id, member_id=member.id, writing=writing, seen_at=now))


def lookers(session: Session, ticket: Ticket, now: datetime) -> list[Presence]:
    """Who has it open."""
    here = select(Presence).options(joinedload(Presence.member)).filter_by(ticket_id=ticket.id)
    return list(session.scalars(here.where(Presence.seen_at > now - LASTS)))


def others(session: Session, ticket: Ticket, member: Member, now: datetime) -> list[Presence]:
    """Who else has it open."""
    return [one for one in lookers(session, ticket, now) if one.member_id != member.id]


def is_here(session: Session, ticket: Ticket, member: Member, now: datetime) -> bool:
    """Whether this member has had the ticket open without a break until now."""
    mine = session.get(Presence, (ticket.id, member.id))
    return mine is not None and mine.seen_at > now - LASTS
