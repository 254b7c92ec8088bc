"""The clock of the desk. APScheduler only rings the bell: what is due stands in the database."""

import logging
from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.background import BackgroundScheduler

from desk.casework import assigning, digest, overdue
from desk.catalogue import Catalogues
from desk.conversation.following_up import run_due
from desk.conversation.turn import Desk
from desk.oncall import paging
from desk.policy import Policy
from desk.retention import forget_the_old
from knowledge.database import Database, DatabaseUnavailable
from routing.catalogue import Catalogue

log = logging.getLogger(__name__)
EVERY_SECONDS = 15


class Scheduler:
    """Rings every few seconds and does whatever has become due, unless `may_ring` says that another process does.

    Several that ring on one database do no harm: what is due is locked while it is done.
    """

    def __init__(
        self,
        database: Database,
        policy: Policy,
        catalogues: Catalogues,
        clock: Callable[[], datetime],
        may_ring: Callable[[], bool] = lambda: True,
    ) -> None:
        self.database, self.policy, self.catalogues = database, policy, catalogues
        self.clock, self.may_ring = clock, may_ring
        self._bell = BackgroundScheduler(timezone="UTC")

    def start(self) -> None:
        """Ring in the background until `stop`."""
        # A bell that rings late is rung once, never dropped.
        self._bell.add_job(self._ring, "interval", seconds=EVERY_SECONDS, coalesce=True, misfire_grace_time=None)
        self._bell.start()

    def stop(self) -> None:
        """Finish what is being done and ring no more."""
        if self._bell.running:
            self._bell.shutdown(wait=True)

    def _ring(self) -> None:
        try:
            if self.may_ring():
                self.run(self.clock())
        except DatabaseUnavailable as problem:
            log.error("scheduler.database_unavailable", extra={"advice": str(problem)})

    def run(self, now: datetime) -> int:
        """Do everything that is due at `now`; returns how much that was."""
        total, catalogue = 0, self.catalogues.current()
        while True:
            done = sum(self._do(act, catalogue, now) for act in _ACTS)
            if done == 0:
                return total
            total += done

    def _do(self, act: Callable[[Desk], int], catalogue: Catalogue, now: datetime) -> int:
        """One kind of thing in a transaction of its own: others wait less, and calls go out whatever else fails."""
        with self.database.writing() as session:
            return act(Desk(session, now, self.policy, catalogue))


_ACTS: tuple[Callable[[Desk], int], ...] = (
    paging.run_due,
    overdue.run_due,
    assigning.run_due,
    digest.run_due,
    lambda desk: run_due(desk.session, desk.policy, desk.now),
    lambda desk: forget_the_old(desk.session, desk.policy, desk.now),
)
