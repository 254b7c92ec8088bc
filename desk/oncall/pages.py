"""Pages: calls to the member on duty that go on to the next one until somebody acknowledges."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from desk.members import Member
from desk.tickets import Ticket
from knowledge.database import Base


class PageState(StrEnum):
    """Where a page stands."""

    CALLING = "calling"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


class Page(Base):
    """One emergency, overdue ticket (`reason`) or drill for which somebody is called. `next_at` is when the next call
    goes out; `step` counts the calls so far."""

    __tablename__ = "pages"
    __table_args__ = (Index("ix_pages_due", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    state: Mapped[PageState] = mapped_column(default=PageState.CALLING)
    step: Mapped[int] = mapped_column(default=0)
    started_at: Mapped[datetime]
    next_at: Mapped[datetime]
    acknowledged_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    acknowledged_at: Mapped[datetime | None]

    ticket: Mapped[Ticket | None] = relationship()
    acknowledged_by: Mapped[Member | None] = relationship()
    calls: Mapped[list["Call"]] = relationship(back_populates="page", order_by="Call.id", cascade="all, delete-orphan")


class Call(Base):
    """One message of a page to one member in one channel; `key` is that of the outbox, where its delivery stands."""

    __tablename__ = "page_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    channel: Mapped[str]
    key: Mapped[str | None]
    at: Mapped[datetime]

    page: Mapped[Page] = relationship(back_populates="calls")
    member: Mapped[Member | None] = relationship()
