"""Finding the ticket of an address, and seeing whether it has changed since a form was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from console import refusals
from console.pages import fragment, page
from console.premises import Premises
from console.visitors import Visitor, again
from desk import dossier, presence, views
from desk.audit import record
from desk.casework import histories
from desk.conversation.turn import Desk
from desk.dossier import Mark
from desk.members import Member, Right
from desk.tickets import Ticket, by_reference
from knowledge.database import Session

#: Fields of a form that are not what somebody typed.
_OWN = ("form_token", "seen")


@dataclass(frozen=True, slots=True)
class Hands:
    """A member with a ticket in their hands, inside one transaction."""

    request: Request
    one: Visitor
    desk: Desk
    ticket: Ticket
    member: Member
    form: Mapping[str, str]

    @property
    def session(self) -> Session:
        return self.desk.session

    def audit(self, what: str, **details: object) -> None:
        """Write down what the member did to this ticket."""
        record(self.session, self.member.actor, what, self.ticket.reference, self.desk.now, **details)


def find(session: Session, reference: str) -> Ticket:
    """The ticket of a reference.

    Raises:
        Refusal: there is none.
    """
    ticket = by_reference(session, reference)
    if ticket is None:
        raise refusals.not_here()
    return ticket


def take_up(
    request: Request, one: Visitor, session: Session, reference: str, form: Mapping[str, str] | None = None
) -> Hands:
    """The ticket and the member who acts on it. With a form, nobody else changes the ticket until this is done."""
    premises: Premises = request.app.state.premises
    ticket = find(session, reference)
    if form is not None:
        session.refresh(ticket, with_for_update=True)
    return Hands(request, one, premises.desk(session), ticket, again(session, one), form or {})


def path_of(ticket: Ticket) -> str:
    """The address of a ticket's page."""
    return f"/console/tickets/{ticket.reference}"


def view_of(hands: Hands) -> str | None:
    """The view of the queue the ticket was opened from, as an address; None when it was opened from elsewhere."""
    given = hands.form.get("view", hands.request.query_params.get("view"))
    return None if given is None else views.of_address(given).address


def with_view(path: str, view: str | None) -> str:
    """An address that tells from which view of the queue a ticket was opened."""
    return path if view is None else f"{path}?{urlencode({'view': view})}"


def back(hands: Hands, ticket: Ticket | None = None) -> str:
    """The page of the ticket, or of another one, still in the view it was opened from."""
    return with_view(path_of(ticket or hands.ticket), view_of(hands))


async def filled_in(request: Request) -> dict[str, str]:
    """A FastAPI dependency: the fields of a form, several values of one name joined by commas; never a file."""
    form = await request.form()
    return {name: ",".join(str(value) for value in form.getlist(name) if isinstance(value, str)) for name in form}


def enter(request: Request, one: Visitor, reference: str) -> None:
    """Write down that a member looks at a ticket: once for a visit, however often the page is loaded in it."""
    premises: Premises = request.app.state.premises
    now = premises.clock()
    if not one.member.may(Right.SEE_PERSONS):
        return
    with premises.database.writing() as session:
        ticket, member = find(session, reference), again(session, one)
        if not presence.is_here(session, ticket, member, now):
            record(session, member.actor, "viewed", ticket.reference, now)
        presence.look(session, ticket, member, now)


def mark_of(hands: Hands) -> Mark:
    """How far the ticket has come, for the forms of a page."""
    return dossier.mark(hands.session, hands.ticket)


def changed(hands: Hands) -> Response | None:
    """What to show instead when the ticket has moved on since the form was made. What was typed is in it again."""
    seen, present = Mark.parse(hands.form.get("seen", "")), dossier.mark(hands.session, hands.ticket)
    if seen == present:
        return None
    events, messages = dossier.since(hands.session, hands.ticket, seen)
    return page(
        hands.request,
        hands.one,
        "ticket_changed.html",
        409,
        ticket=hands.ticket,
        events=histories.in_words(hands.desk, events, hands.one.language),
        messages=messages,
        action=hands.request.url.path,
        typed={name: value for name, value in hands.form.items() if name not in _OWN},
        mark=present,
        here=back(hands),
    )


def found_here(hands: Hands, part: str, **values: Any) -> Response:
    """What a search found: a part of the page for htmx, a page of its own for a browser without scripts."""
    base = path_of(hands.ticket)
    if hands.request.headers.get("hx-request"):
        return fragment(hands.one, part, base=base, **values)
    values = {"act": "", "words": "", **values}
    return page(
        hands.request, hands.one, "ticket_find.html", part=part, base=base, ticket=hands.ticket, mark=mark_of(hands),
        view=view_of(hands), here=back(hands), **values,
    )  # fmt: skip
