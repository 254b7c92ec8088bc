"""Makes a plan happen and writes down what came of it."""

import asyncio
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

from knowledge.database import Database, DatabaseUnavailable
from tests.harness import evidence, script
from tests.harness.crew import Crew
from tests.harness.ledger import Ledger
from tests.harness.plan import Act, Line, Plan
from tests.harness.platforms import Platform

# A run in which nothing moves for so long is stuck, and ends.
PATIENCE = 120.0


async def play(plan: Plan, platform: Platform, url: str, folder: Path, patience: float = PATIENCE) -> Ledger:
    """Play the whole plan with processes on this database, whose tables need not exist yet."""
    ledger = Ledger()
    await platform.open()
    crew = Crew(url, folder, plan.wanted.processes, platform.settings)
    try:
        await crew.start()
        await _Stage(plan, platform, crew, ledger).perform()
        ledger.standstill = await _calm(platform, Database(url), ledger, patience)
        crew.weigh()
        ledger.fallen = crew.fallen
        await crew.stop()
    finally:
        crew.kill()
        await platform.close()
    _collect(ledger, plan, platform, crew, url)
    return ledger


class _Stage:
    """One performance of a plan."""

    def __init__(self, plan: Plan, platform: Platform, crew: Crew, ledger: Ledger) -> None:
        self._plan, self._platform, self._crew, self._ledger = plan, platform, crew, ledger

    async def perform(self) -> None:
        """Let every step begin at its time; return when all are over."""
        begin = time.monotonic()
        async with asyncio.TaskGroup() as steps:
            for step in self._plan.steps:
                await asyncio.sleep(begin + step.at - time.monotonic())
                steps.create_task(self._say(step) if isinstance(step, Line) else self._strike(step))
                self._crew.weigh()

    async def _say(self, line: Line) -> None:
        event = await self._platform.say(line.chat, script.said(line.number))
        self._ledger.said[event] = self._platform.conversation(line.chat), script.line_of(line.number)

    async def _strike(self, act: Act) -> None:
        await (self._platform if act.blow in self._platform.blows else self._crew).strike(act)


async def _calm(platform: Platform, database: Database, ledger: Ledger, patience: float) -> float:
    """Wait until all is answered and sent, or nothing moves for so long; returns the longest standstill in seconds."""
    longest, since, before = 0.0, time.monotonic(), (0, 0, 0)
    while longest < patience:
        with suppress(DatabaseUnavailable):
            now = await asyncio.to_thread(evidence.progress, database)
            if now[0] >= len(ledger.said) and not now[2] and platform.accepted() >= ledger.said.keys():
                break
            since, before = (time.monotonic(), now) if now != before else (since, before)
        longest = max(longest, time.monotonic() - since)
        await asyncio.sleep(0.25)
    database.close()
    return longest


def _collect(ledger: Ledger, plan: Plan, platform: Platform, crew: Crew, url: str) -> None:
    ledger.accepted = platform.accepted()
    ledger.struck = Counter(act.blow for act in plan.acts) - Counter(platform.unspent())
    for chat in {line.chat for line in plan.lines}:
        shown = [script.answered(text) for text in platform.shown(chat)]
        ledger.shown[platform.conversation(chat)] = shown
    ledger.violations, ledger.slow_stops, ledger.peak_mb = platform.violations(), crew.slow_stops, crew.peak_mb
    evidence.read_log(ledger, crew.log(), [*platform.secrets, "k" * 40])
    database = Database(url)
    evidence.read_database(ledger, database, platform.aliases())
    database.close()
