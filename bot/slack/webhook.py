"""Slack over HTTP: events, buttons and commands at one address, each with a signature that is checked first."""

import json
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.response import BoltResponse
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

log = logging.getLogger(__name__)
LARGEST = 1_000_000
Dispatch = Callable[[dict[str, Any]], Awaitable[BoltResponse]]


class _Clock(Clock):
    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self) -> float:
        return self._now().timestamp()


class Webhook:
    """Answers 401 to whatever is not from Slack, 413 to what is too large, 503 to what could not be stored."""

    def __init__(self, signing_secret: str, dispatch: Dispatch, now: Callable[[], datetime]) -> None:
        self._verifier = SignatureVerifier(signing_secret, _Clock(now))
        self._dispatch = dispatch

    async def answer(self, request: Request) -> Response:
        """One request of Slack's."""
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        if not self._is_genuine(request, body):
            log.warning("slack.signature_refused")
            return Response(status_code=401)
        payload = parse(body.decode())
        if payload is None:
            return Response(status_code=400)
        answer = await self._dispatch(payload)
        return Response(answer.body, answer.status, media_type=answer.first_headers().get("content-type"))

    def _is_genuine(self, request: Request, body: bytes) -> bool:
        timestamp = request.headers.get("x-slack-request-timestamp", "")
        signature = request.headers.get("x-slack-signature", "")
        # The verifier compares in constant time, and raises on what is no number, not ASCII or not UTF-8.
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 20 and signature.isascii()):
            return False
        try:
            return self._verifier.is_valid(body, timestamp, signature)
        except UnicodeDecodeError:
            return False


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            return None
    return bytes(body)


def parse(text: str) -> dict[str, Any] | None:
    """A body as Slack sends it: JSON (events), a form with JSON in it (buttons) or a form (commands)."""
    try:
        if text.lstrip().startswith("{"):
            found = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True))
            found = form if "command" in form or "ssl_check" in form else json.loads(form["payload"])
    except (ValueError, KeyError, RecursionError):
        return None
    return found if isinstance(found, dict) and found else None
