"""Long polling with our own loop: the library's updater confirms updates that it only holds in memory.

Telegram forgets an update as soon as it is asked for a higher one, so the offset moves only after the desk has
stored the batch. A process killed in between gets the same updates again, and the inbox drops the repeats.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from telegram.error import Conflict, TelegramError

from bot.channel import Status
from bot.telegram.faults import advice
from bot.telegram.line import Line, Patience, TooFast, Unclear
from bot.telegram.profile import Profile
from bot.telegram.receiver import CHANNEL, KINDS
from bot.telegram.reception import Reception

log = logging.getLogger(__name__)

BATCH = 100
STAND_BY_SECONDS = 0.5


class Polling:
    """One endless loop that outlives every fault and says in `status` how it is doing.

    It asks Telegram for nothing while `may_poll` says no: another process polls for this bot then.
    """

    def __init__(
        self,
        line: Line,
        profile: Profile,
        reception: Reception,
        patience: Patience,
        may_poll: Callable[[], bool] = lambda: True,
    ) -> None:
        self._line, self._profile, self._reception = line, profile, reception
        self._patience, self._may_poll = patience, may_poll
        self._prepared = False
        self._offset: int | None = None
        self._failures = 0
        self.status = Status(CHANNEL, False, "connecting")

    async def run(self) -> None:
        """Receive until cancelled."""
        while True:
            try:
                if self._may_poll():
                    await self._round()
                else:
                    await self._stand_by()
                self._failures = 0
            except TelegramError as error:
                await self._bear(*advice(error), error)
            except Exception as problem:
                remedy = "Check the database; Telegram keeps what came in and brings it again."
                await self._bear("what comes in cannot be stored", remedy, problem)

    async def _round(self) -> None:
        if not self._prepared:
            await self._prepare()
        updates = await self._ask()
        if updates:
            await self._reception.take(updates)
        self._offset = _next_offset(updates)
        self.status = Status(CHANNEL, True, f"long polling as @{self._profile.me.username}")

    async def _stand_by(self) -> None:
        # Where the other one will have got to is for Telegram to say.
        self._offset, self._prepared = None, False
        await asyncio.sleep(STAND_BY_SECONDS)
        if not self._may_poll():
            self.status = Status(CHANNEL, True, "standing by: another process polls for this bot")

    async def _prepare(self) -> None:
        """Telegram gives updates to a webhook or to polls, never to both."""
        await self._profile.known()
        await self._line.call("deleteWebhook", {"drop_pending_updates": False})
        self._prepared = True
        self.status = Status(CHANNEL, True, f"long polling as @{self._profile.me.username}")

    async def _ask(self) -> Sequence[Mapping[str, Any]]:
        # Not Bot.get_updates: one update it cannot parse makes it log the whole batch, texts included, and give up.
        poll = self._patience.poll
        wanted: dict[str, object] = {"limit": BATCH, "timeout": poll, "allowed_updates": KINDS}
        if self._offset is not None:
            wanted["offset"] = self._offset
        updates = await self._line.call("getUpdates", wanted, waiting=poll)
        if not isinstance(updates, list) or not all(_is_update(one) for one in updates):
            raise Unclear("the answer holds no updates")
        return updates

    async def _bear(self, detail: str, remedy: str, error: Exception) -> None:
        """Show what is wrong, wait longer each time, go on."""
        self._failures += 1
        self._prepared = self._prepared and not isinstance(error, Conflict)
        self.status = Status(CHANNEL, False, detail, remedy)
        log.warning("telegram.polling_failed", extra={"error": type(error).__name__, "failures": self._failures})
        seconds = error.seconds if isinstance(error, TooFast) else None
        await asyncio.sleep(seconds or self._patience.pause(self._failures))


def _next_offset(updates: Sequence[Mapping[str, Any]]) -> int | None:
    """One above the highest; none after an empty answer, which means that all is confirmed.

    That matters after a week without updates: Telegram goes on from a random number, perhaps below the old offset.
    """
    return max(update["update_id"] for update in updates) + 1 if updates else None


def _is_update(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("update_id"), int)
