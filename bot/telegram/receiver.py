"""A Telegram update becomes an `Incoming`, or nothing when it is not meant for the desk. No network, no clock."""

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, Chat, ChatMemberUpdated, MaybeInaccessibleMessage, Message, Update, User

from bot.telegram.media import attachments, clean, words
from desk.messages import Address, Arrival, Incoming

log = logging.getLogger(__name__)

CHANNEL = "telegram"
KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
#: What coordinators may say in their group: with words for the requester of a topic, and to see what waits, for all or
#: for the one who asks.
REPLY, QUEUE, HOME = "r", "queue", "desk"
_GROUPS = (Chat.GROUP, Chat.SUPERGROUP)
_COMMAND = re.compile(r"/(?P<name>[A-Za-z0-9_]{1,32})(?:@(?P<bot>\w+))?(?:\s+(?P<rest>.*))?", re.DOTALL)
_START_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Telegram still uses two codes that ISO has replaced.
_RENAMED = {"iw": "he", "in": "id", "ji": "yi"}


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is. The id is part of the token; the username must be asked for and is None until then."""

    id: int
    username: str | None = None


def read(raw: Mapping[str, Any], me: Me, now: datetime, room: str | None = None) -> Incoming | None:
    """Never raises: an update that cannot be understood is named in the log and must not hold up the others. `room` is
    the coordinators' group."""
    try:
        incoming = convert(Update.de_json(dict(raw), None), me, now, room)
    except Exception as problem:
        log.error("telegram.odd_update", extra={**_fields(raw), "error": type(problem).__name__})
        return None
    if incoming is None:
        log.debug("telegram.update_ignored", extra=_fields(raw))
    return incoming


def needs_username(raw: Mapping[str, Any]) -> bool:
    """Whether it can only be judged once the bot's username is known: somebody wrote in a group."""
    message = raw.get("message") or raw.get("edited_message")
    chat = message.get("chat") if isinstance(message, dict) else None
    return isinstance(chat, dict) and chat.get("type") in _GROUPS


def convert(update: Update, me: Me, now: datetime, room: str | None = None) -> Incoming | None:
    """None for what the desk has no use for: other people's talk, service messages, other bots."""
    number = str(update.update_id)
    said = update.message or update.edited_message
    if said and str(said.chat.id) == room:
        return _aside(said, me, number, now, edited=update.edited_message is not None)
    if update.message:
        return _message(update.message, me, number, now)
    if update.edited_message:
        return _edit(update.edited_message, me, number, now)
    if update.callback_query:
        press = _press(update.callback_query, me, number, now)
        is_there = press is not None and press.address.conversation == room
        return replace(press, name=_name(update.callback_query.from_user)) if press and is_there else press
    if update.my_chat_member:
        return _membership(update.my_chat_member, me, number, now)
    return None


def _message(message: Message, me: Me, number: str, now: datetime) -> Incoming | None:
    base = _base(message, me, number, now)
    if base is None:
        return None
    if command := _command(base.text, me):
        name, rest = command
        if name == "start" and _START_PAYLOAD.fullmatch(rest):
            return replace(base, arrival=Arrival.PRESS, action=rest, text="")
        return replace(base, arrival=Arrival.COMMAND, command=name, text=rest)
    if not base.text and not base.attachments:
        # Somebody called the bot's name and said nothing more.
        return replace(base, arrival=Arrival.COMMAND, command="help")
    return base if base.text else replace(base, arrival=Arrival.MEDIA)


def _edit(message: Message, me: Me, number: str, now: datetime) -> Incoming | None:
    # A shared live location arrives as an edit with every step the person takes.
    base = None if message.location else _base(message, me, number, now)
    return replace(base, arrival=Arrival.EDIT) if base else None


def _base(message: Message, me: Me, number: str, now: datetime) -> Incoming | None:
    """The message as plain text, or None when it is not from a person, not for us or has no content."""
    sender, text, attached = message.from_user, words(message), attachments(message)
    if sender is None or not _is_person(sender) or message.sender_chat or not (text or attached):
        return None
    if message.chat.type in _GROUPS:
        addressed = _said_to_us(message, text, me)
        if addressed is None:
            return None
        text = addressed
    elif message.chat.type != Chat.PRIVATE:
        return None
    answered = _answered(message)
    return Incoming(
        address=_address(message.chat, me, message),
        external_id=number,
        sender=str(sender.id),
        arrival=Arrival.TEXT,
        received_at=now,
        text=text,
        message_id=_message_id(message),
        reply_to=_message_id(answered) if answered else None,
        album=message.media_group_id,
        language=language(sender),
        private=message.chat.type == Chat.PRIVATE,
        attachments=attached,
    )


def _aside(message: Message, me: Me, number: str, now: datetime, edited: bool) -> Incoming | None:
    """What coordinators say to each other under a ticket, and what they ask the desk for in their group. Only their own
    text with the sign in front is meant for the requester: nothing forwarded, and no caption."""
    if message.forum_topic_created:
        return _begun(message, me, number, now)
    sender, text, attached = message.from_user, words(message), attachments(message)
    if sender is None or not _is_person(sender) or message.sender_chat or not (text or attached):
        return None
    if edited and message.location:  # each step of a shared live location
        return None
    is_theirs = not (attached or message.forward_origin or message.via_bot)
    command = _command(text, me) if is_theirs else None
    aside = Incoming(
        address=_address(message.chat, me, message),
        external_id=number,
        sender=str(sender.id),
        arrival=Arrival.EDIT if edited else Arrival.TEXT,
        received_at=now,
        text=text,
        message_id=_message_id(message),
        reply_to=_message_id(answered) if (answered := _answered(message)) else None,
        language=language(sender),
        private=False,
        attachments=attached,
        internal=True,
        name=_name(sender),
    )
    if command and command[0] in (QUEUE, HOME) and not edited:
        return replace(aside, arrival=Arrival.COMMAND, command=command[0], text="")
    if aside.address.thread is None:
        return None
    return replace(aside, text=command[1], for_requester=True) if command and command[0] == REPLY else aside


def _begun(message: Message, me: Me, number: str, now: datetime) -> Incoming | None:
    """A topic that we have made: of these a bot is told, unlike of what it writes."""
    if message.from_user is None or message.from_user.id != me.id:
        return None
    return Incoming(_address(message.chat, me, message), number, str(me.id), Arrival.BEGUN, now, private=False)


def _press(query: CallbackQuery, me: Me, number: str, now: datetime) -> Incoming | None:
    if not query.data or not _is_person(query.from_user):
        return None
    # The message of an old button is inaccessible but still says where it stands.
    message = query.message
    alone = Address(CHANNEL, str(me.id), str(query.from_user.id))
    return Incoming(
        address=_address(message.chat, me, message) if message else alone,
        external_id=number,
        sender=str(query.from_user.id),
        arrival=Arrival.PRESS,
        received_at=now,
        action=clean(query.data),
        message_id=_message_id(message) if message else None,
        language=language(query.from_user),
        private=message is None or message.chat.type == Chat.PRIVATE,
    )


def _membership(change: ChatMemberUpdated, me: Me, number: str, now: datetime) -> Incoming | None:
    """A person blocked the bot. Being thrown out of a group says nothing about whoever did it."""
    if change.chat.type != Chat.PRIVATE or change.new_chat_member.status not in ("kicked", "left"):
        return None
    return Incoming(
        address=_address(change.chat, me, None),
        external_id=number,
        sender=str(change.from_user.id),
        arrival=Arrival.BLOCKED,
        received_at=now,
        language=language(change.from_user),
    )


def _said_to_us(message: Message, text: str, me: Me) -> str | None:
    """The text without our name when it was spoken to us, else None."""
    rest = _without_mention(text, me)
    if rest != text:
        return rest
    if _COMMAND.fullmatch(text):
        return text if _command(text, me) else None
    answered = _answered(message)
    to_us = answered is not None and answered.from_user is not None and answered.from_user.id == me.id
    return text if to_us else None


def _without_mention(text: str, me: Me) -> str:
    if me.username is None:
        return text
    # Not the @ of "/help@bot" or of an e-mail address.
    mention = re.compile(rf"\s*(?<![\w/])@{re.escape(me.username)}\b\s*", re.IGNORECASE)
    rest, count = mention.subn(" ", text)
    return rest.strip().lstrip(",:;\u060c\uff0c ") if count else text


def _command(text: str, me: Me) -> tuple[str, str] | None:
    """Name and rest of a command, or None when it is none or another bot's."""
    match = _COMMAND.fullmatch(text)
    if match is None:
        return None
    bot = match["bot"]
    if bot and me.username and bot.lower() != me.username.lower():
        return None
    return match["name"].lower(), (match["rest"] or "").strip()


def _answered(message: Message) -> Message | None:
    """The message this one replies to. In a forum every message formally replies to the one that made the topic."""
    answered = message.reply_to_message
    if answered is None or answered.forum_topic_created:
        return None
    return None if message.is_topic_message and answered.message_id == message.message_thread_id else answered


def _address(chat: Chat, me: Me, message: MaybeInaccessibleMessage | None) -> Address:
    # Replies in an ordinary group carry a thread id too; only a topic is a place of its own.
    topic = message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
    return Address(CHANNEL, str(me.id), str(chat.id), str(topic) if topic else None)


def _message_id(message: MaybeInaccessibleMessage) -> str:
    return f"{message.chat.id}:{message.message_id}"


def _name(user: User) -> str | None:
    return clean(user.full_name).strip() or None


def _is_person(user: User) -> bool:
    return not user.is_bot


def language(user: User) -> str | None:
    """ISO 639-1: Telegram sends IETF tags such as `pt-br` or `zh-hans`."""
    code = re.split("[-_]", (user.language_code or "").lower())[0]
    return _RENAMED.get(code, code) if re.fullmatch("[a-z]{2}", code) else None


def _fields(raw: Mapping[str, Any]) -> dict[str, object]:
    kind = next((kind for kind in raw if kind != "update_id"), "nothing")
    return {"update": raw.get("update_id"), "kind": kind[:40]}
