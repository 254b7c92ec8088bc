"""One process's sign of life: renews what it holds and works on, and frees what dead neighbours left behind."""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime

from desk import inbox, leases, processes
from desk.inbox import Claim
from desk.processes import Process
from knowledge.database import Database, DatabaseUnavailable
from knowledge.wakeups import Topic

log = logging.getLogger(__name__)
BEAT_SECONDS = 4


class Heartbeat:
    """Beats in a thread of its own. `working` names what is being worked on at that moment."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        role: str,
        version: str,
        working: Callable[[], Sequence[Claim]] = tuple,
        place: str | None = None,
    ) -> None:
        self.database, self.clock, self.working = database, clock, working
        self.place = place or processes.here()
        now = clock()
        self.name = processes.own_name(self.place, now)
        self._life = {"role": role, "version": version, "started_at": now}
        self._wanted: set[str] = set()
        self._until: dict[str, datetime] = {}
        self._wake, self._stopping = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)
        #: What keeps it from beating, in words for an operator.
        self.problem: str | None = None
        database.wakeups.hear(Topic.LEASES, self._wake.set)

    def start(self) -> None:
        """Beat once before returning, so that what is free is held from the first moment."""
        self._try(self.beat)
        self._thread.start()

    def stop(self) -> None:
        """Let go of everything, so that others need not wait; gives up when the database takes too long."""
        self._stopping = True
        self._wake.set()
        self._thread.join(timeout=2)

    def holds(self, name: str) -> bool:
        """Whether this process holds a lease at this moment. Asking for one the first time makes it try."""
        if name not in self._wanted:
            self._wanted.add(name)
            self._wake.set()
        until = self._until.get(name)
        return until is not None and self.clock() < until

    def beat(self) -> None:
        """One sign of life, in one transaction.

        Raises:
            DatabaseUnavailable: nothing was renewed; what was held is held until it runs out.
        """
        now, wanted = self.clock(), sorted(self._wanted)
        with self.database.writing() as session:
            for other in processes.known(session):
                if other.name != self.name and processes.is_dead(other.name, self.place):
                    processes.bury(session, other.name, now)
            processes.seen(session, Process(name=self.name, **self._life), now)
            held = [name for name in wanted if leases.take(session, name, self.name, now)]
            inbox.keep(session, self.working(), now)
            processes.forget_the_silent(session, now)
        self._until = dict.fromkeys(held, now + leases.HOLD)

    def _run(self) -> None:
        while not self._stopping:
            self._wake.wait(BEAT_SECONDS)
            self._wake.clear()
            if not self._stopping:
                self._try(self.beat)
        self._until = {}
        self._try(self._leave)

    def _leave(self) -> None:
        with self.database.writing() as session:
            processes.bury(session, self.name, self.clock())

    def _try(self, act: Callable[[], None]) -> None:
        try:
            act()
            self.problem = None
        except DatabaseUnavailable as problem:
            log.error("heartbeat.database_unavailable", extra={"advice": str(problem)})
            self.problem = str(problem)
        except Exception as problem:
            # It must beat on: without it the process stops polling and sending.
            log.error("heartbeat.failed", extra={"error": type(problem).__name__})
            self.problem = f"The heartbeat fails ({type(problem).__name__}). Restart the process."
