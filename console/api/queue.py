"""Looking for tickets over the interface: search, saved views, and one act on many."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from console.api.acts import check_future
from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.shapes import Id, Moment, Summary
from console.api.tickets import Hearing, Seeing, note_view
from desk import finding, queue, tickets, views
from desk.access.tokens import Token
from desk.casework import bulk
from desk.casework.bulk import Act
from desk.conversation.turn import Desk
from desk.finding import Where
from desk.members import Member, Right
from desk.queue import Reader
from knowledge.database import Session

router = APIRouter(responses=PROBLEMS)
Worker = Annotated[Caller, Depends(caller(Right.WORK))]


class Found(BaseModel):
    """A ticket, where the words were, and the text around them."""

    ticket: Summary
    where: Where
    text: str


class View(BaseModel):
    """A view of the queue. `query` is what follows `GET /api/v1/tickets?`; one without an id is in every desk. `count`
    is how many tickets are in it, a hundred at most for a saved one; null for those that are closed."""

    id: int | None
    name: str
    query: str
    shared: bool
    count: int | None


class NewView(BaseModel):
    """A view under a name, for the member behind the token or for everybody. One of that name is replaced."""

    name: str = Field(min_length=1, max_length=views.LONGEST_NAME, pattern=r"\S")
    query: str = Field("", max_length=2_000, examples=["urgency=crisis&assignee=nobody"])
    shared: bool = False


class Bulk(BaseModel):
    """One act on many tickets, by their references. `member` is for assign, `until` for snooze."""

    act: Literal["take", "assign", "give_back", "snooze", "wake", "close"]
    tickets: list[Annotated[str, Field(max_length=20)]] = Field(min_length=1, max_length=bulk.MOST)
    member: int | None = Field(None, ge=1, le=2**31 - 1)
    until: Moment | None = None


class Refused(BaseModel):
    """A ticket that was left as it was, and why."""

    ticket: str
    why: str


class Outcome(BaseModel):
    """What became of an act: references of tickets."""

    done: list[str]
    refused: list[Refused]


@router.get("/search", tags=["tickets"])
def search(
    one: Hearing,
    q: Annotated[str, Query(max_length=200)] = "",
    language: Annotated[str, Query(max_length=12, description="of the names of topics and organisations")] = "en",
) -> list[Found]:
    """Tickets with these words: references, what was said to and fro, notes, topics, organisations."""
    with one.premises.database.reading() as session:
        found = finding.find(session, q, language)
    note_view(one, "listed", "tickets", tickets=[hit.line.reference for hit in found])
    return [
        Found(ticket=Summary.of(hit.line, words=True), where=hit.where, text="".join(one.text for one in hit.pieces))
        for hit in found
    ]


@router.get("/views", tags=["views"])
def listing(one: Seeing) -> list[View]:
    """The views every desk has, one's own and everybody's."""
    reader = Reader(one.token.member, one.premises.clock(), one.premises.policy.time_zone)
    with one.premises.database.reading() as session:
        saved = views.saved(session, one.token.member)
        built_in, own = queue.counts(session, reader), queue.view_counts(session, saved, reader)
    counted = [(view, built_in.get(view.name)) for view in views.BUILT_IN]
    counted += [(view, own.get(view.id or 0)) for view in saved]
    return [
        View(
            id=view.id, name=view.name, query=view.criteria.address, shared=view.id is None or view.shared, count=count
        )
        for view, count in counted
    ]


@router.post("/views", status_code=201, response_model=View, tags=["views"])
def save(one: Worker, new: NewView) -> Any:
    """Keep a view. What makes no sense in it counts as not chosen."""

    def act(desk: Desk, token: Token) -> BaseModel:
        name, criteria = " ".join(new.name.split()), views.of_address(new.query)
        try:
            row = views.save(desk.session, token.member, name, criteria, desk.now, shared=new.shared)
        except views.TooMany:
            raise HTTPException(409, f"There are {views.MOST_SAVED} saved views already. Delete one first.") from None
        return View(id=row.id, name=name, query=criteria.address, shared=new.shared, count=None)

    return perform(one, "view_saved", lambda made: f"view:{made.id}", act, 201)


@router.delete("/views/{id}", response_model=View, tags=["views"])
def drop(one: Worker, id: Id) -> Any:
    """Delete a view of one's own or of everybody."""

    def act(desk: Desk, token: Token) -> BaseModel:
        found = [view for view in views.saved(desk.session, token.member) if view.id == id]
        if not views.drop(desk.session, token.member, id):
            raise HTTPException(404, "There is no such view.")
        return _view(found[0], None)

    return perform(one, "view_deleted", f"view:{id}", act)


def _view(view: views.View, count: int | None) -> View:
    shared = view.id is None or view.shared
    return View(id=view.id, name=view.name, query=view.criteria.address, shared=shared, count=count)


@router.post("/tickets/acts", response_model=Outcome, tags=["tickets"])
def do_many(one: Worker, new: Bulk) -> Any:
    """Do one thing with many tickets: each is done or left as it was."""
    check_future(new.until, one.premises.clock())

    def act(desk: Desk, token: Token) -> BaseModel:
        references = [tickets.normal_reference(reference) for reference in new.tickets]
        outcome = bulk.act(desk, token.member, references, _what(desk.session, new))
        refused = [Refused(ticket=one.reference, why=one.why.format(name=one.name)) for one in outcome.refused]
        return Outcome(done=list(outcome.done), refused=refused)

    return perform(one, f"many_{new.act}", "tickets", act)


def _what(session: Session, new: Bulk) -> Act:
    if new.act == "assign":
        to = session.get(Member, new.member) if new.member else None
        if to is None or not to.may(Right.WORK):
            raise HTTPException(404, "There is no such member who works on tickets.")
        return bulk.assigning(to)
    if new.act == "snooze" and new.until is None:
        raise HTTPException(422, "Say until when to snooze them.")
    plain = {"take": bulk.taking, "give_back": bulk.giving_back, "close": bulk.closing}
    return plain[new.act]() if new.act in plain else bulk.snoozing(new.until if new.act == "snooze" else None)
