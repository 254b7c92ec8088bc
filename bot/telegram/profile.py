"""What the bot is called, and what it tells Telegram about itself."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.telegram.line import Patience, TooFast
from bot.telegram.receiver import REPLY, Me
from desk.messages import Menu, MenuCommand

log = logging.getLogger(__name__)

# Bot API limits of setMyCommands, setMyDescription and setMyShortDescription, in characters.
_COMMAND_NAME = re.compile("[a-z0-9_]{1,32}")
LONGEST_COMMAND_DESCRIPTION = 256
MOST_COMMANDS = 100
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120
# What is said often has a short name here.
_SHORT = {"reply": REPLY}
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

    async def publish(self, menus: Sequence[Menu], room: str | None = None) -> None:
        """Menus and descriptions in every language, and the menu of the coordinators' group; what is refused is left
        out, everything else is retried."""
        for call in self._calls(menus, room):
            await self._insist(call)

    def _calls(self, menus: Sequence[Menu], room: str | None) -> Iterator[Callable[[], Awaitable[object]]]:
        for menu in menus:
            for code in _codes(menu.language):
                yield partial(self._bot.set_my_commands, _commands(menu.commands), language_code=code)
                if room and menu.for_members:
                    there = BotCommandScopeChat(room)
                    yield partial(self._bot.set_my_commands, _commands(menu.for_members), there, code)
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
            except (BadRequest, Forbidden):
                log.warning("telegram.menu_refused")
                return
            except TelegramError as error:
                failures += 1
                seconds = error.seconds if isinstance(error, TooFast) else None
                await asyncio.sleep(seconds or self._patience.pause(failures))


def _codes(language: str) -> tuple[str | None, ...]:
    return (None, language) if language == FALLBACK_LANGUAGE else (language,)


def _commands(commands: Sequence[MenuCommand]) -> list[BotCommand]:
    named = [(_SHORT.get(one.name, one.name), one.description) for one in commands]
    usable = [one for one in named if _COMMAND_NAME.fullmatch(one[0]) and one[1]]
    return [BotCommand(name, text[:LONGEST_COMMAND_DESCRIPTION]) for name, text in usable[:MOST_COMMANDS]]
