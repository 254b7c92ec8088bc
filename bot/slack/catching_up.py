"""Direct messages that Slack never delivered: after the desk was down or cut off they are read from the history.

Slack brings an event again for some minutes only. What is read here and was delivered after all is recognised by the
inbox: it has the same channel and time stamp. Buttons and commands leave no trace in a history and stay lost.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.failures import Misconfigured, attempt
from bot.slack.workspace import Workspace
from desk.messages import DeliveryError

log = logging.getLogger(__name__)
# Slack allows about fifty of these calls a minute: some 250 people within five minutes, the latest to write first.
PACE = 1.2
EVERY = timedelta(minutes=30)
# An event may be this late without being lost. Reading too much is harmless.
MARGIN = timedelta(minutes=10)
LONGEST = timedelta(days=7)
AFTER_FAILURE = 10.0
Take = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk remembers: when Slack's last event was stored, and who wrote, the latest first (user ids)."""

    last_event: datetime | None = None
    people: Sequence[str] = ()


class CatchUp:
    """Reads when asked to, and every half hour. `take` stores an event as if Slack had delivered it."""

    def __init__(
        self,
        client: AsyncWebClient,
        workspace: Workspace,
        now: Callable[[], datetime],
        known: Callable[[], Known],
        take: Take,
        pace: float = PACE,
    ) -> None:
        self._client, self._workspace, self._now = client, workspace, now
        self._known, self._take, self._pace = known, take, pace
        self._wanted = asyncio.Event()
        self._since: datetime | None = None

    def want(self) -> None:
        """Events may have been lost: read soon."""
        self._wanted.set()

    async def prepare(self) -> None:
        """Find out how far events have come; to be called before new ones come in."""
        try:
            self._since = (await asyncio.to_thread(self._known)).last_event
        except Exception as problem:
            # Whatever it is, new events must come in.
            log.warning("slack.last_event_unknown", extra={"error": type(problem).__name__})
            self._since = self._now() - LONGEST

    async def run(self) -> None:
        """Read until cancelled."""
        while True:
            begun = self._now()
            try:
                # A desk that never had an event has missed none that it should answer.
                if self._since is not None:
                    await self._read_all(max(self._since - MARGIN, begun - LONGEST))
                self._since = begun
            except Exception as problem:
                log.warning("slack.catching_up_failed", extra={"error": type(problem).__name__})
                await asyncio.sleep(AFTER_FAILURE)
                continue
            await self._rest()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY.total_seconds()):
                await self._wanted.wait()
        self._wanted.clear()

    async def _read_all(self, since: datetime) -> None:
        count = 0
        async for place in self._places():
            try:
                for message in await self._said(place, since):
                    await self._take(_as_event(place, message))
            except DeliveryError as error:
                if not error.permanent:
                    raise
                log.info("slack.history_refused", extra={"reason": error.reason})
            count += 1
        log.info("slack.caught_up", extra={"conversations": count})

    async def _places(self) -> AsyncIterator[str]:
        """The direct messages of everybody, the latest to write first."""
        places = self._workspace.places | await self._listed()
        known = await asyncio.to_thread(self._known)
        for user in dict.fromkeys((*known.people, *places)):
            if user in places:
                yield places[user]
                continue
            with suppress(DeliveryError):
                answer = await self._call(partial(self._client.conversations_open, users=user))
                yield str(answer["channel"]["id"])

    async def _listed(self) -> dict[str, str]:
        found: dict[str, str] = {}
        try:
            async for page in self._pages(self._client.conversations_list, types="im", limit=500):
                found |= {str(one["user"]): str(one["id"]) for one in page.get("channels") or () if one.get("user")}
        except Misconfigured as error:
            # An app of an earlier manifest has no im:read: those who wrote before are read all the same.
            log.warning("slack.conversations_not_listed", extra={"reason": error.reason, "remedy": error.remedy})
        return found

    async def _said(self, place: str, since: datetime) -> list[dict[str, Any]]:
        """What stands in a conversation since then, oldest first."""
        history = self._client.conversations_history
        pages = self._pages(history, channel=place, oldest=f"{since.timestamp():.6f}", limit=200)
        messages = [message async for page in pages for message in page.get("messages") or ()]
        return sorted(messages, key=lambda message: str(message.get("ts")))

    async def _pages(self, method: Callable[..., Any], **arguments: Any) -> AsyncIterator[AsyncSlackResponse]:
        cursor = ""
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = await self._call(partial(method, **arguments, **more))
            yield page
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _call(self, call: Callable[[], Any]) -> AsyncSlackResponse:
        """One call, no sooner than Slack allows."""
        while True:
            await asyncio.sleep(self._pace)
            try:
                return await attempt(call(), repeatable=True)
            except DeliveryError as error:
                if error.retry_after is None:
                    raise
                await asyncio.sleep(error.retry_after)


def _as_event(place: str, message: dict[str, Any]) -> dict[str, Any]:
    event = {"type": "message", **message, "channel": place, "channel_type": "im"}
    return {"type": "event_callback", "event_id": f"history:{place}:{message.get('ts')}", "event": event}
