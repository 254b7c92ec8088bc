"""The HTTP line to the Bot API. Of every failure it says whether the request can have taken effect."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientHttpProxyError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    FormData,
    InvalidURL,
    TCPConnector,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.files import whole
from bot.proxy import proxy_for
from desk.files import NotFetched

Json = dict[str, Any]
# Raised before a byte of the request has left. Everything else (a reset, a time-out while reading, a broken
# answer) may come after Telegram has done what was asked.
_BEFORE_SENDING = (ClientConnectorError, ClientHttpProxyError, ConnectionTimeoutError, InvalidURL)
_REFUSALS: dict[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}


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

    Works until `shutdown`, and again after `initialize`. `address` is where the methods of the bot are: it ends with
    the token.
    """

    def __init__(self, connections: int, patience: Patience, address: str) -> None:
        # Its DEBUG lines hold what people wrote.
        logging.getLogger("telegram").setLevel(logging.WARNING)
        self._connections, self._patience = connections, patience
        self._address, self._proxy = address, proxy_for(address)
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

    async def call(self, method: str, given: Mapping[str, object], waiting: float = 0) -> Any:
        """The bare result of one method; raises like `do_request`. For what is done for every message: the methods of
        `Bot` make some fifty objects of it. `waiting` are seconds that Telegram was asked to wait for news.
        """
        _, answer = await self._ask("POST", f"{self._address}/{method}", _as_json(given), waiting)
        return answer["result"]

    async def file(self, address: str, largest: int) -> bytes:
        """What lies at an address of Telegram's, when it is no longer than `largest` bytes.

        Raises:
            NotFetched: it is longer, or not there, or nobody answers.
        """
        try:
            async with self._open().get(address, timeout=self._timeout(0), allow_redirects=False) as response:
                return await whole(response, largest)
        except (ClientError, OSError, TimeoutError, NetworkError) as error:
            raise NotFetched(f"Telegram does not answer ({type(error).__name__})") from None

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **others: Any
    ) -> tuple[int, bytes]:
        """What the methods of `Bot` go through.

        Raises:
            NotSent, TooFast, Unclear: when no Bot API server answered, or its answer says nothing about the request.
            TelegramError: when the request is refused.
        """
        return 200, (await self._ask(method, url, _body(request_data)))[0]

    async def _ask(self, method: str, url: str, body: dict[str, Any], waiting: float = 0) -> tuple[bytes, Json]:
        asking = self._open().request(method, url, **body, timeout=self._timeout(waiting), allow_redirects=False)
        try:
            async with asking as response:
                payload = await response.read()
        except Exception as error:
            raise _sorted(error) from None
        return payload, _accepted(response.status, payload)

    def _open(self) -> ClientSession:
        if self._closed:
            raise NotSent("not connected (stopped)")
        if self._session is None:
            connector = TCPConnector(limit=self._connections)
            self._session = ClientSession(connector=connector, cookie_jar=DummyCookieJar(), proxy=self._proxy)
        return self._session

    def _timeout(self, waiting: float) -> ClientTimeout:
        answer, connect = self._patience.answer, self._patience.connect
        # The total is for a request that cannot be written: all else has its own limit.
        return ClientTimeout(3 * answer + waiting, connect=answer, sock_connect=connect, sock_read=answer + waiting)


def _as_json(given: Mapping[str, object]) -> dict[str, Any]:
    words = json.dumps(given, ensure_ascii=False).encode()
    return {"data": words, "headers": {"Content-Type": "application/json"}}


def _body(data: RequestData | None) -> dict[str, Any]:
    """Files need a form. All else goes as JSON: words outside ASCII are three times as long in a form."""
    if data is None or not data.contains_files:
        return _as_json(data.parameters if data else {})
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


def _accepted(code: int, payload: bytes) -> Json:
    """The answer, when it is one of a Bot API server (a 403 of some proxy in between is none) and a yes."""
    answer = _answer(payload)
    if code >= 500:
        raise Unclear(f"the server has a problem ({code})")
    if code == 429:
        raise TooFast(_parameter(answer, "retry_after"))
    if "ok" not in answer:
        raise (Unclear if code < 300 else NotSent)(f"this is no answer of a Bot API server ({code})")
    if code >= 300:
        raise _refusal(code, answer)
    if "result" not in answer:
        raise Unclear("the answer has no result")
    return answer


def _refusal(code: int, answer: Json) -> TelegramError:
    if moved_to := _parameter(answer, "migrate_to_chat_id"):
        return ChatMigrated(int(moved_to))
    return _REFUSALS.get(code, NotSent)(str(answer.get("description") or f"refused ({code})"))


def _answer(payload: bytes) -> Json:
    # The library would log an answer it cannot read, with the words of the people in it.
    try:
        answer = json.loads(payload)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _parameter(answer: Json, name: str) -> float | None:
    parameters = answer.get("parameters")
    value = parameters.get(name) if isinstance(parameters, dict) else None
    return value if isinstance(value, int | float) else None
