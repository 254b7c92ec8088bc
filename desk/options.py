"""What administrators set in the console, as opposed to what operators set in the environment."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base
from knowledge.upserts import insert

_KNOWN = "desk.options"


class Option(Base):
    """One option by name, with whom it was last set by."""

    __tablename__ = "options"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


def get(session: Session, name: str) -> dict[str, Any]:
    """The value of an option; empty as long as nobody has set it. Looked up once in a transaction."""
    known: dict[str, dict[str, Any]] = session.info.setdefault(_KNOWN, {})
    if name not in known:
        with session.no_autoflush:
            found = session.get(Option, name)
        known[name] = found.value if found else {}
    return known[name]


def put(session: Session, name: str, value: dict[str, Any], actor: str, now: datetime) -> None:
    """Set an option, also while another process sets it for the first time."""
    values = {"value": value, "set_by": actor, "set_at": now}
    statement = insert(session, Option).values(name=name, **values)
    statement = statement.on_conflict_do_update(index_elements=[Option.name], set_=values)
    session.scalars(statement.returning(Option), execution_options={"populate_existing": True}).one()
    session.info.pop(_KNOWN, None)


def lock(session: Session, name: str) -> dict[str, Any]:
    """The value of an option as it is now, kept from others until the end of the transaction."""
    session.info.pop(_KNOWN, None)
    found = session.get(Option, name, with_for_update=True, populate_existing=True)
    return found.value if found else {}
