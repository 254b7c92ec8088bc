"""Rows written with all else of a transaction, many at once and past the mapper, which writes them one by one.

For what nobody needs as an object in the turn that makes it.
"""

from typing import Any, cast

from sqlalchemy import Table, event, insert
from sqlalchemy.orm import Session, UOWTransaction

from desk.outbox import OutboxRow
from desk.requests import Message, Request
from desk.tickets import Ticket
from knowledge.database import Base

_WAITING = "desk.alongside"


def write(
    session: Session, model: type[Base], row: dict[str, Any], **owners: Request | Message | OutboxRow | Ticket | None
) -> None:
    """Write a row with the next flush. Its owners have no id before that: `ticket=ticket` becomes `ticket_id`."""
    session.info.setdefault(_WAITING, {}).setdefault(model, []).append((row, owners))


@event.listens_for(Session, "after_flush")
def _write(session: Session, context: UOWTransaction | None = None) -> None:
    for model, waiting in session.info.pop(_WAITING, {}).items():
        rows = [row | {f"{name}_id": one and one.id for name, one in owners.items()} for row, owners in waiting]
        session.connection().execute(insert(cast(Table, model.__table__)), rows)


@event.listens_for(Session, "before_commit")
def finish(session: Session) -> None:
    """Write what waits, also when there is nothing else to write and so no flush."""
    if _WAITING in session.info:
        session.flush()
        _write(session)
