"""The members of the desk over the interface: who there is to assign tickets to."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from console.api.callers import PROBLEMS, Caller, caller
from desk import members
from desk.members import Right, Role

router = APIRouter(prefix="/members", tags=["members"], responses=PROBLEMS)


class Member(BaseModel):
    """Somebody who works at the desk."""

    id: int
    name: str
    role: Role
    languages: list[str]
    topics: list[str]
    away_until: datetime | None


@router.get("")
def listing(one: Annotated[Caller, Depends(caller(Right.SEE_TICKETS))]) -> list[Member]:
    """The active members, by name."""
    with one.premises.database.reading() as session:
        return [Member.model_validate(row, from_attributes=True) for row in members.everybody(session)]
