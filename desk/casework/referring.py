"""Bringing a ticket to an organisation: members propose and report, only the requester agrees."""

from desk import library, referrals
from desk.conversation import coordinating, referring
from desk.conversation.turn import Audience, Desk
from desk.members import Member
from desk.messages import Card
from desk.referrals import IllegalReferral, Referral, ReferralState
from desk.tickets import State, Ticket, move, note
from desk.wording import phrase

# What the requester is told when a referral gets there.
_NEWS = {
    ReferralState.SENT: phrase("{name} now has your request {reference}. I tell you here when they answer."),
    ReferralState.ACCEPTED: phrase("{name} has taken on your request {reference}."),
    ReferralState.NOT_ELIGIBLE: phrase("{name} cannot take on your request {reference}: they are there for others."),
    ReferralState.NO_CAPACITY: phrase("{name} cannot take on your request {reference}: they have no capacity now."),
    ReferralState.OUT_OF_REMIT: phrase("{name} cannot take on your request {reference}: they do not deal with this."),
    ReferralState.NO_ANSWER: phrase("{name} has not answered about your request {reference}."),
    ReferralState.HELPED: phrase("{name} says that your request {reference} is done. If it is not, write it here."),
    ReferralState.NOT_HELPED: phrase("{name} says that they could not help with your request {reference}."),
}
REPORTABLE = tuple(_NEWS)
_DEAD_ENDS = frozenset({
    ReferralState.NOT_ELIGIBLE, ReferralState.NO_CAPACITY, ReferralState.OUT_OF_REMIT, ReferralState.NO_ANSWER,
    ReferralState.NOT_HELPED,
})  # fmt: skip


class OthersReadAlong(Exception):
    """The requester wrote in a group: what would be shared can only be shown to them alone."""


def propose(desk: Desk, ticket: Ticket, member: Member, organisation_id: str) -> Referral:
    """Ask the requester whether this organisation may have their request. Nothing is sent before they agree.

    Raises:
        LookupError: no such organisation can be shown.
        OthersReadAlong: they cannot be asked in private.
        IllegalReferral: the ticket is closed, or this organisation has been decided on already.
    """
    request, audience = ticket.request, desk.facing(ticket.request.requester)
    organisation = library.organisation(desk.session, organisation_id, audience.language)
    if organisation is None:
        raise LookupError(organisation_id)
    if not request.private:
        raise OthersReadAlong
    if ticket.is_closed:
        raise IllegalReferral(f"{ticket.reference} is closed")
    referral = referrals.offer(desk.session, ticket, organisation.id, desk.now)
    if referral.state is not ReferralState.OFFERED:
        raise IllegalReferral(f"the referral is {referral.state} already")
    audience.write(referring.consent_card(audience, request, referral, organisation.name), request)
    note(ticket, member.actor, "referral_proposed", desk.now, organisation=organisation.id, referral=referral.id)
    coordinating.show(desk, ticket)
    return referral


def report(desk: Desk, referral: Referral, member: Member, state: ReferralState) -> bool:
    """Write down how far a referral has come (one of `REPORTABLE`) and tell the requester. False when it is known.

    Raises:
        IllegalReferral: it cannot come there from where it is; above all, nothing is sent without a consent.
    """
    if state not in REPORTABLE:
        raise IllegalReferral(f"only the requester can make a referral {state}")
    consent = referral.consent
    if state is ReferralState.SENT and (consent is None or consent.withdrawn_at is not None):
        raise IllegalReferral("the requester has not agreed")
    before, ticket = referral.state, referral.ticket
    if not referrals.advance(referral, state, desk.now):
        return False
    _follow(desk, ticket, member, state)
    details = {"organisation": referral.organisation, "referral": referral.id, "before": before.value}
    note(ticket, member.actor, "referral_reported", desk.now, after=state.value, **details)
    _tell(desk.facing(ticket.request.requester), referral)
    coordinating.show(desk, ticket)
    return True


def _follow(desk: Desk, ticket: Ticket, member: Member, state: ReferralState) -> None:
    """The ticket is with the organisation until that leads nowhere; then it is the desk's turn again."""
    if ticket.is_closed:
        return
    if state is ReferralState.SENT:
        move(ticket, State.REFERRED, member.actor, desk.now)
    elif state in _DEAD_ENDS and ticket.state is State.REFERRED:
        move(ticket, State.TAKEN if ticket.assignee else State.WAITING, member.actor, desk.now)


def _tell(audience: Audience, referral: Referral) -> None:
    found = library.organisation(audience.session, referral.organisation, audience.language)
    name, ticket = found.name if found else referral.organisation, referral.ticket
    body = audience.say(_NEWS[referral.state], name=name, reference=ticket.reference)
    if referral.state in _DEAD_ENDS and not ticket.is_closed:
        body = f"{body} {audience.say('A coordinator looks for another way.')}"
    audience.write(Card(body=body), ticket.request)
