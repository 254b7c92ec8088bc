"""The HTTP line to the Bot API. Of every failure it says whether the request can have taken effect."""

import json
import logging
import ssl
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

# Raised before a byte of the request has left. Everything else (a reset, a time-out while reading, a broken
# answer) may come after Telegram has done what was asked.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    httpx.LocalProtocolError,
)


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


class Line(HTTPXRequest):
    """A pool of connections of its own, so that long polls and sends never wait for each other."""

    def __init__(self, connections: int, patience: Patience) -> None:
        silence_clients()
        super().__init__(
            connection_pool_size=connections,
            read_timeout=patience.answer,
            write_timeout=patience.answer,
            connect_timeout=patience.connect,
            pool_timeout=patience.answer,
            httpx_kwargs={"verify": _tls()},
        )

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        """Status and body of an answer that a Bot API server gave: a 403 of some proxy in between is none.

        Raises:
            NotSent, TooFast, Unclear: when there is no such answer, or one that says nothing about the request.
        """
        try:
            code, payload = await super().do_request(*args, **kwargs)
        except Exception as error:
            raise _sorted(error, self._client.is_closed) from error
        answer = _answer(payload)
        if code >= 500:
            raise Unclear(f"the server has a problem ({code})")
        if code == 429:
            raise TooFast(_seconds(answer))
        if "ok" not in answer:
            raise (Unclear if code < 300 else NotSent)(f"this is no answer of a Bot API server ({code})")
        if code < 300 and "result" not in answer:
            raise Unclear("the answer has no result")
        return code, payload


@cache
def _tls() -> ssl.SSLContext:
    """One for all lines: reading the list of authorities takes a tenth of a second and a few megabytes."""
    return httpx.create_ssl_context()


def _sorted(error: Exception, closed: bool) -> NetworkError:
    """Names the kind only: the text of a client's error can hold the address, and with it the token."""
    cause = error.__cause__ or error
    unsent = isinstance(cause, _BEFORE_SENDING) or (closed and isinstance(cause, RuntimeError))
    kind = type(cause).__name__
    return NotSent(f"not connected ({kind})") if unsent else Unclear(f"the connection broke ({kind})")


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


def silence_clients() -> None:
    """The address of every request holds the token; these write it into their logs at INFO or DEBUG."""
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
