"""Outgoing webhooks: what happens at the desk, told to other systems, signed, with retries and a log.

Calls are written in the transaction of what they tell of, and sent afterwards. Ids and words of the desk only: what
somebody wrote is fetched through `/api/v1` by whoever may read it. Signed as Standard Webhooks 1.0 has it
(https://www.standardwebhooks.com).
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, cast
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, Index, Table, delete, event, insert, select
from sqlalchemy.orm import Mapped, Session, UOWTransaction, joinedload, mapped_column, relationship

from desk.tickets import Ticket, TicketEvent
from knowledge.database import Base
from knowledge.wakeups import Topic, announce

# After each failure the next try waits longer: three days in all. Then the call has failed.
PAUSES = tuple(timedelta(seconds=pause) for pause in (10, 60, 300, 1800, 7200, 6 * 3600, 24 * 3600, 40 * 3600))
LEASE = timedelta(seconds=60)
KEPT = timedelta(days=30)
PREFIX = "whsec_"
EVERYTHING = "*"
_HERE = ("localhost", "127.0.0.1", "::1")


class Webhook(Base):
    """An address that wants to be told. `secret` signs what is sent there; `events` are the kinds it wants."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class CallState(StrEnum):
    """How far a call has come."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class WebhookCall(Base):
    """One event on its way to one address, kept as the log of what was answered."""

    __tablename__ = "webhook_calls"
    __table_args__ = (Index("ix_webhook_calls_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"), index=True)
    event_id: Mapped[str]
    event: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[CallState] = mapped_column(default=CallState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    status: Mapped[int | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship()


@dataclass(frozen=True, slots=True)
class Errand:
    """One call in one sender's hands: what to post where, with which headers."""

    call_id: int
    attempts: int
    url: str
    body: bytes
    headers: dict[str, str]


class BadWebhook(Exception):
    """An address that cannot be called."""


def add(session: Session, url: str, events: Collection[str], actor: str, now: datetime) -> Webhook:
    """Tell an address from now on. Its secret is made here.

    Raises:
        BadWebhook: the address is neither https nor on this machine.
    """
    if not is_acceptable(url):
        raise BadWebhook
    secret = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    webhook = Webhook(url=url, secret=secret, events=sorted(events), active=True, created_by=actor, created_at=now)
    session.add(webhook)
    return webhook


def is_acceptable(url: str) -> bool:
    """Whether this may be called: https, or http on this very machine; no password in it."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)
    return safe and bool(host) and parts.username is None and len(url) <= 500


def claim(session: Session, now: datetime, limit: int = 20) -> list[Errand]:
    """Take calls whose time has come, for `LEASE`: a sender that dies is followed by another."""
    ready = select(WebhookCall).options(joinedload(WebhookCall.webhook, innerjoin=True))
    ready = ready.where(WebhookCall.state == CallState.WAITING, WebhookCall.due_at <= now)
    ready = ready.order_by(WebhookCall.due_at, WebhookCall.id).limit(limit)
    rows = session.scalars(ready.with_for_update(skip_locked=True, of=WebhookCall)).all()
    errands = []
    for row in rows:
        if not row.webhook.active:
            _end(row, CallState.FAILED, now, error="switched off")
            continue
        row.attempts, row.due_at = row.attempts + 1, now + LEASE
        errands.append(_errand(row, now))
    return errands


def any_due(session: Session, now: datetime) -> bool:
    """Whether there is anything to claim; looking needs no turn at writing."""
    due = select(WebhookCall.id).where(WebhookCall.state == CallState.WAITING, WebhookCall.due_at <= now)
    return session.scalar(due.limit(1)) is not None


def _errand(row: WebhookCall, now: datetime) -> Errand:
    body = json.dumps(row.payload, ensure_ascii=False, separators=(",", ":")).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": row.event_id,
        "webhook-timestamp": stamp,
        "webhook-signature": sign(row.webhook.secret, row.event_id, stamp, body),
    }
    return Errand(row.id, row.attempts, row.webhook.url, body, headers)


def sign(secret: str, event_id: str, stamp: str, body: bytes) -> str:
    """The signature of a call, as the receiver has to compute it too."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        key = secret.encode()
    digest = hmac.new(key, f"{event_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def answered(session: Session, errand: Errand, status: int | None, error: str, now: datetime) -> None:
    """Write down what came of a call. 2xx is done, 410 switches the webhook off, everything else is tried again."""
    row = session.get(WebhookCall, errand.call_id)
    if row is None or row.state is not CallState.WAITING or row.attempts != errand.attempts:
        return
    row.status, row.error = status, error[:200] or None
    if status is not None and 200 <= status < 300:
        _end(row, CallState.DONE, now)
    elif status == 410:
        row.webhook.active = False
        _end(row, CallState.FAILED, now, error="the receiver wants no more calls (410)")
    elif row.attempts > len(PAUSES):
        _end(row, CallState.FAILED, now)
    else:
        row.due_at = now + PAUSES[row.attempts - 1]


def again(session: Session, call: WebhookCall, now: datetime) -> None:
    """Give a call that has ended another round; receivers know the repeat by its id."""
    call.state, call.attempts, call.due_at, call.finished_at = CallState.WAITING, 0, now, None
    announce(session, Topic.WEBHOOKS)


def _end(row: WebhookCall, state: CallState, now: datetime, error: str | None = None) -> None:
    row.state, row.finished_at, row.error = state, now, error or row.error


def all_of(session: Session) -> list[Webhook]:
    """All webhooks, oldest first."""
    return list(session.scalars(select(Webhook).order_by(Webhook.id)))


def calls(session: Session, webhook: Webhook, limit: int = 100) -> list[WebhookCall]:
    """The log of a webhook, newest first."""
    query = select(WebhookCall).filter_by(webhook_id=webhook.id).order_by(WebhookCall.id.desc())
    return list(session.scalars(query.limit(limit)))


def forget_the_old(session: Session, now: datetime) -> None:
    """Delete the log of what ended long ago."""
    session.execute(delete(WebhookCall).where(WebhookCall.finished_at < now - KEPT))


_ACTIVE = select(Webhook.id, Webhook.events).where(Webhook.active)


@event.listens_for(Session, "after_flush")
def _write_calls(session: Session, context: UOWTransaction) -> None:
    """Every new line of a ticket's history becomes a call for each webhook that wants it, in the same transaction."""
    happened = [one for one in session.new if isinstance(one, TicketEvent)]
    if not happened:
        return
    wanted = session.connection().execute(_ACTIVE).all()
    rows = [_row(id, one) for one in happened for id, events in wanted if EVERYTHING in events or _name(one) in events]
    if rows:
        session.connection().execute(insert(cast(Table, WebhookCall.__table__)), rows)
        announce(session, Topic.WEBHOOKS)


def _name(happened: TicketEvent) -> str:
    return f"ticket.{happened.what}"


def _row(webhook_id: int, happened: TicketEvent) -> dict[str, Any]:
    event_id = f"evt_{happened.id}"
    return {
        "webhook_id": webhook_id,
        "event_id": event_id,
        "event": _name(happened),
        "payload": {
            "id": event_id,
            "type": _name(happened),
            "timestamp": happened.at.isoformat(),
            "data": {"ticket": _ticket(happened.ticket), "actor": happened.actor, "details": happened.details},
        },
        "state": CallState.WAITING,
        "attempts": 0,
        "due_at": happened.at,
        "created_at": happened.at,
    }


def _ticket(ticket: Ticket) -> dict[str, Any]:
    request = ticket.request
    return {
        "reference": ticket.reference,
        "state": ticket.state.value,
        "urgency": ticket.urgency,
        "topic": request.topic,
        "language": request.language,
        "channel": request.channel,
    }
