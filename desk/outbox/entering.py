"""What goes into the outbox, in the transaction that decided it."""

import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from desk.messages import Address, Reply
from desk.outbox.rows import UNFINISHED, OutboxRow, OutboxState, payload_of, place_of
from desk.tickets import Ticket
from knowledge.wakeups import Topic, announce


def add(
    session: Session,
    reply: Reply,
    now: datetime,
    requester_id: int | None = None,
    ticket: Ticket | None = None,
    *,
    urgent: bool = False,
) -> OutboxRow:
    """Queue a message behind the earlier ones of its conversation; an urgent one only behind those of its ticket, which
    become urgent with it, and behind what is urgent already."""
    if urgent and ticket is not None and ticket.id is not None:
        _hasten(session, reply.address, ticket)
    row = OutboxRow(
        key=reply.key or secrets.token_urlsafe(12),
        **place_of(reply.address),
        requester_id=requester_id,
        ticket=ticket,
        payload=payload_of(reply),
        urgent=urgent,
        created_at=now,
    )
    session.add(row)
    announce(session, Topic.OUTBOX)
    return row


def _hasten(session: Session, place: Address, ticket: Ticket) -> None:
    waiting = (OutboxRow.ticket_id == ticket.id, OutboxRow.conversation == place.key, ~OutboxRow.urgent)
    session.execute(update(OutboxRow).where(*waiting, OutboxRow.state.in_(UNFINISHED)).values(urgent=True))


def wipe(session: Session, wiping: Reply, tickets: Select[int], now: datetime) -> None:
    """Put `wiping` in the place of all that was posted about these tickets where its address is; threads go last. What
    is on its way, or may have arrived, becomes that too as soon as it is known."""
    about = (OutboxRow.ticket_id.in_(tickets), OutboxRow.conversation == wiping.address.key)
    rows = session.scalars(select(OutboxRow).where(*about).order_by(OutboxRow.id).with_for_update()).all()
    threads: dict[str, str | None] = {}
    for row in rows:
        if row.message_id is not None:
            threads[row.message_id] = row.thread or threads.get(row.message_id)
    for message, thread in sorted(threads.items(), key=lambda one: one[1] is not None):
        add(session, replace(wiping, target=message, address=replace(wiping.address, thread=thread)), now)
    for row in rows:
        if row.state is OutboxState.SENDING or (row.doubtful and row.state is OutboxState.NEW):
            # It must not be repeated as it was, and holds up what comes behind it until its outcome is known.
            instead = replace(wiping, replaces=row.key)
            row.payload, row.ticket, row.requester_id = payload_of(instead), None, None
            add(session, instead, now)
