"""What requests are about: topics, in the baskets of the digital-policy taxonomy."""

from typing import ClassVar

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry, shown
from knowledge.vocabulary import SHOWN, Kind


class Basket(Entry):
    """A group of topics."""

    __tablename__ = "baskets"
    kind: ClassVar[Kind] = Kind.BASKET


class Topic(Entry):
    """A field of digital policy. `related` names other topics, the nearest first; `lead` the organisation that leads
    the track; `crisis` says that requests about it can be urgent."""

    __tablename__ = "topics"
    kind: ClassVar[Kind] = Kind.TOPIC

    basket: Mapped[str] = mapped_column(String(120), index=True)
    related: Mapped[list[str]] = mapped_column(default=list)
    crisis: Mapped[bool] = mapped_column(default=False)
    lead: Mapped[str | None] = mapped_column(String(120))


def in_basket(session: Session, basket: str) -> list[Topic]:
    """The topics of a basket people may choose from."""
    query = select(Topic).where(Topic.basket == basket, Topic.status.in_(SHOWN))
    return list(session.scalars(query.order_by(Topic.position, Topic.id)))


def related(session: Session, topic: Topic) -> list[Topic]:
    """The neighbours of a topic, the nearest first."""
    return shown(session, Topic, topic.related)
