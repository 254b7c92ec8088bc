"""Updates that Telegram posts to us. It repeats a post until it gets a 2xx, and keeps the order within a chat."""

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import TelegramError

from bot.channel import Status
from bot.telegram.faults import advice
from bot.telegram.line import Patience, TooFast
from bot.telegram.profile import Profile
from bot.telegram.receiver import CHANNEL, KINDS
from bot.telegram.reception import NotReady, Reception

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LARGEST_BODY = 1_000_000
_SECRET = re.compile("[A-Za-z0-9_-]{1,256}")


class Webhook:
    """The route Telegram posts to, and the call that tells Telegram about it."""

    def __init__(
        self, bot: Bot, secret: str, public_url: str | None, profile: Profile, reception: Reception, patience: Patience
    ) -> None:
        if not _SECRET.fullmatch(secret):
            raise ValueError("TELEGRAM_WEBHOOK_SECRET must be 1 to 256 of A-Z a-z 0-9 _ and -")
        self._bot, self._secret, self._profile, self._reception = bot, secret, profile, reception
        self._url = public_url.rstrip("/") + PATH if public_url else None
        self._patience = patience
        self.status = Status(CHANNEL, False, "connecting")

    def routes(self) -> list[Route]:
        return [Route(PATH, self.post, methods=["POST"])]

    async def run(self) -> None:
        """Register with Telegram, trying until it works."""
        failures = 0
        while True:
            try:
                await self._register()
                return
            except TelegramError as error:
                failures += 1
                self.status = Status(CHANNEL, False, *advice(error))
                log.warning("telegram.webhook_failed", extra={"error": type(error).__name__, "failures": failures})
                seconds = error.seconds if isinstance(error, TooFast) else None
                await asyncio.sleep(seconds or self._patience.pause(failures))

    async def _register(self) -> None:
        me = await self._profile.known()
        if self._url is None:
            remedy = f"Set PUBLIC_URL, or call setWebhook yourself with https://<your host>{PATH} and the secret."
            self.status = Status(CHANNEL, False, "nobody has told Telegram where to post", remedy)
            return
        await self._bot.set_webhook(
            self._url, allowed_updates=KINDS, drop_pending_updates=False, secret_token=self._secret
        )
        self.status = Status(CHANNEL, True, f"webhook of @{me.username}")

    async def post(self, request: Request) -> Response:
        """200 only for what is stored or not for us; 503 makes Telegram bring it again."""
        if not self._is_telegram(request):
            return PlainTextResponse("wrong or missing secret", 401)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return PlainTextResponse("too large", 413)
        update = _update(body)
        if update is None:
            return PlainTextResponse("no update", 400)
        return await self._store(update)

    async def _store(self, update: Mapping[str, Any]) -> Response:
        try:
            await self._reception.take([update])
        except NotReady:
            return PlainTextResponse("not ready", 503, {"Retry-After": "5"})
        except Exception as problem:
            log.error("telegram.not_stored", extra={"update": update["update_id"], "error": type(problem).__name__})
            return PlainTextResponse("not stored", 503, {"Retry-After": "5"})
        if self._url is None:
            self.status = Status(CHANNEL, True, "webhook set by the operator")
        return Response(status_code=200)

    def _is_telegram(self, request: Request) -> bool:
        # Bytes: comparing text in constant time fails on anything outside ASCII.
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "replace")
        return hmac.compare_digest(given, self._secret.encode())


async def _body(request: Request) -> bytes | None:
    """None when it is larger than any update can be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)


def _update(body: bytes) -> Mapping[str, Any] | None:
    """None for what is no update: Telegram never sends that, so nothing is lost by refusing it."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    number = update.get("update_id") if isinstance(update, dict) else None
    return update if type(number) is int and 0 <= number < 2**63 else None
