"""Who a bot token makes us: Slack is asked at every start, but only the first has to wait for the answer."""

import asyncio
import logging
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import Misconfigured, attempt
from bot.slack.workspace import ACCESS, Identity, Workspace
from desk.messages import DeliveryError

log = logging.getLogger(__name__)
LONGEST_PAUSE = 30.0


class Memory(Protocol):
    """Remembers over restarts what Slack said of the token."""

    def recall(self) -> Identity:
        """What was kept last for this token, or nobody."""

    def keep(self, identity: Identity) -> None:
        """Keep it for this token."""


class Introduction:
    """Finds out for the workspace who we are in it; without a memory every start has to wait for Slack."""

    def __init__(self, workspace: Workspace, memory: Memory | None) -> None:
        self._workspace, self._memory = workspace, memory

    async def recall(self) -> None:
        """Be who we were the last time, if that is remembered."""
        if self._memory is None:
            return
        try:
            self._workspace.identity = await asyncio.to_thread(self._memory.recall)
        except Exception as problem:
            # Slack is asked anyway.
            log.warning("slack.identity_unknown", extra={"error": type(problem).__name__})

    async def insist(self, client: AsyncWebClient) -> None:
        """Ask until Slack answers. Why it does not is a problem of the workspace while we are nobody, or when there is
        something to be done about it."""
        pause = 0.25
        while True:
            try:
                return await self.ask(client)
            except DeliveryError as error:
                if not self._workspace.known or remedy(error):
                    self._workspace.blame(ACCESS, error.reason, remedy(error))
                log.warning("slack.not_connected", extra={"reason": error.reason})
                pause = min(2 * pause, LONGEST_PAUSE)
                await asyncio.sleep(max(pause, error.retry_after or 0))

    async def ask(self, client: AsyncWebClient) -> None:
        """Ask once.

        Raises:
            DeliveryError: when Slack does not say.
        """
        about = await attempt(client.auth_test(), repeatable=True)
        self._workspace.well(ACCESS)
        told = Identity(str(about["team_id"]), str(about["user_id"]), str(about.get("url") or ""))
        if told != self._workspace.identity:
            self._workspace.identity = told
            await self._keep(told)
        log.info("slack.connected", extra={"team": told.team})

    async def _keep(self, told: Identity) -> None:
        if self._memory is None:
            return
        try:
            await asyncio.to_thread(self._memory.keep, told)
        except Exception as problem:
            # The next start has to wait again.
            log.warning("slack.identity_not_kept", extra={"error": type(problem).__name__})


def remedy(error: DeliveryError) -> str:
    """What an operator can do about it, if anything."""
    return error.remedy if isinstance(error, Misconfigured) else ""
