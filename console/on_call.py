"""The rota, who is on call now, and the calls: what was sent, who answered, how long it took."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from pydantic import BaseModel
from pydantic import Field as Within
from starlette.responses import HTMLResponse, Response

from console import refusals
from console.pages import done, fragment, page
from console.premises import Premises
from console.visitors import Visitor, again, check_form, visitor
from desk import audit, members
from desk.casework import calls as answering
from desk.hours import zone_named
from desk.members import Member, Right
from desk.oncall import letters, pages, paging, rota
from desk.oncall.pages import PageState, Reason
from desk.oncall.rota import Gap
from desk.oncall.shifts import Shift, on_call
from desk.outbox import OutboxRow, OutboxState
from desk.wording import phrase
from knowledge.database import Session

PATH = "/console/on-call"
WEEKS = 4
MOST_RANKS = 5
router = APIRouter(prefix=PATH, dependencies=[Depends(check_form)], include_in_schema=False)
Reader = Annotated[Visitor, Depends(visitor(Right.SEE_TICKETS))]
Worker = Annotated[Visitor, Depends(visitor(Right.WORK))]

REASONS = {Reason.CRISIS: phrase("emergency"), Reason.OVERDUE: phrase("overdue"), Reason.DRILL: phrase("drill")}
STATES = {
    PageState.CALLING: phrase("calling"),
    PageState.ACKNOWLEDGED: phrase("acknowledged"),
    PageState.ENDED: phrase("over, nobody acknowledged"),
}
_DELIVERIES = {
    OutboxState.NEW: phrase("waits to be sent"),
    OutboxState.SENDING: phrase("is being sent"),
    OutboxState.SENT: phrase("sent"),
    OutboxState.DEAD: phrase("not delivered"),
    OutboxState.DROPPED: phrase("not delivered"),
}


class NewShift(BaseModel):
    """A shift as it is typed: times on the reader's clock, and how many weeks in a row it comes."""

    member: int
    rank: int = Within(ge=1, le=MOST_RANKS)
    starts: str = Within(max_length=40)
    ends: str = Within(max_length=40)
    weeks: int = Within(ge=1, le=rota.MOST_WEEKS)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the rota. Each shift and each gap comes with its hours on that day, on the reader's clock; a shift over
    midnight stands on each of its days."""

    day: date
    is_today: bool
    shifts: list[tuple[Shift, str]]
    gaps: list[str]


@router.get("")
def show(request: Request, one: Reader, week: str = "") -> Response:
    """The rota from one week on."""
    return _page(request, one, week, {}, "")


def _page(request: Request, one: Visitor, week: str, typed: dict[str, str], problem: str) -> HTMLResponse:
    premises: Premises = request.app.state.premises
    zone, now = zone_named(one.time_zone) or UTC, premises.clock()
    first = _monday(week, now.astimezone(zone).date())
    with premises.database.reading() as session:
        start, end = (_midnight(first + timedelta(days=days), zone) for days in (0, 7 * WEEKS))
        shifts = rota.between(session, start, end)
        ahead = rota.gaps(shifts, max(now, start), end) if end > now else []
        staff = [member for member in members.everybody(session) if member.may(Right.WORK)]
        values = {
            "duty": [(shift, letters.handles_of(shift.member)) for shift in on_call(session, now)],
            "days": _days(shifts, ahead, first, zone, now),
            "gaps": ahead[:5],
            "staff": staff,
            "earlier": first - timedelta(days=7 * WEEKS),
            "later": first + timedelta(days=7 * WEEKS),
            "typed": _usual(first, one) | typed,
            "now": now,
            "ranks": range(1, MOST_RANKS + 1),
            **_calls(session),
        }
        return page(request, one, "on_call.html", 422 if problem else 200, problem=problem, **values)


def _usual(first: date, one: Visitor) -> dict[str, str]:
    day = first.isoformat()
    fields = {"starts": f"{day}T09:00", "ends": f"{day}T17:00", "weeks": "1", "rank": "1"}
    return fields | {"member": str(one.member.id)}


def _days(shifts: list[Shift], ahead: list[Gap], first: date, zone: tzinfo, now: datetime) -> list[Day]:
    today, days = now.astimezone(zone).date(), []
    for number in range(7 * WEEKS):
        day = first + timedelta(days=number)
        start, end = _midnight(day, zone), _midnight(day + timedelta(days=1), zone)
        here = [(one, _hours(one, start, end, zone)) for one in shifts if one.starts_at < end and one.ends_at > start]
        open_ = [_hours(one, start, end, zone) for one in ahead if one.starts_at < end and one.ends_at > start]
        days.append(Day(day, day == today, here, open_))
    return days


def _hours(one: Shift | Gap, start: datetime, end: datetime, zone: tzinfo) -> str:
    """The part of it that lies in a day; nothing when that is all of it."""
    if one.starts_at <= start and one.ends_at >= end:
        return ""
    begins, ends = max(one.starts_at, start).astimezone(zone), min(one.ends_at, end).astimezone(zone)
    return f"{begins:%H:%M}–{'24:00' if one.ends_at >= end else f'{ends:%H:%M}'}"


def _monday(week: str, today: date) -> date:
    try:
        named = date.fromisoformat(week) if week else today
    except ValueError:
        raise refusals.unreadable() from None
    return named - timedelta(days=named.weekday())


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@router.get("/calls")
def calls(request: Request, one: Reader) -> Response:
    """Only the calls, to be looked at while they go out."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        return fragment(one, "on_call_calls.html", now=premises.clock(), **_calls(session))


def _calls(session: Session) -> dict[str, Any]:
    latest = pages.latest(session)
    rows = pages.deliveries(session, latest)
    return {
        "pages": latest,
        "deliveries": {key: _delivery(row) for key, row in rows.items()},
        "reasons": REASONS,
        "states": STATES,
    }


def _delivery(row: OutboxRow) -> str:
    if row.doubtful and row.state is not OutboxState.DEAD:
        return phrase("may have arrived twice or not at all")
    return _DELIVERIES[row.state]


@router.post("/shifts")
def add(request: Request, one: Worker, new: Annotated[NewShift, Field()]) -> Response:
    """Put somebody on call."""
    start, end = _local(new.starts, one), _local(new.ends, one)
    if start is None or end is None or not timedelta(0) < end - start <= rota.LONGEST_SHIFT:
        text = phrase("A shift begins before it ends and lasts two weeks at most.")
        typed = {name: str(value) for name, value in new.model_dump().items()}
        return _page(request, one, new.starts[:10] if start else "", typed, text)
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        desk, me, to = premises.desk(session), again(session, one), _colleague(session, new.member)
        rota.add(desk, me, to, new.rank, start, end, new.weeks)
    return done(f"{PATH}?week={start.date()}", "saved")


def _local(text: str, one: Visitor) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone_named(one.time_zone) or UTC)
    except ValueError:
        return None


def _colleague(session: Session, id: int) -> Member:
    member = session.get(Member, id)
    if member is None or not member.may(Right.WORK):
        raise refusals.not_here()
    return member


@router.get("/shifts/{id}")
def change(request: Request, one: Worker, id: int) -> Response:
    """One shift, to hand it over or to take it off the rota."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        shift = _shift(session, id, premises.clock())
        staff = [member for member in members.everybody(session) if member.may(Right.WORK)]
        others = [member for member in staff if member.id != shift.member_id]
        return page(request, one, "on_call_shift.html", shift=shift, others=others, now=premises.clock())


@router.post("/shifts/{id}/hand-over")
def hand_over(request: Request, one: Worker, id: int, to: int = Field(), scope: str = Field("this")) -> Response:
    """Give this shift, or it and all later ones, to somebody else."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        shift, me = _shift(session, id, premises.clock()), again(session, one)
        rota.hand_over(premises.desk(session), me, shift, _colleague(session, to), all_later=scope == "all")
        start = shift.starts_at
    return done(f"{PATH}?week={start.date()}", "saved")


@router.post("/shifts/{id}/remove")
def remove(request: Request, one: Worker, id: int) -> Response:
    """Take this shift off the rota."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        shift = _shift(session, id, premises.clock())
        start = shift.starts_at
        rota.remove(premises.desk(session), again(session, one), shift)
    return done(f"{PATH}?week={start.date()}", "deleted")


def _shift(session: Session, id: int, now: datetime) -> Shift:
    shift = session.get(Shift, id)
    if shift is None or shift.ends_at <= now:
        raise refusals.not_here()
    return shift


@router.post("/drill")
def drill(request: Request, one: Worker) -> Response:
    """Call those on duty as if there were an emergency."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        desk = premises.desk(session)
        audit.record(session, one.member.actor, "drilled", f"page:{paging.call(desk, Reason.DRILL).id}", desk.now)
    return done(PATH, "called")


@router.post("/pages/{id}/acknowledge")
def acknowledge(request: Request, one: Worker, id: int) -> Response:
    """Answer a call here instead of in the chat."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        found = session.get(pages.Page, id)
        if found is None:
            raise refusals.not_here()
        was_first = answering.answer(premises.desk(session), found, again(session, one))
    return done(PATH, "acknowledged" if was_first else "too_late")
