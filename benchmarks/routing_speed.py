"""Speed and memory of routing with the shipped pack: preparing, one query warm, one changed entry.

CPU time of one thread, so that other work on the machine does not count; how long a change takes is wall time too.
Run: python -m benchmarks.routing_speed
"""

import os

# One thread: what a query costs must not depend on how many cores happen to be free.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dataclasses
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import yaml

from benchmarks.answering import ASKED
from desk.catalogue import Catalogues
from knowledge.database import Database
from knowledge.packs import import_shipped
from knowledge.vocabulary import Kind as EntryKind
from knowledge.wordings import Wording
from routing.catalogue import Catalogue, Entry, Kind
from routing.decision import Context
from routing.index import Effort
from routing.prepared import Prepared, prepare
from routing.router import route
from tests.routing.pack import shipped

_REQUESTS = Path(__file__).resolve().parents[1] / "tests" / "routing" / "requests.yaml"
_LANGUAGES = ("ar", "en", "es", "fr", "pt", "ru", "sw", "zh")
_NEW = "my goat has eaten the green rope of the town hall"


def _texts() -> list[str]:
    rows = yaml.safe_load(_REQUESTS.read_text("utf-8")).values()
    return [row.split("=>")[0].strip() for requests in rows for row in requests]


@contextmanager
def _timed(what: str) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    print(f"{what}: {time.process_time() - cpu:.2f} s CPU, {time.perf_counter() - wall:.2f} s on the clock")


def _queries(name: str, texts: list[str], catalogue: Catalogue) -> None:
    took = []
    for text in texts:
        before = time.process_time()
        route(text, Context(), catalogue)
        took.append((time.process_time() - before) * 1000)
    print(f"{name}: p50 {np.percentile(took, 50):.2f} ms, p95 {np.percentile(took, 95):.2f} ms, n {len(took)}")


def _with_a_new_topic(catalogue: Catalogue) -> Catalogue:
    new = Entry(Kind.TOPIC, "new", {"en": "New"}, dict.fromkeys(_LANGUAGES, (_NEW,)))
    return dataclasses.replace(catalogue, version="changed", entries=(*catalogue.entries, new))


def _live(folder: str) -> None:
    """A phrase that another process adds, until it decides here: the way of `guidepost serve` on SQLite."""
    url = f"sqlite:///{folder}/bench.db"
    database = Database(url)
    database.upgrade()
    with database.writing() as session:
        import_shipped(session, datetime.now(UTC))
    catalogues = Catalogues(database, lambda: datetime.now(UTC))
    catalogues.make_ready(_NEW)
    with Database(url).writing() as session:
        row = session.get_one(Wording, (EntryKind.TOPIC, "access", "en"))
        row.fields = {**row.fields, "phrases": [*row.fields["phrases"], _NEW]}
    with _timed("a phrase another process added decides here after"):
        while not _is_access(catalogues):
            time.sleep(0.01)


def _is_access(catalogues: Catalogues) -> bool:
    catalogues.make_ready(_NEW)
    return [topic.id for topic in route(_NEW, Context(), catalogues.current()).topics[:1]] == ["access"]


def _memory(catalogue: Catalogue) -> None:
    tracemalloc.start()
    prepare(catalogue, effort=Effort.AMEND)
    print(f"memory of one prepared catalogue: {tracemalloc.get_traced_memory()[0] / 1e6:.1f} MB")
    tracemalloc.stop()


def main() -> None:
    catalogue = shipped()
    with _timed("learn and prepare all languages"):
        prepare(catalogue)
    for text in ASKED:
        route(text, Context(), catalogue)
    _queries("queries of benchmarks.answering", [*ASKED] * 100, catalogue)
    _queries("all queries of tests/routing", _texts(), catalogue)
    with _timed("names, places and the rest of a changed catalogue"):
        Prepared.of(changed := _with_a_new_topic(catalogue))
    with _timed("one language of a changed catalogue"):
        prepare(changed, ["en"], effort=Effort.AMEND)
    _memory(dataclasses.replace(changed, version="measured"))
    with tempfile.TemporaryDirectory() as folder:
        _live(folder)
    with _timed("for scale, summing ten million numbers"):
        sum(range(10_000_000))


if __name__ == "__main__":
    main()
