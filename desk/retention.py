"""Forgetting on time: what the privacy notice promises."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from desk import audit, safeguards, webhooks
from desk.access import challenges, invitations, sessions, tokens
from desk.conversation.privacy import erase
from desk.inbox import InboxRow, InboxState
from desk.outbox import OutboxRow, OutboxState
from desk.people import Requester
from desk.policy import Policy

# A stored event is needed whole until it is worked on; after that only its id, to recognise repeats.
EMPTIED_AFTER = timedelta(days=7)


def forget_the_old(session: Session, policy: Policy, now: datetime) -> int:
    """Delete people not heard of for `retention_days`, and empty stored events. Returns how many were deleted."""
    limit = now - timedelta(days=policy.retention_days)
    people = session.scalars(select(Requester).where(Requester.seen_at < limit).limit(100)).all()
    for requester in people:
        erase(session, policy, requester, now)
    finished = InboxRow.state.in_((InboxState.DONE, InboxState.DEAD))
    session.execute(delete(InboxRow).where(finished, InboxRow.finished_at < limit))
    sent = (OutboxRow.state == OutboxState.SENT, OutboxRow.sent_at < limit)
    session.execute(delete(OutboxRow).where(*sent, *_not_on_the_board(policy)))
    set_aside = OutboxRow.state.in_((OutboxState.DEAD, OutboxState.DROPPED))
    session.execute(delete(OutboxRow).where(set_aside, OutboxRow.created_at < limit))
    nobodys = (OutboxRow.requester_id.is_(None), OutboxRow.ticket_id.is_(None))
    session.execute(delete(OutboxRow).where(*nobodys, OutboxRow.sent_at < now - EMPTIED_AFTER))
    webhooks.forget_the_old(session, now)
    tokens.forget_the_old(session, now)
    done = (InboxRow.state == InboxState.DONE, InboxRow.finished_at < now - EMPTIED_AFTER, InboxRow.emptied.is_(False))
    session.execute(update(InboxRow).where(*done).values(payload={}, emptied=True))
    audit.forget_before(session, now - timedelta(days=safeguards.of(session).audit_days))
    for passing in (sessions, challenges, invitations):
        passing.forget_the_ended(session, now)
    return len(people)


def _not_on_the_board(policy: Policy) -> tuple[ColumnElement[bool], ...]:
    """What stands at the coordinators' place about a ticket is known as long as the ticket, to be emptied with it."""
    place = policy.coordinators
    return (or_(OutboxRow.ticket_id.is_(None), OutboxRow.conversation != place.key),) if place else ()
