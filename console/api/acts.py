"""Everything a member can do with a ticket, over the interface."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException
from pydantic import BaseModel

from console.api import shapes
from console.api.callers import REFUSALS, Caller, caller, perform
from console.api.shapes import Id, Reference
from console.api.tickets import by_reference, etag
from desk import dossier, saved
from desk.access.tokens import Token
from desk.casework import asking, following, handling, joining, referring, replying
from desk.casework.asking import NoFilesHere
from desk.casework.following import AskedAlready, InThePast
from desk.casework.handling import Taken
from desk.casework.joining import NothingToSplit
from desk.casework.referring import OthersReadAlong
from desk.conversation.turn import Desk
from desk.followups import FollowUp
from desk.members import Member, Right
from desk.referrals import IllegalReferral, Referral
from desk.tickets import IllegalTransition, State, Ticket
from routing.catalogue import Kind

router = APIRouter(prefix="/tickets", tags=["tickets"], responses=REFUSALS)
Act = Callable[[Desk, Ticket, Member], object]
_REFUSED = (
    Taken,
    IllegalTransition,
    IllegalReferral,
    OthersReadAlong,
    NoFilesHere,
    AskedAlready,
    InThePast,
    NothingToSplit,
)


Seen = Annotated[str | None, Header(alias="If-Match", max_length=60, description="the ETag of the ticket as read")]


def acting(one: Annotated[Caller, Depends(caller(Right.WORK))], seen: Seen = None) -> Caller:
    """A FastAPI dependency: a caller who works, and how the ticket was when they looked, if they say so."""
    return replace(one, seen=seen)


Working = Annotated[Caller, Depends(acting)]


def do(one: Caller, reference: str, what: str, act: Act, status: int = 200) -> Any:
    """Let the member behind the token act on a ticket; answers with what `act` gives, or with the ticket."""

    def acted(desk: Desk, token: Token) -> BaseModel:
        ticket = by_reference(desk.session, reference)
        desk.session.refresh(ticket, with_for_update=True)
        if one.seen is not None and one.seen != etag(dossier.mark(desk.session, ticket)):
            raise HTTPException(412, "The ticket has moved on since it was read. Read it again.")
        try:
            result = act(desk, ticket, token.member)
        except _REFUSED as problem:
            raise HTTPException(409, str(problem) or type(problem).__name__) from None
        desk.session.flush()
        return result if isinstance(result, BaseModel) else shapes.Ticket.of(ticket)

    return perform(one, what, reference, acted, status)


@router.post("/{reference}/take", response_model=shapes.Ticket)
def take(one: Working, reference: Reference) -> Any:
    """Make it one's own: the ticket is then that of the member who made the token."""
    return do(one, reference, "took", handling.take)


@router.put("/{reference}/assignee", response_model=shapes.Ticket)
def assign(one: Working, reference: Reference, new: shapes.Assignment) -> Any:
    """Give it to a member, or back to the queue."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        to = desk.session.get(Member, new.member) if new.member else None
        if new.member and (to is None or not to.may(Right.WORK)):
            raise HTTPException(404, "There is no such member who works on tickets.")
        if to is None:
            return handling.assign(desk, ticket, member, None)
        return handling.hand_over(desk, ticket, member, to, new.note)

    return do(one, reference, "assigned", act)


@router.post("/{reference}/close", response_model=shapes.Ticket)
def close(one: Working, reference: Reference, new: shapes.Closing) -> Any:
    """Close it; the requester is told."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        return handling.close(desk, ticket, member, State(new.state))

    return do(one, reference, "closed", act)


@router.post("/{reference}/reopen", response_model=shapes.Ticket)
def reopen(one: Working, reference: Reference) -> Any:
    """Put it back into the queue."""
    return do(one, reference, "reopened", handling.reopen)


@router.put("/{reference}/snooze", response_model=shapes.Ticket)
def snooze(one: Working, reference: Reference, new: shapes.Snooze) -> Any:
    """Leave it alone until a moment, or wake it."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        check_future(new.until, desk.now)
        handling.snooze(desk, ticket, member, new.until)
        return ticket

    return do(one, reference, "snoozed", act)


@router.put("/{reference}/urgency", response_model=shapes.Ticket)
def prioritise(one: Working, reference: Reference, new: shapes.Priority) -> Any:
    """Set how urgent it is."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        return handling.prioritise(desk, ticket, member, new.urgency)

    return do(one, reference, "prioritised", act)


@router.post("/{reference}/replies", status_code=201, response_model=shapes.Reply)
def reply(one: Working, reference: Reference, new: shapes.Words) -> Any:
    """Write to the requester. Nothing may be left to fill in."""
    check_filled_in(new.text)

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = replying.reply(desk, ticket, member, new.text)
        return shapes.Reply(key=row.key, ticket=shapes.Ticket.of(ticket))

    return do(one, reference, "replied", act, 201)


@router.post("/{reference}/notes", status_code=201, response_model=shapes.Note)
def add_note(one: Working, reference: Reference, new: shapes.Words) -> Any:
    """Write an internal note: no requester ever sees it."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = handling.add_note(desk, ticket, member, new.text)
        desk.session.flush()
        return shapes.Note.of(row)

    return do(one, reference, "noted", act, 201)


@router.post("/{reference}/referrals", status_code=201, response_model=shapes.Referral)
def propose(one: Working, reference: Reference, new: shapes.Proposal) -> Any:
    """Ask the requester whether this organisation may take over. Nothing is sent to it without their consent."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        if desk.catalogue.entry(Kind.ORGANISATION, new.organisation) is None:
            raise HTTPException(404, "There is no such organisation.")
        try:
            return shapes.Referral.of(referring.propose(desk, ticket, member, new.organisation))
        except LookupError:
            raise HTTPException(409, "This organisation cannot be shown at present: look at its entry.") from None

    return do(one, reference, "referral_proposed", act, 201)


@router.post("/{reference}/files", status_code=201, response_model=shapes.File)
def ask_for_file(one: Working, reference: Reference) -> Any:
    """Ask the requester to send a file; the next one they send in time is taken in, and no other."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        asked = asking.ask(desk, ticket, member)
        desk.session.flush()
        return shapes.File.of(asked)

    return do(one, reference, "ask-file", act, 201)


@router.put("/{reference}/referrals/{id}", response_model=shapes.Referral)
def report(one: Working, reference: Reference, id: Id, new: shapes.Outcome) -> Any:
    """Say how far a referral has come; the requester is told what they need to know."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = desk.session.get(Referral, id)
        if row is None or row.ticket_id != ticket.id:
            raise HTTPException(404, "This ticket has no such referral.")
        referring.report(desk, row, member, new.state)
        return shapes.Referral.of(row)

    return do(one, reference, "referral_reported", act)


@router.put("/{reference}/follow-ups/{id}", response_model=shapes.FollowUp)
def move(one: Working, reference: Reference, id: Id, new: shapes.Moved) -> Any:
    """Ask at another moment."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = _follow_up(desk, ticket, id)
        following.move(desk, row, member, new.due_at)
        return shapes.FollowUp.of(row)

    return do(one, reference, "follow_up_moved", act)


@router.delete("/{reference}/follow-ups/{id}", response_model=shapes.FollowUp)
def cancel(one: Working, reference: Reference, id: Id) -> Any:
    """Do not ask this one."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = _follow_up(desk, ticket, id)
        following.cancel(desk, row, member)
        return shapes.FollowUp.of(row)

    return do(one, reference, "follow_up_cancelled", act)


@router.post("/{reference}/links", response_model=shapes.Ticket)
def link(one: Working, reference: Reference, new: shapes.Other) -> Any:
    """Note that another ticket has to do with this one."""
    return do(one, reference, "linked", _with_other(new, joining.link))


@router.delete("/{reference}/links/{other}", response_model=shapes.Ticket)
def unlink(one: Working, reference: Reference, other: Reference) -> Any:
    """They have nothing to do with each other after all."""
    return do(one, reference, "unlinked", _with_other(shapes.Other(ticket=other), joining.unlink))


@router.post("/{reference}/merge", response_model=shapes.Ticket)
def merge(one: Working, reference: Reference, new: shapes.Other) -> Any:
    """Let it go on in another ticket of the same requester; tickets of different people are linked instead."""
    return do(one, reference, "merged", _with_other(new, joining.merge))


@router.post("/{reference}/split", status_code=201, response_model=shapes.Ticket)
def split(one: Working, reference: Reference, new: shapes.Split) -> Any:
    """Make a ticket of its own of some messages; answers with the new one."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        made = joining.split(desk, ticket, member, new.messages)
        desk.session.flush()
        return shapes.Ticket.of(made)

    return do(one, reference, "split", act, 201)


def _with_other(new: shapes.Other, act: Callable[[Desk, Ticket, Member, Ticket], object]) -> Act:
    def acted(desk: Desk, ticket: Ticket, member: Member) -> object:
        other = by_reference(desk.session, new.ticket)
        if other is ticket:
            raise HTTPException(409, "That is the same ticket.")
        return act(desk, ticket, member, other)

    return acted


def _follow_up(desk: Desk, ticket: Ticket, id: int) -> FollowUp:
    row = desk.session.get(FollowUp, id)
    if row is None or row.ticket_id != ticket.id:
        raise HTTPException(404, "This ticket has no such follow-up.")
    return row


def check_filled_in(text: str) -> None:
    """Raises HTTPException (422) when a placeholder is left in what is to be sent."""
    if places := saved.open_places(text):
        raise HTTPException(422, f"Still to be filled in: {', '.join(f'{{{place}}}' for place in places)}.")


def check_future(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise HTTPException(422, "That moment has gone by.")
