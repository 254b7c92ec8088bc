"""Requesters: who asks, in which language and time zone, and where they can be reached."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, insert, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from desk.messages import Address, Arrival, Incoming
from desk.wording import SOURCE, translate
from knowledge.database import Base


class Requester(Base):
    """A person or body that asks. No name is kept: none is needed to help.

    `language_chosen` is true once they picked one themselves; detection no longer changes it then. `country` (ISO
    3166-1 alpha-2) and `serves` (which kind of stakeholder) are what they told us, so that nothing is asked twice.
    """

    __tablename__ = "requesters"

    id: Mapped[int] = mapped_column(primary_key=True)
    language: Mapped[str]
    language_chosen: Mapped[bool] = mapped_column(default=False)
    time_zone: Mapped[str | None]
    country: Mapped[str | None]
    serves: Mapped[str | None]
    # Stop means stop: nothing is sent that they did not ask for.
    stopped: Mapped[bool] = mapped_column(default=False)
    reachable: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    identities: Mapped[list["Identity"]] = relationship(back_populates="requester", cascade="all, delete-orphan")


class Identity(Base):
    """Who a requester is in one channel, and the private conversation they can be reached in."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("channel", "account", "sender"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    requester_id: Mapped[int] = mapped_column(ForeignKey("requesters.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    account: Mapped[str]
    sender: Mapped[str]
    conversation: Mapped[str | None]

    requester: Mapped[Requester] = relationship(back_populates="identities")

    @property
    def address(self) -> Address | None:
        """Where this person can be written to alone; None when they only ever wrote in a group."""
        if self.conversation is None:
            return None
        return Address(self.channel, self.account, self.conversation)


def recognise(session: Session, incoming: Incoming, default_language: str) -> Requester:
    """The requester behind an event, made on their first one."""
    address = incoming.address
    mine = {"channel": address.channel, "account": address.account, "sender": incoming.sender}
    # What waits to be written is of other people. Should one have written in two places at the same moment, the second
    # entry is refused, and the worker answers the two apart.
    with session.no_autoflush:
        identity = session.scalars(_KNOWN, mine).first()
        if identity is None:
            return _welcome(session, incoming, default_language)
    if (private := _private(incoming)) is not None:
        identity.conversation = private
    requester = identity.requester
    if incoming.arrival is not Arrival.BLOCKED:
        requester.seen_at = incoming.received_at
    if incoming.time_zone:
        requester.time_zone = incoming.time_zone
    return requester


def _private(incoming: Incoming) -> str | None:
    """The conversation in which the sender of this event can be reached alone, when it tells one."""
    address = incoming.address if incoming.private else incoming.private_address
    return address.conversation if address else None


def latest_senders(session: Session, channel: str, account: str, limit: int = 1000) -> list[str]:
    """Who wrote in a channel, by their ids there, the latest first."""
    query = select(Identity.sender).join(Identity.requester).filter(Identity.channel == channel)
    query = query.filter(Identity.account == account).order_by(Requester.seen_at.desc(), Identity.id)
    return list(session.scalars(query.limit(limit)))


def pseudonym(requester_id: int, language: str = SOURCE) -> str:
    """What a requester is called where their channels' names for them are hidden: always the same, never two alike.

    Every step can be undone, so different numbers stay different up to 2**30, and from there on by what is put in
    front. Nothing of a person goes into it.
    """
    rest, low = divmod(requester_id, 1 << 30)
    low = low * 0x2C9277B5 & _LOW
    low = (low ^ low >> 15) * 0x1B873593 & _LOW
    low ^= low >> 15
    code = "".join(_LETTERS[low >> 5 * place & 31] for place in range(6))
    return translate(language, "Requester {code}", code=f"{rest or ''}{code}")


# Without I, L, O and U, which are misread, misheard or make words.
_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOW = (1 << 30) - 1


def _welcome(session: Session, incoming: Incoming, default_language: str) -> Requester:
    requester = session.scalars(
        _NEW,
        {
            "language": incoming.language or default_language,
            "time_zone": incoming.time_zone or None,
            "created_at": incoming.received_at,
            "seen_at": incoming.received_at,
        },
    ).one()
    address = incoming.address
    identity = Identity(
        requester_id=requester.id,
        channel=address.channel,
        account=address.account,
        sender=incoming.sender,
        conversation=_private(incoming),
    )
    session.add(identity)
    return requester


# Statements are made once: making one anew takes longer than running it.
_KNOWN = (
    select(Identity)
    .where(
        Identity.channel == bindparam("channel"),
        Identity.account == bindparam("account"),
        Identity.sender == bindparam("sender"),
    )
    .options(joinedload(Identity.requester))
)
_NEW = insert(Requester).returning(Requester)
