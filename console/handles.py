"""Under which ids a member writes in the chats, linked by a code that is sent to the bot."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console import refusals
from console.pages import done, page
from console.premises import Premises
from console.visitors import Visitor, again, check_form, visitor
from desk.access import linking

PATH = "/console/me/handles"
router = APIRouter(prefix=PATH, dependencies=[Depends(check_form)], include_in_schema=False)
Reader = Annotated[Visitor, Depends(visitor())]


@router.get("")
def show(request: Request, one: Reader) -> Response:
    """The ids that are linked."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        return page(request, one, "handles.html", handles=again(session, one).handles, code="")


@router.post("/codes")
def make_code(request: Request, one: Reader) -> Response:
    """A new code. It is on this page only: nothing that could show it again is kept."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = again(session, one)
        code = linking.make_code(session, member, premises.clock())
        minutes = linking.LASTS.seconds // 60
        return page(request, one, "handles.html", handles=member.handles, code=code, minutes=minutes)


@router.post("/{id}/remove")
def remove(request: Request, one: Reader, id: int) -> Response:
    """Forget one id."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        me = again(session, one)
        if not linking.unlink(session, me, id, premises.clock(), by=me):
            raise refusals.not_here()
    return done(PATH, "deleted")
