"""Requesters: who asks, in which language and time zone, and where they can be reached."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, bindparam, select, tuple_
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

    #: Whether the event at hand is the first there ever was of them, so that nothing need be looked up.
    is_new = False


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


def recognise(session: Session, incomings: Sequence[Incoming], default_language: str) -> list[Requester]:
    """The requesters behind some events, made on their first one. For all at once: alone each takes twice as long.

    Should somebody new write in two places at the same moment, another process may have made them already: their entry
    is refused, and the worker answers the events one by one.
    """
    senders = [(one.address.channel, one.address.account, one.sender) for one in incomings]
    found = session.scalars(_KNOWN, {"senders": list(dict.fromkeys(senders))})
    known = {(one.channel, one.account, one.sender): one for one in found}
    for sender, incoming in zip(senders, incomings, strict=True):
        if sender in known:
            _met_again(known[sender], incoming)
        else:
            known[sender] = _new(incoming, default_language)
            session.add(known[sender].requester)
    if session.new:
        session.flush()
    return [known[sender].requester for sender in senders]


def _met_again(identity: Identity, incoming: Incoming) -> None:
    if (private := _private(incoming)) is not None:
        identity.conversation = private
    requester = identity.requester
    requester.is_new = False
    if incoming.arrival is not Arrival.BLOCKED:
        requester.seen_at = incoming.received_at
    if incoming.time_zone:
        requester.time_zone = incoming.time_zone


def _new(incoming: Incoming, default_language: str) -> Identity:
    requester = Requester(
        language=incoming.language or default_language,
        time_zone=incoming.time_zone or None,
        created_at=incoming.received_at,
        seen_at=incoming.received_at,
    )
    requester.is_new = True
    address = incoming.address
    return Identity(
        requester=requester,
        channel=address.channel,
        account=address.account,
        sender=incoming.sender,
        conversation=_private(incoming),
    )


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


# Made once: making a statement anew takes longer than running it.
_KNOWN = (
    select(Identity)
    .where(tuple_(Identity.channel, Identity.account, Identity.sender).in_(bindparam("senders", expanding=True)))
    .options(joinedload(Identity.requester))
)
