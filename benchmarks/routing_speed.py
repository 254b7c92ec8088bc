"""Speed and memory of routing with the shipped pack: preparing, one query warm, one changed entry.

CPU time of one thread, so that other work on the machine does not count. Run: python -m benchmarks.routing_speed
"""

import os

# One thread: what a query costs must not depend on how many cores happen to be free.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import dataclasses
import time
import tracemalloc
from pathlib import Path

import numpy as np
import yaml

from routing.catalogue import Entry, Kind
from routing.decision import Context
from routing.index import prepare
from routing.router import route
from tests.routing.pack import shipped

_REQUESTS = Path(__file__).resolve().parents[1] / "tests" / "routing" / "requests.yaml"


def _texts() -> list[str]:
    rows = yaml.safe_load(_REQUESTS.read_text("utf-8")).values()
    return [row.split("=>")[0].strip() for requests in rows for row in requests]


def main() -> None:
    catalogue = shipped()
    started = time.process_time()
    prepare(catalogue)
    print(f"prepare, all languages: {time.process_time() - started:.2f} s")
    new = Entry(Kind.TOPIC, "new", {"en": "New"}, {"en": ("something entirely new", "a new thing to ask about")})
    changed = dataclasses.replace(catalogue, version="changed", entries=(*catalogue.entries, new))
    started = time.process_time()
    route("something entirely new", Context(), changed)
    print(f"first answer after a change in English: {time.process_time() - started:.2f} s")
    took = []
    for text in _texts():
        before = time.process_time()
        route(text, Context(), catalogue)
        took.append((time.process_time() - before) * 1000)
    print(f"query: p50 {np.percentile(took, 50):.2f} ms, p95 {np.percentile(took, 95):.2f} ms, n {len(took)}")
    tracemalloc.start()
    prepare(
        dataclasses.replace(
            catalogue,
            version="measured",
            entries=(
                *catalogue.entries,
                dataclasses.replace(
                    new, phrases=dict.fromkeys(("ar", "en", "es", "fr", "pt", "ru", "sw", "zh"), ("measured",))
                ),
            ),
        )
    )
    print(f"memory of one prepared catalogue: {tracemalloc.get_traced_memory()[0] / 1e6:.1f} MB")
    tracemalloc.stop()
    before = time.process_time()
    sum(range(10_000_000))
    print(f"for scale, summing ten million numbers takes {time.process_time() - before:.2f} s in the same run")


if __name__ == "__main__":
    main()
