"""Tickets that belong together: linked, merged into one, or one made of two."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from desk import followups
from desk.casework import handling
from desk.conversation import answering, coordinating, deadlines, helping
from desk.conversation.turn import Desk
from desk.members import Member
from desk.referrals import Referral
from desk.requests import Message, Request
from desk.tickets import IllegalTransition, State, Ticket, TicketLink, heard, move, note, open_ticket
from desk.wording import phrase

_MERGED = phrase("Your tickets {reference} and {kept} are about the same. They go on as {kept}.")
_SPLIT = phrase("Part of what you wrote is now a ticket of its own, {reference}, so that nothing of it gets lost.")


class NothingToSplit(Exception):
    """All messages were chosen, or none: no second ticket can be made."""


def link(desk: Desk, ticket: Ticket, member: Member, other: Ticket) -> bool:
    """Note that two tickets have to do with each other. False when that is known."""
    key = tuple(sorted((ticket.id, other.id)))
    if ticket is other or desk.session.get(TicketLink, key) is not None:
        return False
    desk.session.add(TicketLink(one_id=key[0], other_id=key[1]))
    for one, with_ in ((ticket, other), (other, ticket)):
        note(one, member.actor, "linked", desk.now, other=with_.reference)
    return True


def unlink(desk: Desk, ticket: Ticket, member: Member, other: Ticket) -> bool:
    """Two tickets have nothing to do with each other after all. False when they were not linked."""
    one_id, other_id = sorted((ticket.id, other.id))
    both = (TicketLink.one_id == one_id, TicketLink.other_id == other_id)
    if desk.session.scalar(delete(TicketLink).where(*both).returning(TicketLink.one_id)) is None:
        return False
    for one, with_ in ((ticket, other), (other, ticket)):
        note(one, member.actor, "unlinked", desk.now, other=with_.reference)
    return True


def linked_to(session: Session, ticket: Ticket, limit: int = 20) -> list[Ticket]:
    """The tickets that are linked with this one, newest first."""
    above = select(TicketLink.other_id).where(TicketLink.one_id == ticket.id)
    below = select(TicketLink.one_id).where(TicketLink.other_id == ticket.id)
    query = select(Ticket).where(or_(Ticket.id.in_(above), Ticket.id.in_(below))).options(joinedload(Ticket.request))
    return list(session.scalars(query.order_by(Ticket.id.desc()).limit(limit)))


def merge(desk: Desk, ticket: Ticket, member: Member, into: Ticket) -> bool:
    """Let a ticket go on in another one of the same requester; the two of different people are linked instead.

    Whatever the requester writes in either conversation goes to the one that is left, and what they get comes to where
    they wrote last. False when they were only linked.

    Raises:
        IllegalTransition: one of them is closed.
    """
    if ticket.is_closed or into.is_closed or ticket is into:
        raise IllegalTransition("only open tickets can be merged")
    if ticket.request.requester_id != into.request.requester_id:
        link(desk, ticket, member, into)
        return False
    handling.tell(desk, ticket, _MERGED, kept=into.reference)
    _hand_down(desk, ticket, into)
    _carry_over(ticket, into)
    followups.cancel(desk.session, ticket)
    note(into, member.actor, "merged_in", desk.now, other=ticket.reference)
    note(ticket, member.actor, "merged", desk.now, other=into.reference)
    move(ticket, State.CLOSED, member.actor, desk.now)
    ticket.merged_into, ticket.snoozed_until = into, None
    for one in (ticket, into):
        coordinating.show(desk, one)
    return True


def _hand_down(desk: Desk, ticket: Ticket, into: Ticket) -> None:
    """What was said and agreed goes along, and so does whatever was merged before."""
    desk.session.flush()
    mine = Message.request_id == ticket.request_id
    desk.session.execute(update(Message).where(mine).values(request_id=into.request_id))
    desk.session.execute(update(Referral).where(Referral.ticket_id == ticket.id).values(ticket_id=into.id))
    into.offered = into.offered or ticket.offered
    desk.session.execute(update(Ticket).where(Ticket.merged_into_id == ticket.id).values(merged_into_id=into.id))
    for request in (ticket.request, into.request):
        desk.session.expire(request, ["messages"])


def _carry_over(ticket: Ticket, into: Ticket) -> None:
    """The more urgent of the two and the earlier deadline hold for both."""
    order = ("crisis", "soon", "normal")
    into.urgency = min(ticket.urgency, into.urgency, key=order.index)
    into.due_at = min((at for at in (ticket.due_at, into.due_at) if at), default=None)
    waits = [at for at in (ticket.awaited_since, into.awaited_since) if at]
    into.awaited_since = min(waits, default=None)
    heard(ticket)
    # Reckoned anew at the next tick, if somebody waits.
    into.respond_by = into.alert_at = None


def split(desk: Desk, ticket: Ticket, member: Member, messages: Collection[int]) -> Ticket:
    """Make a ticket of its own of some of the messages (ids), with all their versions. Notes stay where they are.

    Raises:
        NothingToSplit: nothing would be left, or nothing was chosen.
        IllegalTransition: the ticket is closed.
    """
    if ticket.is_closed:
        raise IllegalTransition(f"{ticket.reference} is closed")
    old = ticket.request
    origins = {message.origin for message in old.messages if message.id in messages and message.origin}
    chosen = [one for one in old.messages if one.id in messages or (one.origin and one.origin in origins)]
    rest = [one for one in old.messages if one not in chosen]
    if not chosen or not rest:
        raise NothingToSplit
    request = _request_like(old, chosen)
    desk.session.add(request)
    for message in chosen:
        message.request = request
    desk.session.flush()
    # Who writes on goes on about what was spoken of last.
    old.updated_at = rest[-1].received_at
    made = _opened(desk, ticket, request)
    desk.session.flush()
    link(desk, ticket, member, made)
    note(ticket, member.actor, "split", desk.now, other=made.reference, messages=len(chosen))
    note(made, member.actor, "split_from", desk.now, other=ticket.reference, messages=len(chosen))
    handling.tell(desk, made, _SPLIT)
    for one in (ticket, made):
        coordinating.show(desk, one)
    return made


def _request_like(old: Request, messages: Collection[Message]) -> Request:
    latest: datetime = max(one.received_at for one in messages)
    return Request(
        requester=old.requester,
        channel=old.channel,
        account=old.account,
        conversation=old.conversation,
        thread=old.thread,
        private=old.private,
        language=old.language,
        opened_at=min(one.received_at for one in messages),
        updated_at=latest,
        rejected=[],
        facts={},
        decision={},
    )


def _opened(desk: Desk, ticket: Ticket, request: Request) -> Ticket:
    """A ticket for the new request, routed for the members: the requester hears from a person first."""
    audience = desk.facing(request.requester)
    decision = helping.routed_again(audience, request)
    answering.remember(request, decision)
    made = open_ticket(desk.session, request, ticket.urgency, State.WAITING, desk.now)
    made.due_at = deadlines.first_due(decision)
    if not request.requester.stopped:
        followups.schedule(desk.session, made, desk.policy, audience.time_zone, desk.now)
    return made
