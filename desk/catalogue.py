"""The knowledge as the router wants it: taken anew whenever the knowledge or the day has changed."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime

from desk import learnt
from desk.examples import accepted, taught
from knowledge import snapshot
from knowledge.database import Database
from knowledge.entries import knowledge_version
from knowledge.snapshot import Snapshot
from routing.catalogue import Catalogue, Clock, Crisis, Entry, Kind, Place
from routing.index import languages_of, method, prepare

_LOOK_SECONDS = 0.3


class Catalogues:
    """Keeps the present catalogue. One per process, shared by its threads."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self.database, self.clock = database, clock
        self._lock = threading.Lock()
        self._seen: tuple[str, date] | None = None
        self._catalogue: Catalogue | None = None
        # What `desk.library` has read of this state of the knowledge.
        self.shelf: dict[object, object] = {}
        #: Languages in which the present catalogue answers at once.
        self.warm: set[str] = set()
        #: Whether another process is learning from the knowledge now, so that it is worth waiting for.
        self.learning: Callable[[], bool] = lambda: False

    def current(self) -> Catalogue:
        """The catalogue of this moment; one cheap query when nothing has changed."""
        today = self.clock().date()
        with self._lock, self.database.reading() as session:
            seen = (knowledge_version(session), today)
            if self._catalogue is None or seen != self._seen:
                self._catalogue = taught(translated(snapshot.take_snapshot(session, today)), accepted(session))
                self._seen, self.shelf, self.warm = seen, {}, set()
            return self._catalogue

    def warm_up(self, first: str) -> Iterator[str]:
        """Do the work of the first question before it is asked, language by language, `first` before the others.

        What the router learns by it is kept in the database, for the next start and for other processes.
        """
        catalogue = self.current()
        languages = {language for entry in catalogue.entries for language in entry.phrases}
        for language in sorted(languages, key=lambda one: (one != first, one)):
            self._prepare(catalogue, language)
            yield language
        self._keep("", {self._state(): b""})

    def is_learnt(self) -> bool:
        """Whether everything the router learns from the present knowledge is kept. Cheap: nothing is prepared."""
        with self.database.reading() as session:
            return learnt.recall(session, self._state()) is not None

    def make_ready(self, text: str) -> None:
        """Prepare the languages a message may be in. Call it where no transaction is open: it may take long."""
        catalogue = self.current()
        for language in languages_of(text, catalogue):
            self._prepare(catalogue, language)

    def _prepare(self, catalogue: Catalogue, language: str) -> None:
        warm = self.warm
        if language not in warm:
            if found := prepare(catalogue, [language], self._recall):
                self._keep(language, found)
            warm.add(language)

    def _state(self) -> str:
        """A mark of the present knowledge and of the router."""
        with self.database.reading() as session:
            return f"{knowledge_version(session)}/{method()}"

    def _keep(self, language: str, found: dict[str, bytes]) -> None:
        with self.database.writing() as session:
            learnt.keep(session, language, found, self.clock())

    def _recall(self, mark: str) -> bytes | None:
        while True:
            wait = self.learning()
            with self.database.reading() as session:
                found = learnt.recall(session, mark)
            if found is not None or not wait:
                return found
            time.sleep(_LOOK_SECONDS)


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
