"""Opening a file that was asked for: brought from where it lies, handed on, kept nowhere."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console.premises import Premises
from console.refusals import Refusal, not_here
from console.ticket import entrance
from console.visitors import Visitor, again, visitor
from desk import audit
from desk.files import LARGEST, AskedFile, NotFetched
from desk.members import Right
from desk.tickets import Ticket
from desk.wording import phrase
from knowledge.database import Session

router = APIRouter(prefix="/console/tickets", include_in_schema=False)
Worker = Annotated[Visitor, Depends(visitor(Right.WORK))]
_GONE = phrase("The file could not be brought: it is gone, larger than {megabytes} MB, or its channel does not answer.")


#: What somebody sent, by the name a channel gives it; anything else is a file.
KINDS = {
    "photo": phrase("picture"),
    "image": phrase("picture"),
    "document": phrase("document"),
    "video": phrase("video"),
    "video_note": phrase("video"),
    "voice": phrase("voice message"),
    "audio": phrase("recording"),
    "sticker": phrase("sticker"),
    "contact": phrase("contact"),
    "location": phrase("location"),
}
ANY_FILE = phrase("file")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a file lies, and under which name it is handed on."""

    channel: str
    account: str
    reference: str
    name: str


def find(session: Session, ticket: Ticket, id: int) -> Wanted | None:
    """A file of a ticket that has come."""
    row = session.get(AskedFile, id)
    if row is None or row.ticket_id != ticket.id or not (row.channel and row.account and row.reference):
        return None
    return Wanted(row.channel, row.account, row.reference, row.name or f"{ticket.reference}-{row.id}")


def wanted(request: Request, one: Worker, reference: str, id: int) -> Wanted:
    """A FastAPI dependency: a file that a member opens, which is written down."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        ticket = entrance.find(session, reference)
        found = find(session, ticket, id)
        if found is None:
            raise not_here()
        audit.record(session, again(session, one).actor, "file_opened", ticket.reference, premises.clock(), file=id)
    return found


@router.get("/{reference}/files/{id}")
async def open_file(request: Request, found: Annotated[Wanted, Depends(wanted)]) -> Response:
    """The content of a file, to be saved."""
    try:
        return await bring(request.app.state.premises, found)
    except NotFetched:
        raise Refusal(502, _GONE, megabytes=LARGEST >> 20) from None


async def bring(premises: Premises, found: Wanted) -> Response:
    """A file as something to save, that no browser shows or runs.

    Raises:
        NotFetched: it is not to be had.
    """
    content = await premises.fetch(found.channel, found.account, found.reference)
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(found.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
        "Cache-Control": "no-store",
    }
    return Response(content, media_type="application/octet-stream", headers=headers)
