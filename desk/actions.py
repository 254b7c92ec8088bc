"""What buttons mean. A button carries an opaque token; the meaning lies here, so that nobody can forge one."""

import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import ForeignKey, Table, event, insert
from sqlalchemy.orm import Mapped, Session, UOWTransaction, mapped_column, relationship

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


_OFFERED = "desk.actions.offered"


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
    session.info.setdefault(_OFFERED, []).append((row, request))
    return token


@event.listens_for(Session, "after_flush")
def _keep(session: Session, context: UOWTransaction | None = None) -> None:
    """Write what was offered with all else, but at once and past the mapper: there are more buttons than anything."""
    offered = session.info.pop(_OFFERED, ())
    if offered:
        rows = [{**row, "request_id": request.id if request else None} for row, request in offered]
        session.connection().execute(insert(cast(Table, ActionRow.__table__)), rows)


@event.listens_for(Session, "before_commit")
def _keep_the_rest(session: Session) -> None:
    """With nothing else to write there is no flush."""
    if _OFFERED in session.info:
        session.flush()
        _keep(session)


def find(session: Session, token: str) -> ActionRow | None:
    """What a token means, or None when it was never offered or its conversation was forgotten."""
    return session.get(ActionRow, token[:64])
