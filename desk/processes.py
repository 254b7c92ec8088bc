"""Which processes of the desk are alive on this database, and what becomes of the work of a dead one."""

import os
import socket
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from desk import inbox, leases, outbox
from knowledge.database import Base

# After so long without a sign of life nobody counts on a process any more.
SILENCE = timedelta(seconds=20)
FORGOTTEN_AFTER = timedelta(days=1)


class Process(Base):
    """One process that serves; `seen_at` is its last sign of life."""

    __tablename__ = "processes"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


def here() -> str:
    """The beginning of the names of all processes that this one can look after: same machine, same container."""
    facts = [socket.gethostname()]
    for file in (Path("/proc/sys/kernel/random/boot_id"), Path("/proc/self/ns/pid")):
        try:
            facts.append(file.readlink().name if file.is_symlink() else file.read_text())
        except OSError:
            continue  # another system: the name of the machine has to do
    return f"{facts[0][:30]}-{sha256(''.join(facts).encode()).hexdigest()[:6]}"


def own_name(place: str, now: datetime) -> str:
    """The name of this process: place, number and the second of its start, which tells it from one before it."""
    return f"{place}:{os.getpid()}:{int(now.timestamp()) % 100_000}"


def is_dead(name: str, place: str) -> bool:
    """Whether a process of this place has certainly ended. False for one of another place: nobody can know."""
    where, _, rest = name.partition(":")
    number = rest.partition(":")[0]
    if where != place or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # it is somebody else's, and alive
    return int(number) == os.getpid()


def seen(session: Session, process: Process, now: datetime) -> None:
    """Give a sign of life."""
    known = session.get(Process, process.name) or process
    known.seen_at = now
    session.add(known)


def known(session: Session) -> Sequence[Process]:
    """All that have not said goodbye, the oldest first."""
    return session.scalars(select(Process).order_by(Process.started_at, Process.name)).all()


def is_alive(process: Process, now: datetime) -> bool:
    """Whether it has given a sign of life lately."""
    return now - process.seen_at < SILENCE


def bury(session: Session, name: str, now: datetime) -> None:
    """A process has ended: what it held is free, what it worked on goes to others."""
    leases.release(session, name)
    inbox.let_go(session, f"{name}:", now)
    outbox.let_go(session, name, now)
    session.execute(delete(Process).where(Process.name == name))


def forget_the_silent(session: Session, now: datetime) -> None:
    """Drop the rows of processes that ended without a word on another machine. Their leases have long run out."""
    session.execute(delete(Process).where(Process.seen_at < now - FORGOTTEN_AFTER))
