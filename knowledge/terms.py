"""The glossary."""

from typing import ClassVar

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry
from knowledge.vocabulary import SHOWN, Kind
from knowledge.wordings import Text, texts


class Term(Entry):
    """A word of the field, defined in its wordings."""

    __tablename__ = "terms"
    kind: ClassVar[Kind] = Kind.TERM

    topic: Mapped[str | None] = mapped_column(String(120), index=True)


def for_topic(session: Session, topic: str) -> list[Term]:
    """The terms that belong to a topic."""
    query = select(Term).where(Term.topic == topic, Term.status.in_(SHOWN))
    return list(session.scalars(query.order_by(Term.position, Term.id)))


def glossary(session: Session, language: str) -> list[Text]:
    """All definitions for a reader of that language, in alphabetical order."""
    visible = set(session.scalars(select(Term.id).where(Term.status.in_(SHOWN))))
    found = texts(session, Kind.TERM, visible, language)
    return sorted(found.values(), key=lambda text: text.name.casefold())
