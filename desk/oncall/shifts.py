"""The rota: who is on call from when to when."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from desk.members import Member
from knowledge.database import Base


class Shift(Base):
    """One member on call for one stretch of time. `rank` 1 is called first, 2 when 1 does not answer, and so on."""

    __tablename__ = "shifts"
    __table_args__ = (Index("ix_shifts_time", "starts_at", "ends_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int] = mapped_column(default=1)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]

    member: Mapped[Member] = relationship()


def on_call(session: Session, now: datetime) -> list[Shift]:
    """The shifts that run now, in the order of calling; those of members who are absent or have left are not."""
    found = session.scalars(_RUNNING, {"now": now})
    return [shift for shift in found if shift.member.active and not shift.member.is_away(now)]


# Made once: making a statement anew takes longer than running it.
_RUNNING = (
    select(Shift)
    .options(joinedload(Shift.member).selectinload(Member.handles))
    .where(Shift.starts_at <= bindparam("now"), Shift.ends_at > bindparam("now"))
    .order_by(Shift.rank, Shift.id)
)
