"""Kinds of emergency: how they show in a message, what to say at once, whom to name."""

from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry, shown
from knowledge.vocabulary import Kind


class Crisis(Entry):
    """A kind of emergency. `form` is what the pack calls kind; the lowest `priority` is dealt with first.

    `practices` and `organisations` are what a person in it is shown; all of them must be of high confidence.
    """

    __tablename__ = "crises"
    kind: ClassVar[Kind] = Kind.CRISIS

    form: Mapped[str | None] = mapped_column(String(80))
    priority: Mapped[int] = mapped_column(default=100)
    topics: Mapped[list[str]] = mapped_column(default=list)
    practices: Mapped[list[str]] = mapped_column(default=list)
    organisations: Mapped[list[str]] = mapped_column(default=list)


def by_priority(session: Session) -> list[Crisis]:
    """All kinds of emergency, the most pressing first."""
    return sorted(shown(session, Crisis), key=lambda crisis: (crisis.priority, crisis.position))
