"""A Bot API server on 127.0.0.1: real HTTP, Telegram's rules, faults on demand.

    async with TelegramServer() as server:
        channel = TelegramChannel(server.token, api_url=server.url)
        await channel.start(receive, menus)
        server.queue(said("hello", chat=7))                       # somebody writes (see telegram_updates)
        await server.until(lambda: server.shown(7))               # wait for what the bot shows in chat 7
        assert server.shown(7)[-1].text == "Hello."               # visible text; .html, .keyboard, .document, .edits
        server.queue(pressed(server.shown(7)[-1].keyboard[0][0]["callback_data"], message_id=1, chat=7))
        server.fail("sendMessage", Fault.DROP_AFTER, chat=7)      # the next call takes effect, its answer is lost
        server.fail("sendMessage", Fault.TOO_MANY, times=3, retry_after=1)
        assert server.violations == []                            # every call was valid Bot API

Updates leave `pending` only when a higher offset is asked for (or the webhook answers 2xx), as with Telegram.
`queue(update, copies=3)` repeats an update within a batch, `redeliver()` brings all earlier ones again. A second
poll ends the first with 409; polling beside a webhook gets 409. `block(chat)` answers 403, `migrate(old, new)`
turns a group into a supergroup. `enforce_limits=True` gives 429 above 30 messages per second or 20 per minute
in a group. Calls made before a `retry_after` has passed are violations.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.fakes.telegram_rules import METHODS, SENDING, Params, decoded, refusal, visible
from tests.fakes.telegram_updates import BOT_ID, bot, private_chat

FIRST_UPDATE = 700_000_001


class Fault(StrEnum):
    """What goes wrong with a call. Only DROP_AFTER and HANG_AFTER happen after the call took effect."""

    TOO_MANY = "429"
    UNAVAILABLE = "502"
    GARBAGE = "200 with a body that is no JSON"
    FORBIDDEN = "403"
    UNAUTHORIZED = "401"
    CONFLICT = "409"
    REFUSED = "400"
    DROP_BEFORE = "the connection breaks before the call takes effect"
    DROP_AFTER = "the connection breaks after the call took effect"
    HANG = "no answer and no effect"
    HANG_AFTER = "no answer, but the effect"


@dataclass
class _Planned:
    fault: Fault
    times: int
    chat: int | None
    retry_after: int | None
    description: str | None


@dataclass(frozen=True)
class Call:
    """One request as it came in."""

    method: str
    params: Params
    at: float


@dataclass
class Shown:
    """A message as it stands in a chat now."""

    chat: int
    message_id: int
    text: str
    html: str
    params: Params
    document: bytes | None = None
    edits: list[str] = field(default_factory=list)

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = self.params.get("reply_markup", {}).get("inline_keyboard", [])
        return rows


class _Refused(Exception):
    """An error answer: HTTP code, description and Telegram's `parameters`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


class TelegramServer:
    """Telegram for one bot. State may be read and changed from tests at any time."""

    def __init__(self, token: str = f"{BOT_ID}:a-token-only-for-tests-0123456789", enforce_limits: bool = False) -> None:
        self.token, self.enforce_limits = token, enforce_limits
        self.url = ""
        self.calls: list[Call] = []
        self.messages: dict[tuple[int, int], Shown] = {}
        self.pending: list[dict[str, Any]] = []
        self.violations: list[str] = []
        self.webhook: dict[str, Any] = {}
        self.webhook_answers: list[int] = []
        self.menus: dict[str, list[dict[str, str]]] = {}
        self._history: list[dict[str, Any]] = []
        self._planned: dict[str, list[_Planned]] = {}
        self._blocked: set[int] = set()
        self._migrated: dict[int, int] = {}
        self._not_before: dict[int, float] = {}
        self._next_update, self._next_message = FIRST_UPDATE, 1
        self._changed, self._ended = asyncio.Event(), asyncio.Event()
        self._poll: asyncio.Event | None = None
        self._runner: web.AppRunner | None = None
        self._posting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen; pass the port of an earlier start to come back at the same address."""
        self._ended.clear()
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.url = "http://127.0.0.1:{}".format(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Refuse connections from now on; messages and pending updates stay."""
        self._ended.set()
        if self._posting:
            self._posting.cancel()
            await asyncio.gather(self._posting, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    # What people and Telegram do

    def queue(self, update: dict[str, Any], copies: int = 1) -> int:
        """Something happened: returns its update_id."""
        numbered = {"update_id": self._next_update, **update}
        self._next_update += 1
        self._history.append(numbered)
        self.pending += [numbered] * copies
        self._notify()
        return int(numbered["update_id"])

    def redeliver(self) -> None:
        """Bring every update again, confirmed or not."""
        self.pending = list(self._history)
        self._notify()

    def fail(
        self,
        method: str,
        fault: Fault,
        times: int = 1,
        chat: int | None = None,
        retry_after: int | None = None,
        description: str | None = None,
    ) -> None:
        """Let the next calls of a method (to one chat only, if given) go wrong."""
        self._planned.setdefault(method, []).append(_Planned(fault, times, chat, retry_after, description))

    def heal(self) -> None:
        """Forget all planned faults."""
        self._planned.clear()

    def block(self, chat: int) -> None:
        """The person blocked the bot."""
        self._blocked.add(chat)

    def unblock(self, chat: int) -> None:
        self._blocked.discard(chat)

    def migrate(self, old: int, new: int) -> None:
        """A group became a supergroup with another id."""
        self._migrated[old] = new

    # What a test sees

    def shown(self, chat: int | None = None) -> list[Shown]:
        """Messages of the bot in the order of sending, as they stand now."""
        return [one for one in self.messages.values() if chat in (None, one.chat)]

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], object], seconds: float = 10) -> None:
        """Wait until something is true, looking after every call; TimeoutError when it never is."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                try:
                    await asyncio.wait_for(self._changed.wait(), 0.02)
                except TimeoutError:
                    continue

    # How calls are answered

    def _notify(self) -> None:
        self._changed.set()
        if self._poll:
            self._poll.set()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method, given = request.match_info["method"], await _given(request)
        if request.match_info["token"] != self.token:
            return _error(_Refused(401, "Unauthorized"))
        if method not in METHODS:
            self.violations.append(f"no method {method}")
            return _error(_Refused(404, "Not Found"))
        params, wrong = decoded(method, given)
        self.calls.append(Call(method, params, time.monotonic()))
        self.violations += wrong
        self._changed.set()
        try:
            if wrong:
                raise _Refused(400, f"Bad Request: {wrong[0]}")
            return await self._answer(request, method, params)
        except _Refused as refused:
            return _error(refused)
        finally:
            self._changed.set()

    async def _answer(self, request: web.Request, method: str, params: Params) -> web.StreamResponse:
        planned = self._take_planned(method, params.get("chat_id"))
        if planned and planned.fault not in (Fault.DROP_AFTER, Fault.HANG_AFTER):
            return await self._go_wrong(request, planned, params)
        if method in SENDING:
            self._check_recipient(method, params["chat_id"])
        if description := refusal(method, params):
            raise _Refused(400, f"Bad Request: {description}")
        result = await getattr(self, f"_on_{method}", self._on_other)(params)
        if planned:
            return await self._go_wrong(request, planned, params)
        return web.json_response({"ok": True, "result": result})

    def _take_planned(self, method: str, chat: int | None) -> _Planned | None:
        for planned in self._planned.get(method, []):
            if planned.times > 0 and planned.chat in (None, chat):
                planned.times -= 1
                return planned
        return None

    async def _go_wrong(self, request: web.Request, planned: _Planned, params: Params) -> web.StreamResponse:
        if planned.fault in (Fault.HANG, Fault.HANG_AFTER):
            await self._ended.wait()
        elif planned.fault is Fault.GARBAGE:
            return web.Response(text="<html>bad gateway", content_type="text/html")
        elif planned.fault not in (Fault.DROP_BEFORE, Fault.DROP_AFTER):
            raise self._refused(planned, params)
        if request.transport:
            request.transport.abort()
        return web.Response()

    def _refused(self, planned: _Planned, params: Params) -> _Refused:
        code = int(planned.fault)
        if planned.retry_after is None:
            usual = {429: "Too Many Requests", 502: "Bad Gateway", 403: "Forbidden: bot was blocked by the user"}
            return _Refused(code, planned.description or usual.get(code, "Something else"))
        if "chat_id" in params:
            self._not_before[params["chat_id"]] = time.monotonic() + planned.retry_after
        text = f"Too Many Requests: retry after {planned.retry_after}"
        return _Refused(code, planned.description or text, retry_after=planned.retry_after)

    def _check_recipient(self, method: str, chat: int) -> None:
        now = time.monotonic()
        if now < self._not_before.pop(chat, 0) - 0.05:
            self.violations.append(f"{method}: chat {chat} was written to before retry_after had passed")
        if chat in self._migrated:
            description = "Bad Request: group chat was upgraded to a supergroup chat"
            raise _Refused(400, description, migrate_to_chat_id=self._migrated[chat])
        if chat in self._blocked:
            raise _Refused(403, "Forbidden: bot was blocked by the user")
        if self.enforce_limits and self._is_flood(chat, now):
            self._not_before[chat] = now + 1
            raise _Refused(429, "Too Many Requests: retry after 1", retry_after=1)

    def _is_flood(self, chat: int, now: float) -> bool:
        sends = [one for one in self.calls[-400:-1] if one.method in SENDING]
        everywhere = sum(now - one.at < 1 for one in sends)
        here = sum(now - one.at < 60 and one.params.get("chat_id") == chat for one in sends)
        return everywhere >= 30 or (chat < 0 and here >= 20)

    # One method each

    async def _on_other(self, params: Params) -> bool:
        return True

    async def _on_getMe(self, params: Params) -> dict[str, Any]:
        return bot(int(self.token.split(":")[0]))

    async def _on_getUpdates(self, params: Params) -> list[dict[str, Any]]:
        if self.webhook.get("url"):
            raise _Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        if self._poll is not None:
            self._poll.ended = True  # type: ignore[attr-defined]
            self._poll.set()
        poll = self._poll = asyncio.Event()
        if (offset := params.get("offset")) is not None:
            self.pending = [one for one in self.pending if one["update_id"] >= offset]
        try:
            async with asyncio.timeout(params.get("timeout", 0)):
                while not self._wanted() and not hasattr(poll, "ended") and not self._ended.is_set():
                    await poll.wait()
                    poll.clear()
        except TimeoutError:
            pass
        if hasattr(poll, "ended"):
            raise _Refused(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
        self._poll = None
        return self._wanted()[: params.get("limit", 100)]
