"""Takes messages out of the inbox and answers them, one per conversation at a time, each in one transaction."""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from desk import inbox, outbox
from desk.catalogue import Catalogues
from desk.conversation.intake import handle
from desk.inbox import Claim, InboxState, LostClaim
from desk.messages import Card, Reply
from desk.policy import Policy
from desk.wording import translate
from knowledge.database import Database, DatabaseUnavailable
from routing.catalogue import Catalogue

log = logging.getLogger(__name__)
UNAVAILABLE_SECONDS = 2
Clock = Callable[[], datetime]


class Worker:
    """One thread's worth of work."""

    def __init__(self, database: Database, policy: Policy, catalogues: Catalogues, name: str, clock: Clock) -> None:
        self.database, self.policy, self.catalogues = database, policy, catalogues
        self.name, self.clock = name, clock
        self.wake = threading.Event()
        self.beat: datetime | None = None
        #: What it is working on. Kept while the database is away, so that an outage costs no attempt.
        self.claim: Claim | None = None

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop. A database that is away is waited for."""
        while not stop.is_set():
            try:
                pause = 0.0 if self.work_once() else self._pause()
            except DatabaseUnavailable as problem:
                log.error("worker.database_unavailable", extra={"advice": str(problem)})
                pause = UNAVAILABLE_SECONDS
            if pause:
                self.wake.wait(pause)
                self.wake.clear()

    def work_once(self) -> bool:
        """Answer the next message. False when there is none."""
        catalogue = self.catalogues.current()
        claim = self.claim = self._held() or self._next()
        self.beat = self.clock()
        if claim is None:
            return False
        try:
            if claim.is_exhausted:
                self._give_back(claim, "its worker stopped every time", "")
            else:
                self._answer(claim, catalogue)
        except LostClaim:
            log.warning("worker.claim_lost", extra={"inbox": claim.id})
        self.claim = None
        return True

    def _held(self) -> Claim | None:
        # Given up when it takes too long: it may be the message that is at fault, and attempts have to be counted.
        claim = self.claim
        return claim if claim and self.clock() - claim.since < inbox.LONGEST_WORK else None

    def _next(self) -> Claim | None:
        with self.database.writing() as session:
            return inbox.claim(session, self.name, self.clock())

    def _pause(self) -> float:
        """Seconds until there may be something to do that nobody wakes us for."""
        longest = self.database.wakeups.look_seconds
        with self.database.reading() as session:
            retry = inbox.next_retry(session, now := self.clock())
        return longest if retry is None else min(longest, max((retry - now).total_seconds(), 0.01))

    def _answer(self, claim: Claim, catalogue: Catalogue) -> None:
        try:
            self.catalogues.make_ready(claim.incoming.text)
            with self.database.writing() as session:
                session.info["shelf"] = self.catalogues.shelf
                requester = handle(session, self.policy, catalogue, claim.incoming)
                inbox.done(session, claim, self.clock(), requester)
        except (DatabaseUnavailable, LostClaim):
            raise
        except Exception as problem:
            # Anything else is a fault of ours in answering this one message: it must not stop the others.
            where = traceback.extract_tb(problem.__traceback__)[-1]
            self._give_back(claim, type(problem).__name__, f"{Path(where.filename).name}:{where.lineno}")

    def _give_back(self, claim: Claim, error: str, where: str) -> None:
        # The kind and the place only: an error's text may quote what the person wrote.
        log.error("worker.failed", extra={"inbox": claim.id, "attempt": claim.attempts, "error": error, "where": where})
        with self.database.writing() as session:
            state = inbox.failed(session, claim, self.clock(), error)
            if state is InboxState.DEAD:
                _apologise(session, claim, self.policy, self.clock())


def _apologise(session: Session, claim: Claim, policy: Policy, now: datetime) -> None:
    """The message is set aside for a person of the desk; whoever wrote it must not wait in vain."""
    incoming = claim.incoming
    language = incoming.language or policy.default_language
    text = translate(
        language, "I could not work on your last message. It is kept, and a person will look at it. Please try again."
    )
    address = incoming.private_address or incoming.address
    outbox.add(session, Reply(address, Card(body=text), language, recipient=incoming.sender), now)
