"""The Telegram channel: one bot, receiving by long polling or by webhook, sending under Telegram's limits."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType

from starlette.routing import BaseRoute
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.brake import Brake
from bot.channel import Receive, Status
from bot.telegram.limits import Limiter, Limits
from bot.telegram.line import Line, Patience
from bot.telegram.polling import Polling
from bot.telegram.profile import Profile
from bot.telegram.receiver import CHANNEL, Me
from bot.telegram.reception import Reception
from bot.telegram.room import Room
from bot.telegram.sender import Sender
from bot.telegram.webhook import Webhook
from desk import leases
from desk.files import LARGEST, NotFetched
from desk.messages import DeliveryError, Menu, Reply, Sent

CONNECTIONS = 50


class TelegramChannel:
    """One bot. With a webhook secret it receives by webhook, else by polling; no address of ours is needed then.

    `api_url` is the root of a Bot API server; `descriptions` are texts per language that Telegram shows before the
    first message; `limits` and `patience` are Telegram's own figures unless a test or a benchmark needs others.
    `coordinator_group` is the id of the forum in which coordinators work, if they do. `holds` says whether this process
    has a lease; only the one that has the lease of polling polls. The `brake` holds back what has not gone out yet.
    """

    name = CHANNEL

    def __init__(
        self,
        token: str,
        api_url: str = "https://api.telegram.org",
        webhook_secret: str | None = None,
        public_url: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        descriptions: Mapping[str, str] = MappingProxyType({}),
        limits: Limits = Limits(),  # noqa: B008 (frozen)
        patience: Patience = Patience(),  # noqa: B008 (frozen)
        holds: Callable[[str], bool] = lambda name: True,
        coordinator_group: str | None = None,
        brake: Brake | None = None,
    ) -> None:
        self.account = _account(token)
        root = api_url.rstrip("/")
        # Two connections: a long poll that was given up may still occupy one.
        address = f"{root}/bot{token}"
        self._polls, self._calls = Line(2, patience, address), Line(CONNECTIONS, patience, address)
        self._bot = Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=self._calls,
            get_updates_request=self._polls,
        )
        self._profile = Profile(self._bot, Me(int(self.account)), patience, descriptions)
        self._room = Room(self._calls, self._profile, coordinator_group)
        self._reception = Reception(self._bot, self._profile, now, self._room)
        limiter = Limiter(limits, brake=brake)
        self._sender = Sender(self._bot, self._calls, self._profile, limiter, self._room)
        self._intake: Webhook | Polling
        if webhook_secret:
            self._intake = Webhook(self._bot, webhook_secret, public_url, self._profile, self._reception, patience)
        else:
            may_poll = partial(holds, leases.name_of("poll", CHANNEL, self.account))
            self._intake = Polling(self._polls, self._profile, self._reception, patience, may_poll)
        self._tasks: list[asyncio.Task[None]] = []
        self._patience = patience

    async def start(self, receive: Receive, menus: Sequence[Menu]) -> None:
        """Begin to receive; a Telegram that is down is retried in the background."""
        await asyncio.gather(self._polls.initialize(), self._calls.initialize())
        self._reception.open(receive)
        self._tasks = [
            asyncio.create_task(self._intake.run(), name="telegram intake"),
            asyncio.create_task(self._profile.publish(menus, self._room.chat), name="telegram menus"),
            asyncio.create_task(self._look_at_room(), name="telegram coordinators"),
        ]

    async def _look_at_room(self) -> None:
        """Say at the start what is wrong with the coordinators' group; later that is seen when something is sent."""
        failures = 0
        while self._room.chat is not None and self._room.problem is None:
            try:
                await self._room.check()
                return
            except DeliveryError:
                failures += 1
            await asyncio.sleep(self._patience.pause(failures))

    async def probe(self) -> Status:
        """Ask Telegram who we are, and whether the coordinators' group can be used; sending works from then on."""
        await self._calls.initialize()
        try:
            me = await self._profile.known()
        except InvalidToken:
            return Status(
                self.name, False, "Telegram refuses the token", "set TELEGRAM_BOT_TOKEN as @BotFather gave it"
            )
        except TelegramError as error:
            return Status(self.name, False, "Telegram does not answer", f"{type(error).__name__}: try again later")
        if self._room.chat is not None:
            with suppress(DeliveryError):
                await self._room.check()
        return self._with_room(Status(self.name, True, f"@{me.username}"))

    async def stop(self) -> None:
        """Stop receiving. What was taken but not confirmed comes again at the next start and is recognised."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._reception.close()
        await asyncio.gather(self._polls.shutdown(), self._calls.shutdown())

    async def send(self, reply: Reply, key: str) -> Sent:
        """Send one message, which Telegram may show as several; see `Sender`."""
        return await self._sender.send(reply, key)

    async def settle(self, reply: Reply, key: str) -> Sent | None:
        """Telegram lets a bot read nothing back: it cannot tell."""
        return None

    async def fetch(self, reference: str) -> bytes:
        """The content of a file that was sent to the bot; Telegram gives a bot 20 MB at most.

        Raises:
            NotFetched: it is larger than the desk takes, gone, or Telegram does not answer.
        """
        try:
            found = await self._bot.get_file(reference)
        except TelegramError as error:
            raise NotFetched(f"Telegram does not give the file ({type(error).__name__})") from None
        if not found.file_path or (found.file_size or 0) > LARGEST:
            raise NotFetched("the file is too large")
        return await self._calls.file(found.file_path, LARGEST)

    def routes(self) -> Sequence[BaseRoute]:
        return self._intake.routes() if isinstance(self._intake, Webhook) else []

    def status(self) -> Status:
        return self._with_room(self._intake.status) if self._tasks else Status(self.name, False, "stopped")

    def _with_room(self, status: Status) -> Status:
        if self._room.problem is None:
            return status
        problem, remedy = self._room.problem
        detail = f"{status.detail}; the coordinators' group: {problem}"
        return replace(status, detail=detail, remedy=f"{status.remedy} {remedy}".strip())


def _account(token: str) -> str:
    account, colon, _ = token.partition(":")
    if not colon or not account.isascii() or not account.isdigit():
        raise ValueError("TELEGRAM_BOT_TOKEN must be digits, a colon and 35 characters, as @BotFather gave it")
    return account
