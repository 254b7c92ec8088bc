"""What buttons mean. A button carries an opaque token; the meaning lies here, so that nobody can forge one."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from desk import alongside
from desk.requests import Request
from knowledge.database import Base


class Does(StrEnum):
    """What pressing a button does."""

    SOLVED = "solved"
    NOT_IT = "not_it"
    REFER = "refer"
    HUMAN = "human"
    TOPIC = "topic"
    NONE_FITS = "none_fits"
    ANEW = "anew"
    PLACE = "place"
    STARTED = "started"
    ORGANISATION = "organisation"
    CONSENT = "consent"
    NO_CONSENT = "no_consent"
    WITHDRAW = "withdraw"
    HELPED = "helped"
    NOT_YET = "not_yet"
    NOT_HELPED = "not_helped"
    NO_MORE = "no_more"
    ONCE = "once"
    RESUME = "resume"
    BASKET = "basket"
    LANGUAGE = "language"
    FORGET = "forget"
    KEEP = "keep"
    CONTINUE = "continue"
    SHOW = "show"
    COMMAND = "command"
    TAKE = "take"
    REROUTE = "reroute"
    REROUTE_TO = "reroute_to"
    CLOSE = "close"
    SATISFIED = "satisfied"
    WHY = "why"
    ACKNOWLEDGE = "acknowledge"
    REOPEN = "reopen"
    REPLY = "reply"
    REPLY_WITH = "reply_with"
    SEND = "send"
    DISCARD = "discard"
    PROPOSE = "propose"
    PROPOSE_TO = "propose_to"
    SNOOZE = "snooze"
    SNOOZE_UNTIL = "snooze_until"
    OUTCOME = "outcome"
    OUTCOME_IS = "outcome_is"
    BOARD = "board"


class ActionRow(Base):
    """One button that was offered to one person (`requester_id`) or to the coordinators (None)."""

    __tablename__ = "actions"

    token: Mapped[str] = mapped_column(primary_key=True)
    does: Mapped[Does]
    requester_id: Mapped[int | None] = mapped_column(ForeignKey("requesters.id", ondelete="CASCADE"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id", ondelete="CASCADE"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    offered_at: Mapped[datetime]
    pressed_at: Mapped[datetime | None]

    request: Mapped[Request | None] = relationship()


def offer(
    session: Session,
    does: Does,
    now: datetime,
    requester_id: int | None,
    request: Request | None = None,
    **details: Any,
) -> str:
    """Make a token of 16 characters for a button (Telegram allows 64 bytes, start parameters A-Z a-z 0-9 _ -).

    It means something from the commit on.
    """
    token = secrets.token_urlsafe(12)
    row = {"token": token, "does": does, "requester_id": requester_id, "details": details, "offered_at": now}
    alongside.write(session, ActionRow, row, request=request)
    return token


def find(session: Session, token: str) -> ActionRow | None:
    """What a token means, or None when it was never offered or its conversation was forgotten."""
    return session.get(ActionRow, token[:64])
