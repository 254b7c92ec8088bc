"""What stands in the chats of the fake Telegram, and who may be written to."""

import time
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.telegram_forum import Forums, Refused
from tests.fakes.telegram_rules import Params, visible
from tests.fakes.telegram_updates import bot, private_chat

__all__ = ["Call", "Chats", "Refused", "Shown"]
LOOKING = ("getChat", "getChatMember")


@dataclass(frozen=True)
class Call:
    """One request as it came in; `at` is time.monotonic()."""

    method: str
    params: Params
    at: float


@dataclass
class Shown:
    """A message as it stands in a chat now; `edits` are its earlier texts."""

    chat: int
    message_id: int
    text: str
    html: str
    params: Params
    document: bytes | None = None
    edits: list[str] = field(default_factory=list)

    @property
    def thread(self) -> int | None:
        """The topic it stands in."""
        return self.params.get("message_thread_id")

    @property
    def keyboard(self) -> list[list[dict[str, Any]]]:
        rows: list[list[dict[str, Any]]] = self.params.get("reply_markup", {}).get("inline_keyboard", [])
        return rows


class Chats:
    """Messages of the bot, blocked chats, groups that moved, flood limits."""

    def __init__(self, bot_id: int, enforce_limits: bool) -> None:
        self.messages: dict[tuple[int, int], Shown] = {}
        self.blocked: set[int] = set()
        self.migrated: dict[int, int] = {}
        self.violations: list[str] = []
        self._bot_id, self._enforce_limits = bot_id, enforce_limits
        self._numbers = count(1)
        #: What Telegram says by itself, for the bot to hear.
        self.told: list[dict[str, Any]] = []
        self.forums = Forums(self._numbers, self.told)
        self._not_before: dict[int, float] = {}
        self._arrivals: list[tuple[float, int]] = []

    def close(self, chat: int, seconds: float) -> None:
        """Nobody may write to this chat for so long."""
        self._not_before[chat] = time.monotonic() + seconds

    def admit(self, method: str, chat: int) -> None:
        """Raises what Telegram answers to a call for this chat."""
        now = time.monotonic()
        if now < self._not_before.pop(chat, 0) - 0.05:
            self.violations.append(f"{method}: chat {chat} was written to before retry_after had passed")
        if chat in self.migrated:
            text = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, text, migrate_to_chat_id=self.migrated[chat])
        if chat in self.blocked:
            raise Refused(403, "Forbidden: bot was blocked by the user")
        self.forums.admit(chat)
        if method not in LOOKING and self._enforce_limits and self._is_flood(chat, now):
            self.close(chat, 1)
            raise Refused(429, "Too Many Requests: retry after 1", retry_after=1)

    def _is_flood(self, chat: int, now: float) -> bool:
        self._arrivals = [one for one in self._arrivals if now - one[0] < 60]
        everywhere = sum(now - at < 1 for at, _ in self._arrivals)
        here = sum(place == chat for _, place in self._arrivals)
        flood = everywhere >= 30 or (chat < 0 and here >= 20)
        if not flood:
            self._arrivals.append((now, chat))
        return flood

    def send(self, params: Params) -> dict[str, Any]:
        """A new message, text or document."""
        chat, text = params["chat_id"], params.get("text") or params.get("caption") or ""
        self._check_reply(chat, params.get("reply_parameters"))
        self.forums.check_thread(chat, params.get("message_thread_id"))
        number = next(self._numbers)
        document = params.get("document")
        shown = Shown(chat, number, visible(text, params.get("parse_mode")).strip(), text, params, document)
        self.messages[chat, number] = shown
        return self._as_message(shown)

    def edit(self, params: Params) -> dict[str, Any]:
        """Another text and keyboard for a message."""
        shown = self.messages.get((params["chat_id"], params["message_id"]))
        if shown is None:
            raise Refused(400, "Bad Request: message to edit not found")
        if shown.document is not None:
            raise Refused(400, "Bad Request: there is no text in the message to edit")
        same_buttons = params.get("reply_markup") == shown.params.get("reply_markup")
        if params["text"] == shown.html and same_buttons:
            raise Refused(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are "
                "exactly the same as a current content and reply markup of the message",
            )
        shown.edits.append(shown.text)
        shown.text, shown.html = visible(params["text"], params.get("parse_mode")).strip(), params["text"]
        shown.params = {**params, "message_thread_id": shown.thread}
        return self._as_message(shown)

    def act(self, method: str, params: Params) -> Any:
        """What is done to a group, its topics and its messages."""
        if method == "pinChatMessage":
            shown = self.messages.get((params["chat_id"], params["message_id"]))
            if shown is None:
                raise Refused(400, "Bad Request: message to pin not found")
            return self.forums.pin(shown.chat, shown.message_id, shown.thread)
        done = self.forums.act(method, params, self._bot_id)
        if method == "deleteForumTopic":
            self._empty(params["chat_id"], params["message_thread_id"])
        return done

    def delete_topic(self, chat: int, topic: int) -> None:
        """Somebody deletes a topic, and with it all that was said there."""
        del self.forums.groups[chat].topics[topic]
        self._empty(chat, topic)

    def _empty(self, chat: int, topic: int) -> None:
        for key in [key for key, one in self.messages.items() if one.chat == chat and one.thread == topic]:
            del self.messages[key]

    def _check_reply(self, chat: int, reply: dict[str, Any] | None) -> None:
        # The fake does not keep what people write: only replies to its own chats' messages can be checked.
        if reply and int(reply["message_id"]) <= 0 and not reply.get("allow_sending_without_reply"):
            raise Refused(400, "Bad Request: message to be replied not found")

    def _as_message(self, shown: Shown) -> dict[str, Any]:
        chat = (
            private_chat(shown.chat) if shown.chat > 0 else {"id": shown.chat, "type": "supergroup", "title": "A group"}
        )
        content: dict[str, Any] = {"text": shown.text}
        if shown.document is not None:
            content = {"document": {"file_id": f"file{shown.message_id}", "file_unique_id": f"u{shown.message_id}"}}
        date = {"date": int(time.time())}
        return {"message_id": shown.message_id, "chat": chat, "from": bot(self._bot_id), **date, **content}
