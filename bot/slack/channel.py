"""The Slack channel: one workspace, received over Socket Mode or signed HTTP."""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute, Route

from bot.channel import Receive, Status
from bot.proxy import proxy_for
from bot.slack.catching_up import PACE, CatchUp, Known
from bot.slack.dispatcher import Dispatcher
from bot.slack.failures import attempt
from bot.slack.files import bring
from bot.slack.introduction import Introduction, Memory, remedy
from bot.slack.pace import Pace
from bot.slack.profiles import Profiles
from bot.slack.receiver import COMMANDS, Receiver
from bot.slack.sender import Sender
from bot.slack.sockets import Sockets
from bot.slack.views import Views, groups
from bot.slack.webhook import Webhook
from bot.slack.workspace import ACCESS, ACCOUNT, Workspace
from bot.together import Together
from desk.files import NotFetched
from desk.messages import Address, Arrival, Choices, DeliveryError, Incoming, Menu, Reply, Sent

# What fits what is typed into a field (its name, the letters so far).
Suggest = Callable[[str, str], Sequence[Choices]]
log = logging.getLogger(__name__)
TIMEOUT = aiohttp.ClientTimeout(total=20, connect=5)


class NotReady(Exception):
    """Slack has not told us yet which workspace this is: the event must come again."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SlackChannel:
    """With an app token events come over Socket Mode; else, with a signing secret, over HTTP.

    `seconds_per_message` is the pace of one Slack channel, `seconds_per_look` that of reading histories; `known` is
    what the desk remembers, to find what Slack never delivered; `suggest` what it offers while somebody types. With a
    `memory` only the first start waits until Slack has said who we are.
    """

    name = "slack"
    account = ACCOUNT

    def __init__(
        self,
        bot_token: str,
        app_token: str | None = None,
        signing_secret: str | None = None,
        api_url: str = "https://slack.com/api/",
        coordinator_channel: str | None = None,
        now: Callable[[], datetime] = _utc_now,
        seconds_per_message: float = 1.0,
        known: Callable[[], Known] = Known,
        seconds_per_look: float = PACE,
        suggest: Suggest = lambda field, typed: (),
        memory: Memory | None = None,
    ) -> None:
        self._bot_token, self._app_token, self._signing_secret = bot_token, app_token, signing_secret
        self._api_url, self._coordinators, self._now = api_url.rstrip("/") + "/", coordinator_channel, now
        self._pace = Pace(seconds_per_message)
        self._known, self._seconds_per_look = known, seconds_per_look
        self._workspace = Workspace()
        self._introduction = Introduction(self._workspace, memory)
        self._receiver = Receiver(self._workspace, now, self._profile, coordinator_channel)
        self._dispatcher = Dispatcher(self._store, self._api_url, self._complete)
        self._suggest = suggest
        self._http: aiohttp.ClientSession | None = None
        self._intake: Together[Incoming] | None = None
        self._profiles: Profiles | None = None
        self._views: Views | None = None
        self._sender: Sender | None = None
        self._sockets: Sockets | None = None
        self._connecting: asyncio.Task[None] | None = None
        # Both log whole requests when they are allowed to.
        for vendor in ("slack_sdk", "slack_bolt"):
            logging.getLogger(vendor).setLevel(logging.WARNING)

    async def start(self, receive: Receive, menus: Sequence[Menu]) -> None:
        """Connect in the background. Slack has no command menus: only the names are taken from `menus`."""
        await self.stop()
        await self._introduction.recall()
        http, client = self._open()
        commands = {command.name for menu in menus for command in menu.commands} or COMMANDS
        # A burst shares its transactions.
        self._intake = Together(receive)
        self._profiles = Profiles(client, self._now, self._introduce_member)
        self._receiver = Receiver(self._workspace, self._now, self._profile, self._coordinators, tuple(commands))
        self._connecting = asyncio.create_task(self._connect(client, http))

    async def probe(self) -> Status:
        """Ask once who we are, and whether Socket Mode would be granted. Sends from then on, until `stop`."""
        await self.stop()
        await self._introduction.recall()
        http, client = self._open()
        try:
            await self._introduction.ask(client)
        except DeliveryError as error:
            return Status(self.name, False, error.reason, remedy(error))
        try:
            if self._app_token:
                await attempt(
                    self._client(http, None).apps_connections_open(app_token=self._app_token), repeatable=True
                )
        except DeliveryError as error:
            return Status(self.name, False, error.reason, _socket_remedy(error.reason))
        status = self.status()
        return Status(self.name, True, f"workspace {self._workspace.team}") if status.configured else status

    def _open(self) -> tuple[aiohttp.ClientSession, AsyncWebClient]:
        http = aiohttp.ClientSession(timeout=TIMEOUT, proxy=proxy_for(self._api_url))
        client = self._client(http, self._bot_token)
        self._http = http
        self._views = Views(client)
        self._sender = Sender(client, http, self._workspace, self._now, self._pace, self._views, self._coordinators)
        return http, client

    def _client(self, http: aiohttp.ClientSession, token: str | None) -> AsyncWebClient:
        logger = logging.getLogger("slack_sdk.web")
        logger.setLevel(logging.WARNING)
        # No retry handlers: the SDK would send again what may have arrived.
        client = AsyncWebClient(token, self._api_url, session=http, retry_handlers=[], logger=logger)
        # It would look into the environment too, without knowing NO_PROXY.
        client.proxy = None
        return client

    async def _connect(self, client: AsyncWebClient, http: aiohttp.ClientSession) -> None:
        missed = CatchUp(client, self._workspace, self._now, self._known, self._take, self._seconds_per_look)
        await missed.prepare()
        async with asyncio.TaskGroup() as tasks:
            introduction = tasks.create_task(self._introduction.insist(client))
            if not self._workspace.known:
                await introduction
            if self._app_token:
                self._sockets = Sockets(http, lambda: self._new_socket_address(http), self._handle, missed.want)
                self._sockets.start()
            await missed.run()

    async def _new_socket_address(self, http: aiohttp.ClientSession) -> str:
        answer = await self._client(http, None).apps_connections_open(app_token=self._app_token or "")
        return str(answer["url"])

    async def _handle(self, payload: dict[str, Any]) -> dict[str, Any] | None:
        answer = await self._dispatcher.dispatch(payload)
        if answer.status != 200:
            return None
        return dict(json.loads(answer.body)) if answer.body else {}

    async def _store(self, payload: dict[str, Any]) -> None:
        if not self._workspace.known or self._intake is None or self._profiles is None:
            raise NotReady
        incoming = self._read(payload)
        if incoming is not None:
            await self._intake.do(incoming)
            self._attend(payload, incoming, self._profiles)

    def _attend(self, payload: dict[str, Any], incoming: Incoming, profiles: Profiles) -> None:
        """What follows at once, now that it is stored: a form opens while its press is good for it."""
        if self._views is not None and incoming.form and incoming.arrival is Arrival.PRESS:
            self._views.open(payload["trigger_id"], incoming.form)
        if incoming.address.conversation == self._coordinators:
            profiles.meet(incoming.sender)
        else:
            profiles.refresh(incoming.sender)

    async def _introduce_member(self, user: str, name: str) -> bool:
        """In the conversation of the coordinators: behind what made somebody one of them."""
        if self._intake is None or self._coordinators is None:
            return False
        place, now = Address(self.name, self.account, self._coordinators), self._now()
        event = Incoming(place, f"profile:{user}:{now.timestamp():.6f}", user, Arrival.INTRODUCED, now, name=name)
        try:
            await self._intake.do(event)
        except Exception as problem:
            # Told again when they act the next time.
            log.warning("slack.name_not_stored", extra={"error": type(problem).__name__})
            return False
        return True

    async def _complete(self, payload: dict[str, Any]) -> list[dict[str, Any]]:
        field, typed = str(payload.get("block_id") or ""), str(payload.get("value") or "")
        return groups(await asyncio.to_thread(self._suggest, field, typed))

    async def _take(self, payload: dict[str, Any]) -> None:
        """Store what was found in a history. Nobody's profile is asked for: most of it is known."""
        if self._intake is not None and (incoming := self._read(payload)) is not None:
            await self._intake.do(incoming)

    def _read(self, payload: dict[str, Any]) -> Incoming | None:
        try:
            return self._receiver.read(payload)
        except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
            # Not as documented; sent again it would be the same.
            log.error("slack.unreadable", extra={"kind": str(payload.get("type")), "error": type(error).__name__})
            return None

    def _profile(self, user: str) -> Any:
        return self._profiles.of(user) if self._profiles else None

    async def stop(self) -> None:
        """Stop receiving, acknowledge what is stored, close connections."""
        if self._connecting:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)
        if self._sockets:
            await self._sockets.stop()
        if self._profiles:
            await self._profiles.stop()
        if self._views:
            await self._views.stop()
        if self._http:
            await self._http.close()
        self._connecting = self._sockets = self._profiles = self._http = self._sender = self._intake = None
        self._views = None

    async def send(self, reply: Reply, key: str) -> Sent:
        """See `bot.channel.Channel.send`."""
        return await self._ready_sender().send(reply, key)

    async def settle(self, reply: Reply, key: str) -> Sent | None:
        """See `bot.channel.Channel.settle`; answered from the history of the conversation.

        Raises:
            DeliveryError: when Slack cannot be asked now.
        """
        if not self._workspace.known:
            # Soon: the longer waits of one attempt after the other are for what Slack refuses.
            raise DeliveryError("Slack has not told us yet who we are", retry_after=1)
        return await self._ready_sender().settle(reply, key)

    def _ready_sender(self) -> Sender:
        if self._sender is None:
            raise DeliveryError("the Slack channel is not started")
        return self._sender

    async def fetch(self, reference: str) -> bytes:
        """The content of a file that somebody shared with the desk.

        Raises:
            NotFetched: it is larger than the desk takes, gone, or Slack does not answer.
        """
        if self._http is None:
            raise NotFetched("Slack is not connected")
        return await bring(self._client(self._http, self._bot_token), self._http, self._bot_token, reference)

    def routes(self) -> Sequence[BaseRoute]:
        """The address Slack posts to, when there is no Socket Mode."""
        if self._app_token or not self._signing_secret:
            return []
        webhook = Webhook(self._signing_secret, self._dispatcher.dispatch, self._now)
        return [Route("/slack/events", webhook.answer, methods=["POST"])]

    def status(self) -> Status:
        """Whether events arrive and replies are taken; what to do when not."""
        if not self._app_token and not self._signing_secret:
            remedy = "Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (events over HTTP)."
            return Status(self.name, False, "no way to receive", remedy, configured=False)
        barred, cure = self._workspace.problems.get(ACCESS, ("", ""))
        if not self._workspace.known:
            return Status(self.name, False, barred or "connecting", cure)
        receiving, detail, remedy = self._reception()
        problems = "".join(f"; {what}: {problem}" for what, (problem, _) in self._workspace.problems.items())
        cures = " ".join(filter(None, (remedy, *(cure for _, cure in self._workspace.problems.values()))))
        return Status(self.name, receiving and not barred, detail + problems, cures)

    def _reception(self) -> tuple[bool, str, str]:
        if not self._app_token:
            return True, f"workspace {self._workspace.team}, events at /slack/events", ""
        ages = self._sockets.ages() if self._sockets else []
        count = self._sockets.count if self._sockets else 0
        detail = f"workspace {self._workspace.team}, {len(ages)} of {count} sockets"
        if ages:
            return True, f"{detail}, the oldest {max(ages):.0f} s", ""
        return False, detail, _socket_remedy(self._sockets.problem if self._sockets else "")


def _socket_remedy(problem: str) -> str:
    if problem == "link_disabled":
        return "Turn Socket Mode on in the settings of the app."
    if problem in ("invalid_auth", "not_authed", "not_allowed_token_type", "token_revoked", "account_inactive"):
        return "Check SLACK_APP_TOKEN: an app-level token (xapp-) with the scope connections:write."
    return "Socket Mode is being connected again; check the way out to slack.com." if problem else ""
