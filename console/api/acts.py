"""Everything a member can do with a ticket, over the interface."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel

from console.api import shapes
from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.shapes import Id, Reference
from console.api.tickets import by_reference
from desk.access.tokens import Token
from desk.casework import following, handling, joining, referring, replying, rerouting
from desk.casework.following import AskedAlready, InThePast
from desk.casework.handling import Taken
from desk.casework.joining import NothingToSplit
from desk.conversation.turn import Desk
from desk.followups import FollowUp
from desk.members import Member, Right
from desk.referrals import IllegalReferral, Referral
from desk.tickets import IllegalTransition, State, Ticket
from routing.catalogue import Kind

router = APIRouter(prefix="/tickets", tags=["tickets"], responses=PROBLEMS)
Working = Annotated[Caller, Depends(caller(Right.WORK))]
Act = Callable[[Desk, Ticket, Member], object]
_REFUSED = (Taken, IllegalTransition, IllegalReferral, AskedAlready, InThePast, NothingToSplit)


def _do(one: Caller, reference: str, what: str, act: Act, status: int = 200) -> Any:
    """Let the member behind the token act on a ticket; answers with what `act` gives, or with the ticket."""

    def acted(desk: Desk, token: Token) -> BaseModel:
        ticket = by_reference(desk.session, reference)
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
    return _do(one, reference, "took", handling.take)


@router.put("/{reference}/assignee", response_model=shapes.Ticket)
def assign(one: Working, reference: Reference, new: shapes.Assignment) -> Any:
    """Give it to a member, or back to the queue."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        to = desk.session.get(Member, new.member) if new.member else None
        if new.member and (to is None or not to.may(Right.WORK)):
            raise HTTPException(404, "There is no such member who works on tickets.")
        return handling.assign(desk, ticket, member, to)

    return _do(one, reference, "assigned", act)


@router.post("/{reference}/close", response_model=shapes.Ticket)
def close(one: Working, reference: Reference, new: shapes.Closing) -> Any:
    """Close it; the requester is told."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        return handling.close(desk, ticket, member, State(new.state))

    return _do(one, reference, "closed", act)


@router.post("/{reference}/reopen", response_model=shapes.Ticket)
def reopen(one: Working, reference: Reference) -> Any:
    """Put it back into the queue."""
    return _do(one, reference, "reopened", handling.reopen)


@router.put("/{reference}/snooze", response_model=shapes.Ticket)
def snooze(one: Working, reference: Reference, new: shapes.Snooze) -> Any:
    """Leave it alone until a moment, or wake it."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        _check_future(new.until, desk.now)
        handling.snooze(desk, ticket, member, new.until)
        return ticket

    return _do(one, reference, "snoozed", act)


@router.put("/{reference}/urgency", response_model=shapes.Ticket)
def prioritise(one: Working, reference: Reference, new: shapes.Priority) -> Any:
    """Set how urgent it is."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        return handling.prioritise(desk, ticket, member, new.urgency)

    return _do(one, reference, "prioritised", act)


@router.put("/{reference}/topic", response_model=shapes.Ticket)
def reroute(one: Working, reference: Reference, new: shapes.Rerouting) -> Any:
    """Answer again as if this topic were certain; the requester is told, and the desk learns after review."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        if desk.catalogue.entry(Kind.TOPIC, new.topic) is None:
            raise HTTPException(404, "There is no such topic: GET /api/v1/topics lists them.")
        rerouting.reroute(desk, ticket, member, new.topic)
        return ticket

    return _do(one, reference, "rerouted", act)


@router.post("/{reference}/replies", status_code=201, response_model=shapes.Reply)
def reply(one: Working, reference: Reference, new: shapes.Words) -> Any:
    """Write to the requester."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        try:
            row = replying.reply(desk, ticket, member, new.text)
        except (replying.NothingWritten, replying.TooLong):
            raise HTTPException(422, f"A reply has 1 to {replying.LONGEST} characters that are not spaces.") from None
        return shapes.Reply(key=row.key, ticket=shapes.Ticket.of(ticket))

    return _do(one, reference, "replied", act, 201)


@router.post("/{reference}/notes", status_code=201, response_model=shapes.Note)
def add_note(one: Working, reference: Reference, new: shapes.Words) -> Any:
    """Write an internal note: no requester ever sees it."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = handling.add_note(desk, ticket, member, new.text)
        desk.session.flush()
        return shapes.Note.of(row)

    return _do(one, reference, "noted", act, 201)


@router.post("/{reference}/referrals", status_code=201, response_model=shapes.Referral)
def propose(one: Working, reference: Reference, new: shapes.Proposal) -> Any:
    """Ask the requester whether this organisation may take over. Nothing is sent to it without their consent."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        if desk.catalogue.entry(Kind.ORGANISATION, new.organisation) is None:
            raise HTTPException(404, "There is no such organisation.")
        return shapes.Referral.of(referring.propose(desk, ticket, member, new.organisation))

    return _do(one, reference, "referral_proposed", act, 201)


@router.put("/{reference}/referrals/{id}", response_model=shapes.Referral)
def report(one: Working, reference: Reference, id: Id, new: shapes.Outcome) -> Any:
    """Say how far a referral has come; the requester is told what they need to know."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = desk.session.get(Referral, id)
        if row is None or row.ticket_id != ticket.id:
            raise HTTPException(404, "This ticket has no such referral.")
        referring.report(desk, row, member, new.state)
        return shapes.Referral.of(row)

    return _do(one, reference, "referral_reported", act)


@router.put("/{reference}/follow-ups/{id}", response_model=shapes.FollowUp)
def move(one: Working, reference: Reference, id: Id, new: shapes.Moved) -> Any:
    """Ask at another moment."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = _follow_up(desk, ticket, id)
        following.move(desk, row, member, new.due_at)
        return shapes.FollowUp.of(row)

    return _do(one, reference, "follow_up_moved", act)


@router.delete("/{reference}/follow-ups/{id}", response_model=shapes.FollowUp)
def cancel(one: Working, reference: Reference, id: Id) -> Any:
    """Do not ask this one."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        row = _follow_up(desk, ticket, id)
        following.cancel(desk, row, member)
        return shapes.FollowUp.of(row)

    return _do(one, reference, "follow_up_cancelled", act)


@router.post("/{reference}/links", response_model=shapes.Ticket)
def link(one: Working, reference: Reference, new: shapes.Other) -> Any:
    """Note that another ticket has to do with this one."""
    return _do(one, reference, "linked", _with_other(new, joining.link))


@router.delete("/{reference}/links/{other}", response_model=shapes.Ticket)
def unlink(one: Working, reference: Reference, other: Reference) -> Any:
    """They have nothing to do with each other after all."""
    return _do(one, reference, "unlinked", _with_other(shapes.Other(ticket=other), joining.unlink))


@router.post("/{reference}/merge", response_model=shapes.Ticket)
def merge(one: Working, reference: Reference, new: shapes.Other) -> Any:
    """Let it go on in another ticket of the same requester; tickets of different people are linked instead."""
    return _do(one, reference, "merged", _with_other(new, joining.merge))


@router.post("/{reference}/split", status_code=201, response_model=shapes.Ticket)
def split(one: Working, reference: Reference, new: shapes.Split) -> Any:
    """Make a ticket of its own of some messages; answers with the new one."""

    def act(desk: Desk, ticket: Ticket, member: Member) -> object:
        made = joining.split(desk, ticket, member, new.messages)
        desk.session.flush()
        return shapes.Ticket.of(made)

    return _do(one, reference, "split", act, 201)


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


def _check_future(until: datetime | None, now: datetime) -> None:
    if until is not None and until <= now:
        raise HTTPException(422, "That moment has gone by.")
