"""A message in a sender's hands, and telling the desk what has become of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import inbox
from desk.messages import Address, Arrival, Incoming, Reply
from desk.people import Identity
from desk.tickets import Ticket, note

#: After so many it is set aside, so that the others go on.
MAX_FAULTS = 5


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message in one sender's hands. `doubtful` says that an earlier attempt may have arrived."""

    id: int
    key: str
    worker: str
    attempts: int
    faults: int
    reply: Reply
    doubtful: bool
    requester_id: int | None
    ticket_id: int | None


def note_on(session: Session, ticket_id: int | None, what: str, now: datetime, id: int) -> None:
    ticket = session.get(Ticket, ticket_id) if ticket_id is not None else None
    if ticket is not None:
        note(ticket, "desk", what, now, message=id)


def report(session: Session, parcel: Parcel, now: datetime) -> None:
    """Tell the desk what has become of a message that it wants to know about."""
    if parcel.reply.tracked:
        id = f"delivery:{parcel.id}:{parcel.attempts}:{parcel.faults}"
        event = Incoming(parcel.reply.address, id, "desk", Arrival.DELIVERY, now, reply_to=parcel.key)
        inbox.store(session, [event])


def report_closed_door(session: Session, parcel: Parcel, now: datetime) -> None:
    """Tell the desk that a person cannot be written to, in the way in which Telegram itself tells it."""
    address = parcel.reply.address
    where = {"channel": address.channel, "account": address.account, "conversation": address.conversation}
    identity = session.scalars(select(Identity).filter_by(requester_id=parcel.requester_id, **where)).first()
    # Nobody in particular, or a group that threw the bot out: its people may still be reached alone.
    if parcel.requester_id is None or identity is None:
        return
    place = Address(address.channel, address.account, address.conversation)
    event = Incoming(place, f"undeliverable:{parcel.id}:{parcel.attempts}", identity.sender, Arrival.BLOCKED, now)
    inbox.store(session, [event])
