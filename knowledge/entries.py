"""What all entries of the knowledge have in common: where they come from, whom they are for, how fresh they are."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, TypeVar

from sqlalchemy import String, event, insert, select, update
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, UOWTransaction, mapped_column

from knowledge.database import Base
from knowledge.vocabulary import SHOWN, Confidence, Kind, Status
from knowledge.wakeups import Topic, announce

STALE_STANDING = 0.6
MEDIUM_STANDING = 0.8


class Remembered(Base):
    """A row that belongs to the knowledge: changing one changes the `knowledge_version`."""

    __abstract__ = True


class Entry(Remembered):
    """One thing the desk knows. Its wording is in `wordings`, one row per language.

    `position` keeps the order of the pack. `pack` is the pack it came with (None: written here). `edited` says that
    a coordinator changed it by hand, so that a newer version of the pack leaves it alone.
    """

    __abstract__ = True
    kind: ClassVar[Kind]

    id: Mapped[str] = mapped_column(String(120), primary_key=True, sort_order=-1)
    position: Mapped[int] = mapped_column(default=0)
    source: Mapped[str | None]
    url: Mapped[str | None]
    serves: Mapped[list[str]] = mapped_column(default=list)
    regions: Mapped[list[str]] = mapped_column(default=list)
    countries: Mapped[list[str]] = mapped_column(default=list)
    languages: Mapped[list[str]] = mapped_column(default=list)
    verified_on: Mapped[date | None]
    expires_on: Mapped[date | None] = mapped_column(index=True)
    owner: Mapped[str | None] = mapped_column(String(120))
    confidence: Mapped[Confidence] = mapped_column(default=Confidence.HIGH)
    status: Mapped[Status] = mapped_column(default=Status.PUBLISHED, index=True)
    pack: Mapped[str | None] = mapped_column(String(120))
    pack_version: Mapped[str | None] = mapped_column(String(80))
    edited: Mapped[bool] = mapped_column(default=False)

    def expired(self, today: date) -> bool:
        """Whether the day until which somebody vouched for it has passed, or it was marked stale."""
        return self.status is Status.STALE or (self.expires_on is not None and self.expires_on < today)

    def standing(self, today: date) -> float:
        """0..1: what doubtful and outdated entries lose when they are ranked."""
        freshness = STALE_STANDING if self.expired(today) else 1.0
        return freshness * (MEDIUM_STANDING if self.confidence is Confidence.MEDIUM else 1.0)


E = TypeVar("E", bound=Entry)


def get(session: Session, noun: type[E], id: str) -> E | None:
    """The entry as it is stored, whatever its status."""
    return session.get(noun, id)


def shown(session: Session, noun: type[E], ids: Iterable[str] | None = None) -> list[E]:
    """The entries people may see: those of `ids` in the order given, or all in the order of the pack."""
    query = select(noun).where(noun.status.in_(SHOWN)).order_by(noun.position, noun.id)
    if ids is None:
        return list(session.scalars(query))
    wanted = list(ids)
    found = {entry.id: entry for entry in session.scalars(query.where(noun.id.in_(wanted)))}
    return [found[id] for id in wanted if id in found]


def expiring(session: Session, noun: type[E], until: date) -> list[E]:
    """The published entries whose expiry lies on or before `until`, the most urgent first."""
    due = select(noun).where(noun.status == Status.PUBLISHED, noun.expires_on <= until)
    return list(session.scalars(due.order_by(noun.expires_on, noun.id)))


class KnowledgeState(Base):
    """One row that counts the changes."""

    __tablename__ = "knowledge_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    changes: Mapped[int] = mapped_column(default=0)


def knowledge_version(session: Session) -> str:
    """Another text whenever anything in the knowledge has changed; one cheap query."""
    return str(session.scalar(select(KnowledgeState.changes).where(KnowledgeState.id == 1)) or 0)


@event.listens_for(Session, "before_flush")
def _count_flush(session: Session, context: UOWTransaction, instances: object) -> None:
    changed = (*session.new, *session.deleted, *(row for row in session.dirty if session.is_modified(row)))
    if any(isinstance(row, Remembered) for row in changed):
        count_change(session)


@event.listens_for(Session, "do_orm_execute")
def _count_statement(state: ORMExecuteState) -> None:
    if state.is_update or state.is_delete or state.is_insert:
        mapper = state.bind_mapper
        if mapper is not None and issubclass(mapper.class_, Remembered):
            count_change(state.session)


def count_change(session: Session) -> None:
    """Another `knowledge_version` with this transaction; for rows of other rooms that count as knowledge too."""
    announce(session, Topic.KNOWLEDGE)
    # Through the connection, because a flush is under way. One row: editors at the same moment wait for each other.
    connection = session.connection()
    counted: Any = connection.execute(update(KnowledgeState).values(changes=KnowledgeState.changes + 1))
    if counted.rowcount == 0:
        connection.execute(insert(KnowledgeState).values(id=1, changes=1))
