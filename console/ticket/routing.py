"""Putting another answer in place: one press on an alternative, a search over the catalogue, routing once more."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from console import refusals
from console.pages import done, page
from console.premises import Premises
from console.refusals import Refusal
from console.ticket import entrance
from console.ticket.entrance import Hands
from console.visitors import Visitor, check_form, visitor
from desk.casework import grounds, rerouting
from desk.casework.rerouting import NothingToSay, Outdated
from desk.members import Right
from desk.wording import phrase

router = APIRouter(prefix="/console/tickets", dependencies=[Depends(check_form)], include_in_schema=False)
Worker = Annotated[Visitor, Depends(visitor(Right.WORK))]
Form = Annotated[dict[str, str], Depends(entrance.filled_in)]
_NO_ANSWER = phrase(
    "The router has no plain answer now: it would ask back or raise an emergency. Choose a topic instead."
)
Act = Literal["route", "refer"]
Words = Annotated[str, Query(max_length=100)]


@router.get("/{reference}/alternatives")
def alternatives(request: Request, one: Worker, reference: str, words: Words = "", act: Act = "route") -> Response:
    """What can be put in place (`act` route), or to whom the requester can be referred (`act` refer)."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        hands = entrance.take_up(request, one, session, reference)
        found = grounds.search(hands.desk, words, one.language, "organisation" if act == "refer" else "")
        return entrance.found_here(hands, "ticket_alternatives.html", found=found, words=words, act=act)


@router.post("/{reference}/route")
def route(request: Request, one: Worker, reference: str, form: Form) -> Response:
    """Answer again about this topic, or with this practice or organisation first."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        hands = entrance.take_up(request, one, session, reference, form)
        if (instead := entrance.changed(hands)) is not None:
            return instead
        kind, _, id = form.get("to", "").partition(":")
        try:
            rerouting.reroute(hands.desk, hands.ticket, hands.member, id, grounds.kind_named(kind))
        except LookupError:
            raise refusals.not_here() from None
        hands.audit("rerouted", to=form["to"])
        return done(entrance.back(hands), "answered_again")


@router.get("/{reference}/route-again")
def look_again(request: Request, one: Worker, reference: str) -> Response:
    """What would change if this were routed with what the desk knows now."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        return _comparison(entrance.take_up(request, one, session, reference))


@router.post("/{reference}/route-again")
def route_again(request: Request, one: Worker, reference: str, form: Form) -> Response:
    """Do what was shown."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        hands = entrance.take_up(request, one, session, reference, form)
        if (instead := entrance.changed(hands)) is not None:
            return instead
        try:
            rerouting.route_again(hands.desk, hands.ticket, hands.member, form.get("shown", ""))
        except Outdated:
            return _comparison(hands, 409)
        except NothingToSay:
            raise Refusal(409, _NO_ANSWER) from None
        hands.audit("routed_again")
        return done(entrance.back(hands), "answered_again")


def _comparison(hands: Hands, status: int = 200) -> Response:
    comparison = grounds.compare(hands.desk, hands.ticket, hands.one.language)
    return page(
        hands.request, hands.one, "ticket_route_again.html", status, ticket=hands.ticket, mark=entrance.mark_of(hands),
        view=entrance.view_of(hands), here=entrance.back(hands),
        base=entrance.path_of(hands.ticket), comparison=comparison, is_outdated=status == 409,
    )  # fmt: skip
