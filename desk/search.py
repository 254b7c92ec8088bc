"""Finding tickets by the words in them: what requesters wrote, members' replies and notes.

Every such text has a row with its words folded by the router's own rules, so that case, accents, the spellings of
Arabic and both scripts of Chinese do not matter; a run of Chinese is kept as pairs of characters, because its words are
mostly two characters long. The databases only look up beginnings of words: SQLite in an FTS5 table, PostgreSQL in a GIN
index. Neither needs an extension, and both find the same.

A row goes with the text it was taken from: with `/forget`, with retention, or alone.
"""

import re
from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, ForeignKey, Select, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk import alongside
from desk.outbox import OutboxRow
from desk.requests import Message
from knowledge.database import Base
from routing import normalise

# How many of the newest texts with the words are looked at.
LIMIT = 400
_MOST_WORDS = 8
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
#: And, with, like, to and the article, which Arabic writes together with the word.
_ARABIC_PREFIX = re.compile("^(?:و?ال|[بكف]ال|لل)(?=.{2})")


class SearchText(Base):
    """The words of one text, separated by blanks. Exactly one of the three says where it is from."""

    __tablename__ = "search_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    note_id: Mapped[int | None] = mapped_column(ForeignKey("notes.id", ondelete="CASCADE"), unique=True)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), unique=True)
    words: Mapped[str]

    message: Mapped[Message | None] = relationship()
    outbox: Mapped[OutboxRow | None] = relationship()


def keep(
    session: Session,
    written: str,
    *,
    message: Message | None = None,
    outbox: OutboxRow | None = None,
    note_id: int | None = None,
) -> None:
    """Make a text findable with the next flush, by where it is from."""
    if kept := words(written):
        alongside.write(session, SearchText, {"words": kept, "note_id": note_id}, message=message, outbox=outbox)


def words(written: str) -> str:
    """What a text is found by: its different words, folded."""
    return " ".join(dict.fromkeys(part for word in folded(written) for part in _parts(word)))


def folded(written: str) -> tuple[str, ...]:
    """The words of a text in the form they are compared in; a run of Chinese is one of them."""
    # Addresses of pages are for the router no words, but people look for them.
    return normalise.words(normalise.fold(written.replace("://", " ").replace("www.", " ")))


def is_chinese(word: str) -> bool:
    """Whether a folded word is a run of Chinese."""
    return bool(_HAN.match(word))


def _parts(word: str) -> Iterator[str]:
    if is_chinese(word):
        yield from (word[at : at + 2] for at in range(len(word)))
        return
    yield word
    if _ARABIC_PREFIX.match(word):
        yield _ARABIC_PREFIX.sub("", word)


def wanted(query: str) -> list[str]:
    """The beginnings of words that a query asks for, all of which have to be there."""
    asked: list[str] = []
    for word in folded(query):
        pairs = [word[at : at + 2] for at in range(max(1, len(word) - 1))] if is_chinese(word) else [word]
        asked += pairs
    return list(dict.fromkeys(asked))[:_MOST_WORDS]


def matching(session: Session, beginnings: Collection[str]) -> ColumnElement[bool]:
    """The condition on `SearchText` that all these beginnings are in it."""
    if session.get_bind().dialect.name == "sqlite":
        asked = " AND ".join(f'"{one}"*' for one in beginnings)
        found = text("SELECT rowid FROM search_index WHERE search_index MATCH :asked ORDER BY rowid DESC LIMIT :most")
        return SearchText.id.in_(found.bindparams(asked=asked, most=LIMIT).columns(SearchText.id))
    vector = func.array_to_tsvector(func.string_to_array(SearchText.words, text("' '")))
    return vector.bool_op("@@")(text("CAST(:asked AS tsquery)").bindparams(asked=" & ".join(_quoted(beginnings))))


def _quoted(beginnings: Collection[str]) -> list[str]:
    return [f"'{one}':*" for one in beginnings]


def newest(session: Session, query: str) -> Select[int | None, int | None, int | None] | None:
    """The newest texts with what is looked for; None when that is nothing."""
    beginnings = wanted(query)
    if not beginnings:
        return None
    columns = (SearchText.message_id, SearchText.note_id, SearchText.outbox_id)
    return select(*columns).where(matching(session, beginnings)).order_by(SearchText.id.desc()).limit(LIMIT)
