"""The HTTP line to the Bot API. Of every failure it says whether the request can have taken effect."""

import json
import logging
from dataclasses import dataclass
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientHttpProxyError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    InvalidURL,
    TCPConnector,
)
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

from bot.proxy import proxy_for

# Raised before a byte of the request has left. Everything else (a reset, a time-out while reading, a broken
# answer) may come after Telegram has done what was asked.
_BEFORE_SENDING = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError, InvalidURL)


class NotSent(NetworkError):
    """The request certainly had no effect."""


class Unclear(NetworkError):
    """The request may have taken effect."""


class TooFast(NotSent):
    """Telegram asks to wait; `seconds` is None when it did not say how long."""

    def __init__(self, seconds: float | None) -> None:
        super().__init__("too many requests (429)")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait: for a connection, for an answer, for news in one long poll, between attempts."""

    connect: float = 5
    answer: float = 20
    poll: int = 25
    first_pause: float = 0.5
    longest_pause: float = 30

    def pause(self, failures: int) -> float:
        """How long to wait after so many failures in a row."""
        return min(self.first_pause * 2.0 ** min(failures - 1, 16), self.longest_pause)


class Line(BaseRequest):
    """A pool of connections of its own, so that long polls and sends never wait for each other.

    Works until `shutdown`, and again after `initialize`. `root` is the address of the Bot API server.
    """

    def __init__(self, connections: int, patience: Patience, root: str) -> None:
        # Its DEBUG lines hold what people wrote.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self._connections, self._patience, self._proxy = connections, patience, proxy_for(root)
        self._session: ClientSession | None = None
        self._closed = False

    @property
    def read_timeout(self) -> float:
        return self._patience.answer

    async def initialize(self) -> None:
        self._closed = False

    async def shutdown(self) -> None:
        self._closed = True
        if self._session:
            await self._session.close()
        self._session = None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = None, **_: Any
    ) -> tuple[int, bytes]:
        """Status and body of an answer that a Bot API server gave: a 403 of some proxy in between is none.

        Raises:
            NotSent, TooFast, Unclear: when there is no such answer, or one that says nothing about the request.
        """
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._patience.answer
        asking = self._open().request(
            method, url, **_body(request_data), timeout=self._timeout(seconds), allow_redirects=False
        )
        try:
            async with asking as response:
                payload = await response.read()
        except Exception as error:
            raise _sorted(error) from None
        _check(response, payload)
        return response.status, payload

    def _open(self) -> ClientSession:
        if self._closed:
            raise NotSent("not connected (stopped)")
        if self._session is None:
            connector = TCPConnector(limit=self._connections)
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar(), proxy=self._proxy)
        return self._session

    def _timeout(self, reading: float) -> ClientTimeout:
        answer = self._patience.answer
        # The total is for a request that cannot be written: all else has its own limit.
        return ClientTimeout(2 * answer + reading, connect=answer, sock_connect=self._patience.connect, sock_read=reading)


def _body(data: RequestData | None) -> dict[str, Any]:
    """Files need a form. All else goes as JSON: words outside ASCII are three times as long in a form."""
    if data is None:
        return {}
    if not data.contains_files:
        words = json.dumps(data.parameters, ensure_ascii=False).encode()
        return {"data": words, "headers": {"Content-Type": "application/json"}}
    form = FormData(data.json_parameters)
    for name, (file_name, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=file_name, content_type=kind)
    return {"data": form}


def _sorted(error: Exception) -> NetworkError:
    """Names the kind only: the text of a client's error can hold the address, and with it the token."""
    kind = type(error).__name__
    if isinstance(error, _BEFORE_SENDING):
        return NotSent(f"not connected ({kind})")
    return Unclear(f"the connection broke ({kind})")


def _check(response: ClientResponse, payload: bytes) -> None:
    code, answer = response.status, _answer(payload)
    if code >= 500:
        raise Unclear(f"the server has a problem ({code})")
    if code == 429:
        raise TooFast(_seconds(answer))
    if "ok" not in answer:
        raise (Unclear if code < 300 else NotSent)(f"this is no answer of a Bot API server ({code})")
    if code < 300 and "result" not in answer:
        raise Unclear("the answer has no result")


def _answer(payload: bytes) -> dict[str, Any]:
    # The library would log an answer it cannot read, with the words of the people in it.
    try:
        answer = json.loads(payload)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _seconds(answer: dict[str, Any]) -> float | None:
    parameters = answer.get("parameters")
    seconds = parameters.get("retry_after") if isinstance(parameters, dict) else None
    return float(seconds) if isinstance(seconds, int | float) else None
