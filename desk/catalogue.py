"""The knowledge as the router wants it: taken anew whenever the knowledge or the day has changed."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

from desk import learnt
from desk.examples import accepted, taught
from knowledge import snapshot
from knowledge.database import Database
from knowledge.entries import knowledge_version
from knowledge.snapshot import Snapshot
from knowledge.wakeups import Topic
from routing.catalogue import Catalogue, Clock, Crisis, Entry, Kind, Place
from routing.index import Effort, Source, method
from routing.prepared import languages_of, prepare, release, source

#: How often to look for a change that nobody told us of, where other processes are not heard and where they are.
_LOOK_SECONDS, _SELDOM_SECONDS = 0.25, 1.0


class Catalogues:
    """Keeps the present catalogue. One per process, shared by its threads."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database, self.clock = database, clock
        self._lock = threading.Lock()
        self._seen: tuple[str, date] | None = None
        self._catalogue: Catalogue | None = None
        self._news, self._looked_at = True, datetime.min.replace(tzinfo=UTC)
        database.wakeups.hear(Topic.KNOWLEDGE, self._hear)
        # What `desk.library` has read of this state of the knowledge.
        self.shelf: dict[object, object] = {}
        #: Languages in which the present catalogue answers at once, and those asked so far. The others take no memory.
        self.warm: set[str] = set()
        self.asked: set[str] = set()
        #: Whether another process is learning from the knowledge now, so that it is worth waiting for.
        self.learning: Callable[[], bool] = lambda: False

    def _hear(self) -> None:
        self._news = True

    @property
    def look_seconds(self) -> float:
        """How long a change may go unseen that nobody told us of."""
        return _SELDOM_SECONDS if self.database.wakeups.hears_others else _LOOK_SECONDS

    def current(self) -> Catalogue:
        """The catalogue of this moment. A change made by this process is seen at once, one made by another soon."""
        now, known, seen = self.clock(), self._catalogue, self._seen
        is_due = self._news or not timedelta(0) <= now - self._looked_at < timedelta(seconds=self.look_seconds)
        return known if known and seen and seen[1] == now.date() and not is_due else self._looked(now)

    def _looked(self, now: datetime) -> Catalogue:
        today = now.date()
        with self._lock, self.database.reading() as session:
            # First: what is changed while we look is news again.
            self._news, self._looked_at = False, now
            seen = (knowledge_version(session), today)
            if self._catalogue is None or seen != self._seen:
                self._catalogue = taught(translated(snapshot.take_snapshot(session, today)), accepted(session))
                self._seen, self.shelf, self.warm = seen, {}, set()
            return self._catalogue

    def learn(self, first: str) -> Iterator[str]:
        """Learn from the present knowledge, language by language, `first` before the others.

        What is learnt is kept in the database, for the next start and for other processes. Ends early when the
        knowledge changes meanwhile.
        """
        catalogue = self.current()
        for language in _languages(catalogue, first):
            if not self._wait_for(catalogue, partial(self._is_learnt, catalogue, language)):
                return
            self.warm.add(language)
            yield language
        self._keep("", {self._state(): b""})
        release(catalogue)

    def warm_up(self, first: str) -> Iterator[str]:
        """Do the work of the next question before it is asked: in `first` and in the languages that were asked so far.

        What another process is learning is waited for; what nobody learns is learnt here. Ends early when the knowledge
        changes meanwhile.
        """
        catalogue = self.current()
        for language in self._asked(catalogue, first):
            if not self._wait_for(catalogue, partial(self._is_learnt, catalogue, language)):
                return
            self.warm.add(language)
            yield language
        if not self._wait_for(catalogue, lambda: not self.learning() or self.is_learnt()):
            return
        if self.is_learnt():
            release(catalogue)
        else:
            yield from self.learn(first)

    def amend(self, first: str) -> None:
        """Answer from the present knowledge within a second of a change, in `first` and in the languages asked so far:
        with what is kept of a language, or with what was learnt before the change, put right. Does nothing for a
        language of which neither is there."""
        for language in self._asked(self.current(), first):
            self.amend_in(language)

    def amend_in(self, language: str) -> None:
        """The same for one language."""
        if self._obtain(self.current(), language, Effort.AMEND):
            self.warm.add(language)

    def is_learnt(self) -> bool:
        """Whether everything the router learns from the present knowledge is kept. Cheap: nothing is prepared."""
        with self.database.reading() as session:
            return learnt.recall(session, self._state()) is not None

    def make_ready(self, text: str) -> None:
        """Prepare the languages a message may be in. Call it where no transaction is open: it may take long."""
        catalogue = self.current()
        for language in languages_of(text, catalogue):
            self.asked.add(language)
            self._prepare(catalogue, language)

    def _prepare(self, catalogue: Catalogue, language: str) -> None:
        """Until it answers."""
        warm = self.warm
        while language not in warm:
            is_learning = self.learning()
            found = self._obtain(catalogue, language, Effort.AMEND)
            if found is None and not is_learning:
                found = self._obtain(catalogue, language, Effort.LEARN)
            if found is None:
                time.sleep(_LOOK_SECONDS)
            else:
                warm.add(language)

    def _asked(self, catalogue: Catalogue, first: str) -> list[str]:
        return [language for language in _languages(catalogue, first) if language == first or language in self.asked]

    def _wait_for(self, catalogue: Catalogue, is_done: Callable[[], bool]) -> bool:
        """Whether it is done before the knowledge changes."""
        while not is_done():
            time.sleep(_LOOK_SECONDS)
            if self.current() is not catalogue:
                return False
        return True

    def _is_learnt(self, catalogue: Catalogue, language: str) -> bool:
        """Whether it is learnt by now; learns it when no other process does."""
        effort = Effort.RECALL if self.learning() else Effort.LEARN
        return self._obtain(catalogue, language, effort) in (Source.KEPT, Source.LEARNT)

    def _obtain(self, catalogue: Catalogue, language: str, effort: Effort) -> Source | None:
        if found := prepare(catalogue, [language], self._recall, effort):
            self._keep(language, found)
        return source(catalogue, language)

    def _state(self) -> str:
        """A mark of the present knowledge and of the router."""
        with self.database.reading() as session:
            return f"{knowledge_version(session)}/{method()}"

    def _keep(self, language: str, found: dict[str, bytes]) -> None:
        with self.database.writing() as session:
            learnt.keep(session, language, found, self.clock())

    def _recall(self, mark: str) -> bytes | None:
        with self.database.reading() as session:
            return learnt.recall(session, mark)


def _languages(catalogue: Catalogue, first: str) -> list[str]:
    """Those with topics, the fullest early: what preparing one takes beside what it leaves grows with its size."""
    topics = [entry for entry in catalogue.entries if entry.kind is Kind.TOPIC]
    sizes = Counter[str]()
    for entry in topics:
        sizes.update({language: sum(map(len, phrases)) for language, phrases in entry.phrases.items()})
    return sorted(sizes, key=lambda one: (one != first, -sizes[one], one))


def translated(taken: Snapshot) -> Catalogue:
    """A snapshot of the knowledge in the router's own words."""
    return Catalogue(
        version=f"{taken.version}/{taken.today.isoformat()}",
        entries=tuple(
            Entry(
                Kind(one.kind.value),
                one.id,
                names=one.names,
                phrases=one.phrases,
                summaries=one.summaries,
                aliases=one.aliases,
                topics=one.topics,
                serves=one.serves,
                countries=one.countries,
                languages=one.languages,
                standing=one.standing,
            )
            for one in taken.entries
        ),
        places=tuple(Place(one.id, one.countries, one.names) for one in taken.places),
        clocks=tuple(
            Clock(
                one.id,
                one.event,
                one.duration,
                one.countries,
                one.phrases,
                practice=one.practice,
                follows=one.follows,
                confident=one.confident,
            )
            for one in taken.clocks
        ),
        not_clocks=taken.not_clocks,
        crises=tuple(
            Crisis(
                one.id,
                one.priority,
                one.topics,
                one.practices,
                one.organisations,
                one.phrases,
                one.near_misses,
            )
            for one in taken.crises
        ),
    )
