"""Changes by hand: contributions, corrections, and going back to what was there before."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from knowledge.entries import Entry
from knowledge.history import EntryVersion, remember
from knowledge.packs.forms import FACTS, WORDINGS
from knowledge.packs.importer import put, values_of
from knowledge.packs.writer import facts_of
from knowledge.review import ReviewError
from knowledge.tables import NOUNS
from knowledge.vocabulary import Kind, Origin, Status
from knowledge.wordings import Wording

F = TypeVar("F", bound=BaseModel)


def propose(
    session: Session, kind: Kind, facts: Mapping[str, Any], wordings: Mapping[str, Mapping[str, Any]], by: str
) -> Entry:
    """A new entry as a draft. `facts` by column name, with `id`; `wordings` by language."""
    form = _valid(FACTS[kind], facts)
    id = form.id
    if session.get(NOUNS[kind], id) is not None:
        raise ReviewError(f"There is a {kind} {id} already: change that one, or choose another id.")
    last = session.scalar(select(func.max(NOUNS[kind].position)))
    entry = NOUNS[kind](edited=True, position=0 if last is None else last + 1)
    put(entry, {**values_of(form), "owner": by, "status": Status.DRAFT})
    session.add(entry)
    for language, fields in wordings.items():
        text = _valid(WORDINGS[kind], fields).model_dump(mode="json", exclude_defaults=True)
        session.add(Wording(kind=kind, entry_id=id, language=language, fields=text, edited=True))
    session.flush()
    return entry


def edit(session: Session, entry: Entry, changes: Mapping[str, Any], by: str, at: datetime) -> None:
    """Change facts by column name; the status has its own ways, in `review`. From now on packs leave it alone."""
    if refused := {"id", "status"} & set(changes):
        raise ReviewError(f"{', '.join(sorted(refused))} cannot be edited.")
    form = FACTS[entry.kind]
    before = facts_of(entry).model_dump(by_alias=False)
    after = values_of(_valid(form, {**before, **changes}))
    remember(session, entry, "edited", by, at)
    put(entry, {name: after[name] for name in changes})
    entry.edited = True


def word(
    session: Session,
    entry: Entry,
    language: str,
    fields: Mapping[str, Any],
    by: str,
    at: datetime,
    origin: Origin = Origin.WRITTEN,
) -> Wording:
    """Set the whole wording of an entry in one language. What a person writes is reviewed by that."""
    text = _valid(WORDINGS[entry.kind], fields).model_dump(mode="json", exclude_defaults=True)
    wording = session.get(Wording, (entry.kind, entry.id, language))
    if wording is None:
        wording = Wording(kind=entry.kind, entry_id=entry.id, language=language)
        session.add(wording)
    else:
        remember(session, wording, "edited", by, at)
    wording.fields, wording.origin, wording.edited = text, origin, True
    written = origin is Origin.WRITTEN
    wording.reviewed_by, wording.reviewed_on = (by, at.date()) if written else (None, None)
    return wording


def restore(session: Session, version: EntryVersion, by: str, at: datetime) -> None:
    """Go back to an earlier state of an entry or a wording; what is there now is kept as a version too."""
    entry = session.get_one(NOUNS[version.kind], version.entry_id)
    if version.language is not None:
        said = version.before
        wording = word(session, entry, version.language, said["fields"], by, at, Origin(said["origin"]))
        wording.reviewed_by, wording.reviewed_on = said["reviewed_by"], _day(said["reviewed_on"])
        return
    form = FACTS[version.kind]
    said = {name: value for name, value in version.before.items() if name in form.model_fields}
    remember(session, entry, f"restored from {version.at:%Y-%m-%d}", by, at)
    put(entry, values_of(_valid(form, said)))
    entry.edited = True


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _valid(form: type[F], values: Mapping[str, Any]) -> F:
    try:
        return form.model_validate(values, by_alias=False, by_name=True)
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))
        raise ReviewError("; ".join(wrong)) from None
