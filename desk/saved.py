"""What members keep for later: replies in several languages, and views of the queue."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.database import Base


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
