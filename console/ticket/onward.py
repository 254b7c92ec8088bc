"""From a ticket to the next one of the view of the queue it was opened from."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.pages import done
from console.premises import Premises
from console.queue import path_of
from console.ticket import entrance
from console.ticket.entrance import Hands
from console.visitors import Visitor, visitor
from desk import queue, views
from desk.members import Right
from desk.queue import Reader
from desk.views import Criteria

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
Looking = Annotated[Visitor, Depends(visitor(Right.SEE_PERSONS))]


@router.get("/{reference}/next")
def skip(request: Request, one: Looking, reference: str) -> Response:
    """The next ticket; nothing is done with this one."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        hands = entrance.take_up(request, one, session, reference)
        return _next(hands, place(hands), "", "last")


def place(hands: Hands) -> str:
    """Where the ticket stands in its view. To be asked before it is changed."""
    return queue.place_of(hands.ticket, _criteria(hands))


def go_on(hands: Hands, stood: str, notice: str) -> Response:
    """After closing: the next ticket, or the same page when it was not opened from the queue."""
    if entrance.view_of(hands) is None:
        return done(entrance.back(hands), notice)
    return _next(hands, stood, "closed_next", "closed_last")


def _next(hands: Hands, stood: str, found: str, none: str) -> Response:
    criteria, reader = _criteria(hands), Reader(hands.member, hands.desk.now, hands.one.time_zone)
    reference = queue.next_to(hands.session, hands.ticket, stood, criteria, reader)
    if reference is None:
        return done(path_of(criteria), none)
    return done(entrance.with_view(f"/console/tickets/{reference}", criteria.address), found)


def _criteria(hands: Hands) -> Criteria:
    return views.of_address(entrance.view_of(hands) or "")
