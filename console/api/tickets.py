"""Tickets over the interface: reading them, what was said, and their history."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Response

from console.api.callers import PROBLEMS, Caller, caller
from console.api.shapes import (
    Conversation,
    Entry,
    Event,
    FollowUp,
    Listing,
    Moment,
    Reference,
    Referral,
    Summary,
    Ticket,
    Version,
)
from desk import audit, dossier, tickets
from desk import queue as lines
from desk.access.tokens import Token
from desk.casework import following, histories
from desk.dossier import Heard, Mark, Noted, Pressed, Told
from desk.members import Right
from desk.queue import Reader
from desk.referrals import referrals_of
from desk.views import read
from knowledge.database import Session

router = APIRouter(prefix="/tickets", tags=["tickets"], responses=PROBLEMS)
Seeing = Annotated[Caller, Depends(caller(Right.SEE_TICKETS))]
Hearing = Annotated[Caller, Depends(caller(Right.SEE_PERSONS))]
_Word = Annotated[str, Query(max_length=200)]


@router.get("")
def listing(
    one: Seeing,
    state: _Word = "open",
    urgency: _Word = "",
    assignee: Annotated[str, Query(max_length=20, description="nobody, me or the id of a member")] = "",
    topic: _Word = "",
    language: _Word = "",
    channel: _Word = "",
    overdue: bool = False,
    snoozed: Annotated[str, Query(max_length=10, description="only, too, or nothing to leave them out")] = "",
    opened_from: date | None = None,
    opened_to: date | None = None,
    updated_from: date | None = None,
    updated_to: date | None = None,
    text: Annotated[str, Query(max_length=200, description="what was said; needs the scope see_persons")] = "",
    sort: Annotated[str, Query(max_length=10, description="urgency, waiting or newest")] = "urgency",
    after: _Word = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Listing:
    """Tickets as in the queue of the console. Days are those of the desk's time zone."""
    words = one.may(Right.SEE_PERSONS)
    if text and not words:
        raise HTTPException(403, f"Looking for words needs the scope {Right.SEE_PERSONS}.")
    days = {"opened_from": opened_from, "opened_to": opened_to, "updated_from": updated_from, "updated_to": updated_to}
    chosen = {"state": state, "urgency": urgency, "assignee": assignee, "topic": topic, "language": language}
    chosen |= {"channel": channel, "overdue": "1" if overdue else "", "snoozed": snoozed, "sort": sort}
    chosen |= {"text": text} | {name: day.isoformat() for name, day in days.items() if day}
    premises = one.premises
    reader = Reader(one.token.member, premises.clock(), premises.policy.time_zone)
    with premises.database.reading() as session:
        found = lines.page(session, read(chosen), reader, after, limit)
    if words:
        note_view(one, "listed", "tickets", tickets=[line.reference for line in found.lines])
    return Listing(tickets=[Summary.of(line, words=words) for line in found.lines], next=found.after or None)


@router.get("/{reference}")
def show(one: Seeing, reference: Reference, response: Response) -> Ticket:
    """One ticket. A change that brings its ETag along as If-Match is refused (412) when the ticket has moved on."""
    with one.premises.database.reading() as session:
        ticket = by_reference(session, reference)
        response.headers["ETag"] = etag(dossier.mark(session, ticket))
        return Ticket.of(ticket)


@router.get("/{reference}/conversation")
def conversation(one: Hearing, reference: Reference, before: Moment | None = None) -> Conversation:
    """What was said, answered and noted, the newest page or the one before a moment."""
    with one.premises.database.reading() as session:
        ticket = by_reference(session, reference)
        found = dossier.read(session, ticket, before)
    note_view(one, "viewed", ticket.reference)
    return Conversation(entries=[_entry(entry) for entry in found.entries], earlier=found.earlier)


@router.get("/{reference}/history")
def history(one: Seeing, reference: Reference) -> list[Event]:
    """The latest hundred events, the newest first."""
    with one.premises.database.reading() as session:
        events = histories.newest(session, by_reference(session, reference))
        return [Event.model_validate(event, from_attributes=True) for event in events]


@router.get("/{reference}/referrals")
def referrals(one: Seeing, reference: Reference) -> list[Referral]:
    """To whom it was referred and what came of it."""
    with one.premises.database.reading() as session:
        return [Referral.of(row) for row in referrals_of(session, by_reference(session, reference))]


@router.get("/{reference}/follow-ups")
def follow_ups(one: Seeing, reference: Reference) -> list[FollowUp]:
    """The questions that were or will be asked."""
    with one.premises.database.reading() as session:
        return [FollowUp.of(row) for row in following.follow_ups_of(session, by_reference(session, reference))]


def by_reference(session: Session, reference: str) -> tickets.Ticket:
    """The ticket of a path, however it is written."""
    found = tickets.by_reference(session, reference)
    if found is None:
        raise HTTPException(404, "There is no such ticket.")
    return found


def etag(mark: Mark) -> str:
    """How far a ticket has come, for `ETag` and `If-Match`."""
    return f'"{mark}"'


def note_view(one: Caller, what: str, about: str, **details: Any) -> None:
    """Write down that a program reads what requesters wrote."""
    with one.premises.database.writing() as session:
        actor = session.get_one(Token, one.token.id).actor
        audit.record(session, actor, what, about, one.premises.clock(), member=one.token.member_id, **details)


def _entry(entry: dossier.Entry) -> Entry:
    match entry:
        case Heard():
            # Once edited, all its versions.
            versions = [Version(at=one.at, text=one.text) for one in entry.versions if len(entry.versions) > 1]
            return Entry(kind="heard", id=entry.id, at=entry.at, text=entry.text, versions=versions,
                         channel=entry.channel)  # fmt: skip
        case Pressed():
            return Entry(kind="pressed", id=entry.id, at=entry.at, text=entry.label)
        case Noted():
            return Entry(kind="noted", id=entry.id, at=entry.at, text=entry.text, by=entry.by)
        case Told():
            text = "\n\n".join(part for part in (entry.card.title, entry.card.alert, entry.card.body) if part)
            return Entry(kind="told", id=entry.id, at=entry.at, text=text, by=entry.by, channel=entry.channel,
                         passage=entry.passage, error=entry.error or None)  # fmt: skip
