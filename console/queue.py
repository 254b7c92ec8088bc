"""The queue: what there is to do, the most urgent first."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from console.pages import page
from console.premises import Premises
from console.visitors import Visitor, check_form, visitor
from desk import tickets
from desk.members import Right

router = APIRouter(prefix="/console", dependencies=[Depends(check_form)], include_in_schema=False)
Reader = Annotated[Visitor, Depends(visitor(Right.SEE_TICKETS))]


@router.get("")
def home() -> Response:
    """The console begins with the queue."""
    return RedirectResponse("/console/queue", status_code=303)


@router.get("/queue")
def show(request: Request, one: Reader) -> Response:
    """Open tickets."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        return page(request, one, "queue.html", tickets=tickets.listing(session), now=premises.clock())
