"""How the router grows from a thousand to a hundred thousand phrases, beside four ways to search the same catalogue.

What is printed: making it ready from nothing, one question warm, the right topic first, and one changed entry until it
decides. CPU time of one thread, so that other work on the machine does not count. The router's own figures are of whole
decisions (`route`), those of the others of finding a topic and nothing else; "search" is that part of the router alone.
Then the memory of the router, beyond what the emergencies and the rest of the pack take.

Run: python -m benchmarks.routing_growth [PHRASES ...]
"""

import os

# One thread: what a query costs must not depend on how many cores happen to be free.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dataclasses
import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np

from benchmarks._grown import Grown, Question
from benchmarks._searchers import SEARCHERS
from routing import counted, normalise
from routing.catalogue import Catalogue, Entry, Kind
from routing.decision import Context
from routing.evaluation.figures import calibration_error
from routing.index import Effort
from routing.prepared import prepare, prepared, release
from routing.router import route
from tests.routing.pack import shipped

_SIZES = (1_000, 10_000, 100_000)
_QUESTIONS = 400
#: A slow search is asked fewer questions, for so many seconds at most.
_PATIENCE = 20
_NEW = "my goat has eaten the green rope of the town hall"
_CONTEXT = Context(language="en")


def _timed(work: Callable[[], object]) -> float:
    before = time.process_time()
    work()
    return time.process_time() - before


def _asked(ask: Callable[[str], str], questions: Sequence[Question]) -> str:
    """Ask until patience ends, after some that do not count."""
    for question in questions[:10]:
        ask(question.text + ".")
    took, right, until = [], 0, time.process_time() + _PATIENCE
    for question in questions:
        before = time.process_time()
        right += ask(question.text) == question.topic
        took.append((time.process_time() - before) * 1000)
        if time.process_time() > until:
            break
    p50, p95 = np.percentile(took, [50, 95])
    return f"p50 {p50:8.2f} ms  p95 {p95:8.2f} ms  first {right / len(took):6.1%}  n {len(took):3}"


def _line(name: str, made: float, asked: str, change: float | None) -> None:
    anew = "made anew" if change is None else f"{change:6.2f} s"
    print(f"  {name:<26} ready {made:7.2f} s  {asked}  change {anew}", flush=True)


def _first(text: str, catalogue: Catalogue) -> str:
    return next((topic.id for topic in route(text, _CONTEXT, catalogue).topics), "")


def _found(text: str, catalogue: Catalogue) -> str:
    """The topic with the highest score: the part of the work that the others do."""
    index = prepared(catalogue).language("en")
    folded, _ = index.speller.correct(normalise.fold(text))
    return index.topic_ids[int(index.views([folded])[0].topics.argmax())]


def _changed(catalogue: Catalogue) -> Catalogue:
    """One topic has one phrase more."""
    at = next(row for row, entry in enumerate(catalogue.entries) if entry.kind is Kind.TOPIC)
    old = catalogue.entries[at]
    new: Entry = dataclasses.replace(old, phrases={"en": (*old.phrases["en"], _NEW)})
    entries = (*catalogue.entries[:at], new, *catalogue.entries[at + 1 :])
    return dataclasses.replace(catalogue, version=f"{catalogue.version}, changed", entries=entries)


def _router(grown: Grown, questions: Sequence[Question]) -> None:
    catalogue, changed = grown.catalogue, _changed(grown.catalogue)
    made = _timed(lambda: prepare(catalogue, ["en"]))
    kind = "counted" if isinstance(prepared(catalogue).language("en"), counted.Counted) else "learnt"
    whole = _asked(lambda text: _first(text, catalogue), questions)
    search = _asked(lambda text: _found(text, catalogue), questions)
    change = _timed(lambda: (prepare(changed, ["en"], effort=Effort.AMEND), _first(_NEW, changed)))
    assert _first(_NEW, changed) == "topic-0"
    _line(f"Guidepost, {kind}", made, whole, change)
    _line("  its search", made, search, change)
    print(f"  {_judged(catalogue, questions)}")
    release(catalogue)


def _judged(catalogue: Catalogue, questions: Sequence[Question]) -> str:
    """How often the topic is among the first three, and how far the confidence can be believed."""
    decisions = [route(question.text, _CONTEXT, catalogue) for question in questions]
    found = [[topic.id for topic in decision.topics] for decision in decisions]
    first = [question.topic in ids[:1] for question, ids in zip(questions, found, strict=True)]
    three = sum(question.topic in ids[:3] for question, ids in zip(questions, found, strict=True))
    error = calibration_error([decision.confidence for decision in decisions], first)
    return f"{'':28} among three {three / len(questions):6.1%}  calibration error {error:.3f}"


def _other(name: str, topics: dict[str, Sequence[str]], questions: Sequence[Question]) -> None:
    before = time.process_time()
    try:
        found = SEARCHERS[name](topics)
    except ImportError:
        print(f"  {name:<26} left out: .venv/bin/python -m pip install -e '.[bench]' installs it")
        return
    made, asked, change = time.process_time() - before, _asked(found.ask, questions), found.change
    texts = (*topics["topic-0"], _NEW)
    _line(name, made, asked, None if change is None else _timed(lambda: change("topic-0", texts)))


def _memory(catalogue: Catalogue) -> int:
    """What a prepared catalogue takes, apart from the texts themselves."""
    gc.collect()
    tracemalloc.start()
    prepare(catalogue, ["en"])
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return taken


def main() -> None:
    pack = shipped()
    sizes = [int(size) for size in sys.argv[1:]] or _SIZES
    for size in sizes:
        grown = Grown(pack, size)
        questions = grown.questions(_QUESTIONS)
        topics: dict[str, Sequence[str]] = {
            entry.id: entry.phrases["en"] for entry in grown.catalogue.entries if entry.kind is Kind.TOPIC
        }
        print(f"{size:,} phrases, {len(grown.catalogue.entries):,} entries")
        _router(grown, questions)
        for name in SEARCHERS:
            _other(name, topics, questions)
    bare = Grown(pack, 0).catalogue
    release(bare)
    least = _memory(bare)
    for size in sizes:
        catalogue = dataclasses.replace(Grown(pack, size).catalogue, version=f"memory of {size}")
        release(bare)
        print(f"{size:,} phrases: {(_memory(catalogue) - least) / size:,.0f} bytes for each")


if __name__ == "__main__":
    main()
