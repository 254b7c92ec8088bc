"""The two boxes of a ticket: a reply to the requester, a note for the members. They share no address and no field."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from console import refusals
from console.pages import done, fragment
from console.premises import Premises
from console.ticket import entrance, onward, showing
from console.visitors import Visitor, check_form, visitor
from desk import saved
from desk.casework import handling, replying, saving
from desk.members import Right
from desk.wording import phrase

router = APIRouter(prefix="/console/tickets", dependencies=[Depends(check_form)], include_in_schema=False)
Worker = Annotated[Visitor, Depends(visitor(Right.WORK))]
Form = Annotated[dict[str, str], Depends(entrance.filled_in)]
_EMPTY = phrase("Nothing is written yet.")
_TOO_LONG = phrase("This is too long. A reply has at most 8,000 characters.")
_OPEN_PLACES = phrase("{places} is still to be filled in. Write what belongs there.")
_LONGEST_NOTE = 20_000


@router.post("/{reference}/reply")
def reply(request: Request, one: Worker, reference: str, form: Form) -> Response:
    """Send a reply, and close the ticket if asked. Whatever has come in since the box was opened is shown first."""
    _only(form, "reply")
    text, premises = form.get("reply", ""), _premises(request)
    with premises.database.writing() as session:
        hands = entrance.take_up(request, one, session, reference, form)
        if (instead := entrance.changed(hands)) is not None:
            return instead
        problem = _problem(one, text)
        if problem:
            return showing.drawn(hands, status=422, draft=text, problem=problem)
        place = onward.place(hands)
        row = replying.reply(hands.desk, hands.ticket, hands.member, text)
        hands.audit("replied", key=row.key)
        if form.get("then") == "close":
            handling.close(hands.desk, hands.ticket, hands.member)
            hands.audit("close")
            return onward.go_on(hands, place, "replied_and_closed")
        return done(f"{entrance.back(hands)}#latest", "replied")


@router.post("/{reference}/reply/preview")
def preview(request: Request, one: Worker, reference: str, form: Form) -> Response:
    """The reply as the requester would get it. Nothing is sent or kept."""
    _only(form, "reply")
    text = form.get("reply", "")
    with _premises(request).database.reading() as session:
        hands = entrance.take_up(request, one, session, reference)
        problem = _problem(one, text)
        card = None if problem else replying.preview(hands.desk, hands.ticket, text.strip())
        return fragment(one, "ticket_preview.html", card=card, problem=problem, ticket=hands.ticket)


@router.post("/{reference}/note")
def note(request: Request, one: Worker, reference: str, form: Form) -> Response:
    """Keep an internal note."""
    _only(form, "note")
    text = form.get("note", "").strip()
    with _premises(request).database.writing() as session:
        hands = entrance.take_up(request, one, session, reference, form)
        if not text or len(text) > _LONGEST_NOTE:
            return showing.drawn(hands, status=422, note=text, problem=one.say(_TOO_LONG if text else _EMPTY))
        handling.add_note(hands.desk, hands.ticket, hands.member, text)
        hands.audit("noted")
        return done(f"{entrance.back(hands)}#latest", "noted")


@router.get("/{reference}/saved")
def find_saved(
    request: Request, one: Worker, reference: str, words: Annotated[str, Query(max_length=100)] = ""
) -> Response:
    """Saved replies for the box, filled in."""
    with _premises(request).database.reading() as session:
        hands = entrance.take_up(request, one, session, reference)
        found = saving.offered(hands.desk, hands.ticket, hands.member, words)
        return entrance.found_here(hands, "ticket_saved.html", found=found)


def _only(form: dict[str, str], box: str) -> None:
    """A form of one box holds nothing of the other: else it is not ours, and nothing is done.

    Raises:
        Refusal: it does.
    """
    if {"reply", "note"} & set(form) != {box}:
        raise refusals.unreadable()


def _problem(one: Visitor, text: str) -> str:
    places = saved.open_places(text)
    if places:
        return one.say(_OPEN_PLACES, places=", ".join(f"{{{place}}}" for place in places))
    if not text.strip():
        return one.say(_EMPTY)
    return one.say(_TOO_LONG) if len(text.strip()) > replying.LONGEST else ""


def _premises(request: Request) -> Premises:
    premises: Premises = request.app.state.premises
    return premises
