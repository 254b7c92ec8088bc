"""What administrators set in the console, as opposed to what operators set in the environment."""

from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base


class Option(Base):
    """One option by name, with whom it was last set by."""

    __tablename__ = "options"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    set_by: Mapped[str]
    set_at: Mapped[datetime]


def get(session: Session, name: str) -> dict[str, Any]:
    """The value of an option; empty as long as nobody has set it."""
    found = session.get(Option, name)
    return found.value if found else {}


def put(session: Session, name: str, value: dict[str, Any], actor: str, now: datetime) -> None:
    """Set an option, also while another process sets it for the first time."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {"value": value, "set_by": actor, "set_at": now}
    statement = insert(Option).values(name=name, **values)
    statement = statement.on_conflict_do_update(index_elements=[Option.name], set_=values)
    session.scalars(statement.returning(Option), execution_options={"populate_existing": True}).one()


def lock(session: Session, name: str) -> dict[str, Any]:
    """The value of an option as it is now, kept from others until the end of the transaction."""
    found = session.get(Option, name, with_for_update=True, populate_existing=True)
    return found.value if found else {}
