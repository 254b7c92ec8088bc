"""What entries are called and how people ask for them, in one language each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Remembered
from knowledge.vocabulary import FALLBACK_LANGUAGE, Kind, Origin


class Wording(Remembered):
    """The fields of one entry in one language, such as name, summary and phrases: see docs/knowledge.md."""

    __tablename__ = "wordings"

    kind: Mapped[Kind] = mapped_column(primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(120), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    fields: Mapped[dict[str, Any]]
    origin: Mapped[Origin] = mapped_column(default=Origin.WRITTEN)
    reviewed_by: Mapped[str | None] = mapped_column(String(120))
    reviewed_on: Mapped[date | None]
    pack: Mapped[str | None] = mapped_column(String(120))
    edited: Mapped[bool] = mapped_column(default=False)

    @property
    def is_draft(self) -> bool:
        """Whether a machine wrote it and no person has reviewed it."""
        return self.origin is Origin.MACHINE_DRAFTED and self.reviewed_on is None


@dataclass(frozen=True, slots=True)
class Text:
    """An entry's wording for one reader. Fields its language lacks come from English.

    `language` is the one that most of it is in: differs from the one asked for when there is no translation at all.
    """

    id: str
    language: str
    fields: Mapping[str, Any]
    is_draft: bool = False

    @property
    def name(self) -> str:
        """What to call it: kinds say name, title or term."""
        return str(self.fields.get("name") or self.fields.get("title") or self.fields.get("term") or self.id)

    @property
    def summary(self) -> str:
        return str(self.fields.get("summary") or self.fields.get("definition") or "")


def text(session: Session, kind: Kind, id: str, language: str) -> Text | None:
    """The wording of one entry for a reader of `language`; None when it has none at all."""
    return texts(session, kind, [id], language).get(id)


def texts(session: Session, kind: Kind, ids: Iterable[str] | None, language: str) -> dict[str, Text]:
    """The wordings for a reader of `language`, by entry; of all entries of that kind when `ids` is None."""
    query = select(Wording).where(Wording.kind == kind, Wording.language.in_([language, FALLBACK_LANGUAGE]))
    if ids is not None:
        query = query.where(Wording.entry_id.in_(list(ids)))
    rows: dict[str, dict[str, Wording]] = {}
    for row in session.scalars(query):
        rows.setdefault(row.entry_id, {})[row.language] = row
    return {id: _merged(id, found, language) for id, found in rows.items()}


def names(session: Session, kind: Kind, language: str, ids: Iterable[str] | None = None) -> dict[str, str]:
    """What entries are called for a reader of `language`, by entry; without reading the rest of their wording."""
    name = func.coalesce(*(Wording.fields[field].as_string() for field in ("name", "title", "term")))
    query = select(Wording.entry_id, name).where(Wording.kind == kind, name.is_not(None))
    if ids is not None:
        query = query.where(Wording.entry_id.in_(list(ids)))
    # English first, so that a name in the language asked for takes its place.
    called: dict[str, str] = {}
    for one in dict.fromkeys((FALLBACK_LANGUAGE, language)):
        called.update((id, name) for id, name in session.execute(query.where(Wording.language == one)))
    return called


def _merged(id: str, found: dict[str, Wording], language: str) -> Text:
    best = found.get(language) or found[FALLBACK_LANGUAGE]
    fallback = found[FALLBACK_LANGUAGE].fields if FALLBACK_LANGUAGE in found else {}
    fields = {**fallback, **{name: value for name, value in best.fields.items() if value}}
    return Text(id, best.language, fields, best.is_draft)


def phrases(session: Session, kind: Kind, id: str) -> dict[str, tuple[str, ...]]:
    """How people ask for an entry, per language."""
    rows = session.scalars(select(Wording).where(Wording.kind == kind, Wording.entry_id == id))
    return {row.language: tuple(row.fields.get("phrases", ())) for row in rows}


def _drafts() -> Select[Wording]:
    return select(Wording).where(Wording.origin == Origin.MACHINE_DRAFTED, Wording.reviewed_on.is_(None))


def machine_drafted(session: Session, language: str | None = None) -> list[Wording]:
    """The wordings no person has reviewed yet."""
    query = _drafts() if language is None else _drafts().where(Wording.language == language)
    return list(session.scalars(query.order_by(Wording.kind, Wording.entry_id, Wording.language)))


def machine_drafted_count(session: Session) -> dict[str, int]:
    """How many wordings wait for review, per language."""
    return dict(Counter(row.language for row in session.scalars(_drafts())))
