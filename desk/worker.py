"""Takes messages out of the inbox and answers them, one per conversation at a time.

Some are taken and answered together in one transaction: most of what an answer costs is the transaction around it. When
one of them fails, nothing of it has happened, and each is answered in a transaction of its own.
"""

import logging
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
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
# So many are answered in one transaction at most: others who want to write wait for its end.
TOGETHER = 10
Clock = Callable[[], datetime]


class Worker:
    """One thread's worth of work."""

    def __init__(self, database: Database, policy: Policy, catalogues: Catalogues, name: str, clock: Clock) -> None:
        self.database, self.policy, self.catalogues = database, policy, catalogues
        self.name, self.clock = name, clock
        self.wake = threading.Event()
        self.beat: datetime | None = None
        #: What it is working on. Kept while the database is away, so that an outage costs no attempt.
        self.claims: tuple[Claim, ...] = ()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop. A database that is away is waited for."""
        with suppress(DatabaseUnavailable):  # the next look says so
            # Before anything is claimed: a process that is killed while it still prepares has tried no message.
            self.catalogues.amend_in(self.policy.default_language)
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
        """Answer the next messages. False when there are none."""
        catalogue = self.catalogues.current()
        self.claims = self._held() or self._next()
        self.beat = self.clock()
        if not self.claims:
            return False
        if len(self.claims) > 1 and self._answer_together(catalogue):
            self.claims = ()
        while self.claims:
            self._answer_alone(self.claims[0], catalogue)
            self.claims = self.claims[1:]
        return True

    def _held(self) -> tuple[Claim, ...]:
        # Given up when it takes too long: it may be a message that is at fault, and attempts have to be counted.
        now = self.clock()
        return tuple(claim for claim in self.claims if now - claim.since < inbox.LONGEST_WORK)

    def _next(self) -> tuple[Claim, ...]:
        with self.database.writing() as session:
            return tuple(inbox.claim(session, self.name, self.clock(), TOGETHER))

    def _pause(self) -> float:
        """Seconds until there may be something to do that nobody wakes us for."""
        longest = self.database.wakeups.look_seconds
        with self.database.reading() as session:
            retry = inbox.next_retry(session, now := self.clock())
        return longest if retry is None else min(longest, max((retry - now).total_seconds(), 0.01))

    def _answer_together(self, catalogue: Catalogue) -> bool:
        """Whether all of them could be answered in one transaction; otherwise nothing has happened."""
        try:
            self._answer(self.claims, catalogue)
        except DatabaseUnavailable:
            raise
        except Exception as problem:
            log.info("worker.answers_apart", extra={"count": len(self.claims), "error": type(problem).__name__})
            return False
        return True

    def _answer_alone(self, claim: Claim, catalogue: Catalogue) -> None:
        try:
            if claim.is_exhausted:
                self._give_back(claim, "its worker stopped every time", "")
            else:
                self._answer_or_give_back(claim, catalogue)
        except LostClaim:
            log.warning("worker.claim_lost", extra={"inbox": claim.id})

    def _answer_or_give_back(self, claim: Claim, catalogue: Catalogue) -> None:
        try:
            self._answer([claim], catalogue)
        except (DatabaseUnavailable, LostClaim):
            raise
        except Exception as problem:
            # Anything else is a fault of ours in answering this one message: it must not stop the others.
            where = traceback.extract_tb(problem.__traceback__)[-1]
            self._give_back(claim, type(problem).__name__, f"{Path(where.filename).name}:{where.lineno}")

    def _answer(self, claims: Sequence[Claim], catalogue: Catalogue) -> None:
        for claim in claims:
            self.catalogues.make_ready(claim.incoming.text)
        with self.database.writing() as session:
            session.info["shelf"] = self.catalogues.shelf
            requesters = handle(session, self.policy, catalogue, [claim.incoming for claim in claims])
            for claim, requester in zip(claims, requesters, strict=True):
                inbox.done(session, claim, self.clock(), requester)

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
