"""Files that a member has asked a requester for. What is kept says where a file lies, never what is in it."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk.messages import Address, Attachment
from desk.people import Requester
from desk.requests import Request
from desk.tickets import Ticket
from knowledge.database import Base

#: How long a requester has to send a file they were asked for.
LASTS = timedelta(hours=48)
#: Bytes. What is larger stays where it is.
LARGEST = 10 * 1024 * 1024
#: The channels in which files can be sent.
CHANNELS = ("slack", "telegram")


class AskedFile(Base):
    """One file that was asked for. Until it came there is no `reference`, by which its channel finds it."""

    __tablename__ = "asked_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    account: Mapped[str | None]
    reference: Mapped[str | None]
    kind: Mapped[str | None]
    name: Mapped[str | None]
    size: Mapped[int | None]
    media_type: Mapped[str | None]

    ticket: Mapped[Ticket] = relationship()

    def is_awaited(self, now: datetime) -> bool:
        return self.reference is None and self.expires_at > now


class NotFetched(Exception):
    """The file is not to be had: it is gone, too large, or its channel does not answer. The text says which."""


#: Brings the content of a file by channel, account and reference; raises NotFetched.
Fetch = Callable[[str, str, str], Awaitable[bytes]]


def ask(session: Session, ticket: Ticket, actor: str, now: datetime) -> AskedFile:
    """Wait for one file from the requester of a ticket; this takes the place of what was waited for before."""
    session.execute(delete(AskedFile).where(AskedFile.ticket_id == ticket.id, AskedFile.reference.is_(None)))
    asked = AskedFile(ticket=ticket, asked_by=actor, asked_at=now, expires_at=now + LASTS)
    session.add(asked)
    return asked


def awaited(session: Session, requester: Requester, now: datetime) -> AskedFile | None:
    """The file this person was asked for last and has not sent yet, while there is time."""
    query = select(AskedFile).join(AskedFile.ticket).join(Ticket.request).where(Request.requester_id == requester.id)
    open_ = query.where(AskedFile.reference.is_(None), AskedFile.expires_at > now)
    return session.scalars(open_.order_by(AskedFile.id.desc())).first()


def receive(session: Session, asked: AskedFile, place: Address, sent: Sequence[Attachment], now: datetime) -> None:
    """Keep where the file lies that was asked for. Each further one that was sent with it is one more of the same
    request."""
    for file in sent:
        if asked.reference is not None:
            further = AskedFile(ticket_id=asked.ticket_id, asked_by=asked.asked_by, asked_at=asked.asked_at)
            further.expires_at, asked = asked.expires_at, further
            session.add(asked)
        asked.channel, asked.account, asked.received_at = place.channel, place.account, now
        asked.reference, asked.kind, asked.name = file.reference, file.kind, file.name
        asked.size, asked.media_type = file.size, file.media_type


def received_as(session: Session, requester: Requester, references: Collection[str]) -> AskedFile | None:
    """The file that this person sent under one of these references when they were asked for it."""
    query = select(AskedFile).join(AskedFile.ticket).join(Ticket.request).where(Request.requester_id == requester.id)
    return session.scalars(query.where(AskedFile.reference.in_(references))).first()


def files_of(session: Session, ticket: Ticket) -> list[AskedFile]:
    """The files of a ticket, awaited and received, oldest first."""
    return list(session.scalars(select(AskedFile).filter_by(ticket_id=ticket.id).order_by(AskedFile.id)))
