"""What happens to the machine of a desk: its database goes away for a while, its disk is full, its clock is wrong."""

import asyncio
import resource
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import make_url

from tests.end_to_end.process import Process
from tests.harness.plan import Act, Blow
from tests.harness.serve import OFFSET
from tests.postgresql import execute, named

Mishap = Callable[[Process, float], Awaitable[None]]
# As a clock that forgot about summer time.
HOUR = 3600
# How fast it starts and stops is not the question here.
PATIENCE = 120.0
_WRITABLE, _READ_ONLY = 2, 3


def known(url: str, processes: int = 1) -> tuple[Blow, ...]:
    """What can happen to a desk on this database. Several processes are promised to work only by the same time."""
    if url.startswith("sqlite"):
        return (Blow.WRONG_CLOCK, Blow.LOCKED, Blow.FULL_DISK, Blow.READ_ONLY)
    return (Blow.AWAY, Blow.WRONG_CLOCK) if processes == 1 else (Blow.AWAY,)


async def befall(act: Act, process: Process) -> None:
    """Let it happen to this process and its database, and set it right after the act's seconds."""
    await _MISHAPS[act.blow](process, act.seconds)


async def _wrong_clock(process: Process, seconds: float) -> None:
    offset = process.folder / OFFSET
    for wrong in (HOUR, -HOUR):
        _replace(offset, str(wrong))
        await asyncio.sleep(seconds)
    _replace(offset, "0")


def _replace(file: Path, text: str) -> None:
    """At once: whoever reads it finds the old text or the new one."""
    fresh = file.with_suffix(".new")
    fresh.write_text(text)
    fresh.rename(file)


async def _locked(process: Process, seconds: float) -> None:
    """Another program writes for a long time."""
    other = sqlite3.connect(_file(process), isolation_level=None, timeout=10, check_same_thread=False)
    await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
    await asyncio.sleep(seconds)
    other.execute("ROLLBACK")
    other.close()


async def _full_disk(process: Process, seconds: float) -> None:
    """No file may grow: not the database and not its write-ahead log."""
    set_largest_file(process, 0)
    await asyncio.sleep(seconds)
    set_largest_file(process, resource.RLIM_INFINITY)


def set_largest_file(process: Process, size: int) -> None:
    """Limit the files of a running process."""
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def _read_only(process: Process, seconds: float) -> None:
    """Stopped meanwhile, so that no part of the file is in its write-ahead log."""
    await asyncio.to_thread(process.stop, PATIENCE)
    set_writable(_file(process), False)
    await asyncio.to_thread(process.start, PATIENCE)
    await asyncio.sleep(seconds)
    set_writable(_file(process), True)


def set_writable(file: Path, writable: bool) -> None:
    """SQLite takes a file with a higher write version than it knows as read-only, whoever opens it, also root."""
    with file.open("r+b") as database:
        database.seek(18)
        database.write(bytes([_WRITABLE if writable else _READ_ONLY]))


def _file(process: Process) -> Path:
    return Path(make_url(process.environment["DATABASE_URL"]).database or "")


async def _away(process: Process, seconds: float) -> None:
    """The server ends all connections and takes no new ones."""
    url = process.environment["DATABASE_URL"]
    name = make_url(url).database
    refuse, admit = (f"ALTER DATABASE {name} ALLOW_CONNECTIONS {word}" for word in ("false", "true"))
    end = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    await asyncio.to_thread(execute, named(url, "postgres"), refuse, end)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(execute, named(url, "postgres"), admit)


_MISHAPS: MappingProxyType[Blow, Mishap] = MappingProxyType(
    {
        Blow.WRONG_CLOCK: _wrong_clock,
        Blow.AWAY: _away,
        Blow.LOCKED: _locked,
        Blow.FULL_DISK: _full_disk,
        Blow.READ_ONLY: _read_only,
    }
)
