"""Bolt, told to do nothing before the event is stored: it finds out what came in and answers only afterwards.

What it must not do here: ask Slack who we are (the answer would come before the acknowledgement), skip events, or log
bodies. Signatures are checked before Bolt sees a request (`webhook`), because it answers a junk timestamp with a 500.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.views import GOES_ON, form_of, waiting

log = logging.getLogger(__name__)
Body = dict[str, Any]
Store = Callable[[Body], Awaitable[None]]
Suggest = Callable[[Body], Awaitable[list[dict[str, Any]]]]
EVENTS = ("message", "app_mention", "app_home_opened")


class Dispatcher:
    """One way in for both transports."""

    def __init__(self, store: Store, base_url: str, suggest: Suggest) -> None:
        self._store, self._suggest = store, suggest
        # It warns of a SLACK_BOT_TOKEN in the environment, which is ours, and logs bodies at lower levels.
        quiet = logging.getLogger("slack_bolt.guidepost")
        quiet.setLevel(logging.ERROR)
        self._app = AsyncApp(
            name="guidepost",
            logger=quiet,
            client=AsyncWebClient(base_url=base_url, retry_handlers=[]),
            authorize=_without_asking,
            process_before_response=True,
            raise_error_for_unhandled_request=True,
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        for event in EVENTS:
            self._app.event(event)(self._keep)
        # Any name: two desks in one workspace cannot both be called /guidepost.
        self._app.command(re.compile(".*"))(self._keep)
        self._app.message_shortcut(re.compile(".*"))(self._keep)
        self._app.block_action(re.compile(".*"))(self._keep)
        self._app.view(re.compile(".*"))(self._keep_form)
        self._app.options(re.compile(".*"))(self._complete)
        self._app.error(_explain)

    async def dispatch(self, body: Body) -> BoltResponse:
        """What to answer. Only a status of 200 acknowledges."""
        try:
            # The mode only tells Bolt that the body is parsed: its own parser loses a command that says "payload".
            request = AsyncBoltRequest(body=body, mode="socket_mode")
        except (TypeError, AttributeError, KeyError, IndexError) as error:
            # Not as documented; sent again it would be the same.
            log.error("slack.unreadable", extra={"kind": str(body.get("type")), "error": type(error).__name__})
            return BoltResponse(status=200)
        return await self._app.async_dispatch(request)

    async def _keep(self, body: Body, ack: AsyncAck) -> None:
        await self._store(body)
        await ack()

    async def _keep_form(self, body: Body, ack: AsyncAck) -> None:
        """What was handed in is stored before its window closes, or makes room for the next one."""
        await self._store(body)
        if body["view"].get("callback_id") == GOES_ON:
            await ack(response_action="push", view=waiting(form_of(body)))
        else:
            await ack(response_action="clear")

    async def _complete(self, body: Body, ack: AsyncAck) -> None:
        """What fits what is being typed. Nothing is stored: nothing has been said."""
        found = await self._suggest(body)
        if found:
            await ack(option_groups=found)
        else:
            await ack(options=[])


async def _without_asking(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="unused")


async def _explain(error: Exception, body: Body) -> BoltResponse:
    kind = str((body.get("event") or body).get("type") or "command")
    if isinstance(error, BoltUnhandledRequestError):
        # Something the app is subscribed to and the desk has no use for: sending it again would not help.
        log.info("slack.unhandled", extra={"kind": kind})
        return BoltResponse(status=200)
    log.error("slack.not_stored", extra={"kind": kind, "error": type(error).__name__})
    return BoltResponse(status=503)
