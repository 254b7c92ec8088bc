"""Coalitions, communities and forums one can join."""

from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry, shown
from knowledge.vocabulary import Kind


class Network(Entry):
    """A network around an issue. `form` is what the pack calls kind, such as "coalition of governments"."""

    __tablename__ = "networks"
    kind: ClassVar[Kind] = Kind.NETWORK

    name: Mapped[str]
    acronym: Mapped[str | None] = mapped_column(String(80))
    form: Mapped[str | None]
    topics: Mapped[list[str]] = mapped_column(default=list)


def for_topic(session: Session, topic: str) -> list[Network]:
    """The networks about a topic; those for which it is the main one come first."""
    about = [network for network in shown(session, Network) if topic in network.topics]
    return sorted(about, key=lambda network: network.topics.index(topic))
