"""Follow-ups: asking whether it worked until there is an outcome. Rows with a due time; nobody's memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk import alongside
from desk.hours import in_waking_hours
from desk.policy import Policy
from desk.tickets import Ticket
from knowledge.database import Base

# How long after the last question silence counts as an answer.
PATIENCE = timedelta(days=7)


class FollowUpState(StrEnum):
    """Where a follow-up stands."""

    SCHEDULED = "scheduled"
    ASKED = "asked"
    ANSWERED = "answered"
    CANCELLED = "cancelled"


class FollowUp(Base):
    """One question after one ticket. The row with `closes` set asks nothing: it closes the ticket after silence."""

    __tablename__ = "follow_ups"
    __table_args__ = (Index("ix_follow_ups_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    closes: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime]
    state: Mapped[FollowUpState] = mapped_column(default=FollowUpState.SCHEDULED)
    asked_at: Mapped[datetime | None]
    answer: Mapped[str | None]

    ticket: Mapped[Ticket] = relationship()


def schedule(session: Session, ticket: Ticket, policy: Policy, time_zone: str, now: datetime) -> None:
    """Plan the follow-ups of a new ticket at the same local hour, moved into the person's waking hours."""
    for number, days in enumerate(policy.follow_up_days, start=1):
        due = in_waking_hours(now, time_zone, days)
        alongside.write(session, FollowUp, {"number": number, "due_at": due}, ticket=ticket)


def cancel(session: Session, ticket: Ticket) -> list[int]:
    """Ask no more: solved, closed, or told to stop. Returns which questions had been planned."""
    waiting = (FollowUp.ticket_id == ticket.id, FollowUp.state.in_([FollowUpState.SCHEDULED, FollowUpState.ASKED]))
    planned = [row.id for row in _planned(session, ticket)]
    session.execute(update(FollowUp).where(*waiting).values(state=FollowUpState.CANCELLED))
    return planned


def only_next(session: Session, ticket: Ticket) -> None:
    """Ask once more at most."""
    for row in _planned(session, ticket)[1:]:
        row.state = FollowUpState.CANCELLED


def resume(session: Session, ids: Sequence[int]) -> None:
    """Plan these questions again, unless their ticket was closed in the meantime."""
    for row in session.scalars(select(FollowUp).where(FollowUp.id.in_(ids), FollowUp.state == FollowUpState.CANCELLED)):
        if not row.ticket.is_closed:
            row.state = FollowUpState.SCHEDULED


def _planned(session: Session, ticket: Ticket) -> Sequence[FollowUp]:
    query = select(FollowUp).filter_by(ticket_id=ticket.id, state=FollowUpState.SCHEDULED)
    return session.scalars(query.order_by(FollowUp.due_at, FollowUp.id)).all()


def due(session: Session, now: datetime, limit: int = 100) -> list[FollowUp]:
    """Follow-ups whose time has come, oldest first, locked so that two schedulers never ask the same one.

    When several of one ticket are due at once (the desk was down), the earlier ones are passed over: one question is
    enough.
    """
    ready = select(FollowUp).where(FollowUp.state == FollowUpState.SCHEDULED, FollowUp.due_at <= now)
    rows = session.scalars(ready.order_by(FollowUp.due_at, FollowUp.id).limit(limit).with_for_update(skip_locked=True))
    latest: dict[int, FollowUp] = {}
    for row in rows:
        if row.ticket_id in latest:
            latest[row.ticket_id].state = FollowUpState.CANCELLED
        latest[row.ticket_id] = row
    return list(latest.values())


def asked(session: Session, follow_up: FollowUp, is_last: bool, now: datetime) -> None:
    """Record that a question was queued; after the last one, plan the closing of a silent ticket."""
    follow_up.state, follow_up.asked_at = FollowUpState.ASKED, now
    if is_last:
        closing = FollowUp(ticket=follow_up.ticket, number=follow_up.number + 1, closes=True, due_at=now + PATIENCE)
        session.add(closing)


def answered(session: Session, ticket: Ticket, answer: str) -> None:
    """Record an answer on the question that is open, if one is."""
    query = select(FollowUp).filter_by(ticket_id=ticket.id, state=FollowUpState.ASKED)
    row = session.scalars(query.order_by(FollowUp.id.desc())).first()
    if row is not None:
        row.state, row.answer = FollowUpState.ANSWERED, answer
