"""Saved replies: one reply, its text in every language of the desk."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console import refusals
from console.pages import done, page
from console.premises import Premises
from console.ticket.entrance import filled_in
from console.visitors import Visitor, again, check_form, visitor
from desk import saved
from desk.audit import record
from desk.members import Right
from desk.policy import LANGUAGES
from desk.saved import NameTaken, SavedReply, UnknownPlaceholder
from desk.wording import phrase
from knowledge.database import Session

router = APIRouter(prefix="/console/replies", dependencies=[Depends(check_form)], include_in_schema=False)
Worker = Annotated[Visitor, Depends(visitor(Right.WORK))]
Form = Annotated[dict[str, str], Depends(filled_in)]
_HOME = "/console/replies"


@router.get("")
def show(request: Request, one: Worker, words: str = "") -> Response:
    """All saved replies, with the languages they are missing in."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        found = [(reply, {text.language for text in reply.texts}) for reply in saved.replies(session, words[:100])]
        return page(request, one, "replies.html", found=found, words=words, languages=LANGUAGES)


@router.get("/{id}")
def edit(request: Request, one: Worker, id: str) -> Response:
    """The form of one reply; `new` for another one."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        reply = _find(session, id)
        texts = {text.language: text.text for text in reply.texts} if reply else {}
        return _drawn(request, one, reply, {"name": reply.name if reply else "", **texts})


@router.post("/{id}")
def save(request: Request, one: Worker, id: str, form: Form) -> Response:
    """Keep what was written, unless somebody else has saved the reply meanwhile."""
    premises: Premises = request.app.state.premises
    now = premises.clock()
    with premises.database.writing() as session:
        reply, member = _find(session, id), again(session, one)
        if reply is not None and form.get("seen") != _mark(reply):
            return _drawn(request, one, reply, form, status=409)
        name = form.get("name", "").strip()[:80]
        texts = {language: form.get(language, "")[:8_000] for language in LANGUAGES}
        if not name or not any(text.strip() for text in texts.values()):
            return _drawn(request, one, reply, form, problem=one.say(_EMPTY), status=422)
        kept = reply or SavedReply(name=name, updated_by=member.actor, updated_at=now)
        try:
            saved.store(session, kept, name, texts, member, now)
        except NameTaken:
            return _drawn(request, one, reply, form, problem=one.say(_TAKEN), status=422)
        except UnknownPlaceholder as error:
            problem = one.say(_UNKNOWN, name=f"{{{error}}}", known=", ".join(f"{{{x}}}" for x in saved.PLACEHOLDERS))
            return _drawn(request, one, reply, form, problem=problem, status=422)
        session.flush()
        record(session, member.actor, "saved_reply", f"reply:{kept.id}", now)
    return done(_HOME, "saved")


@router.post("/{id}/delete")
def delete(request: Request, one: Worker, id: str) -> Response:
    """Delete a reply with all its texts."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        reply, member = _find(session, id), again(session, one)
        if reply is not None:
            session.delete(reply)
            record(session, member.actor, "deleted_reply", f"reply:{reply.id}", premises.clock())
    return done(_HOME, "deleted")


_EMPTY = phrase("Write a name, and a text in at least one language.")
_TAKEN = phrase("Another saved reply has this name. Choose another one.")
_UNKNOWN = phrase("Nothing will fill in {name}. These can be used: {known}.")


def _find(session: Session, id: str) -> SavedReply | None:
    if id == "new":
        return None
    reply = session.get(SavedReply, int(id)) if id.isdigit() and len(id) < 16 else None
    if reply is None:
        raise refusals.not_here()
    return reply


def _mark(reply: SavedReply) -> str:
    return f"{reply.updated_at:%Y%m%d%H%M%S%f}"


def _drawn(
    request: Request,
    one: Visitor,
    reply: SavedReply | None,
    typed: dict[str, str],
    problem: str = "",
    status: int = 200,
) -> Response:
    """The form with what is typed. After a collision (409) what the other one saved stands beside it."""
    theirs = {text.language: text.text for text in reply.texts} if reply and status == 409 else {}
    return page(
        request, one, "reply_form.html", status, reply=reply, typed=typed, problem=problem, theirs=theirs,
        is_outdated=status == 409, seen=_mark(reply) if reply else "", languages=LANGUAGES,
        placeholders=saved.PLACEHOLDERS,
    )  # fmt: skip
