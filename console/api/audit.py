"""The audit log over the interface, for a program with the scope `audit`."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from console.api.callers import PROBLEMS, Caller, caller
from console.api.shapes import Moment
from console.audit import end_of, line_of, place_of
from desk import audit, members
from desk.audit import Search
from desk.members import Right

router = APIRouter(prefix="/audit", tags=["audit"], responses=PROBLEMS)
Word = Annotated[str, Query(max_length=100)]


class Line(BaseModel):
    """One thing that somebody did or saw. Without the scope see_persons, requesters stand under pseudonyms and words
    that may be theirs as `…`."""

    at: datetime
    actor: str = Field(examples=["member:7", "token:2"])
    name: str = Field(description="of the member; empty for all others")
    what: str
    about: str
    details: dict[str, str]


class Page(BaseModel):
    """One page of the log, the newest first. `next` is the value of `after` for the next one, null on the last."""

    lines: list[Line]
    next: str | None


@router.get("")
def read(
    one: Annotated[Caller, Depends(caller(Right.AUDIT))],
    actor: Word = "",
    about: Word = "",
    what: Word = "",
    since: Moment | None = None,
    until: Moment | None = None,
    after: Word = "",
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Page:
    """Who did or saw what; `since` belongs to it, `until` does not."""
    place = place_of(after)
    if after and place is None:
        raise HTTPException(422, "`after` has to be what the page before gave as `next`.")
    search = Search(actor or None, about or None, what or None, since, until)
    sees, language = one.may(Right.SEE_PERSONS), one.premises.policy.default_language
    with one.premises.database.reading() as session:
        found = audit.found(session, search, place, limit + 1)
        names = {member.actor: member.name for member in members.everybody(session, active=False)}
        lines = [line_of(entry, names, language, sees=sees) for entry in found[:limit]]
        further = end_of(found[limit - 1]) if len(found) > limit else None
        return Page(lines=[Line.model_validate(line, from_attributes=True) for line in lines], next=further)
