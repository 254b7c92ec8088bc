"""Requests that the server gives up when it stops."""

import asyncio

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Ending:
    """Answers 503 to a request that is cut off because the server stops, so that whoever sent it brings it again."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answered = False

        async def watched(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except asyncio.CancelledError:
            if answered or scope["type"] != "http":
                raise
            await PlainTextResponse("stopping", 503, {"Retry-After": "5"})(scope, receive, send)
