"""How soon Slack hears that an event is stored: `python -m tests.harness.acknowledging --transport slack-http`.

Slack gives three seconds, then it brings the event again or tells the person that the app does not answer. People
write steadily, then all at once, while the desk answers those before them; over Socket Mode sockets are cut as well.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterable, Sequence
from pathlib import Path

from tests.end_to_end.process import Process
from tests.fakes.slack_server import Delivery, SlackServer
from tests.harness import grounds
from tests.harness.crew import START_SECONDS
from tests.harness.report import Figure, conclude

NEED = "where can our 3 moderators learn to recognise terrorist logos"
PER_SECOND, AT_ONCE, COMMANDS = 50, 500, 40
# What Slack waits for an acknowledgement.
PATIENCE = 3.0
QUIET = 300.0


class Street:
    """People in front of one desk."""

    def __init__(self, slack: SlackServer, process: Process, seconds: int) -> None:
        self._slack, self._process, self._seconds = slack, process, seconds

    async def measure(self) -> Sequence[Figure]:
        """Everything that this transport promises about time."""
        await asyncio.to_thread(self._process.start, START_SECONDS)
        await self._slack.say("U1", NEED)
        await self._slack.until(lambda: self._slack.said("U1"), seconds=START_SECONDS)
        figures = [*await self._steady(), *await self._burst()]
        return figures if self._slack.events_url else [*figures, *await self._one_socket(), *await self._no_socket()]

    async def _steady(self) -> Sequence[Figure]:
        """Every tenth does not write but presses a button."""
        written, pressed = [], []
        used, begin = self._process.cpu_seconds, time.monotonic()
        async with asyncio.TaskGroup() as people:
            for number in range(PER_SECOND * self._seconds):
                await asyncio.sleep(begin + number / PER_SECOND - time.monotonic())
                if number % 10:
                    written.append(people.create_task(self._slack.say(f"U{100 + number % 200}", NEED)))
                else:
                    pressed.append(people.create_task(self._press()))
        texts, presses = [await one for one in written], [await one for one in pressed]
        await self._settled(texts + presses)
        used, taken = self._process.cpu_seconds - used, time.monotonic() - begin
        sys.stdout.write(f"the desk used {used:.1f} s of a processor in {taken:.1f} s\n")
        return [
            Figure(f"an event at {PER_SECOND}/s acknowledged, p99, ms", 1000 * _p99(texts), 500),
            Figure("a press acknowledged meanwhile, p99, ms", 1000 * _p99(presses), 1000),
        ]

    async def _press(self) -> Delivery:
        return await self._slack.press("U1", "U1", self._label)

    @property
    def _label(self) -> str:
        (message,) = [one for one in self._slack.messages("U1") if one.get("user") == self._slack.bot_user][:1]
        buttons = (button for block in message["blocks"] if block["type"] == "actions" for button in block["elements"])
        return str(next(button["text"]["text"] for button in buttons if "url" not in button))

    async def _burst(self) -> Sequence[Figure]:
        said = await _all(self._slack.say(f"U{1000 + number}", NEED) for number in range(AT_ONCE))
        await self._settled(said)
        return [Figure(f"{AT_ONCE} events at once acknowledged, the last, s", max(_waits(said)), PATIENCE)]

    async def _one_socket(self) -> Sequence[Figure]:
        """One of two sockets breaks while people give commands."""
        given = []
        for number in range(COMMANDS):
            if number == COMMANDS // 2:
                await self._slack.cut_sockets(1)
            given.append(await self._slack.command(f"U{number}", "help"))
            await asyncio.sleep(0.05)
        await asyncio.sleep(PATIENCE)
        failed = sum(not one.waits or one.waits[0] > PATIENCE for one in given)
        return [Figure(f"of {COMMANDS} commands failed when one socket broke", failed)]

    async def _no_socket(self) -> Sequence[Figure]:
        """All sockets break, and what is written meanwhile is never delivered."""
        before, begin = len(self._slack.said("U2")), time.monotonic()
        self._slack.delivers = False
        await self._slack.cut_sockets()
        await self._slack.say("U2", "hello")
        self._slack.delivers = True
        await self._slack.until(lambda: self._slack.sockets, seconds=QUIET)
        again = time.monotonic() - begin
        await self._slack.until(lambda: len(self._slack.said("U2")) > before, seconds=2 * QUIET)
        return [
            Figure("all sockets lost: receiving again, s", again, 15),
            Figure("all sockets lost: what was missed is answered, s", time.monotonic() - begin, QUIET),
        ]

    async def _settled(self, deliveries: Sequence[Delivery]) -> None:
        await self._slack.until(lambda: all(one.waits for one in deliveries), seconds=QUIET)


async def _all(deliveries: Iterable[Awaitable[Delivery]]) -> list[Delivery]:
    return list(await asyncio.gather(*deliveries))


def _waits(deliveries: Sequence[Delivery]) -> list[float]:
    return sorted(one.waits[0] for one in deliveries)


def _p99(deliveries: Sequence[Delivery]) -> float:
    waits = _waits(deliveries)
    return waits[int(0.99 * (len(waits) - 1))]


async def _measure(transport: str, url: str, folder: Path, seconds: int) -> Sequence[Figure]:
    async with SlackServer() as slack:
        account = {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url, "LOG_LEVEL": "INFO"}
        way = {"SLACK_APP_TOKEN": slack.app_token}
        if transport == "slack-http":
            way = {"SLACK_SIGNING_SECRET": slack.signing_secret}
        process = Process(url, folder, **account, **way)
        slack.events_url = f"{process.url}/slack/events" if transport == "slack-http" else None
        try:
            return await Street(slack, process, seconds).measure()
        finally:
            process.kill()


def main() -> int:
    """Measure, print the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.harness.acknowledging", description="In time, proof.")
    parser.add_argument("--transport", choices=("slack", "slack-http"), default="slack")
    parser.add_argument("--database", choices=grounds.KINDS, default="sqlite")
    parser.add_argument("--seconds", type=int, default=20, help="how long people write steadily")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="guidepost-harness-") as temporary:
        folder = Path(temporary)
        with grounds.database(options.database, folder) as url:
            return conclude(asyncio.run(_measure(options.transport, url, folder, options.seconds)))


if __name__ == "__main__":
    sys.exit(main())
