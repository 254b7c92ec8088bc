"""What a request gets that the server gives up when it stops."""

import asyncio

import httpx
from starlette.types import Receive, Scope, Send

from console.ending import Ending


async def test_who_is_cut_off_is_asked_to_come_again() -> None:
    waiting = asyncio.Event()

    async def hangs(scope: Scope, receive: Receive, send: Send) -> None:
        waiting.set()
        await asyncio.Event().wait()

    request: list[asyncio.Task[object]] = []

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        """As the server does it: the request is a task of its own, which is cancelled when time is up."""
        request.append(asyncio.ensure_future(Ending(hangs)(scope, receive, send)))
        await request[0]

    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://desk.example") as client:
        answer = asyncio.create_task(client.post("/telegram/webhook"))
        await waiting.wait()
        request[0].cancel()
        assert (await answer).status_code == 503
        assert (await answer).headers["retry-after"] == "5"
