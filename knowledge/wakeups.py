"""Telling others that there is something to do, as soon as the transaction that made it is committed.

Within a process they are called at once. On PostgreSQL other processes hear it through LISTEN/NOTIFY. Either may be
missed (a process starts, a connection breaks), so everybody also looks now and then.
"""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

CHANNEL = "guidepost"
LOOK_SECONDS = 0.5
# How often to look where others are heard: only for what was missed.
SELDOM_SECONDS = 5.0
_ANNOUNCED = "guidepost.announced"
_RECONNECT_SECONDS = 2.0


class Topic(StrEnum):
    """What there may be news about."""

    INBOX = "inbox"
    OUTBOX = "outbox"
    WEBHOOKS = "webhooks"
    KNOWLEDGE = "knowledge"
    LEASES = "leases"


def announce(session: Session, topic: Topic) -> None:
    """Wake those who wait for this once the session of `Database.writing()` is committed, and nobody otherwise."""
    session.info.setdefault(_ANNOUNCED, set()).add(topic)


class Wakeups:
    """Who in this process waits for what."""

    def __init__(self) -> None:
        self._hearers: dict[Topic, list[Callable[[], object]]] = defaultdict(list)
        #: Whether other processes are heard at this moment.
        self.hears_others = False

    @property
    def look_seconds(self) -> float:
        """How long to wait for a wake-up before looking all the same."""
        return SELDOM_SECONDS if self.hears_others else LOOK_SECONDS

    def hear(self, topic: Topic, call: Callable[[], object]) -> None:
        """Call this, from any thread and perhaps for nothing, when there may be news. It must not wait."""
        self._hearers[topic].append(call)

    def tell_others(self, session: Session) -> None:
        """Part of the transaction: PostgreSQL passes it on when, and only when, it commits."""
        session.flush()
        topics = sorted(session.info.get(_ANNOUNCED, ()))
        if topics and session.get_bind().dialect.name == "postgresql":
            tell = text("SELECT pg_notify(:channel, topic) FROM unnest(CAST(:topics AS text[])) AS topic")
            session.execute(tell, {"channel": CHANNEL, "topics": topics})

    def tell_here(self, session: Session) -> None:
        """After the commit."""
        self.ring(session.info.get(_ANNOUNCED, ()))

    def ring(self, topics: Iterable[Topic]) -> None:
        """Call everybody who waits for one of these."""
        for topic in topics:
            for call in self._hearers[topic]:
                try:
                    call()
                except Exception as problem:
                    # What is committed stays so, whoever fails to wake up.
                    log.error("wakeups.failed", extra={"topic": topic, "error": type(problem).__name__})


class Listener:
    """Hears the other processes on PostgreSQL, on a connection of its own, until `stop`."""

    def __init__(self, engine: Engine, wakeups: Wakeups) -> None:
        self._engine, self._wakeups = engine, wakeups
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="listener", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Ends within a second; nobody need wait for it."""
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._listen()
            except Exception as problem:
                # Whatever it was: until it is over, everybody looks more often.
                log.warning("wakeups.not_listening", extra={"error": type(problem).__name__})
            finally:
                self._wakeups.hears_others = False
            self._stop.wait(_RECONNECT_SECONDS)

    def _listen(self) -> None:
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"LISTEN {CHANNEL}")
            wire: Any = connection.connection.driver_connection
            # It does nothing else from now on, so it has no place in the pool.
            connection.detach()
            self._wakeups.hears_others = True
            # Whatever happened before the connection stood was missed.
            self._wakeups.ring(Topic)
            while not self._stop.is_set():
                heard = {notice.payload for notice in wire.notifies(timeout=1, stop_after=1)}
                self._wakeups.ring(topic for topic in Topic if topic in heard)
