"""A Slack workspace on 127.0.0.1: Web API, Socket Mode, events over HTTP, answers at a response_url, file upload.

    async with SlackServer() as slack:
        channel = SlackChannel(slack.bot_token, slack.app_token, api_url=slack.api_url)
        ...
        slack.add_user("U1", locale="ru-RU", tz="Europe/Riga")     # others come into being when they act
        await slack.say("U1", "my site is blocked")                # a direct message; does not wait for the ack
        await slack.until(lambda: slack.said("U1"))                # what U1 reads: the texts of all messages
        await slack.press("U1", "U1", "Talk to a person")          # who, where (a user for their DM), label

People: `say`, `edit`, `mention`, `command`, `shortcut`, `open_home`, `press`, `send_file`; each returns a `Delivery`
whose `acks` counts acknowledgements; `redeliver` sends it again. Everything is delivered over Socket Mode, or as signed
requests to `events_url` when that is set; `sign(body)` gives the headers for requests of your own.
Modals: `open_form(user, place, label)` presses and waits for the filled form, `look_up(user, field, typed)` asks for
what fits, `hand_in(user, **values)` submits; `views[user]` is the stack of windows somebody sees. Threads:
`write_under(user, channel, ts, text)`, `edit_in`, `delete_in`.
Signing in with Slack: see `OpenId`.
What came: `messages(place)`, `said(place)`, `whispers`, `homes`, `files`, `calls` / `calls_to(method)`; `violations`
lists every call Slack would have refused for its form: assert that it is empty.
Faults: `fail(method, status=429 | 500, retry_after=…, error="…", drop="before" | "after", times=1, skip=0, …)`
(method "response_url" and "upload" too), `garbage` and `hang` ("before" | "after" too), `heal`, `copies` (each event so
many times), `cut_sockets`, `farewell` (a disconnect frame), `spoil_response_urls`, `stop()` and `start(port)` (Slack is
down and comes back). Posting to a channel before its `retry_after` has passed is a violation. With `insist_after` an
event that is not acknowledged comes again by itself; with `delivers` false events are lost. Nothing sleeps.
"""

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.fakes.slack_methods import Methods
from tests.fakes.slack_openid import OpenId
from tests.fakes.slack_people import People
from tests.fakes.slack_rules import TAKES_JSON, wrong_arguments, wrong_blocks


@dataclass
class Fault:
    """What happens to the next `times` calls of a method (to one channel, if given), after `skip` that go well."""

    method: str
    status: int = 200
    error: str = ""
    retry_after: float | None = None
    drop: str = ""
    hang: str = ""
    garbage: str = ""
    times: int = 1
    skip: int = 0
    channel: str | None = None

    @property
    def takes_effect(self) -> bool:
        return "after" in (self.drop, self.hang, self.garbage)

    def refusal(self) -> web.Response:
        if self.garbage:
            return web.Response(text="<html>this is not JSON", content_type="text/html")
        headers = {} if self.retry_after is None else {"Retry-After": f"{self.retry_after:g}"}
        if self.status >= 500:
            return web.Response(status=self.status, text="upstream error", headers=headers)
        error = self.error or "ratelimited"
        return web.json_response({"ok": False, "error": error}, status=self.status, headers=headers)


@dataclass
class Call:
    """One call of the Web API, as it came."""

    method: str
    arguments: dict[str, Any]


@dataclass
class Delivery:
    """Something that was sent to the app. `statuses` are the answers over HTTP, `waits` what each ack took."""

    kind: str
    payload: dict[str, Any]
    ts: str = ""
    acks: int = 0
    statuses: list[int] = field(default_factory=list)
    sent_at: float = 0
    waits: list[float] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def acknowledged(self, answer: dict[str, Any] | None = None) -> None:
        self.acks += 1
        self.answers.append(answer or {})
        self.waits.append(time.monotonic() - self.sent_at)


class SlackServer(People, Methods, OpenId):
    """See the module's docstring."""

    def __init__(self) -> None:
        super().__init__()
        self.bot_token, self.app_token, self.signing_secret = "xoxb-fake-bot", "xapp-fake-app", "fake-signing-secret"
        self.team, self.bot_user = "T0FAKE", "U0BOT"
        self.port = 0
        self.events_url: str | None = None
        self.copies = 1
        self.delivers = True
        self.insist_after: float | None = None
        self.deliveries: list[Delivery] = []
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.users: dict[str, dict[str, str]] = {}
        self.conversations: dict[str, list[dict[str, Any]]] = {}
        self.whispers: list[dict[str, Any]] = []
        self.homes: dict[str, dict[str, Any]] = {}
        self.views: dict[str, list[dict[str, Any]]] = {}
        self.triggers: dict[str, str] = {}
        self.external_ids: set[str] = set()
        self.files: dict[str, dict[str, Any]] = {}
        #: What people have shared, by id: what files.info says of it besides, and the `content` to be fetched.
        self.shared: dict[str, dict[str, Any]] = {}
        self.spoiled: set[str] = set()
        self.sockets: list[tuple[web.WebSocketResponse, asyncio.Transport]] = []
        self.sockets_opened = 0
        self._faults: list[Fault] = []
        self._closed_until: dict[str, float] = {}
        self._stopping = asyncio.Event()
        self._insisting: asyncio.Task[None] | None = None
        self._undelivered: list[Delivery] = []
        self._envelopes: dict[str, Delivery] = {}
        self._numbers = itertools.count(1)
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        """Listen on any port, or again on the one of an earlier start."""
        self._stopping.clear()
        app = web.Application(client_max_size=10_000_000)
        self.openid_routes(app)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link", self._socket)
        app.router.add_post("/respond/{id}", self._respond)
        app.router.add_post("/upload/{id}", self._upload)
        app.router.add_get("/shared/{id}", self._share)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        self.port = self._runner.addresses[0][1]
        self._insisting = asyncio.create_task(self._insist())

    async def stop(self) -> None:
        """Refuse connections from now on; messages and undelivered events stay."""
        self._stopping.set()
        if self._insisting:
            self._insisting.cancel()
            await asyncio.gather(self._insisting, return_exceptions=True)
        await self.cut_sockets()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/"

    def number(self) -> int:
        return next(self._numbers)

    def timestamp(self) -> str:
        return f"{int(time.time())}.{self.number():06d}"

    def response_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/respond/{self.number()}"

    def spoil_response_urls(self) -> None:
        """All response_urls given out so far have expired."""
        self.spoiled = {str(number) for number in range(self.number())}

    def fail(self, method: str, **how: Any) -> Fault:
        """Let the next calls of a method fail; see `Fault`. Its `times` is 0 once it has struck."""
        self._faults.append(Fault(method, **how))
        return self._faults[-1]

    def heal(self) -> None:
        """Forget all planned faults; what hangs goes on hanging."""
        self._faults.clear()

    def calls_to(self, method: str) -> list[dict[str, Any]]:
        return [call.arguments for call in self.calls if call.method == method]

    async def until(self, true: Callable[[], Any], seconds: float = 5.0) -> None:
        """Poll until something has happened; raises TimeoutError when it does not."""
        async with asyncio.timeout(seconds):
            while not true():  # noqa: ASYNC110 - what is awaited need not know that it is
                await asyncio.sleep(0.005)

    # The Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            arguments = await self._arguments(method, request)
        except ConnectionError:
            return web.Response()  # whoever called was killed in the middle of it
        self.calls.append(Call(method, arguments))
        token = self.app_token if method == "apps.connections.open" else self.bot_token
        if request.headers.get("Authorization") != f"Bearer {token}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        if problem := wrong_arguments(method, arguments) or wrong_blocks(arguments.get("blocks") or []):
            self.violations.append(problem)
            return web.json_response({"ok": False, "error": "invalid_arguments", "problem": problem})
        return await self._under_fault(
            method, arguments.get("channel"), request, lambda: self._effect(method, arguments)
        )

    def _effect(self, method: str, arguments: dict[str, Any]) -> web.Response:
        answer = getattr(self, "do_" + method.replace(".", "_"))(arguments)
        return web.json_response({"ok": "error" not in answer, **answer})

    async def _under_fault(
        self, method: str, channel: str | None, request: web.Request, effect: Callable[[], web.Response]
    ) -> web.StreamResponse:
        fault = next((one for one in self._faults if one.method == method and one.channel in (None, channel)), None)
        if fault is None or fault.skip > 0:
            if fault:
                fault.skip -= 1
            self._admit(method, channel)
            return effect()
        fault.times -= 1
        if fault.times <= 0:
            self._faults.remove(fault)
        if not (fault.drop or fault.hang):
            self._close(method, channel, fault.retry_after or 0)
            if fault.takes_effect:
                effect()
            return fault.refusal()
        answer = effect() if fault.takes_effect else web.Response()
        if fault.hang:
            await self._stopping.wait()
        if request.transport:
            request.transport.abort()
        return answer

    def _close(self, method: str, channel: str | None, seconds: float) -> None:
        if channel and method.startswith("chat."):
            self._closed_until[channel] = time.monotonic() + seconds

    def _admit(self, method: str, channel: str | None) -> None:
        early = channel is not None and time.monotonic() < self._closed_until.get(channel, 0) - 0.05
        if early and method.startswith("chat."):
            self.violations.append(f"{method}: {channel} was written to before retry_after had passed")

    async def _arguments(self, method: str, request: web.Request) -> dict[str, Any]:
        if request.content_type == "application/json":
            if method not in TAKES_JSON:
                self.violations.append(f"{method}: takes no JSON")
            return dict(json.loads(await request.text() or "{}"))
        form: dict[str, Any] = dict(request.query) | dict(await request.post())
        for name in form.keys() & {"blocks", "metadata", "view", "files"}:
            form[name] = json.loads(str(form[name]))
        return form

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        file = self.files[request.match_info["id"]]
        file["text"] = (await request.read()).decode()
        if len(file["text"].encode()) != file["length"]:
            self.violations.append("upload: another length than announced")
        return await self._under_fault("upload", None, request, lambda: web.Response(text="OK"))

    async def _share(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {self.bot_token}":
            return web.Response(status=302, headers={"Location": "https://fake.slack.com/signin"})
        return web.Response(text=self.shared[request.match_info["id"]]["content"])

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        if problem := wrong_blocks(body.get("blocks") or []):
            self.violations.append(problem)
        if request.match_info["id"] in self.spoiled:
            return web.json_response({"ok": False, "error": "expired_url"}, status=404)

        def effect() -> web.Response:
            self.whispers.append({"ts": self.timestamp(), "response_url": str(request.url), **body})
            return web.Response(text="ok")

        return await self._under_fault("response_url", None, request, effect)

    # Deliveries

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        assert isinstance(request.transport, asyncio.Transport)
        await socket.send_json({"type": "hello", "num_connections": len(self.sockets) + 1})
        self.sockets.append((socket, request.transport))
        self.sockets_opened += 1
        waiting, self._undelivered = self._undelivered, []
        for delivery in waiting:
            await self._over_socket(delivery)
        async for frame in socket:
            answer = json.loads(frame.data)
            envelope = answer.get("envelope_id")
            if envelope in self._envelopes:
                self._envelopes[envelope].acknowledged(answer.get("payload"))
            else:
                self.violations.append("an acknowledgement of nothing")
        self.sockets = [one for one in self.sockets if one[0] is not socket]
        return socket

    async def deliver(self, kind: str, payload: dict[str, Any], ts: str = "") -> Delivery:
        """Send an event (kinds: events_api, interactive, slash_commands) to the app, `copies` times."""
        delivery = Delivery(kind, payload, ts)
        self.deliveries.append(delivery)
        for _ in range(self.copies if self.delivers else 0):
            await self.redeliver(delivery)
        return delivery

    async def redeliver(self, delivery: Delivery) -> None:
        """What Slack does with an event that was not acknowledged."""
        delivery.sent_at = time.monotonic()
        await (self._over_http(delivery) if self.events_url else self._over_socket(delivery))

    async def _insist(self) -> None:
        """Bring events that nobody has acknowledged again and again, as Slack does (with far shorter pauses)."""
        while True:
            await asyncio.sleep(self.insist_after or 1)
            missed = [one for one in self.deliveries if not one.acks] if self.insist_after else []
            if self.events_url or self.sockets:
                await asyncio.gather(*map(self.redeliver, missed))

    async def _over_socket(self, delivery: Delivery) -> None:
        if not self.sockets:
            self._undelivered.append(delivery)
            return
        # Slack spreads events over the sockets of an app.
        number = self.number()
        socket, _ = self.sockets[number % len(self.sockets)]
        envelope = f"envelope-{number}"
        self._envelopes[envelope] = delivery
        accepts = delivery.kind != "events_api"
        frame = {"envelope_id": envelope, "type": delivery.kind, "accepts_response_payload": accepts}
        with suppress(ConnectionError):  # it broke a moment ago: nobody will acknowledge this
            await socket.send_json({**frame, "payload": delivery.payload})

    async def _over_http(self, delivery: Delivery) -> None:
        body, content_type = as_request(delivery.kind, delivery.payload)
        headers = {**self.sign(body), "Content-Type": content_type}
        # Without `insist_after` nobody brings it again: then a slow answer is waited for, longer than Slack would.
        patience = aiohttp.ClientTimeout(3 if self.insist_after else 60)
        with suppress(aiohttp.ClientError, TimeoutError):
            async with (
                aiohttp.ClientSession(timeout=patience) as http,
                http.post(str(self.events_url), data=body, headers=headers) as answer,
            ):
                delivery.statuses.append(answer.status)
                if answer.status == 200:
                    text = await answer.text()
                    delivery.acknowledged(json.loads(text) if text.startswith("{") else None)

    def sign(self, body: bytes, at: float | None = None) -> dict[str, str]:
        """The headers of a genuine request with this body."""
        timestamp = str(int(time.time() if at is None else at))
        base = f"v0:{timestamp}:".encode() + body
        digest = hmac.new(self.signing_secret.encode(), base, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={digest}"}

    async def cut_sockets(self, count: int | None = None) -> None:
        """Break connections as a failing network does, without a closing handshake."""
        for _, transport in self.sockets[:count]:
            transport.abort()
        self.sockets = self.sockets[len(self.sockets) if count is None else count :]

    async def farewell(self, reason: str = "refresh_requested") -> None:
        """Ask for one socket to be replaced, as Slack does every few hours."""
        socket, _ = self.sockets.pop(0)
        await socket.send_json({"type": "disconnect", "reason": reason})


def as_request(kind: str, payload: dict[str, Any]) -> tuple[bytes, str]:
    """A delivery as the body of an HTTP request, with its content type."""
    form = "application/x-www-form-urlencoded"
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return aiohttp.FormData(fields)().decode().encode(), form
