"""The coordinators' group: a forum, in which every ticket has a topic of its own."""

import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.telegram.line import Line, NotSent, Unclear
from bot.telegram.profile import Profile
from desk.messages import DeliveryError, Thread

log = logging.getLogger(__name__)
LONGEST_NAME = 128
TOPICS_REMEMBERED = 2_000
# No bot is told that a group was made public.
TRUSTED_SECONDS = 600.0
_IN = "the coordinators' group"
_ADD = "Add the bot to the group as an administrator, and check TELEGRAM_COORDINATOR_GROUP."
_FORUM = "Turn Topics on in the settings of the group."
_RIGHTS = "Make the bot an administrator of the group, with the rights to manage topics, to pin and to delete messages."
_NO_TOPICS = ("the bot may not manage topics", _RIGHTS)
# The room can be used all the same. Without the second what people wrote is emptied message by message.
_NO_PINS = ("the bot may not pin messages", _RIGHTS)
_NO_DELETING = ("the bot may not delete messages", _RIGHTS)
_BEARABLE = (None, _NO_PINS, _NO_DELETING)
_PRIVATE = "Make the group private in its settings. Nothing is posted there before."
_ABOUT_RIGHTS = ("not enough rights", "no rights", "chat_admin_required", "topic_closed", "need administrator rights")
_ABOUT_PLACE = ("chat not found", "bot is not a member", "group chat was deleted", "peer_id_invalid", "write_forbidden")
_GONE = ("thread not found", "topic_deleted", "topic_id_invalid", "topic not found")


class Room:
    """What Telegram is asked to do with topics, and what is wrong with the group (`problem`: what, and what to do).

    `chat` is None when coordinators work elsewhere. Every change may be made twice: it is the same then.
    """

    def __init__(
        self, line: Line, profile: Profile, chat: str | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._line, self._profile, self.chat, self._clock = line, profile, chat, clock
        self.problem: tuple[str, str] | None = None
        self._good_until = 0.0
        self._topics: OrderedDict[int, Thread] = OrderedDict()

    async def check(self) -> None:
        """Look whether the group is one that tickets can be shown in.

        Raises:
            DeliveryError: it is not, or Telegram does not say.
        """
        try:
            problem = await self._found()
        except TelegramError as error:
            raise self.excused(error) or DeliveryError(f"{_IN} cannot be looked at ({type(error).__name__})") from error
        self._tell(problem)
        if problem not in _BEARABLE:
            raise DeliveryError(f"{_IN}: {problem[0]}")
        self._good_until = self._clock() + TRUSTED_SECONDS

    async def ready(self) -> None:
        """Raises like `check`. What was found to be good is looked at again only now and then."""
        if self._clock() >= self._good_until:
            await self.check()

    def is_about(self, update: Mapping[str, Any]) -> bool:
        """Whether an update says what became of the bot in the group."""
        change = update.get("my_chat_member")
        chat = change.get("chat") if isinstance(change, dict) else None
        return self.chat is not None and isinstance(chat, dict) and str(chat.get("id")) == self.chat

    async def _found(self) -> tuple[str, str] | None:
        chat = await self._call("getChat")
        if chat.get("type") != "supergroup" or not chat.get("is_forum"):
            return "it has no topics", _FORUM
        if chat.get("username"):
            return "anybody can join and read it", _PRIVATE
        me = await self._call("getChatMember", user_id=self._profile.me.id)
        if me.get("status") in ("left", "kicked"):
            return "the bot is not in it", _ADD
        if not me.get("can_manage_topics"):
            return _NO_TOPICS
        if not me.get("can_pin_messages"):
            return _NO_PINS
        return None if me.get("can_delete_messages") else _NO_DELETING

    def _tell(self, problem: tuple[str, str] | None) -> None:
        if problem is not None and problem != self.problem:
            log.error("telegram.coordinators_unreachable", extra={"problem": problem[0], "advice": problem[1]})
        self.problem = problem

    def excused(self, error: TelegramError) -> DeliveryError | None:
        """A fault of the group can be repaired: what is meant for it waits. None when it is another fault."""
        problem = _problem(error)
        if problem is None:
            return None
        self._tell(problem)
        self._good_until = 0.0
        return DeliveryError(f"{_IN}: {problem[0]}")

    async def open(self, name: str) -> int:
        """A new topic; returns its number."""
        topic = await self._line.call("createForumTopic", {"chat_id": self.chat, "name": name[:LONGEST_NAME]})
        try:
            number = int(topic["message_thread_id"])
        except (KeyError, TypeError, ValueError):
            raise Unclear("the answer names no topic") from None
        self._remember(number, Thread(name))
        return number

    async def pin(self, message: int) -> None:
        """A card that cannot be pinned is a card all the same."""
        try:
            await self._change("pinChatMessage", message_id=message, disable_notification=True)
        except BadRequest as refusal:
            if _problem(refusal) == _NO_TOPICS:
                self._tell(_NO_PINS)

    async def delete(self, topic: int) -> bool:
        """Delete a topic with all that was said in it. False when the bot may not."""
        try:
            await self._change("deleteForumTopic", message_thread_id=topic)
        except BadRequest as refusal:
            if not is_gone(refusal):
                self._tell(_NO_DELETING)
                return False
        return True

    def differs(self, topic: int, wanted: Thread) -> list[str]:
        """The methods that bring a topic to what it should be; after a start two, because it may be anything."""
        known = self._topics.get(topic)
        methods = [] if known and known.name == wanted.name else ["editForumTopic"]
        if known is None or known.over != wanted.over:
            methods.append("closeForumTopic" if wanted.over else "reopenForumTopic")
        return methods

    async def arrange(self, topic: int, wanted: Thread, method: str) -> None:
        """One step of what `differs` named."""
        named = {"name": wanted.name[:LONGEST_NAME]} if method == "editForumTopic" else {}
        await self._change(method, message_thread_id=topic, **named)

    def _remember(self, topic: int, as_it_is: Thread) -> None:
        self._topics[topic] = as_it_is
        self._topics.move_to_end(topic)
        if len(self._topics) > TOPICS_REMEMBERED:
            self._topics.popitem(last=False)

    def settled(self, topic: int, wanted: Thread) -> None:
        """The topic is as it should be now."""
        self._remember(topic, wanted)

    async def _change(self, method: str, **given: object) -> None:
        try:
            await self._call(method, **given)
        except Unclear as error:
            raise NotSent(error.message) from error
        except BadRequest as refusal:
            if "not_modified" not in refusal.message.lower():
                raise

    async def _call(self, method: str, **given: object) -> Any:
        return await self._line.call(method, {"chat_id": self.chat, **given})


def is_gone(error: TelegramError) -> bool:
    """Whether somebody has deleted the topic."""
    return isinstance(error, BadRequest) and any(words in error.message.lower() for words in _GONE)


def _problem(error: TelegramError) -> tuple[str, str] | None:
    words = error.message.lower()
    if isinstance(error, ChatMigrated):
        return "it has another id now", f"Set TELEGRAM_COORDINATOR_GROUP to {error.new_chat_id}."
    if isinstance(error, Forbidden) or any(one in words for one in _ABOUT_PLACE):
        return "the bot is not in it", _ADD
    if "not a forum" in words:
        return "it has no topics", _FORUM
    if any(one in words for one in _ABOUT_RIGHTS):
        return _NO_TOPICS
    return None
