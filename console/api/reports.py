"""The reports over the interface, as tables."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel

from console.api.callers import PROBLEMS, Caller, caller
from console.reports import TABLES
from desk.members import Right
from desk.reports.scope import LONGEST, Scope, last_days

router = APIRouter(prefix="/reports", tags=["reports"], responses=PROBLEMS)
Word = Annotated[str, Query(max_length=120)]


class Table(BaseModel):
    """A report: what its columns are, and its rows."""

    first: date
    last: date
    columns: list[str]
    rows: list[list[Any]]


@router.get("/{name}")
def read(
    one: Annotated[Caller, Depends(caller(Right.REPORTS))],
    name: str,
    first: date | None = None,
    last: date | None = None,
    language: Word = "",
    channel: Word = "",
    topic: Word = "",
) -> Table:
    """A report over the tickets that were opened in these days, the last thirty by default: volume, times, quality,
    topics, organisations, language, channel, urgency or satisfaction."""
    if name not in TABLES:
        raise HTTPException(404, f"There is no such report. There are: {', '.join(TABLES)}.")
    premises = one.premises
    usual = last_days(premises.clock(), premises.policy.time_zone)
    scope = Scope(first or usual.first, last or usual.last, usual.time_zone, language, channel, topic)
    if not 1 <= scope.days <= LONGEST:
        raise HTTPException(422, "The last day must not lie before the first, nor three years after it.")
    columns, rows = TABLES[name]
    with premises.database.reading() as session:
        return Table(first=scope.first, last=scope.last, columns=list(columns), rows=rows(session, scope))
