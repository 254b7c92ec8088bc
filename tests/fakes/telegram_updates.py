"""Updates as Telegram sends them (without `update_id`, which the server gives)."""

from itertools import count
from typing import Any

Json = dict[str, Any]
BOT_ID = 12345
BOT_NAME = "guide_desk_bot"
_numbers = count(1)


def person(number: int = 7, language: str | None = "en", **more: Any) -> Json:
    """A user; `number` is also their private chat."""
    return {
        "id": number,
        "is_bot": False,
        "first_name": "Ana",
        **({"language_code": language} if language else {}),
        **more,
    }


def bot(number: int = BOT_ID, name: str = BOT_NAME) -> Json:
    return {"id": number, "is_bot": True, "first_name": "Desk", "username": name}


def private_chat(number: int = 7) -> Json:
    return {"id": number, "type": "private", "first_name": "Ana"}


def group(number: int = -100500, kind: str = "supergroup", **more: Any) -> Json:
    return {"id": number, "type": kind, "title": "A group", **more}


def said(text: str | None = None, chat: Json | int = 7, sender: Json | None = None, **fields: Any) -> Json:
    """A message: `said("hello", chat=8)`; other fields of Telegram's Message are added as they are."""
    return {"message": _message(text, chat, sender, fields)}


def edited(text: str | None = None, chat: Json | int = 7, sender: Json | None = None, **fields: Any) -> Json:
    """A changed message; pass `message_id` of the original."""
    return {"edited_message": {**_message(text, chat, sender, fields), "edit_date": 1_790_000_100}}


def service(chat: int, topic: int, number: int | None = None, **fields: Any) -> Json:
    """A message of Telegram's own about a topic of a forum, as the bot's act made it. A topic has the number of the
    first one, and a bot is told of these, unlike of its own messages."""
    place = group(chat, is_forum=True)
    made = {"message_id": number or topic, "message_thread_id": topic, "is_topic_message": True}
    return {"message": {**made, "date": 1_790_000_000, "chat": place, "from": bot(), **fields}}


def in_topic(text: str | None, topic: int, chat: int, sender: Json | None = None, **fields: Any) -> Json:
    """A message in a topic. What answers no other message formally answers the one that made the topic."""
    created = service(chat, topic, forum_topic_created={"name": "a topic", "icon_color": 7322096})["message"]
    place = {"message_thread_id": topic, "is_topic_message": True, "reply_to_message": created}
    return said(text, group(chat, is_forum=True), sender, **{**place, **fields})


def pressed(
    data: str | None, message_id: int = 1, chat: Json | int = 7, sender: Json | None = None, old: bool = False
) -> Json:
    """A press on an inline button; `old`: Telegram no longer shows us the message."""
    place = private_chat(chat) if isinstance(chat, int) else chat
    message = {"message_id": message_id, "chat": place, "date": 0 if old else 1_790_000_000}
    if not old:
        message |= {"from": bot(), "text": "choose"}
    who = sender or person(chat if isinstance(chat, int) else 7)
    query = {"id": f"q{next(_numbers)}", "from": who, "chat_instance": "1", "message": message}
    return {"callback_query": query | ({"data": data} if data is not None else {})}


def membership(status: str, chat: Json | int = 7, sender: Json | None = None) -> Json:
    """What became of the bot in a chat: `membership("kicked")` is a person who blocked it."""
    place = private_chat(chat) if isinstance(chat, int) else chat
    member: Json = {"user": bot(), "status": status}
    if status == "kicked":
        member["until_date"] = 0
    return {
        "my_chat_member": {
            "chat": place,
            "from": sender or person(),
            "date": 1_790_000_000,
            "old_chat_member": {"user": bot(), "status": "member"},
            "new_chat_member": member,
        }
    }


def _message(text: str | None, chat: Json | int, sender: Json | None, fields: Json) -> Json:
    place = private_chat(chat) if isinstance(chat, int) else chat
    who = sender or person(chat if isinstance(chat, int) else 7)
    message = {"message_id": next(_numbers), "date": 1_790_000_000, "chat": place, "from": who}
    return message | ({"text": text} if text is not None else {}) | fields
