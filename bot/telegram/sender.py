"""Sends replies. Telegram has no idempotency key, so what is certain is remembered and what is not is said.

A long reply is several messages. Those that are out are remembered by the reply's key while this process lives, so
that a second attempt goes on behind them; after a crash in between the first ones come again.
"""

from collections import OrderedDict
from contextlib import suppress
from dataclasses import replace

from telegram import Bot, InputFile, LinkPreviewOptions, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.telegram.faults import delivery_error
from bot.telegram.letters import Document, Letter, letters, number_of, simplified
from bot.telegram.limits import Limiter, is_group
from bot.telegram.line import Line, NotSent, Unclear
from bot.telegram.profile import Profile
from bot.telegram.renderer import render, render_one
from bot.telegram.room import Room, is_gone
from bot.telegram.topics import Topics
from desk.messages import Card, Delivery, DeliveryError, Reply, Sent

KEYS_REMEMBERED = 2_000
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """The sending side of one bot."""

    def __init__(self, bot: Bot, line: Line, profile: Profile, limiter: Limiter, room: Room) -> None:
        self._bot, self._line, self._profile, self._limiter, self._room = bot, line, profile, limiter, room
        self._topics = Topics(room, profile, limiter, self._post)
        self._sent: OrderedDict[str, list[str]] = OrderedDict()

    async def send(self, reply: Reply, key: str) -> Sent:
        """Send every message of a reply in order; `Sent` names the last one, which has the buttons.

        Raises:
            DeliveryError: see `faults.delivery_error`. An edit is never uncertain: made twice, it is the same.
        """
        if reply.delivery is Delivery.HOME:
            return Sent(None)
        try:
            async with self._limiter.turn(reply.address.conversation):
                return await self._send(reply, key)
        except TelegramError as error:
            raise self._told(reply, error) from error

    async def _send(self, reply: Reply, key: str) -> Sent:
        if reply.address.conversation == self._room.chat:
            await self._room.ready()
            if reply.delivery is Delivery.WIPE:
                return await self._wipe(reply)
            if reply.heads is not None:
                return await self._topics.send(reply, reply.heads, key)
            if reply.under is not None and reply.address.thread is None:
                raise self._without_topic(reply.under)
        sent = self._remembered(key)
        for letter in (await self._letters(reply))[len(sent) :]:
            await self._limiter.place(reply.address.conversation)
            sent.append(await self._post(letter))
        return Sent(sent[-1] if sent else None)

    def _remembered(self, key: str) -> list[str]:
        """Ids of the messages of this reply that are out already."""
        sent = self._sent.setdefault(key, [])
        self._sent.move_to_end(key)
        if len(self._sent) > KEYS_REMEMBERED:
            self._sent.popitem(last=False)
        return sent

    async def _letters(self, reply: Reply) -> list[Letter]:
        private = not is_group(reply.address.conversation)
        me = self._profile.me if private or not _leads_away(reply.card) else await self._profile.known()
        return letters(reply, render(reply.card, reply.language, me.username, private))

    def _told(self, reply: Reply, error: TelegramError) -> DeliveryError:
        chat = reply.address.conversation
        if chat == self._room.chat and (excused := self._room.excused(error)):
            return excused
        if reply.under is not None and is_gone(error):
            return self._without_topic(reply.under)
        told = delivery_error(error)
        if told.retry_after:
            self._limiter.close(chat, told.retry_after)
        return told

    async def _wipe(self, reply: Reply) -> Sent:
        """Delete a topic with all that was said in it, or else empty the message."""
        chat, topic = reply.address.conversation, number_of(reply.address.thread)
        if topic is not None:
            await self._limiter.place(chat)
            if await self._room.delete(topic):
                return Sent()
        (letter,) = letters(reply, [render_one(reply.card, reply.language, None)[0]])
        if letter.target is not None:
            await self._limiter.place(chat)
            with suppress(BadRequest):
                await self._edit(letter, letter.target)
        return Sent()

    def _without_topic(self, card: str) -> DeliveryError:
        self._topics.forget(card)
        return DeliveryError("its topic is not there", thread_gone=True)

    async def _post(self, letter: Letter) -> str:
        """The id of the message, after as many simplifications as Telegram demands."""
        try:
            return await self._post_once(letter)
        except BadRequest as refusal:
            reason = refusal.message.lower()
            if letter.target is not None and "not modified" in reason:
                return f"{letter.chat}:{letter.target}"
            simpler = simplified(letter, reason)
            if simpler is None:
                raise
            return await self._post(simpler)
        except ChatMigrated as moved:
            if moved.new_chat_id == letter.chat or str(letter.chat) == self._room.chat:
                raise
            return await self._post(replace(letter, chat=moved.new_chat_id, target=None))

    async def _post_once(self, letter: Letter) -> str:
        if letter.document:
            return await self._post_document(letter, letter.document)
        if letter.target is not None:
            return await self._edit(letter, letter.target)
        message = await self._line.call("sendMessage", _as_parameters(letter))
        try:
            return f"{message['chat']['id']}:{message['message_id']}"
        except (KeyError, TypeError):
            raise Unclear("the answer names no message") from None

    async def _post_document(self, letter: Letter, document: Document) -> str:
        message = await self._bot.send_document(
            letter.chat,
            InputFile(document.content, filename=document.name),
            caption=letter.text or None,
            parse_mode=_parse_mode(letter),
            message_thread_id=letter.thread,
            reply_parameters=_answering(letter),
            reply_markup=letter.part.keyboard,
            disable_notification=letter.quiet or None,
        )
        return f"{message.chat.id}:{message.message_id}"

    async def _edit(self, letter: Letter, target: int) -> str:
        try:
            await self._bot.edit_message_text(
                letter.text,
                letter.chat,
                target,
                parse_mode=_parse_mode(letter),
                reply_markup=letter.part.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except Unclear as error:
            raise NotSent(error.message) from error
        return f"{letter.chat}:{target}"


def _leads_away(card: Card) -> bool:
    """Whether a button needs the bot's username, to open a private chat."""
    return any(button.moves_to_private for row in card.buttons for button in row)


def _as_parameters(letter: Letter) -> dict[str, object]:
    """Of `sendMessage`."""
    answering = _answering(letter)
    given = {
        "chat_id": letter.chat,
        "text": letter.text,
        "parse_mode": _parse_mode(letter),
        "message_thread_id": letter.thread,
        "reply_parameters": answering and answering.to_dict(),
        "reply_markup": letter.part.keyboard and letter.part.keyboard.to_dict(),
        "disable_notification": letter.quiet or None,
        "link_preview_options": _NO_PREVIEW.to_dict(),
    }
    return {name: value for name, value in given.items() if value is not None}


def _parse_mode(letter: Letter) -> str | None:
    return ParseMode.HTML if letter.formatted else None


def _answering(letter: Letter) -> ReplyParameters | None:
    """The message that is answered may be deleted by now; the answer goes out all the same."""
    return ReplyParameters(letter.reply_to, allow_sending_without_reply=True) if letter.reply_to else None
