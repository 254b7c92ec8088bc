"""Where updates come in, by poll or by webhook: convert, store, and only then tell the button that it was pressed."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from telegram import Bot

from bot.channel import Receive
from bot.telegram.profile import Profile
from bot.telegram.receiver import needs_username, read
from bot.telegram.room import Room
from desk.messages import DeliveryError

ANSWERS_AT_ONCE = 4
Update = Mapping[str, Any]


class NotReady(Exception):
    """The desk cannot take anything yet; Telegram must bring it again."""


class Reception:
    """Hands updates to the desk. After `take` has returned they are stored and may be confirmed."""

    def __init__(self, bot: Bot, profile: Profile, now: Callable[[], datetime], room: Room) -> None:
        self._bot, self._profile, self._now, self._room = bot, profile, now, room
        self._receive: Receive | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._answering = asyncio.Semaphore(ANSWERS_AT_ONCE)

    def open(self, receive: Receive) -> None:
        self._receive = receive

    async def close(self) -> None:
        """Take nothing more and drop the answers to presses that are still under way."""
        self._receive = None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def take(self, updates: Sequence[Update]) -> None:
        """Store what is meant for the desk.

        Raises:
            NotReady: before the start and, for groups, before the bot's username is known.
            Exception: whatever storing raised; nothing is stored then.
        """
        me = self._profile.me
        if self._receive is None or (me.username is None and any(map(needs_username, updates))):
            raise NotReady
        incomings = [incoming for update in updates if (incoming := read(update, me, self._now(), self._room.chat))]
        if incomings:
            await self._receive(incomings)
        for update in updates:
            self._attend(update)

    def _attend(self, update: Update) -> None:
        """Stop the spinner of a button, a courtesy: the press itself is stored already. Look at the coordinators' group
        when the bot was given or denied something there."""
        query = update.get("callback_query")
        if isinstance(query, dict) and isinstance(query.get("id"), str):
            self._begin(self._answer(query["id"]))
        if self._room.is_about(update):
            self._begin(self._look())

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self) -> None:
        with suppress(DeliveryError):
            await self._room.check()

    async def _answer(self, query_id: str) -> None:
        async with self._answering:
            with suppress(Exception):
                await self._bot.answer_callback_query(query_id)
