"""The rota and the calls over the interface."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.shapes import Id, Moment
from desk.access.tokens import Token
from desk.casework import calls as answering
from desk.conversation.turn import Desk
from desk.hours import zone_named
from desk.members import Member, Right
from desk.oncall import pages, paging, rota
from desk.oncall.pages import PageState, Reason
from desk.oncall.shifts import Shift as ShiftRow
from desk.oncall.shifts import on_call
from desk.outbox import OutboxRow, OutboxState
from knowledge.database import Session

router = APIRouter(prefix="/on-call", tags=["on call"], responses=PROBLEMS)
Reader = Annotated[Caller, Depends(caller(Right.SEE_TICKETS))]
Worker = Annotated[Caller, Depends(caller(Right.WORK))]
AHEAD, LONGEST = timedelta(weeks=4), timedelta(days=366)
MOST_RANKS = 5
MemberId = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Shift(BaseModel):
    """A member on call for a stretch of time. `rank` 1 is called first, 2 when 1 does not answer, and so on."""

    id: int
    member_id: int
    rank: int
    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, row: ShiftRow) -> "Shift":
        return cls.model_validate(row, from_attributes=True)


class Gap(BaseModel):
    """A stretch in which nobody is on call."""

    starts_at: datetime
    ends_at: datetime


class Rota(BaseModel):
    """Who is on call now, in the order of calling; the shifts of a stretch of time, and what is left open in it."""

    on_duty: list[Shift]
    shifts: list[Shift]
    gaps: list[Gap]


class NewShift(BaseModel):
    """A shift, for so many weeks at the same times on the clocks of `time_zone` (of the desk, when left out)."""

    member: MemberId
    rank: int = Field(1, ge=1, le=MOST_RANKS)
    starts_at: Moment
    ends_at: Moment
    weeks: int = Field(1, ge=1, le=rota.MOST_WEEKS)
    time_zone: str | None = Field(None, max_length=60, examples=["Europe/Riga"])


class Shifts(BaseModel):
    """Shifts that were added or changed hands."""

    shifts: list[Shift]


class HandOver(BaseModel):
    """To whom a shift goes; with `all_later` all later ones of the same member and rank too."""

    member: MemberId
    all_later: bool = False


class Call(BaseModel):
    """One message to one member. Without a channel: they were to be called and have linked none."""

    member_id: int | None
    channel: str
    at: datetime
    delivery: OutboxState | None = Field(description="where the message stands in the outbox")


class Page(BaseModel):
    """An emergency, an overdue ticket or a drill for which members are called until one acknowledges."""

    id: int
    ticket: str | None
    reason: Reason
    state: PageState
    started_at: datetime
    next_at: datetime = Field(description="when the next ones are called, while nobody has acknowledged")
    acknowledged_by: int | None
    acknowledged_at: datetime | None
    calls: list[Call]

    @classmethod
    def of(cls, row: pages.Page, deliveries: dict[str, OutboxRow]) -> "Page":
        states = {key: sent.state for key, sent in deliveries.items()}
        names = ("id", "reason", "state", "started_at", "next_at", "acknowledged_at")
        return cls(
            **{name: getattr(row, name) for name in names},
            ticket=row.ticket.reference if row.ticket else None,
            acknowledged_by=row.acknowledged_by_id,
            calls=[
                Call(member_id=one.member_id, channel=one.channel, at=one.at, delivery=states.get(one.key or ""))
                for one in row.calls
            ],
        )


@router.get("")
def show(one: Reader, since: Moment | None = None, until: Moment | None = None) -> Rota:
    """The rota of a stretch of time, the next four weeks by default."""
    now = one.premises.clock()
    start = since or now
    end = until or start + AHEAD
    if not timedelta(0) < end - start <= LONGEST:
        raise HTTPException(422, "`until` has to lie after `since`, a year at most.")
    with one.premises.database.reading() as session:
        shifts = rota.between(session, start, end)
        open_ = rota.gaps(shifts, max(now, start), end) if end > now else []
        return Rota(
            on_duty=[Shift.of(row) for row in on_call(session, now)],
            shifts=[Shift.of(row) for row in shifts],
            gaps=[Gap.model_validate(gap, from_attributes=True) for gap in open_],
        )


@router.post("/shifts", status_code=201, response_model=Shifts)
def add(one: Worker, new: NewShift) -> Any:
    """Put somebody on call."""
    zone = zone_named(new.time_zone or one.premises.policy.time_zone)
    if zone is None:
        raise HTTPException(422, "There is no such time zone. Take one like Africa/Nairobi, or UTC.")
    if not timedelta(0) < new.ends_at - new.starts_at <= rota.LONGEST_SHIFT:
        raise HTTPException(422, "A shift begins before it ends and lasts two weeks at most.")

    def act(desk: Desk, token: Token) -> BaseModel:
        to = _colleague(desk.session, new.member)
        start, end = new.starts_at.astimezone(zone), new.ends_at.astimezone(zone)
        return _shifts(desk, rota.add(desk, token.member, to, new.rank, start, end, new.weeks))

    return perform(one, "shift_added", f"member:{new.member}", act, 201)


@router.post("/shifts/{id}/hand-over", response_model=Shifts)
def hand_over(one: Worker, id: Id, new: HandOver) -> Any:
    """Give it to somebody else; what has run already stays with who had it."""

    def act(desk: Desk, token: Token) -> BaseModel:
        shift, to = _shift(desk, id), _colleague(desk.session, new.member)
        return _shifts(desk, rota.hand_over(desk, token.member, shift, to, all_later=new.all_later))

    return perform(one, "shift_handed_over", f"member:{new.member}", act)


@router.delete("/shifts/{id}", response_model=Shift)
def remove(one: Worker, id: Id) -> Any:
    """Take it off the rota; what has run already stays."""

    def act(desk: Desk, token: Token) -> BaseModel:
        shift = _shift(desk, id)
        gone = Shift.of(shift)
        rota.remove(desk, token.member, shift)
        return gone

    return perform(one, "shift_removed", lambda gone: f"member:{gone.member_id}", act)


@router.get("/pages")
def listing(one: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> list[Page]:
    """The newest pages, with whom they called."""
    with one.premises.database.reading() as session:
        found = pages.latest(session, limit)
        deliveries = pages.deliveries(session, found)
        return [Page.of(row, deliveries) for row in found]


@router.post("/drill", status_code=201, response_model=Page)
def drill(one: Worker) -> Any:
    """Call those on duty as if there were an emergency."""

    def act(desk: Desk, token: Token) -> BaseModel:
        return _page(desk, paging.call(desk, Reason.DRILL))

    return perform(one, "drilled", lambda page: f"page:{page.id}", act, 201)


@router.post("/pages/{id}/acknowledge", response_model=Page)
def acknowledge(one: Worker, id: Id) -> Any:
    """The member behind the token looks after it, and has the ticket."""

    def act(desk: Desk, token: Token) -> BaseModel:
        row = desk.session.get(pages.Page, id)
        if row is None:
            raise HTTPException(404, "There is no such page.")
        if not answering.answer(desk, row, token.member):
            raise HTTPException(409, "It is over: somebody was first, or nothing was left to call for.")
        return _page(desk, row)

    return perform(one, "acknowledged", f"page:{id}", act)


def _page(desk: Desk, row: pages.Page) -> Page:
    desk.session.flush()
    return Page.of(row, pages.deliveries(desk.session, [row]))


def _shifts(desk: Desk, rows: list[ShiftRow]) -> Shifts:
    desk.session.flush()
    return Shifts(shifts=[Shift.of(row) for row in rows])


def _shift(desk: Desk, id: int) -> ShiftRow:
    shift = desk.session.get(ShiftRow, id)
    if shift is None or shift.ends_at <= desk.now:
        raise HTTPException(404, "There is no such shift ahead.")
    return shift


def _colleague(session: Session, id: int) -> Member:
    member = session.get(Member, id)
    if member is None or not member.may(Right.WORK):
        raise HTTPException(404, "There is no such member who works on tickets.")
    return member
