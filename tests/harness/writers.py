"""Many programs on one SQLite file: `python -m tests.harness.writers --minutes 10`.

A desk serves and is looked at all the time, while eight other processes write as fast as people hardly ever do. Nobody
may find the database locked.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from desk import outbox, tables
from desk.messages import Address, Card, Reply
from knowledge.database import BUSY_SECONDS, Database, DatabaseUnavailable
from tests.end_to_end.process import ROOT, Process
from tests.harness import grounds
from tests.harness.crew import START_SECONDS
from tests.harness.report import LOCKED, Figure, conclude

assert tables.TABLES
WRITERS = 8
PAUSE = 0.02
PAGES = ("/readyz", "/api/v1/topics", "/")
# Nobody sends for it, so what is written for it stays.
NOBODY = Address("telegram", "0", "1")


@dataclass
class Score:
    """What one or all of them came to; `longest` is the longest wait for one write in seconds."""

    counts: Counter[str] = field(default_factory=Counter)
    longest: float = 0

    def line(self) -> str:
        return f"{self.counts['written']} {self.counts['refused']} {self.longest}"

    def add(self, line: str) -> None:
        """Take over what a writer printed."""
        written, refused, longest = line.split()
        self.counts.update(written=int(written), refused=int(refused))
        self.longest = max(self.longest, float(longest))


def write(url: str, seconds: float, seed: int) -> Score:
    """Write one row after the other, with short pauses."""
    database, chance, score, end = Database(url), random.Random(seed), Score(), time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        try:
            with database.writing() as session:
                outbox.add(session, Reply(NOBODY, Card(body="one of many"), "en"), datetime.now(UTC))
            score.counts["written"] += 1
        except DatabaseUnavailable:
            score.counts["refused"] += 1
        score.longest = max(score.longest, time.monotonic() - begin)
        time.sleep(chance.expovariate(1 / PAUSE))
    return score


def _look(page: Callable[[], httpx.Response], end: float, score: Score) -> None:
    while time.monotonic() < end:
        answer = page()
        locked = answer.status_code >= 500 and "lock" in answer.text
        score.counts["refused reads" if locked else "read"] += 1


def _measure(url: str, folder: Path, seconds: float) -> Sequence[Figure]:
    score, end = Score(), time.monotonic() + seconds
    command = [sys.executable, "-m", "tests.harness.writers", "--write", url, "--minutes", str(seconds / 60)]
    with Process(url, folder) as process, httpx.Client(base_url=process.url, timeout=60) as client:
        writers = [
            subprocess.Popen([*command, "--seed", str(seed)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for seed in range(WRITERS)
        ]
        looks = [lambda page=page: client.get(page) for page in PAGES]
        readers = [threading.Thread(target=_look, args=(look, end, score)) for look in looks]
        for reader in readers:
            reader.start()
        for writer in writers:
            score.add(writer.communicate(timeout=seconds + START_SECONDS)[0])
        for reader in readers:
            reader.join()
        locked = sum(word in process.log.read_text() for word in LOCKED)
    sys.stdout.write(f"{score.counts['written']} rows written, {score.counts['read']} pages read\n")
    return [
        Figure("writes that found the database locked", score.counts["refused"]),
        Figure("reads that found the database locked", score.counts["refused reads"]),
        Figure("the desk's log says that it is locked", locked),
        Figure("the longest a write waited, s", score.longest, BUSY_SECONDS),
    ]


def main() -> int:
    """Measure and print the figures, or be one of the writers."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.writers", description="Never locked, proof.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.write:
        sys.stdout.write(write(options.write, 60 * options.minutes, options.seed).line())
        return 0
    with tempfile.TemporaryDirectory(prefix="guidepost-harness-") as temporary:
        folder = Path(temporary)
        with grounds.database("sqlite", folder) as url:
            return conclude(_measure(url, folder, 60 * options.minutes))


if __name__ == "__main__":
    sys.exit(main())
