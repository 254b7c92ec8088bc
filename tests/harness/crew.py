"""The desk's processes, and what is done to them."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from tests.end_to_end.process import PipedProcess, Process
from tests.harness import mishaps
from tests.harness.plan import Act, Blow

# How fast it starts is not the question here, and a machine may be busy with other things.
START_SECONDS = 120.0


class TimedProcess(PipedProcess):
    """A desk whose clock can be set, see `tests.harness.serve`."""

    def _command(self) -> list[str]:
        return [sys.executable, "-m", "tests.harness.serve", self.role]


class Crew:
    """Several real processes on one database; `settings` says how one with this address is set up."""

    def __init__(self, url: str, folder: Path, count: int, settings: Callable[[str], dict[str, str]]) -> None:
        self.processes = [_process(url, folder / f"process{number}", settings) for number in range(1, count + 1)]
        self.slow_stops, self.peak_mb = 0, 0.0
        self._turns = [asyncio.Lock() for _ in self.processes]

    async def start(self) -> None:
        """Start all at once, on a database that may be empty."""
        await asyncio.gather(*(asyncio.to_thread(process.start, START_SECONDS) for process in self.processes))

    async def strike(self, act: Act) -> None:
        """Kill, stop or pause one process, or take away what it works with. One blow at a time for each."""
        process = self.processes[act.process]
        if act.blow in (Blow.KILLED, Blow.TERMINATED, Blow.PAUSED):
            async with self._turns[act.process]:
                await (self._pause if act.blow is Blow.PAUSED else self._end)(process, act)
            return
        # Not while somebody starts: a desk does not start without its database, and whoever runs it starts it again.
        async with AsyncExitStack() as every:
            for turn in self._turns:
                await every.enter_async_context(turn)
            await mishaps.befall(act, process)

    async def _pause(self, process: Process, act: Act) -> None:
        process.pause()
        await asyncio.sleep(act.seconds)
        process.resume()

    async def _end(self, process: Process, act: Act) -> None:
        await (self._stop(process) if act.blow is Blow.TERMINATED else asyncio.to_thread(process.kill))
        await asyncio.sleep(act.seconds)
        await asyncio.to_thread(process.start, START_SECONDS)

    async def stop(self) -> None:
        """End all as an update does, one after the other."""
        for process in self.processes:
            await self._stop(process)

    def kill(self) -> None:
        """End all, whatever happened before."""
        for process in self.processes:
            process.kill()

    async def _stop(self, process: Process) -> None:
        try:
            await asyncio.to_thread(process.stop)
        except subprocess.TimeoutExpired:
            self.slow_stops += 1
            await asyncio.to_thread(process.kill)

    def weigh(self) -> None:
        """Remember the largest process so far."""
        for process in self.processes:
            with suppress(OSError, IndexError):  # it is just dying
                self.peak_mb = max(self.peak_mb, process.memory_mb if process.running else 0)

    @property
    def fallen(self) -> int:
        """How many processes have ended though nobody ended them."""
        return sum(not process.running for process in self.processes)

    def log(self) -> str:
        """Everything the processes have written, over all their lives."""
        return "\n".join(process.log.read_text() for process in self.processes)


def _process(url: str, folder: Path, settings: Callable[[str], dict[str, str]]) -> Process:
    folder.mkdir()
    process = TimedProcess(url, folder)
    process.environment |= settings(process.url)
    return process
