"""Supergroups with topics in the fake Telegram: what the bot may do there, and what is deleted behind its back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from tests.fakes.telegram_rules import Params
from tests.fakes.telegram_updates import bot, service

# What Telegram says in a topic about a change of it.
_TOLD: dict[str, Callable[[str], dict[str, Any]]] = {
    "editForumTopic": lambda name: {"forum_topic_edited": {"name": name}},
    "closeForumTopic": lambda name: {"forum_topic_closed": {}},
    "reopenForumTopic": lambda name: {"forum_topic_reopened": {}},
}
RIGHTS = ("can_manage_topics", "can_pin_messages", "can_delete_messages")


class Refused(Exception):
    """An error answer: HTTP code, description and Telegram's `parameters`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class Topic:
    """One topic as it is now; `pinned` are the numbers of messages."""

    number: int
    name: str
    closed: bool = False
    pinned: list[int] = field(default_factory=list)


@dataclass
class Group:
    """A supergroup and what the bot is in it."""

    chat: int
    is_forum: bool = True
    username: str | None = None
    member: bool = True
    rights: set[str] = field(default_factory=lambda: set(RIGHTS))
    topics: dict[int, Topic] = field(default_factory=dict)

    @property
    def is_administrator(self) -> bool:
        return bool(self.rights)

    def described(self) -> dict[str, Any]:
        """A ChatFullInfo; what every chat has, and no more."""
        forum = {"is_forum": True} if self.is_forum else {}
        name = {"username": self.username} if self.username else {}
        looks = {"accent_color_id": 1, "max_reaction_count": 11, "accepted_gift_types": {}}
        return {"id": self.chat, "type": "supergroup", "title": "Coordinators", **forum, **name, **looks}

    def membership(self, bot_id: int) -> dict[str, Any]:
        """A ChatMember of the bot."""
        who = {"user": bot(bot_id)}
        if not self.member:
            return {"status": "kicked", "until_date": 0, **who}
        if not self.is_administrator:
            return {"status": "member", **who}
        given = {name: name in self.rights for name in RIGHTS}
        return {"status": "administrator", "can_be_edited": False, "is_anonymous": False, **given, **who}


class Forums:
    """The groups there are; `said` takes what Telegram says by itself, `numbers` are those of messages."""

    def __init__(self, numbers: "count[int]", said: list[dict[str, Any]]) -> None:
        self.groups: dict[int, Group] = {}
        self._numbers, self._said = numbers, said

    def admit(self, chat: int) -> None:
        """Raises what Telegram answers to a bot that is not in a group (any more)."""
        group = self.groups.get(chat)
        if group is not None and not group.member:
            raise Refused(403, "Forbidden: bot was kicked from the supergroup chat")

    def check_thread(self, chat: int, thread: int | None) -> None:
        """Raises what Telegram answers to a message for a topic that is not there."""
        group = self.groups.get(chat)
        if group is None or thread is None:
            return
        if thread not in group.topics:
            raise Refused(400, "Bad Request: message thread not found")
        if group.topics[thread].closed and "can_manage_topics" not in group.rights:
            raise Refused(400, "Bad Request: TOPIC_CLOSED")

    def act(self, method: str, params: Params, bot_id: int) -> Any:
        """One method of a forum."""
        group = self.groups.get(params["chat_id"])
        if group is None:
            raise Refused(400, "Bad Request: chat not found")
        match method:
            case "getChat":
                return group.described()
            case "getChatMember":
                return group.membership(bot_id)
            case "createForumTopic":
                return self._create(group, params["name"])
        topic = self._topic(group, params["message_thread_id"])
        if method == "deleteForumTopic":
            return self._delete(group, topic)
        return self._change(group, topic, method, params.get("name", topic.name))

    def _change(self, group: Group, topic: Topic, method: str, name: str) -> bool:
        closed = topic.closed if method == "editForumTopic" else method == "closeForumTopic"
        if (name, closed) == (topic.name, topic.closed):
            raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
        topic.name, topic.closed = name, closed
        self._tell(group, topic, **_TOLD[method](name))
        return True

    def _tell(self, group: Group, topic: Topic, **what: Any) -> None:
        self._said.append(service(group.chat, topic.number, next(self._numbers), **what))

    def _create(self, group: Group, name: str) -> dict[str, Any]:
        if not group.is_forum:
            raise Refused(400, "Bad Request: the chat is not a forum")
        if "can_manage_topics" not in group.rights:
            raise Refused(400, "Bad Request: not enough rights to create a topic")
        number = next(self._numbers)
        group.topics[number] = Topic(number, name)
        # A topic has the number of the message that says it was made.
        self._said.append(service(group.chat, number, forum_topic_created={"name": name, "icon_color": 7322096}))
        return {"message_thread_id": number, "name": name, "icon_color": 7322096}

    def _delete(self, group: Group, topic: Topic) -> bool:
        if "can_delete_messages" not in group.rights:
            raise Refused(400, "Bad Request: not enough rights to delete the topic")
        del group.topics[topic.number]
        return True

    def _topic(self, group: Group, number: int) -> Topic:
        if number not in group.topics:
            raise Refused(400, "Bad Request: TOPIC_ID_INVALID")
        if "can_manage_topics" not in group.rights:
            raise Refused(400, "Bad Request: not enough rights to edit the topic")
        return group.topics[number]

    def pin(self, chat: int, message: int, thread: int | None) -> bool:
        """A message is pinned where it stands."""
        group = self.groups.get(chat)
        if group is None or "can_pin_messages" not in group.rights:
            raise Refused(400, "Bad Request: not enough rights to manage pinned messages in the chat")
        if thread is not None:
            group.topics[thread].pinned.append(message)
            pinned = {"message_id": message, "date": 1_790_000_000, "chat": {"id": chat, "type": "supergroup"}}
            self._tell(group, group.topics[thread], pinned_message=pinned)
        return True
