"""Why a ticket was routed as it was, over the interface, and putting another answer in place."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from console.api import shapes
from console.api.acts import Working, do
from console.api.callers import REFUSALS, Caller, caller
from console.api.shapes import Reference
from console.api.tickets import Seeing, by_reference, note_view
from desk.casework import grounds, rerouting
from desk.casework.rerouting import NothingToSay, Outdated
from desk.conversation.turn import Desk
from desk.members import Member, Right
from desk.tickets import Ticket
from routing.catalogue import Kind

router = APIRouter(tags=["routing"], responses=REFUSALS)
Worker = Annotated[Caller, Depends(caller(Right.WORK))]
Language = Annotated[str, Query(max_length=12)]
Answerable = Literal["topic", "practice", "organisation"]


class Named(BaseModel):
    """An entry of the knowledge; `share` is how well it fits, in percent."""

    kind: Kind
    id: str
    name: str
    share: int


class Grounds(BaseModel):
    """A routing as it is explained; empty when nothing was routed. `margin` is how far the first topic lies ahead of
    the second, in percent. Without the scope see_persons, sentences that quote the requester are left out."""

    sentences: list[str] = []
    confidence: int = 0
    margin: int = 0
    topic: Named | None = None
    runner_up: Named | None = None
    alternatives: list[Named] = []
    practices: list[Named] = []
    organisations: list[Named] = []


class Chosen(BaseModel):
    """What fits better: a topic, or a practice or organisation that is to come first in the answer."""

    kind: Answerable = "topic"
    id: str = Field(min_length=1, max_length=120)


class Difference(BaseModel):
    """One part of the answer, as it is and as it would be."""

    what: str
    before: list[str]
    after: list[str]


class Comparison(BaseModel):
    """What routing once more would change. `mark` stands for the new answer."""

    is_same: bool
    can_answer: bool
    mark: str
    differences: list[Difference]


class Shown(BaseModel):
    """The `mark` of the answer that was looked at."""

    mark: str = Field(max_length=2_000)


@router.get("/entries")
def entries(
    one: Worker,
    words: Annotated[str, Query(max_length=100)] = "",
    kind: Answerable | None = None,
    language: Language = "en",
) -> list[Named]:
    """Topics, practices and organisations whose name has all these words, best first."""
    with one.premises.database.reading() as session:
        found = grounds.search(one.premises.desk(session), words, language, kind or "")
        return [Named.model_validate(named, from_attributes=True) for named in found]


@router.get("/tickets/{reference}/routing")
def explain(one: Seeing, reference: Reference, language: Language = "en") -> Grounds:
    """What the desk made of the request, and what else it could have been."""
    sees, premises = one.may(Right.SEE_PERSONS), one.premises
    with premises.database.reading() as session:
        ticket = by_reference(session, reference)
        found = grounds.explain(premises.desk(session), ticket.request, language, quote=sees)
    if sees and found:
        note_view(one, "viewed", ticket.reference)
    return Grounds.model_validate(found, from_attributes=True) if found else Grounds()


@router.post("/tickets/{reference}/route", response_model=shapes.Ticket)
def route(one: Working, reference: Reference, new: Chosen) -> Any:
    """Answer again with this; the requester is told, and the desk learns after review."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        try:
            rerouting.reroute(desk, ticket, member, new.id, Kind(new.kind))
        except LookupError:
            raise HTTPException(404, f"There is no such {new.kind}: GET /api/v1/entries finds them.") from None
        return ticket

    return do(one, reference, "rerouted", act)


@router.get("/tickets/{reference}/route-again")
def look_again(one: Worker, reference: Reference, language: Language = "en") -> Comparison:
    """What would change if this were routed with what the desk knows now."""
    with one.premises.database.reading() as session:
        desk = one.premises.desk(session)
        found = grounds.compare(desk, by_reference(session, reference), language)
    rows = [Difference(what=what, before=list(before), after=list(after)) for what, before, after in found.rows]
    return Comparison(is_same=found.is_same, can_answer=found.can_answer, mark=found.mark, differences=rows)


@router.post("/tickets/{reference}/route-again", response_model=shapes.Ticket)
def route_again(one: Working, reference: Reference, shown: Shown) -> Any:
    """Put the answer in place that was looked at."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        try:
            rerouting.route_again(desk, ticket, member, shown.mark)
        except Outdated:
            raise HTTPException(409, "The router says something else by now. Look again.") from None
        except NothingToSay:
            raise HTTPException(409, "The router has no plain answer now. Choose a topic instead.") from None
        return ticket

    return do(one, reference, "routed_again", act)
