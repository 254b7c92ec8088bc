"""Replies that members write at the coordinators' place: shown first, sent when confirmed, then followed."""

from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk.members import Member
from desk.tickets import Ticket
from knowledge.database import Base


class Draft(Base):
    """One reply. `origin` is the id of the message it was written as, if it was written as one; `key` the outbox key of
    the message that shows it to the members; `reply_key` that of the reply itself, once it was sent."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    text: Mapped[str]
    origin: Mapped[str | None] = mapped_column(index=True)
    key: Mapped[str | None]
    reply_key: Mapped[str | None] = mapped_column(index=True)
    made_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    ticket: Mapped[Ticket] = relationship()
    member: Mapped[Member | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether it can still be sent."""
        return self.reply_key is None and self.withdrawn_at is None


def by_origin(session: Session, ticket: Ticket, origin: str) -> Draft | None:
    """The last draft that was written as this message."""
    query = select(Draft).filter_by(ticket_id=ticket.id, origin=origin)
    return session.scalars(query.order_by(Draft.id.desc())).first()


def by_reply(session: Session, key: str) -> Draft | None:
    """The draft that was sent under this key of the outbox."""
    return session.scalars(select(Draft).filter_by(reply_key=key)).first()
