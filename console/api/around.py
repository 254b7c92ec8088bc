"""What stands around a ticket, over the interface: deadlines, other tickets, who asked, who looks, what to write."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field
from starlette.responses import Response

from console.api.acts import check_filled_in
from console.api.callers import PROBLEMS, Caller, Problem, caller
from console.api.shapes import Deadline, File, Id, Reference, Words
from console.api.tickets import Hearing, Seeing, by_reference, note_view
from console.ticket.files import Wanted, bring, find
from desk import people, presence, safeguards, targets, tickets
from desk.access.tokens import Token
from desk.casework import clocks, joining, replying, saving
from desk.files import NotFetched, files_of
from desk.members import Right

router = APIRouter(prefix="/tickets", tags=["tickets"], responses=PROBLEMS)
Worker = Annotated[Caller, Depends(caller(Right.WORK))]
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}}},
    502: {"model": Problem, "description": "the channel does not give the file"},
}


class Clock(BaseModel):
    """A legal time limit: `start` and `length` give `due`, unless `told`, when the requester said how much is left.
    `is_sure`: the law is confirmed and applies where the requester is. `working_days`: the law counts these."""

    law: str
    event: str
    exceptions: str
    length: str
    start: datetime | None
    due: datetime | None
    told: bool
    is_sure: bool
    working_days: bool


class Deadlines(BaseModel):
    """Until when a person should answer, when somebody waits for one, and the legal time limits."""

    answer: Deadline | None
    legal: list[Clock]


class Related(BaseModel):
    """References of other tickets: linked with it, merged into it, and of the same requester."""

    linked: list[str]
    merged: list[str]
    of_requester: list[str] | None = Field(description="null without the scope see_persons")


class Identity(BaseModel):
    """Who a requester is in one channel."""

    channel: str
    sender: str


class Requester(BaseModel):
    """Who asked. Where the desk hides people behind pseudonyms, and for channels whose ids let somebody in, there is
    nothing but the pseudonym."""

    pseudonym: str
    language: str
    identities: list[Identity]


class Looking(BaseModel):
    """A member who has the ticket open; `writing` once they have begun a reply."""

    member_id: int
    writing: bool
    seen_at: datetime


class SavedReply(BaseModel):
    """A saved reply filled in for this ticket. `missing`: it has no text in this language, the requester's."""

    id: int
    name: str
    text: str
    language: str
    missing: str


class Preview(BaseModel):
    """A reply as the requester would get it."""

    title: str
    body: str
    footer: str


@router.get("/{reference}/deadlines")
def deadlines(one: Seeing, reference: Reference, language: Annotated[str, Query(max_length=12)] = "en") -> Deadlines:
    """All that runs for it, with everything needed to do the sums again."""
    premises = one.premises
    with premises.database.reading() as session:
        desk, ticket = premises.desk(session), by_reference(session, reference)
        found = targets.reckoning(session, premises.policy, ticket)
        legal = clocks.reckon(desk, ticket, language)
        return Deadlines(
            answer=Deadline.of(found) if found else None,
            legal=[Clock.model_validate(clock, from_attributes=True) for clock in legal],
        )


@router.get("/{reference}/related")
def related(one: Seeing, reference: Reference) -> Related:
    """Other tickets that have to do with it."""
    with one.premises.database.reading() as session:
        ticket = by_reference(session, reference)
        earlier = tickets.tickets_of(session, ticket.request.requester_id, limit=11)
        same = [other.reference for other in earlier if other is not ticket]
        return Related(
            linked=[other.reference for other in joining.linked_to(session, ticket)],
            merged=[other.reference for other in tickets.merged_into(session, ticket)],
            of_requester=same if one.may(Right.SEE_PERSONS) else None,
        )


@router.get("/{reference}/requester")
def requester(one: Hearing, reference: Reference) -> Requester:
    """Who asked."""
    with one.premises.database.reading() as session:
        ticket = by_reference(session, reference)
        found, language = ticket.request.requester, one.premises.policy.default_language
        shown = safeguards.shown_identities(session, found)
        answer = Requester(
            pseudonym=people.pseudonym(found.id, language),
            language=found.language,
            identities=[Identity.model_validate(identity, from_attributes=True) for identity in shown],
        )
    note_view(one, "viewed", ticket.reference)
    return answer


@router.get("/{reference}/files")
def listing(one: Hearing, reference: Reference) -> list[File]:
    """The files that were asked for."""
    with one.premises.database.reading() as session:
        return [File.of(row) for row in files_of(session, by_reference(session, reference))]


def wanted(one: Worker, reference: Reference, id: Id) -> Wanted:
    """A FastAPI dependency: a file that a program opens, which is written down."""
    if not one.may(Right.SEE_PERSONS):
        raise HTTPException(403, f"Opening a file needs the scope {Right.SEE_PERSONS} too.")
    with one.premises.database.reading() as session:
        ticket = by_reference(session, reference)
        found = find(session, ticket, id)
    if found is None:
        raise HTTPException(404, "This ticket has no such file, or it has not come.")
    note_view(one, "file_opened", ticket.reference, file=id)
    return found


@router.get("/{reference}/files/{id}/content", response_class=Response, responses=_BYTES)
async def content(one: Worker, found: Annotated[Wanted, Depends(wanted)]) -> Response:
    """A file as it was sent, brought from its channel; ten megabytes at most."""
    try:
        return await bring(one.premises, found)
    except NotFetched as problem:
        raise HTTPException(502, str(problem)) from None


@router.get("/{reference}/presence")
def looking(one: Hearing, reference: Reference) -> list[Looking]:
    """Which members have it open now."""
    with one.premises.database.reading() as session:
        found = presence.lookers(session, by_reference(session, reference), one.premises.clock())
        return [Looking.model_validate(row, from_attributes=True) for row in found]


@router.get("/{reference}/saved-replies")
def saved_replies(
    one: Worker, reference: Reference, words: Annotated[str, Query(max_length=100)] = ""
) -> list[SavedReply]:
    """Saved replies with all these words, filled in for this ticket in the language of the requester."""
    with one.premises.database.reading() as session:
        ticket, token = by_reference(session, reference), session.get_one(Token, one.token.id)
        found = saving.offered(one.premises.desk(session), ticket, token.member, words)
        return [SavedReply.model_validate(offer, from_attributes=True) for offer in found]


@router.post("/{reference}/replies/preview")
def preview(one: Worker, reference: Reference, new: Words) -> Preview:
    """A reply as the requester would get it. Nothing is sent or kept."""
    check_filled_in(new.text)
    with one.premises.database.reading() as session:
        desk, ticket = one.premises.desk(session), by_reference(session, reference)
        card = replying.preview(desk, ticket, new.text.strip())
        return Preview(title=card.title, body=card.body, footer=card.footer)
