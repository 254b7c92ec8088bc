"""Outgoing webhooks: what happens at the desk, told to other systems, signed, with retries and a log."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from knowledge.database import Base


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
