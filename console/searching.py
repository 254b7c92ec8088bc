"""Search over everything, as somebody types."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from console.pages import fragment, page
from console.premises import Premises
from console.visitors import Visitor, again, visitor
from desk import finding, queue, sightings
from desk.conversation.coordinating import state_name
from desk.finding import Where
from desk.members import Right
from desk.wording import phrase

router = APIRouter(prefix="/console", include_in_schema=False)
Reading = Annotated[Visitor, Depends(visitor(Right.SEE_PERSONS))]
WHERES = {
    Where.REFERENCE: phrase("Reference"),
    Where.REQUEST: phrase("They wrote"),
    Where.REPLY: phrase("We wrote"),
    Where.NOTE: phrase("Internal note"),
    Where.TOPIC: phrase("Topic"),
    Where.ORGANISATION: phrase("Organisation"),
}


@router.get("/search")
def search(request: Request, one: Reading, q: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Tickets with the words in them; a part of the page while somebody types."""
    premises: Premises = request.app.state.premises
    now = premises.clock()
    with premises.database.reading() as session:
        found = finding.find(session, q, one.language)
        topics = queue.topic_names(session, one.language, {hit.line.topic for hit in found if hit.line.topic})
        unseen = sightings.unrecorded(session, one.member, [hit.line.reference for hit in found], now)
    if unseen:
        with premises.database.writing() as session:
            sightings.record(session, again(session, one), unseen, now)
    values: dict[str, Any] = {
        "q": q,
        "found": found,
        "wheres": WHERES,
        "topics": topics,
        "state_name": state_name,
        "now": now,
    }
    if request.headers.get("hx-request"):
        return fragment(one, "search_found.html", **values)
    return page(request, one, "search.html", **values)
