"""Who has seen whose words in a list: written into the audit log once an hour, not with every look at the queue."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import audit
from desk.audit import AuditEntry
from desk.members import Member

_WHAT, _WHERE = "listed", "queue"
_AGAIN = timedelta(hours=1)
# A member who sees more different lists than this in an hour has some of it written down twice.
_LATEST = 200


def unrecorded(session: Session, member: Member, references: Iterable[str], now: datetime) -> list[str]:
    """Those of these tickets that nobody has written down for this member within the hour."""
    query = select(AuditEntry.details).where(AuditEntry.actor == member.actor, AuditEntry.what == _WHAT)
    query = query.where(AuditEntry.at > now - _AGAIN).order_by(AuditEntry.id.desc()).limit(_LATEST)
    seen = {reference for details in session.scalars(query) for reference in details.get("tickets", ())}
    return [reference for reference in references if reference not in seen]


def record(session: Session, member: Member, references: list[str], now: datetime) -> None:
    """Write down that a member saw what the requesters of these tickets wrote."""
    audit.record(session, member.actor, _WHAT, _WHERE, now, tickets=references)
