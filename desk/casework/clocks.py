"""The legal clocks of a ticket with everything needed to compute them again by hand."""

from dataclasses import dataclass
from datetime import datetime

from desk import library
from desk.conversation import deadlines
from desk.conversation.turn import Desk
from desk.tickets import Ticket
from routing import clocks


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One legal time limit. `start` + `length` = `due`, unless `told`: then the requester said how much time is left.

    `is_sure`: the law is confirmed and applies where the requester is. `working_days`: the law counts working days;
    the desk counts every day, so that its end is never later than the law's.
    """

    law: str
    event: str
    exceptions: str
    length: str
    start: datetime | None
    due: datetime | None
    told: bool
    is_sure: bool
    working_days: bool


def reckon(desk: Desk, ticket: Ticket, language: str) -> list[Reckoned]:
    """The clocks that seem to run for a ticket, the shortest first, without laws that are gone from the knowledge."""
    found = []
    for kept in ticket.request.decision.get("clocks", []):
        clock = library.clock(desk.session, kept["id"], language)
        if clock is not None:
            found.append(_reckoned(kept, clock, language))
    return found


def _reckoned(kept: dict[str, object], clock: library.Clock, language: str) -> Reckoned:
    start, due = _moment(kept.get("started")), _moment(kept.get("due"))
    reckoned = clocks.end(start, clock.duration) if start else None
    return Reckoned(
        law=clock.name,
        event=clock.starts,
        exceptions=clock.exceptions,
        length=deadlines.length(language, clock),
        start=start,
        due=due,
        told=due is not None and reckoned != due,
        is_sure=bool(kept.get("sure")) and clock.is_sure,
        working_days=clock.business_days,
    )


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
