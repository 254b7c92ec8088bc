"""A Bot API server on 127.0.0.1: real HTTP, Telegram's rules, faults on demand.

    async with TelegramServer() as server:
        channel = TelegramChannel(server.token, api_url=server.url)
        await channel.start(receive, menus)
        server.queue(said("hello", chat=7))                    # somebody writes (builders: telegram_updates)
        await server.until(lambda: server.shown(7))            # wait for what the bot shows in chat 7
        shown = server.shown(7)[-1]                            # .text as read, .html, .keyboard, .document, .edits
        server.queue(pressed(shown.keyboard[0][0]["callback_data"], shown.message_id, chat=7))
        server.fail("sendMessage", Fault.DROP_AFTER, chat=7)   # the next call takes effect, its answer is lost
        held = server.fail("sendMessage", Fault.HELD)          # it is under way until held.let_go is set to True
        server.fail("sendMessage", Fault.TOO_MANY, times=3, retry_after=1)
        assert server.violations == []                         # every call was valid Bot API

An update leaves `pending` for `confirmed` only when a higher offset is asked for, or the webhook answers 2xx.
`queue(update, copies=3)` repeats it within a batch, `redeliver()` brings all earlier ones again. A second poll ends the
first with 409, and `rival()` is such a poll by somebody else; polling beside a webhook gets 409. `block(chat)` answers
403, `migrate(old, new)` makes a supergroup of a group. `enforce_limits=True` gives 429 above 30 messages per second, or
20 per minute in a group. `files` are those that
getFile finds, by id. Writing to a chat before its `retry_after` has passed is a violation. `stop()` and
`start(port)` take Telegram down and bring it back.

`forum(chat)` is a supergroup with topics (`telegram_forum.Group`): take its `rights` or `member` away, give it a
`username`, switch `is_forum` off. `topic(chat, about)` is the topic whose name says so, `delete_topic` deletes one.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.fakes.telegram_chats import Call, Chats, Refused, Shown
from tests.fakes.telegram_faults import Fault, Planned
from tests.fakes.telegram_forum import Group, Topic
from tests.fakes.telegram_rules import IN_CHAT, METHODS, SENDING, Params, decoded, refusal
from tests.fakes.telegram_updates import BOT_ID, bot

__all__ = ["Call", "Fault", "Shown", "TelegramServer"]
FIRST_UPDATE = 700_000_001
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
Json = dict[str, Any]


class TelegramServer:
    """Telegram for one bot."""

    def __init__(
        self, token: str = f"{BOT_ID}:for-tests-only-0123456789abcdefghij", enforce_limits: bool = False
    ) -> None:
        self.token, self.url, self.port = token, "", 0
        self.calls: list[Call] = []
        self.pending: list[Json] = []
        self.confirmed: set[int] = set()
        self.webhook: Json = {}
        self.webhook_answers: list[int] = []
        self.files: dict[str, bytes] = {}
        self.menus: dict[str, list[dict[str, str]]] = {}
        self._chats = Chats(int(token.partition(":")[0]), enforce_limits)
        self.violations = self._chats.violations
        self._history: list[Json] = []
        self._planned: dict[str, list[Planned]] = {}
        self._polls, self._stopped = 0, False
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._posting: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "TelegramServer":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on any port, or again on the one of an earlier start."""
        self._stopped = False
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_get("/file/bot{token}/{path:.+}", self._give)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._posting = asyncio.create_task(self._post_to_webhook())

    async def stop(self) -> None:
        """Refuse connections from now on; messages and pending updates stay."""
        self._stopped = True
        self._notify()
        if self._posting:
            self._posting.cancel()
            await asyncio.gather(self._posting, return_exceptions=True)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    # What people and Telegram do

    def queue(self, update: Json, copies: int = 1) -> int:
        """Something happened: returns its update_id."""
        number = FIRST_UPDATE + len(self._history)
        self._history.append({"update_id": number, **update})
        self.pending += [self._history[-1]] * copies
        self._notify()
        return number

    def redeliver(self, latest: int = 0) -> None:
        """Bring every update again, or only the latest ones, confirmed or not."""
        again = self._history[-latest:]
        first = again[0]["update_id"] if again else 0
        self.pending = [one for one in self.pending if one["update_id"] < first] + again
        self._notify()

    def rival(self) -> None:
        """Another program polls for the same bot, once."""
        self._polls += 1
        self._notify()

    def fail(
        self,
        method: str,
        fault: Fault,
        times: int = 1,
        chat: int | None = None,
        retry_after: int | None = None,
        description: str = "",
        after: int = 0,
    ) -> Planned:
        """Let the next calls of a method (to one chat only, if given) go wrong, once `after` of them went well.

        The plan that is returned counts down: its `times` is 0 once it has struck.
        """
        planned = Planned(fault, times, chat, retry_after, description, after)
        self._planned.setdefault(method, []).append(planned)
        return planned

    def heal(self) -> None:
        """Forget all planned faults; what hangs goes on hanging."""
        self._planned.clear()

    def block(self, chat: int) -> None:
        self._chats.blocked.add(chat)

    def unblock(self, chat: int) -> None:
        self._chats.blocked.discard(chat)

    def migrate(self, old: int, new: int) -> None:
        """A group becomes a supergroup with another id."""
        self._chats.migrated[old] = new

    def forum(self, chat: int) -> Group:
        """A supergroup with topics, of which the bot is an administrator."""
        return self._chats.forums.groups.setdefault(chat, Group(chat))

    def delete_topic(self, chat: int, topic: int) -> None:
        """Somebody deletes a topic; no bot is told."""
        self._chats.delete_topic(chat, topic)

    # What a test sees

    def topic(self, chat: int, about: str) -> Topic:
        """The newest topic with this in its name."""
        return next(one for one in reversed(self.forum(chat).topics.values()) if about in one.name)

    def in_topic(self, chat: int, topic: int) -> list[Shown]:
        """Messages of the bot in a topic."""
        return [one for one in self.shown(chat) if one.thread == topic]

    def shown(self, chat: int | None = None) -> list[Shown]:
        """Messages of the bot in the order of sending, as they stand now."""
        return [one for one in self._chats.messages.values() if chat in (None, one.chat)]

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    async def until(self, condition: Callable[[], object], seconds: float = 10) -> None:
        """Wait until something is true, looking after every call and now and then; TimeoutError if it never is."""
        async with asyncio.timeout(seconds):
            while not condition():
                await self._change(0.02)

    # How calls are answered

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _change(self, seconds: float) -> None:
        # Not wait_for: before Python 3.12 it swallows a cancellation that comes together with the event.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            return await self._admitted(request, method, await _given(request))
        except ConnectionError:
            return web.Response()  # whoever called was killed in the middle of it
        except Refused as refused:
            answer: Json = {"ok": False, "error_code": refused.code, "description": refused.description}
            answer |= {"parameters": refused.parameters} if refused.parameters else {}
            return web.json_response(answer, status=refused.code)
        finally:
            self._notify()

    async def _give(self, request: web.Request) -> web.StreamResponse:
        known = request.match_info["token"] == self.token and request.match_info["path"] in self.files
        return web.Response(body=self.files[request.match_info["path"]]) if known else web.Response(status=404)

    async def _admitted(self, request: web.Request, method: str, given: Json) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            raise Refused(401, "Unauthorized")
        if method not in METHODS:
            self.violations.append(f"no method {method}")
            raise Refused(404, "Not Found")
        params, wrong = decoded(method, given)
        self.calls.append(Call(method, params, time.monotonic()))
        self._notify()
        self.violations += wrong
        if wrong:
            raise Refused(400, f"Bad Request: {wrong[0]}")
        planned = next((one for one in self._planned.get(method, []) if one.hits(params.get("chat_id"))), None)
        if planned is not None and planned.fault is Fault.HELD:
            await self.until(lambda: planned.let_go or self._stopped, 60)
        if planned is None or planned.let_go:
            return web.json_response({"ok": True, "result": await self._carry_out(method, params)})
        if planned.fault.takes_effect:
            await self._carry_out(method, params)
            self._notify()
        return await self._go_wrong(request, planned, params)

    async def _carry_out(self, method: str, params: Params) -> Any:
        if method in IN_CHAT:
            self._chats.admit(method, params["chat_id"])
        if description := refusal(method, params):
            raise Refused(400, f"Bad Request: {description}")
        if method == "getUpdates":
            return await self._next_updates(params)
        return self._file(params["file_id"]) if method == "getFile" else self._effect(method, params)

    def _file(self, id: str) -> dict[str, Any]:
        if id not in self.files:
            raise Refused(400, "Bad Request: invalid file_id")
        return {"file_id": id, "file_unique_id": id, "file_path": id, "file_size": len(self.files[id])}

    def _effect(self, method: str, params: Params) -> Any:
        match method:
            case "getMe":
                return bot(int(self.token.partition(":")[0]))
            case "sendMessage" | "sendDocument":
                return self._chats.send(params)
            case "editMessageText":
                return self._chats.edit(params)
            case _ if method in IN_CHAT and method not in SENDING:
                return self._act(method, params)
            case "setMyCommands":
                place = f"{params['scope']['chat_id']}:" if "scope" in params else ""
                self.menus[place + params.get("language_code", "")] = params["commands"]
            case "setWebhook":
                self.webhook = params
            case "deleteWebhook":
                self.webhook = {}
            case "getWebhookInfo":
                waiting = {"pending_update_count": len(self.pending), "has_custom_certificate": False}
                return {"url": self.webhook.get("url", ""), **waiting}
        if params.get("drop_pending_updates"):
            self.pending.clear()
        return True

    def _act(self, method: str, params: Params) -> Any:
        result = self._chats.act(method, params)
        while self._chats.told:
            self.queue(self._chats.told.pop(0))
        return result

    async def _go_wrong(self, request: web.Request, planned: Planned, params: Params) -> web.StreamResponse:
        if planned.fault in (Fault.GARBAGE, Fault.GARBAGE_AFTER):
            return web.Response(text="<html>this is not JSON", content_type="text/html")
        if planned.fault.value.isdigit():
            waiting = planned.retry_after
            if waiting is not None and "chat_id" in params:
                self._chats.close(params["chat_id"], waiting)
            code, text = planned.answer
            raise Refused(code, text, **({} if waiting is None else {"retry_after": waiting}))
        while planned.fault in (Fault.HANG, Fault.HANG_AFTER) and not self._stopped:
            await self._change(1)
        if request.transport:
            request.transport.abort()
        return web.Response()

    # How updates leave

    async def _next_updates(self, params: Params) -> list[Json]:
        if self.webhook.get("url"):
            raise Refused(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._polls += 1
        mine, end = self._polls, time.monotonic() + params.get("timeout", 0)
        self._notify()
        self._confirm(params.get("offset", 0))
        while not self._wanted(params) and time.monotonic() < end and mine == self._polls and not self._stopped:
            await self._change(end - time.monotonic())
        if mine != self._polls:
            raise Refused(
                409, "Conflict: terminated by other getUpdates request; make sure only one instance is running"
            )
        return self._wanted(params)[: params.get("limit", 100)]

    def _confirm(self, offset: int) -> None:
        self.confirmed |= {one["update_id"] for one in self.pending if one["update_id"] < offset}
        self.pending = [one for one in self.pending if one["update_id"] >= offset]

    def _wanted(self, params: Params) -> list[Json]:
        kinds = params.get("allowed_updates")
        return [one for one in self.pending if not kinds or any(kind in one for kind in kinds)]

    async def _post_to_webhook(self) -> None:
        """Post updates in order and again until each gets a 2xx, as Telegram does (with a far shorter pause)."""
        async with ClientSession(timeout=ClientTimeout(5)) as session:
            while True:
                if not (self.webhook.get("url") and self.pending):
                    await self._change(1)
                elif await self._posted(session, self.pending[0]):
                    self.confirmed.add(self.pending.pop(0)["update_id"])
                    self._notify()
                else:
                    await self._change(0.05)

    async def _posted(self, session: ClientSession, update: Json) -> bool:
        headers = {SECRET_HEADER: self.webhook.get("secret_token", "")}
        try:
            async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                self.webhook_answers.append(answer.status)
                return answer.status < 300
        except (ClientError, TimeoutError):
            return False


async def _given(request: web.Request) -> Json:
    """Parameters from the address, a form, JSON or multipart, as the Bot API takes them."""
    given: Json = dict(request.query)
    if request.method == "POST" and request.content_type == "application/json":
        given |= await request.json()
    elif request.method == "POST":
        for name, value in (await request.post()).items():
            given[name] = value.file.read() if isinstance(value, web.FileField) else value
    return given
