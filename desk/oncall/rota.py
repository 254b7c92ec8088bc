"""Changing the rota: shifts that come every week, handing over, and where nobody is on call."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from desk import audit
from desk.conversation.turn import Desk
from desk.members import Member
from desk.oncall.shifts import Shift

MOST_WEEKS, LONGEST_SHIFT = 26, timedelta(days=14)
MOST_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch in which nobody is on call."""

    starts_at: datetime
    ends_at: datetime


def between(session: Session, start: datetime, end: datetime) -> list[Shift]:
    """Shifts that lie in a stretch of time or reach into it, in order."""
    query = select(Shift).options(joinedload(Shift.member)).where(Shift.starts_at < end, Shift.ends_at > start)
    return list(session.scalars(query.order_by(Shift.starts_at, Shift.rank, Shift.id).limit(MOST_SHOWN)))


def gaps(shifts: list[Shift], start: datetime, end: datetime) -> list[Gap]:
    """Where none of these shifts covers a stretch; those of members who have left cover nothing."""
    return list(_gaps(shifts, start, end))


def _gaps(shifts: list[Shift], start: datetime, end: datetime) -> Iterator[Gap]:
    covered = start
    for shift in sorted(shifts, key=lambda one: one.starts_at):
        if shift.member.active:
            if shift.starts_at > covered:
                yield Gap(covered, shift.starts_at)
            covered = max(covered, shift.ends_at)
    if covered < end:
        yield Gap(covered, end)


def add(desk: Desk, by: Member, to: Member, rank: int, start: datetime, end: datetime, weeks: int = 1) -> list[Shift]:
    """Put a member on call, for so many weeks at the same local times. `start` and `end` are in their zone."""
    weekly = [timedelta(days=7 * week) for week in range(weeks)]
    shifts = [
        Shift(member_id=to.id, rank=rank, starts_at=_instant(start, week), ends_at=_instant(end, week))
        for week in weekly
    ]
    desk.session.add_all(shifts)
    audit.record(desk.session, by.actor, "shift_added", to.actor, desk.now, rank=rank, weeks=weeks)
    return shifts


def _instant(local: datetime, later: timedelta) -> datetime:
    """The same time on the clock, also across a change of daylight saving."""
    zone: tzinfo | None = local.tzinfo
    return (local.replace(tzinfo=None) + later).replace(tzinfo=zone).astimezone(UTC)


def hand_over(desk: Desk, by: Member, shift: Shift, to: Member, *, all_later: bool) -> list[Shift]:
    """Give a shift to another member, or it and all later ones of the same member and rank. What has run already stays
    theirs. Returns those that changed hands."""
    shifts = [shift]
    if all_later:
        same = (Shift.member_id == shift.member_id, Shift.rank == shift.rank, Shift.starts_at > shift.starts_at)
        shifts += desk.session.scalars(select(Shift).where(*same)).all()
    before = f"member:{shift.member_id}"
    for one in shifts:
        if one.starts_at < desk.now:
            past = Shift(member_id=one.member_id, rank=one.rank, starts_at=one.starts_at, ends_at=desk.now)
            desk.session.add(past)
            one.starts_at = desk.now
        one.member = to
    audit.record(desk.session, by.actor, "shift_handed_over", to.actor, desk.now, count=len(shifts), before=before)
    return shifts


def remove(desk: Desk, by: Member, shift: Shift) -> None:
    """Take a shift off the rota; what has run already stays."""
    if shift.starts_at < desk.now:
        shift.ends_at = desk.now
    else:
        desk.session.delete(shift)
    audit.record(desk.session, by.actor, "shift_removed", f"member:{shift.member_id}", desk.now)
