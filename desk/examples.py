"""Examples: what people asked, kept with the topic that turned out right, for the router to learn from after review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from unicodedata import category

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from desk.requests import Request
from knowledge.database import Base
from knowledge.entries import count_change
from knowledge.vocabulary import Kind
from routing.catalogue import Catalogue, Entry

#: Longer texts tell a story; what teaches is the way of asking.
LONGEST = 300


class Occasion(StrEnum):
    """How it became known what is right, the most telling first."""

    CORRECTED = "corrected"
    CHOSEN = "chosen"
    CONFIRMED = "confirmed"


class ExampleState(StrEnum):
    """Only accepted examples teach."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class CannotReview(Exception):
    """That cannot be done with this example; the text says why."""


class Example(Base):
    """One way of asking for one entry, as somebody put it (`text`), and in a reviewer's `wording` when that is better.

    It belongs to the person it came from and goes with them, also when it was accepted.
    """

    __tablename__ = "examples"
    # No number is given twice: a reviewer may have it in front of them when its example is forgotten.
    __table_args__ = (UniqueConstraint("kind", "entry_id", "text"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("requesters.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"), index=True)
    kind: Mapped[Kind]
    entry_id: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(LONGEST))
    wording: Mapped[str | None] = mapped_column(String(LONGEST))
    occasion: Mapped[Occasion]
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    state: Mapped[ExampleState] = mapped_column(default=ExampleState.PROPOSED, index=True)
    reviewed_by: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    request: Mapped[Request] = relationship()


@dataclass(frozen=True, slots=True)
class Lesson:
    """What an example teaches."""

    kind: Kind
    entry_id: str
    language: str
    words: str


def propose(
    session: Session, request: Request, lesson: Lesson, occasion: Occasion, by: str, now: datetime
) -> Example | None:
    """Keep an example for review; None when the same was proposed before, whatever became of it.

    The latest word about a request counts: what it had proposed earlier, and nobody has reviewed, makes room.
    """
    same = (Example.kind == lesson.kind, Example.entry_id == lesson.entry_id, Example.text == lesson.words)
    known = session.scalar(select(Example.id).where(*same))
    withdraw(session, request, besides=known)
    if known is not None:
        return None
    example = Example(
        requester_id=request.requester_id,
        request=request,
        kind=lesson.kind,
        entry_id=lesson.entry_id,
        language=lesson.language,
        text=lesson.words,
        occasion=occasion,
        proposed_by=by,
        proposed_at=now,
    )
    session.add(example)
    return example


def withdraw(session: Session, request: Request, besides: int | None = None) -> None:
    """Drop what a request has proposed and nobody has reviewed."""
    mine = (Example.request_id == request.id, Example.state == ExampleState.PROPOSED)
    session.execute(delete(Example).where(*mine, Example.id.is_distinct_from(besides)))


def listing(session: Session, *, everything: bool = False) -> Sequence[Example]:
    """Proposed examples, corrections first; with `everything` also those that were reviewed."""
    query = select(Example).options(joinedload(Example.request).joinedload(Request.ticket)).order_by(Example.id)
    if not everything:
        query = query.where(Example.state == ExampleState.PROPOSED)
    states, occasions = list(ExampleState), list(Occasion)
    return sorted(session.scalars(query), key=lambda one: (states.index(one.state), occasions.index(one.occasion)))


def of_requester(session: Session, requester_id: int) -> Sequence[Example]:
    """All examples that came from a person."""
    return session.scalars(select(Example).filter_by(requester_id=requester_id).order_by(Example.id)).all()


def find(session: Session, id: int) -> Example:
    """The example with this number. Raises `CannotReview` when there is none."""
    example = session.get(Example, id)
    if example is None:
        raise CannotReview(f"There is no example {id}. Whoever it came from may have been forgotten.")
    return example


def lesson(example: Example, wording: str | None = None) -> Lesson:
    """What an example would teach, in another wording if one is given. Raises `CannotReview` when it does already."""
    if example.state is ExampleState.ACCEPTED:
        raise CannotReview(f"Example {example.id} is accepted already. Refuse it first to take it back.")
    words = shortened(wording or example.text)
    return Lesson(example.kind, example.entry_id, example.language, words)


def accept(session: Session, example: Example, words: str, by: str, now: datetime) -> None:
    """Let the router learn from it in these words, in all processes, from the next message on."""
    example.wording = None if words == example.text else words
    _review(session, example, ExampleState.ACCEPTED, by, now, None)


def refuse(session: Session, example: Example, reason: str, by: str, now: datetime) -> None:
    """Do not learn from it; what was accepted is taken back."""
    _review(session, example, ExampleState.REFUSED, by, now, reason)


def _review(session: Session, example: Example, to: ExampleState, by: str, now: datetime, reason: str | None) -> None:
    if ExampleState.ACCEPTED in (example.state, to):
        count_change(session)
    example.state, example.reviewed_by, example.reviewed_at, example.reason = to, by, now, reason


def forget(session: Session, requester_id: int) -> None:
    """Remove what came from a person; the router forgets it too."""
    gone = delete(Example).where(Example.requester_id == requester_id).returning(Example.state)
    if ExampleState.ACCEPTED in session.scalars(gone).all():
        count_change(session)


def accepted(session: Session) -> Sequence[Lesson]:
    """What the router is taught, in the order of acceptance."""
    query = select(Example).where(Example.state == ExampleState.ACCEPTED).order_by(Example.reviewed_at, Example.id)
    return [Lesson(one.kind, one.entry_id, one.language, one.wording or one.text) for one in session.scalars(query)]


def taught(catalogue: Catalogue, lessons: Iterable[Lesson]) -> Catalogue:
    """The catalogue with lessons as further phrases of their entries, which are shown to nobody."""
    further: dict[tuple[str, str], list[Lesson]] = {}
    for one in lessons:
        further.setdefault((one.kind.value, one.entry_id), []).append(one)
    if not further:
        return catalogue
    entries = tuple(_phrased(entry, further.get((entry.kind.value, entry.id), ())) for entry in catalogue.entries)
    words = frozenset(one.words for found in further.values() for one in found)
    return replace(catalogue, entries=entries, unquoted=catalogue.unquoted | words)


def _phrased(entry: Entry, lessons: Sequence[Lesson]) -> Entry:
    phrases: Mapping[str, tuple[str, ...]] = entry.phrases
    for one in lessons:
        phrases = {**phrases, one.language: (*phrases.get(one.language, ()), one.words)}
    return replace(entry, phrases=phrases) if lessons else entry


def shortened(text: str) -> str:
    """On one line and no longer than teaches, cut between words; nothing in it moves a reviewer's terminal."""
    words = " ".join("".join(sign for sign in text if sign.isspace() or category(sign) != "Cc").split())
    if len(words) <= LONGEST:
        return words
    return words[: LONGEST + 1].rpartition(" ")[0] or words[:LONGEST]
