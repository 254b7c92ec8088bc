"""Reminders across killed schedulers: `python -m tests.harness.reminders --people 6 --kills 20 --schedulers 4`.

One desk serves while several schedulers are run against its database at the moment when a reminder is due for
everybody (`guidepost tick`), and one of them is killed. Clocks that run an hour ahead and behind come in between, and
in the end a long time in which nobody looked. Everybody must be asked once per round, and once after the silence.
"""

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from desk import tables
from desk.followups import FollowUp
from desk.outbox import UNFINISHED, OutboxRow
from knowledge.database import Database
from tests.end_to_end.process import Process
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.telegram_updates import said
from tests.harness import grounds
from tests.harness.crew import START_SECONDS
from tests.harness.report import Figure, conclude

assert tables.TABLES
NEED = "where can our 3 moderators learn to recognise terrorist logos"
QUESTION = "Did it work out?"
SOON, HOUR = 120.0, timedelta(hours=1)


@dataclass
class Outcome:
    """What became of the reminders: per person, how often they were decided and how often shown."""

    rounds: int
    kills: int = 0
    decided: Counter[str] = field(default_factory=Counter)
    shown: Counter[str] = field(default_factory=Counter)
    listed: int = 0

    def figures(self) -> Sequence[Figure]:
        """Every promise about reminders."""
        doubled = sum(max(0, self.shown[name] - times) for name, times in self.decided.items())
        return [
            Figure("reminders that were never decided", sum(self._missing(self.decided))),
            Figure("reminders decided twice", sum(times > self.rounds for times in self.decided.values())),
            Figure("reminders that were never shown", sum(self._missing(self.shown))),
            Figure("reminders shown twice without being listed", max(0, doubled - self.listed)),
            Figure("reminders shown twice and listed (at most one per kill)", doubled, self.kills),
        ]

    def _missing(self, counted: Counter[str]) -> list[int]:
        return [max(0, self.rounds - times) for times in counted.values()]


class Rounds:
    """A desk with people whose reminders fall due, one after the other."""

    def __init__(self, process: Process, telegram: TelegramServer, seed: int, people: int, schedulers: int) -> None:
        self._process, self._telegram, self._chance = process, telegram, random.Random(seed)
        self._people, self._schedulers = range(1, people + 1), schedulers
        self._database = Database(process.environment["DATABASE_URL"])

    async def play(self, kills: int) -> Outcome:
        """So many rounds with a kill each, then the rounds that nobody looked after."""
        for chat in self._people:
            self._telegram.queue(said(NEED, chat=chat))
        await self._telegram.until(lambda: all(map(self._telegram.shown, self._people)), seconds=SOON)
        moments = await asyncio.to_thread(self._due)
        outcome = Outcome(kills + 1, kills)
        for moment in moments[:kills]:
            await self._round(moment)
        await self._tick(max(moments))
        await self._telegram.until(self._is_quiet, seconds=SOON)
        await asyncio.to_thread(self._count, outcome)
        return outcome

    async def _round(self, moment: datetime) -> None:
        early, late = self._begin(moment - HOUR), self._begin(moment + HOUR)
        clocks = [early, late, *(self._begin(moment) for _ in range(self._schedulers - 2))]
        await asyncio.sleep(self._chance.uniform(0.5, 4))
        self._chance.choice(clocks).kill()
        await asyncio.gather(*(asyncio.to_thread(one.wait) for one in clocks))
        await self._tick(moment)

    def _begin(self, moment: datetime) -> "subprocess.Popen[bytes]":
        return self._process.begin("tick", "--now", moment.isoformat())

    async def _tick(self, moment: datetime) -> None:
        done = await asyncio.to_thread(self._process.run, "tick", "--now", moment.isoformat())
        assert done.returncode == 0, done.stderr

    def _due(self) -> list[datetime]:
        """When the last person's reminder of each round is due."""
        with self._database.reading() as session:
            query = select(func.max(FollowUp.due_at)).group_by(FollowUp.number).order_by(FollowUp.number)
            return list(session.scalars(query))

    def _is_quiet(self) -> bool:
        with self._database.reading() as session:
            waiting = select(func.count()).select_from(OutboxRow).where(OutboxRow.state.in_(UNFINISHED))
            return session.scalar(waiting) == 0

    def _count(self, outcome: Outcome) -> None:
        with self._database.reading() as session:
            for row in session.scalars(select(OutboxRow)):
                if QUESTION in row.payload["card"]["body"]:
                    outcome.decided[row.conversation.rpartition(":")[2]] += 1
                    outcome.listed += row.doubtful
        for chat in self._people:
            outcome.shown[str(chat)] = sum(QUESTION in one.text for one in self._telegram.shown(chat))
            outcome.decided[str(chat)] += 0
        self._database.close()


async def remind(url: str, folder: Path, seed: int, people: int, kills: int, schedulers: int = 2) -> Outcome:
    """Play all rounds on this database, whose tables need not exist yet."""
    async with TelegramServer() as telegram:
        days = ",".join(map(str, range(1, kills + 4)))
        account = {"TELEGRAM_BOT_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
        process = Process(url, folder, FOLLOW_UP_DAYS=days, **account)
        await asyncio.to_thread(process.start, START_SECONDS)
        try:
            return await Rounds(process, telegram, seed, people, schedulers).play(kills)
        finally:
            process.kill()


def main() -> int:
    """Play, print the figures. Exit code 1 when a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.reminders", description="Exactly once, proof.")
    parser.add_argument("--people", type=int, default=6)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--schedulers", type=int, default=4, help="at least two: one's clock is early, one's late")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=grounds.KINDS, default="postgresql")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guidepost-harness-") as temporary:
        folder = Path(temporary)
        with grounds.database(options.database, folder) as url:
            made = remind(url, folder, options.seed, options.people, options.kills, options.schedulers)
            return conclude(asyncio.run(made).figures())


if __name__ == "__main__":
    sys.exit(main())
