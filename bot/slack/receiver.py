"""Slack's payloads as arrivals. Reads only what they say: nothing is asked of Slack before an event is stored."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.slack.markup import plain
from bot.slack.profiles import Profile
from bot.slack.renderer import OPENS_FORM
from bot.slack.views import GOES_ON, entered, form_of
from bot.slack.workspace import ACCOUNT, Workspace, is_private
from desk.messages import Address, Arrival, Attachment, Incoming

Payload = Mapping[str, Any]

COMMANDS = ("start", "help", "status", "topics", "language", "privacy", "export", "forget", "stop")
#: How a member shows who they are: this word and a code from the console.
LINK, _CODE = "link", re.compile(r"[2-9A-Z]{10}", re.IGNORECASE)
#: How a coordinator's message begins that is meant for the requester.
_REPLY = re.compile(r"\s*reply\s*[:：](?P<words>.*)", re.IGNORECASE | re.DOTALL)
SHORTCUT = "ask_guidepost"
# What people write. Every other subtype is the channel's own bookkeeping (joined, renamed, pinned …).
WRITTEN = (None, "file_share", "thread_broadcast", "me_message")


class Receiver:
    """Knows the workspace; `profile` is what is already known of a person."""

    def __init__(
        self,
        workspace: Workspace,
        now: Callable[[], datetime],
        profile: Callable[[str], Profile | None] = lambda user: None,
        coordinator_channel: str | None = None,
        commands: Sequence[str] = COMMANDS,
    ) -> None:
        self._workspace, self._now, self._profile = workspace, now, profile
        self._coordinators, self._commands = coordinator_channel, frozenset(commands)

    def read(self, payload: Payload) -> Incoming | None:
        """What somebody did, or None when it is nothing for the desk."""
        incoming = self._read(payload)
        if incoming is None or (profile := self._profile(incoming.sender)) is None:
            return incoming
        return replace(incoming, language=profile.language, time_zone=profile.time_zone)

    def _read(self, payload: Payload) -> Incoming | None:
        if "command" in payload:
            return self._command(payload)
        kind = payload.get("type")
        if kind == "block_actions":
            return self._press(payload)
        if kind == "view_submission":
            return self._form(payload)
        if kind == "message_action" and payload.get("callback_id") == SHORTCUT:
            return self._shortcut(payload)
        return self._event(payload["event_id"], payload["event"]) if kind == "event_callback" else None

    def _event(self, event_id: str, event: Payload) -> Incoming | None:
        kind, subtype = event.get("type"), event.get("subtype")
        if kind == "app_home_opened":
            return self._home(event_id, event)
        if kind == "message" and subtype == "message_changed":
            return self._changed(event_id, event)
        if kind == "message" and subtype == "message_deleted":
            return self._deleted(event_id, event["channel"], event.get("previous_message") or {})
        if kind in ("message", "app_mention") and subtype in WRITTEN:
            return self._message(event_id, event["channel"], event)
        return None

    def _home(self, event_id: str, event: Payload) -> Incoming | None:
        if event.get("tab") != "home":
            return None
        return Incoming(self._alone(event["user"]), event_id, event["user"], Arrival.HOME, self._now())

    def _changed(self, event_id: str, event: Payload) -> Incoming | None:
        message, before = event["message"], event.get("previous_message") or {}
        # Slack also calls it a change when it unfolds a link.
        if message.get("subtype") not in WRITTEN or message.get("text") == before.get("text"):
            return None
        return self._message(event_id, event["channel"], message, edited=True)

    def _message(self, event_id: str, channel: str, message: Payload, edited: bool = False) -> Incoming | None:
        sender = message.get("user")
        private = is_private(channel)
        if not sender or sender in (self._workspace.bot_user, "USLACKBOT") or message.get("bot_id"):
            return None
        if self._is_aside(channel, message):
            return self._aside(event_id, channel, message, edited)
        if not private and not self._mentioned(message):
            return None
        if private:
            self._workspace.places[sender] = channel
        revision = (message.get("edited") or {}).get("ts")
        edited = edited or bool(revision)
        message_id = f"{channel}:{message['ts']}"
        text, attachments = plain(message.get("text") or "", self._workspace.bot_user), _attachments(message)
        arrival, command = _kind(text, attachments, edited)
        return Incoming(
            self._place(channel, sender, message.get("thread_ts") or message["ts"]),
            event_id,
            sender,
            arrival,
            self._now(),
            text=text,
            command=command,
            message_id=message_id,
            reply_to=_parent(channel, message),
            # A mention comes twice, as app_mention and as message, each with an event id of its own.
            alias_id=f"{message_id}:{revision or event_id}" if edited else message_id,
            private=private,
            attachments=attachments,
            private_address=None if private else self._alone(sender),
        )

    def _is_aside(self, channel: str, message: Payload) -> bool:
        """Whether coordinators say this to each other, under one of the messages in their channel."""
        return channel == self._coordinators and _parent(channel, message) is not None

    def _aside(self, event_id: str, channel: str, message: Payload, edited: bool) -> Incoming:
        """Internal, whoever is mentioned in it."""
        revision = (message.get("edited") or {}).get("ts")
        message_id = f"{channel}:{message['ts']}"
        text, meant = for_requester(plain(message.get("text") or "", self._workspace.bot_user))
        edited = edited or bool(revision)
        return Incoming(
            Address("slack", ACCOUNT, channel, message["thread_ts"]),
            event_id,
            message["user"],
            Arrival.EDIT if edited else Arrival.TEXT,
            self._now(),
            text=text,
            message_id=message_id,
            reply_to=_parent(channel, message),
            alias_id=f"{message_id}:{revision or event_id}" if edited else message_id,
            private=False,
            attachments=_attachments(message),
            internal=True,
            for_requester=meant,
        )

    def _deleted(self, event_id: str, channel: str, message: Payload) -> Incoming | None:
        """Only what coordinators take back matters: a requester's words were said all the same."""
        sender = message.get("user")
        if not sender or sender == self._workspace.bot_user or not self._is_aside(channel, message):
            return None
        gone = self._aside(event_id, channel, message, edited=False)
        return replace(gone, arrival=Arrival.DELETED, alias_id=None)

    def _mentioned(self, message: Payload) -> bool:
        me = self._workspace.bot_user
        return message.get("type") == "app_mention" or f"<@{me}>" in (message.get("text") or "")

    def _command(self, payload: Payload) -> Incoming:
        sender, channel = payload["user_id"], payload["channel_id"]
        text = plain(payload.get("text") or "", self._workspace.bot_user)
        word, _, rest = text.removeprefix("/").partition(" ")
        word = word.lower() or "help"
        # Only a code takes a command along; all else is a sentence that begins like one.
        known = word in self._commands if not rest else word == LINK and bool(_CODE.fullmatch(rest))
        private = is_private(channel)
        return Incoming(
            self._place(channel, sender, None),
            payload["trigger_id"],
            sender,
            Arrival.COMMAND if known else Arrival.TEXT,
            self._now(),
            text=rest if known else text,
            command=word if known else None,
            private=private,
            reply_handle=self._handle(payload),
            private_address=None if private else self._alone(sender),
        )

    def _shortcut(self, payload: Payload) -> Incoming:
        sender, message = payload["user"]["id"], payload["message"]
        text, attachments = plain(message.get("text") or "", self._workspace.bot_user), _attachments(message)
        return Incoming(
            self._alone(sender),
            payload["trigger_id"],
            sender,
            Arrival.TEXT if text or not attachments else Arrival.MEDIA,
            self._now(),
            text=text,
            message_id=f"{payload['channel']['id']}:{payload.get('message_ts') or message['ts']}",
            attachments=attachments,
            reply_handle=self._handle(payload),
        )

    def _press(self, payload: Payload) -> Incoming | None:
        sender, action = payload["user"]["id"], payload["actions"][0]
        # A button that opens a page is reported too; it carries no token.
        if not action.get("value"):
            return None
        container = payload.get("container") or {}
        channel = (payload.get("channel") or {}).get("id") or container.get("channel_id")
        ts = container.get("message_ts")
        private = channel is None or is_private(channel)
        thread = container.get("thread_ts") or (payload.get("message") or {}).get("thread_ts") or ts
        return Incoming(
            self._alone(sender) if channel is None else self._place(channel, sender, thread),
            payload.get("trigger_id") or f"{action['action_ts']}:{sender}:{action['action_id']}",
            sender,
            Arrival.PRESS,
            self._now(),
            action=action["value"],
            message_id=f"{channel}:{ts}" if channel and ts else None,
            private=private,
            reply_handle=self._handle(payload),
            private_address=None if private or channel == self._coordinators else self._alone(sender),
            form=form_of(payload) if action["action_id"].startswith(OPENS_FORM) else None,
        )

    def _form(self, payload: Payload) -> Incoming:
        sender, view = payload["user"]["id"], payload["view"]
        return Incoming(
            self._alone(sender),
            payload.get("trigger_id") or f"{view['id']}:{view['hash']}",
            sender,
            Arrival.FORM,
            self._now(),
            action=view["private_metadata"],
            form=form_of(payload) if view.get("callback_id") == GOES_ON else None,
            values={name: plain(value) for name, value in entered(view).items()},
        )

    def _alone(self, user: str) -> Address:
        return Address("slack", ACCOUNT, user)

    def _place(self, channel: str, sender: str, thread: str | None) -> Address:
        """A person's direct messages are one conversation, named by the person and not by the D… channel."""
        if is_private(channel):
            return self._alone(sender)
        return Address("slack", ACCOUNT, channel, thread)

    def _handle(self, payload: Payload) -> str | None:
        """Slack's one-off address for answering, with the time it came: it works for half an hour."""
        url = payload.get("response_url")
        return f"{url}#{int(self._now().timestamp())}" if url else None


def for_requester(text: str) -> tuple[str, bool]:
    """The words of a coordinator, and whether they are meant for the requester."""
    reply = _REPLY.fullmatch(text)
    return (reply["words"], True) if reply else (text, False)


def _kind(text: str, attachments: tuple[Attachment, ...], edited: bool) -> tuple[Arrival, str | None]:
    if edited:
        return Arrival.EDIT, None
    if text:
        return Arrival.TEXT, None
    return (Arrival.MEDIA, None) if attachments else (Arrival.COMMAND, "help")


def _parent(channel: str, message: Payload) -> str | None:
    thread = message.get("thread_ts")
    return f"{channel}:{thread}" if thread and thread != message["ts"] else None


def _attachments(message: Payload) -> tuple[Attachment, ...]:
    """Files by reference only."""
    files = [file for file in message.get("files") or () if file.get("id") and file.get("mode") != "tombstone"]
    return tuple(
        Attachment(_file_kind(file), file["id"], _file_name(file), file.get("size"), file.get("mimetype"))
        for file in files
    )


def _file_name(file: Payload) -> str | None:
    return plain(file.get("name") or "") or None


def _file_kind(file: Payload) -> str:
    kind = str(file.get("mimetype") or "").split("/")[0]
    return kind if kind in ("image", "audio", "video") else "file"
