"""Socket Mode with several sockets, so that one that breaks costs nothing. Each answers for what it received itself.

Slack's own client waits up to ten seconds before it notices a broken socket, and afterwards keeps trying an address
that works only once; this one asks for a new address every time.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.slack.failures import Misconfigured, code_of, refused
from desk.messages import DeliveryError

log = logging.getLogger(__name__)
HEARTBEAT = 5.0
LINGER = 30.0
LAST_WORDS = 3.0
SHORT_LIVED = 5.0
LONGEST_PAUSE = 8.0
UNTIL_REPAIRED = 20.0
# What to answer, None when nothing may be acknowledged.
Handle = Callable[[dict[str, Any]], Awaitable[dict[str, Any] | None]]


class Socket:
    """One connection. `leaving` is set once Slack wants it replaced; it is read on until Slack closes it."""

    def __init__(
        self, connection: aiohttp.ClientWebSocketResponse, handle: Handle, greeted: Callable[[], None]
    ) -> None:
        self._connection, self._handle, self._greeted = connection, handle, greeted
        self._answering: set[asyncio.Task[None]] = set()
        self.leaving = asyncio.Event()
        self.greeted_at: float | None = None
        self.farewell = ""

    async def read(self) -> None:
        """Take frames until the connection ends, then let what was received be answered."""
        try:
            async for frame in self._connection:
                if frame.type is aiohttp.WSMsgType.TEXT:
                    self._take(json.loads(frame.data))
        finally:
            self.leaving.set()
            await self.close()

    async def close(self) -> None:
        """Answer what was received, then hang up."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=LAST_WORDS)
        await self._connection.close()

    def _take(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "hello":
            self.greeted_at = time.monotonic()
            self._greeted()
        elif kind == "disconnect":
            self.farewell = str(message.get("reason") or "")
            self.leaving.set()
        elif request := SocketModeRequest.from_dict(message):
            task = asyncio.create_task(self._answer(request))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, request: SocketModeRequest) -> None:
        answer = await self._handle(request.payload)
        if answer is None:
            return
        response = SocketModeResponse(request.envelope_id, answer or None)
        try:
            await self._connection.send_str(json.dumps(response.to_dict()))
        except (ConnectionError, aiohttp.ClientError):
            # Slack sends it again, over another socket; it is stored already.
            log.info("slack.acknowledgement_lost")


class Sockets:
    """Keeps `count` sockets open until stopped. `returned` is called when one is open again after none was."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        new_address: Callable[[], Awaitable[str]],
        handle: Handle,
        returned: Callable[[], None],
        count: int = 2,
    ) -> None:
        self._http, self._new_address, self._handle, self.count = http, new_address, handle, max(2, count)
        self._returned, self._cut_off = returned, False
        self._slots: list[asyncio.Task[None]] = []
        self._open: dict[Socket, asyncio.Task[None]] = {}
        self.problem = ""

    def start(self) -> None:
        self._slots = [asyncio.create_task(self._keep_open()) for _ in range(self.count)]

    async def stop(self) -> None:
        """Stop listening; what was received is stored and acknowledged first."""
        await _cancel(self._slots)
        await asyncio.gather(*(socket.close() for socket in self._open), return_exceptions=True)
        await _cancel(list(self._open.values()))

    def ages(self) -> list[float]:
        """Seconds since each usable socket was opened. Callable from any thread: readiness is asked for in another."""
        now, sockets = time.monotonic(), list(self._open)
        return [now - one.greeted_at for one in sockets if one.greeted_at is not None and not one.leaving.is_set()]

    async def _keep_open(self) -> None:
        failures = 0
        while True:
            opened = time.monotonic()
            pause = 0.0
            try:
                await self._connect()
            except SlackApiError as error:
                self.problem = code_of(error) or "refused"
                pause = _pause(refused(error))
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError, AttributeError) as error:
                self.problem = type(error).__name__
            lasted = time.monotonic() - opened
            failures = failures + 1 if lasted < SHORT_LIVED else 0
            if failures:
                log.info("slack.socket_failed", extra={"reason": self.problem, "failures": failures})
                await asyncio.sleep(max(pause, min(0.1 * 2**failures, LONGEST_PAUSE)))

    async def _connect(self) -> None:
        """Open a socket and return when it needs a successor."""
        address = await self._new_address()
        socket = Socket(await self._http.ws_connect(address, heartbeat=HEARTBEAT), self._handle, self._greeted)
        reading = asyncio.create_task(socket.read())
        self._open[socket] = reading
        reading.add_done_callback(lambda done: self._gone(socket, done))
        self.problem = ""
        await socket.leaving.wait()
        if socket.farewell:
            self.problem = socket.farewell if socket.farewell == "link_disabled" else ""
            asyncio.get_running_loop().call_later(LINGER, reading.cancel)

    def _greeted(self) -> None:
        if self._cut_off:
            self._cut_off = False
            self._returned()

    def _gone(self, socket: Socket, reading: asyncio.Task[None]) -> None:
        self._open.pop(socket, None)
        self._cut_off = self._cut_off or not self.ages()
        if not reading.cancelled() and reading.exception() is not None:
            log.warning("slack.socket_broke", extra={"error": type(reading.exception()).__name__})


def _pause(failure: DeliveryError) -> float:
    """How long to leave Slack alone: as long as it says, or until an operator may have done something."""
    return failure.retry_after or (UNTIL_REPAIRED if isinstance(failure, Misconfigured) else 0.0)


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
