"""Requests: one need of one person, with every message that belongs to it."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ForeignKey, Index, Table, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from desk.messages import Address
from desk.people import Requester
from knowledge.database import Base

if TYPE_CHECKING:
    from desk.tickets import Ticket


#: What tickets are counted by; a ticket has the same as its request.
MARKS = ("language", "channel", "topic")


class Request(Base):
    """One need, from the first message to its outcome.

    `decision` is the routing as it was explained, kept for replay; `facts` what the person told about the case;
    `asked` the question that waits for an answer (topic, place, time, day, more); `answer_key` the outbox key of the
    card that answered last. `address` is where the answers go.
    """

    __tablename__ = "requests"
    __table_args__ = (
        Index("ix_requests_open", "requester_id", "closed_at"),
        # What the queue filters by, to be looked up without reading whole rows.
        Index("ix_requests_facets", "id", "topic", "language", "channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("requesters.id", ondelete="CASCADE"))
    channel: Mapped[str]
    account: Mapped[str]
    conversation: Mapped[str]
    thread: Mapped[str | None]
    private: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str]
    topic: Mapped[str | None] = mapped_column(index=True)
    crisis: Mapped[str | None]
    asked: Mapped[str | None]
    rejected: Mapped[list[str]] = mapped_column(default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    decision: Mapped[dict[str, Any]] = mapped_column(default=dict)
    answer_key: Mapped[str | None]
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    requester: Mapped[Requester] = relationship()
    messages: Mapped[list["Message"]] = relationship(
        back_populates="request", order_by="Message.id", cascade="all, delete-orphan"
    )
    ticket: Mapped["Ticket | None"] = relationship(back_populates="request", passive_deletes="all")

    @validates(*MARKS)
    def _tell_ticket(self, name: str, value: str | None) -> str | None:
        if value != getattr(self, name) and self.ticket is not None:
            setattr(self.ticket, name, value or "")
        return value

    @validates("rejected")
    def _tell_ticket_of_rejected(self, _: str, value: list[str]) -> list[str]:
        if value and self.ticket is not None:
            self.ticket.turned_down = True
        return value

    @property
    def address(self) -> Address:
        return Address(self.channel, self.account, self.conversation, self.thread)

    @property
    def text(self) -> str:
        """What was said about this need so far, latest versions only, one message per line."""
        latest = {message.origin or message: message for message in self.messages}
        return "\n".join(message.text for message in latest.values() if message.text)


class Message(Base):
    """One thing a requester said. An edit is a further row with the same `origin`; nothing is overwritten."""

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_origin", "conversation", "origin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("requesters.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"), index=True)
    conversation: Mapped[str]
    origin: Mapped[str | None]
    album: Mapped[str | None]
    text: Mapped[str]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    received_at: Mapped[datetime]

    request: Mapped[Request | None] = relationship(back_populates="messages")


def open_request(session: Session, requester: Requester, address: Address) -> Request | None:
    """The need this person is talking about in this conversation: the one that moved last and is not closed."""
    here = {"channel": address.channel, "account": address.account, "conversation": address.conversation}
    with session.no_autoflush:  # asked first in a turn, before anything that could change the answer
        found = session.scalar(_OPEN, {"requester": requester.id, **here})
        return None if found is None else session.get(Request, found)


def running_emergency(session: Session, requester: Requester, address: Address, since: datetime) -> Request | None:
    """The emergency this person is talking about in this conversation: it is open, and moved after a moment."""
    here = {"channel": address.channel, "account": address.account, "conversation": address.conversation}
    query = select(Request).filter_by(requester_id=requester.id, closed_at=None, **here)
    query = query.where(Request.crisis.is_not(None), Request.updated_at > since)
    return session.scalars(query.order_by(Request.updated_at.desc(), Request.id.desc()).limit(1)).first()


# Made once: making a statement anew takes longer than running it. Asked of the table and not of the class, which takes
# longer too, and mostly there is none.
_row = cast(Table, Request.__table__).c
_OPEN = (
    select(_row.id)
    .where(
        _row.requester_id == bindparam("requester"),
        _row.closed_at.is_(None),
        _row.channel == bindparam("channel"),
        _row.account == bindparam("account"),
        _row.conversation == bindparam("conversation"),
    )
    .order_by(_row.updated_at.desc(), _row.id.desc())
    .limit(1)
)


def message_by_origin(session: Session, conversation: str, origin: str) -> Message | None:
    """The newest version of a message, by the channel's own id of it."""
    query = select(Message).filter_by(conversation=conversation, origin=origin)
    return session.scalars(query.order_by(Message.id.desc())).first()


def album_seen(session: Session, conversation: str, album: str) -> Message | None:
    """The first part of an album, when one has already come in."""
    query = select(Message).filter_by(conversation=conversation, album=album)
    return session.scalars(query.order_by(Message.id)).first()
