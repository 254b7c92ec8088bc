"""What members keep for later: replies in several languages, and views of the queue."""

import re
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from desk.members import Member
from knowledge.database import Base

#: What a text may leave open, to be filled in from the ticket.
PLACEHOLDERS = ("reference", "topic", "organisation", "member")
_PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")


class SavedReply(Base):
    """One reply with all its translations. Texts may hold placeholders such as `{reference}`."""

    __tablename__ = "saved_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]

    texts: Mapped[list["SavedText"]] = relationship(back_populates="reply", cascade="all, delete-orphan")


class SavedText(Base):
    """A saved reply in one language."""

    __tablename__ = "saved_reply_texts"
    __table_args__ = (UniqueConstraint("reply_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("saved_replies.id", ondelete="CASCADE"))
    language: Mapped[str]
    text: Mapped[str]

    reply: Mapped[SavedReply] = relationship(back_populates="texts")


class SavedView(Base):
    """A view of the queue: the part of the address behind the question mark. Without a member it is everybody's."""

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("members.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]


class UnknownPlaceholder(Exception):
    """A text names something in braces that nothing will fill in."""


class NameTaken(Exception):
    """Another saved reply is called the same."""


def replies(session: Session, words: str = "", limit: int = 200) -> list[SavedReply]:
    """Saved replies by name, those whose name or any text contains the words."""
    query = select(SavedReply).options(selectinload(SavedReply.texts)).order_by(SavedReply.name)
    for word in words.casefold().split()[:5]:
        like = f"%{word}%"
        query = query.where(
            func.lower(SavedReply.name).like(like) | SavedReply.texts.any(func.lower(SavedText.text).like(like))
        )
    return list(session.scalars(query.limit(limit)))


def text_in(reply: SavedReply, language: str, fallback: str) -> tuple[str, str]:
    """The text for a language and the language it is in: another one only where this one is missing."""
    texts = {one.language: one.text for one in reply.texts}
    found = next((one for one in (language, fallback, *sorted(texts)) if one in texts), language)
    return texts.get(found, ""), found


def fill(text: str, values: Mapping[str, str]) -> str:
    """A text with what is known filled in; the rest stays in braces, to be seen."""
    return _PLACEHOLDER.sub(lambda found: values.get(found[1]) or found[0], text)


def open_places(text: str) -> list[str]:
    """The placeholders that are left in a text."""
    return [found for found in _PLACEHOLDER.findall(text) if found in PLACEHOLDERS]


def store(session: Session, reply: SavedReply, name: str, texts: Mapping[str, str], by: Member, now: datetime) -> None:
    """Keep a reply with these texts (by language), the empty ones left out.

    Raises:
        UnknownPlaceholder: something in braces is none of `PLACEHOLDERS`.
        NameTaken: the name is another reply's.
    """
    kept = {language: text.strip() for language, text in texts.items() if text.strip()}
    for text in kept.values():
        strange = [found for found in _PLACEHOLDER.findall(text) if found not in PLACEHOLDERS]
        if strange:
            raise UnknownPlaceholder(strange[0])
    with session.no_autoflush:
        other = session.scalars(select(SavedReply).filter_by(name=name)).first()
    if other is not None and other is not reply:
        raise NameTaken
    old = {one.language: one for one in reply.texts}
    for language in [one for one in old if one not in kept]:
        reply.texts.remove(old[language])
    for language, text in kept.items():
        if language in old:
            old[language].text = text
        else:
            reply.texts.append(SavedText(language=language, text=text))
    reply.name, reply.updated_by, reply.updated_at = name, by.actor, now
    session.add(reply)
