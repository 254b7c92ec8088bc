"""In which language and time zone somebody works, from their Slack profile; asked for after their message is stored.

The name in it is nobody's business but the coordinators': it is told of those who act at their place, and of no others.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.failures import attempt
from desk.messages import DeliveryError

log = logging.getLogger(__name__)
# Tells the desk what a coordinator (user id) is called; whether that could be stored.
Introduce = Callable[[str, str], Awaitable[bool]]
FRESH = timedelta(hours=1)
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Profile:
    """`language` is a two-letter code, `time_zone` an IANA name; None where the profile does not say."""

    language: str | None
    time_zone: str | None
    seen_at: datetime
    name: str = ""


class Profiles:
    """A small cache. A person's first message goes without; an outdated profile serves until the new one is here."""

    def __init__(self, client: AsyncWebClient, now: Callable[[], datetime], introduce: Introduce) -> None:
        self._client, self._now, self._introduce = client, now, introduce
        self._colleagues: dict[str, str] = {}
        self._known: dict[str, Profile] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    def of(self, user: str) -> Profile | None:
        """What is known now, without waiting."""
        return self._known.get(user)

    def refresh(self, user: str) -> None:
        """Ask Slack in the background unless that was done within the hour."""
        known = self._known.get(user)
        if user in self._asking or (known is not None and self._now() - known.seen_at < FRESH):
            return
        task = asyncio.create_task(self._ask(user))
        self._asking[user] = task
        task.add_done_callback(lambda done: self._asking.pop(user, None))

    def meet(self, user: str) -> None:
        """Somebody acted at the coordinators' place: tell what they are called as soon as it is known."""
        self._colleagues.setdefault(user, "")
        self.refresh(user)
        if user not in self._asking:
            self._asking[user] = task = asyncio.create_task(self._tell_of(user))
            task.add_done_callback(lambda done: self._asking.pop(user, None))

    async def _tell_of(self, user: str) -> None:
        known = self._known.get(user)
        if known is None or not known.name or self._colleagues.get(user) in (None, known.name):
            return
        if await self._introduce(user, known.name):
            self._colleagues[user] = known.name

    async def _ask(self, user: str) -> None:
        try:
            answer = await attempt(self._client.users_info(user=user, include_locale=True), repeatable=True)
        except DeliveryError as error:
            log.info("slack.profile_not_read", extra={"reason": error.reason})
            return
        about = answer.get("user") or {}
        locale = str(about.get("locale") or "")
        if len(self._known) >= MOST:
            self._known.clear()
        profile = about.get("profile") or {}
        name = str(profile.get("display_name") or about.get("real_name") or profile.get("real_name") or "").strip()
        self._known[user] = Profile(locale[:2].lower() or None, about.get("tz") or None, self._now(), name)
        await self._tell_of(user)

    async def stop(self) -> None:
        """Forget what is still being asked."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
