"""Who else has a ticket open, and whether something has happened to it, asked every few seconds."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.pages import fragment
from console.premises import Premises
from console.ticket import entrance
from console.visitors import Visitor, check_form, visitor
from desk import presence
from desk.casework import histories
from desk.dossier import Mark, since
from desk.members import Right

router = APIRouter(prefix="/console/tickets", dependencies=[Depends(check_form)], include_in_schema=False)
Person = Annotated[Visitor, Depends(visitor(Right.SEE_PERSONS))]
Form = Annotated[dict[str, str], Depends(entrance.filled_in)]


@router.post("/{reference}/presence")
def look(request: Request, one: Person, reference: str, form: Form) -> Response:
    """This member still looks at the ticket, or writes; who else does; what is new."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        hands = entrance.take_up(request, one, session, reference)
        presence.look(session, hands.ticket, hands.member, hands.desk.now, writing=form.get("writing") == "1")
        others = presence.others(session, hands.ticket, hands.member, hands.desk.now)
        events, messages = since(session, hands.ticket, Mark.parse(form.get("seen", "")))
        return fragment(
            one, "ticket_presence.html", ticket=hands.ticket, others=others, messages=len(messages),
            base=entrance.path_of(hands.ticket), events=histories.in_words(hands.desk, events, one.language),
        )  # fmt: skip
