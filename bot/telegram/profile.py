"""What the bot is called, and what it tells Telegram about itself."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial

from telegram import Bot, BotCommand
from telegram.error import BadRequest, TelegramError

from bot.telegram.line import Patience, TooFast
from bot.telegram.receiver import Me
from desk.messages import Menu

log = logging.getLogger(__name__)

# Bot API limits of setMyCommands, setMyDescription and setMyShortDescription, in characters.
_COMMAND_NAME = re.compile("[a-z0-9_]{1,32}")
LONGEST_COMMAND_DESCRIPTION = 256
MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120
# What everybody sees whose language has no menu of its own.
FALLBACK_LANGUAGE = "en"


class Profile:
    """Asks who the bot is once, and keeps publishing its menus until Telegram has them."""

    def __init__(self, bot: Bot, me: Me, patience: Patience, descriptions: Mapping[str, str]) -> None:
        self._bot, self._patience, self._descriptions = bot, patience, descriptions
        self.me = me

    async def known(self) -> Me:
        """With the username. Raises what asking for it raised."""
        if self.me.username is None:
            user = await self._bot.get_me()
            self.me = Me(self.me.id, user.username)
        return self.me

    async def publish(self, menus: Sequence[Menu]) -> None:
        """Menus and descriptions in every language; what is refused is left out, everything else is retried."""
        for call in self._calls(menus):
            await self._insist(call)

    def _calls(self, menus: Sequence[Menu]) -> Iterator[Callable[[], Awaitable[object]]]:
        for menu in menus:
            for code in _codes(menu.language):
                yield partial(self._bot.set_my_commands, _commands(menu), language_code=code)
        for language, text in self._descriptions.items():
            for code in _codes(language):
                yield partial(self._describe, text, code)

    async def _describe(self, text: str, code: str | None) -> None:
        await self._bot.set_my_description(text[:LONGEST_DESCRIPTION], language_code=code)
        await self._bot.set_my_short_description(text[:LONGEST_SHORT_DESCRIPTION], language_code=code)

    async def _insist(self, call: Callable[[], Awaitable[object]]) -> None:
        failures = 0
        while True:
            try:
                await call()
                return
            except BadRequest:
                log.warning("telegram.menu_refused")
                return
            except TelegramError as error:
                failures += 1
                seconds = error.seconds if isinstance(error, TooFast) else None
                await asyncio.sleep(seconds or self._patience.pause(failures))


def _codes(language: str) -> tuple[str | None, ...]:
    return (None, language) if language == FALLBACK_LANGUAGE else (language,)


def _commands(menu: Menu) -> list[BotCommand]:
    usable = [one for one in menu.commands if _COMMAND_NAME.fullmatch(one.name) and one.description]
    return [BotCommand(one.name, one.description[:LONGEST_COMMAND_DESCRIPTION]) for one in usable[:MOST_COMMANDS]]
