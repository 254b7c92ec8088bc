"""The two chat platforms of a run behind one set of words: people write, blows fall, what was shown is read."""

import asyncio
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Protocol

from bot.slack.workspace import ACCOUNT
from desk.messages import Address
from tests.fakes.slack_server import Fault as SlackFault
from tests.fakes.slack_server import SlackServer
from tests.fakes.telegram_faults import Planned
from tests.fakes.telegram_server import Fault, TelegramServer
from tests.fakes.telegram_updates import BOT_ID
from tests.fakes.telegram_updates import said as message
from tests.harness.plan import Act, Blow

TRANSPORTS = ("telegram", "telegram-webhook", "slack", "slack-http")
# How many of the latest events come again at once.
AGAIN = 60


class Platform(Protocol):
    """Where people write. Events have the id under which the desk stores them."""

    blows: Sequence[Blow]
    secrets: Sequence[str]

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def settings(self, url: str) -> dict[str, str]:
        """What the process at this address has to know."""

    async def say(self, chat: int, text: str) -> str:
        """Somebody writes; returns the event's id. Does not wait for the desk."""

    async def strike(self, act: Act) -> None: ...

    def unspent(self) -> list[Blow]:
        """Blows that have not struck, because nothing was sent after they were prepared."""

    def accepted(self) -> set[str]:
        """Events that the desk has taken over: the platform will not bring them again."""

    def aliases(self) -> Mapping[str, str]:
        """Other ids under which the desk may have stored an event."""

    def conversation(self, chat: int) -> str:
        """The name of this chat in inbox and outbox."""

    def shown(self, chat: int) -> list[str]:
        """What the person reads, oldest first."""

    def violations(self) -> list[str]:
        """Calls that the real platform would not take."""


_SENDING = (
    Blow.LIMITED,
    Blow.LIMITED_VAGUELY,
    Blow.BROKEN,
    Blow.GARBAGE,
    Blow.GARBAGE_AFTER,
    Blow.DROPPED_BEFORE,
    Blow.DROPPED_AFTER,
    Blow.HANGING,
    Blow.HANGING_AFTER,
    Blow.OUTAGE,
    Blow.REPEATED,
)
_AT_TELEGRAM = {
    Blow.LIMITED: Fault.TOO_MANY,
    Blow.LIMITED_VAGUELY: Fault.TOO_MANY,
    Blow.BROKEN: Fault.UNAVAILABLE,
    Blow.GARBAGE: Fault.GARBAGE,
    Blow.GARBAGE_AFTER: Fault.GARBAGE_AFTER,
    Blow.DROPPED_BEFORE: Fault.DROP_BEFORE,
    Blow.DROPPED_AFTER: Fault.DROP_AFTER,
    Blow.HANGING: Fault.HANG,
    Blow.HANGING_AFTER: Fault.HANG_AFTER,
}


class Telegram:
    """One bot, polled or called at a webhook."""

    def __init__(self, webhook: bool) -> None:
        self._server, self._webhook = TelegramServer(), webhook
        self._prepared: list[tuple[Blow, Planned]] = []
        self._outages = asyncio.Lock()
        self.blows: Sequence[Blow] = _SENDING if webhook else (*_SENDING, Blow.DEAF, Blow.CUT, Blow.RIVAL)
        self.secrets: Sequence[str] = (self._server.token, self._server.token.split(":")[1], "w" * 20)

    async def open(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.stop()

    def settings(self, url: str) -> dict[str, str]:
        account = {"TELEGRAM_BOT_TOKEN": self._server.token, "TELEGRAM_API_URL": self._server.url}
        return account | ({"TELEGRAM_WEBHOOK_SECRET": "w" * 20, "PUBLIC_URL": url} if self._webhook else {})

    async def say(self, chat: int, text: str) -> str:
        return str(self._server.queue(message(text, chat=chat)))

    async def strike(self, act: Act) -> None:
        match act.blow:
            case Blow.REPEATED:
                self._server.redeliver(AGAIN)
            case Blow.DEAF:
                self._server.fail("getUpdates", Fault.UNAVAILABLE, times=2)
            case Blow.CUT:
                self._server.fail("getUpdates", Fault.DROP_AFTER)
            case Blow.RIVAL:
                self._server.rival()
            case Blow.OUTAGE:
                await _outage(self._server, self._outages, act.seconds)
            case blow:
                wait = max(1, round(act.seconds)) if blow is Blow.LIMITED else None
                planned = self._server.fail("sendMessage", _AT_TELEGRAM[blow], retry_after=wait)
                self._prepared.append((blow, planned))

    def unspent(self) -> list[Blow]:
        return [blow for blow, planned in self._prepared if planned.times > 0]

    def accepted(self) -> set[str]:
        return {str(number) for number in self._server.confirmed}

    def aliases(self) -> Mapping[str, str]:
        return {}

    def conversation(self, chat: int) -> str:
        return Address("telegram", str(BOT_ID), str(chat)).key

    def shown(self, chat: int) -> list[str]:
        return [one.text for one in self._server.shown(chat)]

    def violations(self) -> list[str]:
        return self._server.violations


_AT_SLACK: Mapping[Blow, Mapping[str, Any]] = MappingProxyType(
    {
        Blow.LIMITED: {"status": 429},
        Blow.LIMITED_VAGUELY: {"status": 429},
        Blow.BROKEN: {"status": 502},
        Blow.GARBAGE: {"garbage": "before"},
        Blow.GARBAGE_AFTER: {"garbage": "after"},
        Blow.DROPPED_BEFORE: {"drop": "before"},
        Blow.DROPPED_AFTER: {"drop": "after"},
        Blow.HANGING: {"hang": "before"},
        Blow.HANGING_AFTER: {"hang": "after"},
    }
)


class Slack:
    """One workspace, over Socket Mode or signed HTTP."""

    def __init__(self, http: bool) -> None:
        self._server, self._http, self._late = SlackServer(), http, False
        self._server.insist_after = 2
        self._prepared: list[tuple[Blow, SlackFault]] = []
        self._outages = asyncio.Lock()
        self.blows: Sequence[Blow] = (
            (*_SENDING, Blow.SWAPPED) if http else (*_SENDING, Blow.SWAPPED, Blow.DEAF, Blow.CUT)
        )
        self.secrets: Sequence[str] = (self._server.bot_token, self._server.app_token, self._server.signing_secret)

    async def open(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.stop()

    def settings(self, url: str) -> dict[str, str]:
        account = {"SLACK_BOT_TOKEN": self._server.bot_token, "SLACK_API_URL": self._server.api_url}
        if not self._http:
            return account | {"SLACK_APP_TOKEN": self._server.app_token}
        self._server.events_url = self._server.events_url or f"{url}/slack/events"
        return account | {"SLACK_SIGNING_SECRET": self._server.signing_secret}

    async def say(self, chat: int, text: str) -> str:
        if self._late:
            self._late = False
            await asyncio.sleep(1)
        delivery = await self._server.say(f"U{chat}", text)
        return str(delivery.payload["event_id"])

    async def strike(self, act: Act) -> None:
        match act.blow:
            case Blow.REPEATED:
                await asyncio.gather(*map(self._server.redeliver, self._server.deliveries[-AGAIN:]))
            case Blow.SWAPPED:
                self._late = True
            case Blow.DEAF:
                self._server.fail("apps.connections.open", status=500, times=3)
                await self._server.cut_sockets()
            case Blow.CUT:
                await self._server.cut_sockets(1)
            case Blow.OUTAGE:
                await _outage(self._server, self._outages, act.seconds)
            case blow:
                wait = max(1, round(act.seconds)) if blow is Blow.LIMITED else None
                planned = self._server.fail("chat.postMessage", retry_after=wait, **_AT_SLACK[blow])
                self._prepared.append((blow, planned))

    def unspent(self) -> list[Blow]:
        return [blow for blow, planned in self._prepared if planned.times > 0]

    def accepted(self) -> set[str]:
        return {str(one.payload["event_id"]) for one in self._server.deliveries if one.acks}

    def aliases(self) -> Mapping[str, str]:
        """What the desk has read in a history before it was delivered is stored under its place and time."""
        said = (one.payload for one in self._server.deliveries)
        return {f"history:{one['event']['channel']}:{one['event']['ts']}": one["event_id"] for one in said}

    def conversation(self, chat: int) -> str:
        return Address("slack", ACCOUNT, f"U{chat}").key

    def shown(self, chat: int) -> list[str]:
        return self._server.said(f"U{chat}")

    def violations(self) -> list[str]:
        return self._server.violations


async def _outage(server: TelegramServer | SlackServer, outages: asyncio.Lock, seconds: float) -> None:
    async with outages:
        await server.stop()
        await asyncio.sleep(seconds)
        await server.start(server.port)


def platform(transport: str) -> Platform:
    """The platform of a transport; see `TRANSPORTS`."""
    kind, _, way = transport.partition("-")
    return Telegram(way == "webhook") if kind == "telegram" else Slack(way == "http")
