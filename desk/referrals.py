"""Referrals: an organisation that takes over a request, from the offer to the outcome."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, validates

from desk.requests import Request
from desk.tickets import Ticket
from knowledge.database import Base


class ReferralState(StrEnum):
    """How far a referral has come, and how it ended."""

    OFFERED = "offered"
    CONSENTED = "consented"
    SENT = "sent"
    ACCEPTED = "accepted"
    NOT_ELIGIBLE = "not_eligible"
    NO_CAPACITY = "no_capacity"
    OUT_OF_REMIT = "out_of_remit"
    NO_ANSWER = "no_answer"
    HELPED = "helped"
    NOT_HELPED = "not_helped"
    WITHDRAWN = "withdrawn"


_S = ReferralState
_DECLINED = frozenset({_S.NOT_ELIGIBLE, _S.NO_CAPACITY, _S.OUT_OF_REMIT})
_OUTCOMES = frozenset({_S.HELPED, _S.NOT_HELPED})
TRANSITIONS: dict[ReferralState, frozenset[ReferralState]] = {
    _S.OFFERED: frozenset({_S.CONSENTED, _S.WITHDRAWN}),
    _S.CONSENTED: frozenset({_S.SENT, _S.WITHDRAWN}),
    _S.SENT: _DECLINED | _OUTCOMES | {_S.ACCEPTED, _S.NO_ANSWER, _S.WITHDRAWN},
    _S.ACCEPTED: _OUTCOMES | {_S.NO_ANSWER, _S.WITHDRAWN},
    _S.NO_ANSWER: _DECLINED | _OUTCOMES | {_S.ACCEPTED, _S.WITHDRAWN},
}


class IllegalReferral(Exception):
    """A referral was asked to take a step that cannot follow."""


class Referral(Base):
    """One organisation for one ticket."""

    __tablename__ = "referrals"

    # All that reports count of a ticket's referrals.
    __table_args__ = (Index("ix_referrals_ticket_id", "ticket_id", "organisation", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    organisation: Mapped[str]
    state: Mapped[ReferralState]
    offered_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    ticket: Mapped[Ticket] = relationship()
    consent: Mapped["Consent | None"] = relationship(back_populates="referral", cascade="all, delete-orphan")

    @validates("ticket")
    def _tell_ticket(self, _: str, ticket: Ticket) -> Ticket:
        ticket.offered = True
        return ticket


class Consent(Base):
    """A person's yes to one organisation, with the exact text they agreed to share."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(primary_key=True)
    referral_id: Mapped[int] = mapped_column(ForeignKey("referrals.id", ondelete="CASCADE"), unique=True)
    anonymous: Mapped[bool]
    shared_text: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    referral: Mapped[Referral] = relationship(back_populates="consent")


def offer(session: Session, ticket: Ticket, organisation: str, now: datetime) -> Referral:
    """The referral of a ticket to an organisation; offering twice gives the same one while it is not withdrawn."""
    query = select(Referral).filter_by(ticket_id=ticket.id, organisation=organisation)
    referral = session.scalars(query.where(Referral.state != ReferralState.WITHDRAWN)).first()
    if referral is None:
        referral = Referral(
            ticket=ticket, organisation=organisation, state=ReferralState.OFFERED, offered_at=now, updated_at=now
        )
        session.add(referral)
        session.flush()
    return referral


def advance(referral: Referral, to: ReferralState, now: datetime) -> bool:
    """Take a referral one step further. False when it is already there.

    Raises:
        IllegalReferral: when the step cannot follow the present state.
    """
    if referral.state is to:
        return False
    if to not in TRANSITIONS.get(referral.state, frozenset()):
        raise IllegalReferral(f"a referral cannot go from {referral.state} to {to}")
    referral.state, referral.updated_at = to, now
    return True


def agree(referral: Referral, *, anonymous: bool, shared_text: str, now: datetime) -> Consent:
    """Record consent. It names one organisation and holds the text that the person saw."""
    advance(referral, ReferralState.CONSENTED, now)
    referral.consent = Consent(anonymous=anonymous, shared_text=shared_text, given_at=now)
    return referral.consent


def standing(session: Session, requester_id: int) -> Referral | None:
    """The referral of a person that moved last, of those they can still say yes to or take their yes back from."""
    query = select(Referral).join(Referral.ticket).join(Ticket.request).outerjoin(Referral.consent)
    query = query.where(Request.requester_id == requester_id, Referral.state != ReferralState.WITHDRAWN)
    query = query.where(Consent.withdrawn_at.is_(None)).order_by(Referral.updated_at.desc(), Referral.id.desc())
    return session.scalars(query.limit(1)).first()


def referrals_of(session: Session, ticket: Ticket) -> list[Referral]:
    """All referrals of a ticket, oldest first."""
    return list(session.scalars(select(Referral).filter_by(ticket_id=ticket.id).order_by(Referral.id)))
