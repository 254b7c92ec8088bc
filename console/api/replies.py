"""Saved replies over the interface: one reply, its text in every language of the desk."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.shapes import Id, Moment
from desk import saved
from desk.access.tokens import Token
from desk.conversation.turn import Desk
from desk.members import Right
from desk.policy import LANGUAGES
from desk.saved import NameTaken, SavedReply, UnknownPlaceholder
from knowledge.database import Session

router = APIRouter(prefix="/replies", tags=["saved replies"], responses=PROBLEMS)
Worker = Annotated[Caller, Depends(caller(Right.WORK))]
Text = Annotated[str, Field(min_length=1, max_length=8_000, pattern=r"\S")]


class NewReply(BaseModel):
    """A name and a text in at least one language of the desk. A text may name `{reference}`, `{topic}`,
    `{organisation}` and `{member}`, to be filled in from the ticket."""

    name: str = Field(min_length=1, max_length=80, pattern=r"\S")
    texts: dict[str, Text] = Field(min_length=1, examples=[{"en": "Here is a course.", "fr": "Voici un cours."}])


class ChangedReply(NewReply):
    """The whole reply as it is to be. With `seen`, it is refused (409) when somebody has saved another one since."""

    seen: Moment | None = Field(None, description="`updated_at` as it was read")


class Reply(NewReply):
    """One reply with all its translations; `missing` are the languages of the desk that it has no text in."""

    id: int
    missing: list[str]
    updated_by: str
    updated_at: datetime

    @classmethod
    def of(cls, row: SavedReply) -> "Reply":
        texts = {one.language: one.text for one in row.texts}
        missing = [language for language in LANGUAGES if language not in texts]
        values = {name: getattr(row, name) for name in ("id", "name", "updated_by", "updated_at")}
        return cls(**values, texts=texts, missing=missing)


@router.get("")
def listing(one: Worker, words: Annotated[str, Query(max_length=100)] = "") -> list[Reply]:
    """Saved replies by name, those with all these words."""
    with one.premises.database.reading() as session:
        return [Reply.of(row) for row in saved.replies(session, words)]


@router.post("", status_code=201, response_model=Reply)
def add(one: Worker, new: NewReply) -> Any:
    """Save another one."""

    def act(desk: Desk, token: Token) -> BaseModel:
        row = SavedReply(name=new.name, updated_by=token.member.actor, updated_at=desk.now)
        return _store(desk, token, row, new)

    return perform(one, "saved_reply", lambda made: f"reply:{made.id}", act, 201)


@router.get("/{id}")
def show(one: Worker, id: Id) -> Reply:
    """One reply."""
    with one.premises.database.reading() as session:
        return Reply.of(_row(session, id))


@router.put("/{id}", response_model=Reply)
def change(one: Worker, id: Id, new: ChangedReply) -> Any:
    """Another name or other texts."""

    def act(desk: Desk, token: Token) -> BaseModel:
        row = _row(desk.session, id)
        if new.seen is not None and new.seen != row.updated_at:
            raise HTTPException(409, "Somebody has saved this reply since. Read it again.")
        return _store(desk, token, row, new)

    return perform(one, "saved_reply", f"reply:{id}", act)


@router.delete("/{id}", response_model=Reply)
def delete(one: Worker, id: Id) -> Any:
    """Delete it with all its texts."""

    def act(desk: Desk, token: Token) -> BaseModel:
        row = _row(desk.session, id)
        gone = Reply.of(row)
        desk.session.delete(row)
        return gone

    return perform(one, "deleted_reply", f"reply:{id}", act)


def _store(desk: Desk, token: Token, row: SavedReply, new: NewReply) -> Reply:
    if strange := sorted({*new.texts} - {*LANGUAGES}):
        raise HTTPException(
            422, f"This desk does not write in {', '.join(strange)}; it does in {', '.join(LANGUAGES)}."
        )
    try:
        saved.store(desk.session, row, new.name.strip(), new.texts, token.member, desk.now)
    except NameTaken:
        raise HTTPException(409, "Another saved reply has this name.") from None
    except UnknownPlaceholder as error:
        known = ", ".join(f"{{{name}}}" for name in saved.PLACEHOLDERS)
        raise HTTPException(422, f"Nothing will fill in {{{error}}}. These can be used: {known}.") from None
    desk.session.flush()
    return Reply.of(row)


def _row(session: Session, id: int) -> SavedReply:
    row = session.get(SavedReply, id)
    if row is None:
        raise HTTPException(404, "There is no such saved reply.")
    return row
