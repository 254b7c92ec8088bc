"""Pages: calls to the member on duty that go on to the next one until somebody acknowledges."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship, selectinload

from desk.members import Member
from desk.outbox import OutboxRow
from desk.tickets import Ticket
from knowledge.database import Base


class Reason(StrEnum):
    """Why somebody is called."""

    CRISIS = "crisis"
    OVERDUE = "overdue"
    DRILL = "drill"


class PageState(StrEnum):
    """Where a page stands."""

    CALLING = "calling"
    ACKNOWLEDGED = "acknowledged"
    ENDED = "ended"


class Page(Base):
    """One emergency, overdue ticket or drill for which somebody is called. `next_at` is when the next ones are called,
    unless somebody has acknowledged by then; `step` counts how often that has happened."""

    __tablename__ = "pages"
    __table_args__ = (Index("ix_pages_due", "state", "next_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    reason: Mapped[Reason]
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
    """One message of a page to one member in one channel; `key` is that of the outbox, where its delivery stands.

    Without a channel it is a member who was to be called and has linked none.
    """

    __tablename__ = "page_calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="SET NULL"))
    channel: Mapped[str]
    key: Mapped[str | None]
    at: Mapped[datetime]

    page: Mapped[Page] = relationship(back_populates="calls")
    member: Mapped[Member | None] = relationship()


def calling(session: Session, ticket: Ticket) -> list[Page]:
    """The pages of a ticket that nobody has acknowledged yet; for one that was only now opened there are none."""
    if ticket.id is None:
        return []
    return list(session.scalars(select(Page).filter_by(ticket_id=ticket.id, state=PageState.CALLING)))


def due(session: Session, now: datetime, limit: int = 20) -> list[Page]:
    """Pages whose next step has come, locked so that two schedulers never take the same one."""
    query = select(Page).where(Page.state == PageState.CALLING, Page.next_at <= now)
    return list(session.scalars(query.order_by(Page.next_at, Page.id).limit(limit).with_for_update(skip_locked=True)))


def finish(session: Session, page: Page, state: PageState, now: datetime, by: Member | None = None) -> bool:
    """Call nobody any more. False when somebody else was first."""
    values = {"state": state, "acknowledged_by_id": by.id if by else None, "acknowledged_at": now if by else None}
    mine = (Page.id == page.id, Page.state == PageState.CALLING)
    done = session.scalar(update(Page).where(*mine).values(**values).returning(Page.id)) is not None
    session.refresh(page)
    return done


def latest(session: Session, limit: int = 10) -> list[Page]:
    """The newest pages with everything that is shown of them."""
    query = select(Page).options(
        joinedload(Page.ticket), joinedload(Page.acknowledged_by), selectinload(Page.calls).joinedload(Call.member)
    )
    return list(session.scalars(query.order_by(Page.id.desc()).limit(limit)))


def deliveries(session: Session, pages: list[Page]) -> dict[str, OutboxRow]:
    """Where the messages of these pages stand, by their keys."""
    keys = [call.key for page in pages for call in page.calls if call.key]
    rows = session.scalars(select(OutboxRow).where(OutboxRow.key.in_(keys))).all()
    return {row.key: row for row in rows}
