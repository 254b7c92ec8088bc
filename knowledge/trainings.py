"""Courses and workshops that others offer."""

from datetime import date
from typing import ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry, shown
from knowledge.vocabulary import SHOWN, Kind


class Training(Entry):
    """A capacity-development offer. `recurrence` is in words; `starts_on` and `apply_by` only where a date is known."""

    __tablename__ = "trainings"
    kind: ClassVar[Kind] = Kind.TRAINING

    title: Mapped[str]
    provider: Mapped[str | None]
    mode: Mapped[str | None]
    cost: Mapped[str | None]
    recurrence: Mapped[str | None]
    topics: Mapped[list[str]] = mapped_column(default=list)
    starts_on: Mapped[date | None] = mapped_column(index=True)
    apply_by: Mapped[date | None]


def for_topic(session: Session, topic: str) -> list[Training]:
    """The trainings about a topic; those for which it is the main one come first."""
    about = [training for training in shown(session, Training) if topic in training.topics]
    return sorted(about, key=lambda training: training.topics.index(topic))


def calendar(session: Session, since: date, until: date) -> list[Training]:
    """The trainings with a known date in that time, the soonest first."""
    dated = select(Training).where(Training.status.in_(SHOWN), Training.starts_on.between(since, until))
    return list(session.scalars(dated.order_by(Training.starts_on, Training.id)))
