"""What only one process may do at a time: poll for a bot, send for it, ring the clock. Each is a lease with a name.

A lease is renewed by its holder's heartbeat. Of a holder that dies it is free after `HOLD`, of one that stops in order
at once.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import String, delete, or_
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.database import Base
from knowledge.upserts import insert
from knowledge.wakeups import Topic, announce

HOLD = timedelta(seconds=15)


class Lease(Base):
    """Who may do one thing, and until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80), index=True)
    until: Mapped[datetime]


def name_of(what: str, channel: str, account: str) -> str:
    """The lease for doing something with one account of a platform; which one cannot be read from it."""
    return f"{what}:{channel}:{sha256(account.encode()).hexdigest()[:12]}"


def take(session: Session, name: str, holder: str, now: datetime) -> bool:
    """Take a lease, or renew it. False when somebody else holds it."""
    values = {"holder": holder, "until": now + HOLD}
    # One that ends later than any can was written before the clock was set back.
    free = or_(Lease.holder == holder, Lease.until <= now, Lease.until > now + 2 * HOLD)
    statement = insert(session, Lease).values(name=name, **values)
    statement = statement.on_conflict_do_update(index_elements=[Lease.name], set_=values, where=free)
    return session.scalar(statement.returning(Lease.name)) is not None


def release(session: Session, holder: str) -> None:
    """Let go of everything a process holds, and tell those who may want it."""
    if session.scalars(delete(Lease).where(Lease.holder == holder).returning(Lease.name)).all():
        announce(session, Topic.LEASES)
