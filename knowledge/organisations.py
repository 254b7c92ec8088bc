"""Who can help: organisations, what they take, and how they are reached."""

from datetime import date
from typing import ClassVar

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from knowledge.entries import Entry, Remembered, shown
from knowledge.vocabulary import Availability, Channel, Confidence, Kind

AVAILABILITY_STANDING = {Availability.ACTIVE: 1.0, Availability.REDUCED: 0.8, Availability.CLOSED: 0.0}
FULL_STANDING = 0.5


class Contact(Remembered):
    """One way to reach an organisation. Only `high` confidence is ever shown to anybody."""

    __tablename__ = "contacts"

    organisation_id: Mapped[str] = mapped_column(
        String(120), ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Channel]
    value: Mapped[str]
    confidence: Mapped[Confidence]
    source: Mapped[str | None]


class Organisation(Entry):
    """Somebody to refer to. `availability` is what the pack calls status; `full_until` is set while the desk runs, when
    the organisation says that it takes no more cases for now."""

    __tablename__ = "organisations"
    kind: ClassVar[Kind] = Kind.ORGANISATION

    name: Mapped[str]
    acronym: Mapped[str | None] = mapped_column(String(80))
    aliases: Mapped[list[str]] = mapped_column(default=list)
    topics: Mapped[list[str]] = mapped_column(default=list)
    hours: Mapped[str | None]
    response_time: Mapped[str | None]
    availability: Mapped[Availability] = mapped_column(default=Availability.ACTIVE)
    status_note: Mapped[str | None]
    full_until: Mapped[date | None]
    contacts: Mapped[list[Contact]] = relationship(
        order_by=Contact.position, cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def sure_contacts(self) -> list[Contact]:
        """The contacts that may be shown."""
        return [contact for contact in self.contacts if contact.confidence is Confidence.HIGH]

    def full(self, today: date) -> bool:
        """Whether it said that it takes no cases on that day."""
        return self.full_until is not None and today <= self.full_until

    def standing(self, today: date) -> float:
        """As for every entry; full and reduced ones sink, closed ones fall to 0."""
        room = FULL_STANDING if self.full(today) else 1.0
        return super().standing(today) * AVAILABILITY_STANDING[self.availability] * room


def open_organisations(session: Session) -> list[Organisation]:
    """Those that still work, in the order of the pack."""
    return [one for one in shown(session, Organisation) if one.availability is not Availability.CLOSED]


def for_topic(session: Session, topic: str) -> list[Organisation]:
    """The working organisations for a topic; those for which it is the main one come first."""
    about = [one for one in open_organisations(session) if topic in one.topics]
    return sorted(about, key=lambda one: one.topics.index(topic))


def set_full(session: Session, id: str, until: date | None) -> None:
    """The organisation takes no cases up to and including that day; None: it does again. Not an edit of the entry:
    the next pack still updates it."""
    session.get_one(Organisation, id).full_until = until
