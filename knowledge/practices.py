"""Best practices, laws and guides that answer a request."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry, shown
from knowledge.vocabulary import Kind
from knowledge.wordings import Text

WINDOWS = ("hour", "day", "week")


class Practice(Entry):
    """A document one can follow. `topics` has the most fitting first; `aliases` are the other names people type."""

    __tablename__ = "practices"
    kind: ClassVar[Kind] = Kind.PRACTICE

    title: Mapped[str]
    publisher: Mapped[str | None]
    year: Mapped[int | None]
    topics: Mapped[list[str]] = mapped_column(default=list)
    aliases: Mapped[list[str]] = mapped_column(default=list)


def for_topic(session: Session, topic: str) -> list[Practice]:
    """The practices about a topic; those for which it is the main one come first."""
    about = [practice for practice in shown(session, Practice) if topic in practice.topics]
    return sorted(about, key=lambda practice: practice.topics.index(topic))


def steps(text: Text) -> Mapping[str, list[str]]:
    """What to do in the first hour, day and week, in that order; empty when the practice has no steps."""
    found: Mapping[str, Any] = text.fields.get("steps") or {}
    return {window: list(found[window]) for window in WINDOWS if found.get(window)}
