"""What people do in the fake workspace, as the payloads Slack makes of it; mixed into `SlackServer`."""

import mimetypes
from typing import TYPE_CHECKING, Any

from tests.fakes.slack_windows import Windows

if TYPE_CHECKING:
    from tests.fakes.slack_server import Delivery


class People(Windows):
    """Needs what `SlackServer` has: numbers, conversations and a way to deliver."""

    team: str
    bot_user: str
    users: dict[str, dict[str, str]]
    conversations: dict[str, list[dict[str, Any]]]
    whispers: list[dict[str, Any]]
    homes: dict[str, dict[str, Any]]

    def number(self) -> int:
        raise NotImplementedError

    def timestamp(self) -> str:
        raise NotImplementedError

    def response_url(self) -> str:
        raise NotImplementedError

    async def deliver(self, kind: str, payload: dict[str, Any], ts: str = "") -> "Delivery":
        raise NotImplementedError

    def add_user(self, user: str, locale: str = "en-GB", tz: str = "Europe/London", name: str = "") -> None:
        self.users[user] = {"locale": locale, "tz": tz, **({"name": name} if name else {})}
        self.conversations.setdefault(f"D{user[1:]}", [])

    def add_channel(self, channel: str) -> None:
        self.conversations.setdefault(channel, [])

    def place(self, name: str) -> str:
        """The channel id of a user's direct messages with the bot; any other id as it is."""
        return f"D{name[1:]}" if name.startswith("U") else name

    def messages(self, place: str) -> list[dict[str, Any]]:
        """What stands in a channel or in a user's direct messages, by everybody, oldest first."""
        return self.conversations.get(self.place(place), [])

    def card(self, place: str, text: str) -> dict[str, Any]:
        """The first message there that says this."""
        return next(one for one in self.messages(place) if text in _readable(one))

    def below(self, place: str, ts: str) -> list[str]:
        """What stands in the thread under a message, by everybody."""
        return [_readable(one) for one in self.messages(place) if one.get("thread_ts") == ts]

    def said(self, place: str) -> list[str]:
        """The texts the bot has posted there, each with its blocks and buttons in one string."""
        return [_readable(one) for one in self.messages(place) if one.get("user") == self.bot_user]

    async def event(self, event: dict[str, Any]) -> "Delivery":
        """Any event of the Events API."""
        number = self.number()
        envelope = {"type": "event_callback", "team_id": self.team, "api_app_id": "A0FAKE", "event_id": f"Ev{number}"}
        return await self.deliver("events_api", {**envelope, "event": event}, str(event.get("ts", "")))

    async def say(self, user: str, text: str, thread: str | None = None) -> "Delivery":
        """Write to the bot alone."""
        return await self.event(self._write(user, self.place(user), text, thread))

    async def send_file(self, user: str, *names: str, text: str = "") -> "Delivery":
        """One message with as many files as there are names."""
        kinds = {name: mimetypes.guess_type(name)[0] for name in names}
        about = {"size": 1234, "url_private": "https://x"}
        files = [{"id": f"F{self.number()}", "name": name, "mimetype": kinds[name], **about} for name in names]
        message = self._write(user, self.place(user), text, None)
        return await self.event({**message, "subtype": "file_share", "files": files})

    async def edit(self, user: str, ts: str, text: str) -> "Delivery":
        """Change one's own direct message."""
        channel = self.place(user)
        before = next(one for one in self.conversations[channel] if one["ts"] == ts)
        after = {**before, "text": text, "edited": {"user": user, "ts": self.timestamp()}}
        self.conversations[channel][self.conversations[channel].index(before)] = after
        changed = {"type": "message", "subtype": "message_changed", "channel": channel, "channel_type": "im"}
        return await self.event({**changed, "ts": self.timestamp(), "message": after, "previous_message": before})

    async def mention(self, user: str, channel: str, text: str, thread: str | None = None) -> "Delivery":
        """Speak to the bot in a channel (`text` without the mention)."""
        self.add_channel(channel)
        message = self._write(user, channel, f"<@{self.bot_user}> {text}", thread)
        return await self.event({**message, "type": "app_mention"})

    async def open_home(self, user: str, tab: str = "home") -> "Delivery":
        self.users.setdefault(user, {"locale": "en-GB", "tz": "Europe/London"})
        return await self.event({"type": "app_home_opened", "user": user, "channel": self.place(user), "tab": tab})

    async def command(self, user: str, text: str, channel: str | None = None) -> "Delivery":
        """`/guidepost text`, in a channel or in the direct messages with the bot."""
        self._arrive(user)
        payload = {"command": "/guidepost", "text": text, "team_id": self.team, "user_id": user}
        place = {"channel_id": channel or self.place(user), "response_url": self.response_url()}
        return await self.deliver("slash_commands", {**payload, **place, "trigger_id": f"trigger-{self.number()}"})

    async def shortcut(self, user: str, channel: str, text: str, author: str = "U0OTHER") -> "Delivery":
        """Ask about somebody's message by its menu."""
        self._arrive(user)
        message = {"type": "message", "user": author, "text": text, "ts": self.timestamp()}
        payload = {"type": "message_action", "callback_id": "ask_guidepost", "message": message}
        place = {"channel": {"id": channel}, "message_ts": message["ts"]}
        return await self.deliver("interactive", {**payload, **place, **self._interactive(user)})

    async def press(self, user: str, place: str, label: str, on: str = "") -> "Delivery":
        """Press the newest button with this label: in direct messages, a channel, a whisper ("whisper") or the home.

        With `on` it must be on a message that says this.
        """
        self._arrive(user)
        message, button = self._newest_button(place, label, on)
        action = {"type": "button", **button, "action_ts": self.timestamp()}
        payload = {"type": "block_actions", **self._interactive(user), "actions": [action]}
        return await self.deliver("interactive", {**payload, **self._surface(place, message)})

    def _surface(self, place: str, message: dict[str, Any]) -> dict[str, Any]:
        if place == "home":
            return {"container": {"type": "view", "view_id": "V1"}, "view": message}
        channel = message.get("channel") or self.place(place)
        container = {"type": "message", "message_ts": message["ts"], "channel_id": channel}
        return {"container": container, "channel": {"id": channel}, "message": message}

    def _newest_button(self, place: str, label: str, on: str) -> tuple[dict[str, Any], dict[str, Any]]:
        surfaces = {"home": list(self.homes.values()), "whisper": self.whispers}
        for message in reversed(surfaces.get(place) or self.messages(place)):
            if on not in _readable(message):
                continue
            for block in message.get("blocks") or ():
                for element in _buttons(block):
                    if element["text"]["text"] == label:
                        return message, element
        raise LookupError(f"no button {label!r} in {place}")

    def _interactive(self, user: str) -> dict[str, Any]:
        own = {"trigger_id": f"trigger-{self.number()}", "response_url": self.response_url()}
        self.triggers[own["trigger_id"]] = user
        return {"user": {"id": user, "team_id": self.team}, "team": {"id": self.team}, **own}

    def _arrive(self, user: str) -> None:
        if user not in self.users:
            self.add_user(user)

    def _write(self, user: str, channel: str, text: str, thread: str | None) -> dict[str, Any]:
        self._arrive(user)
        message: dict[str, Any] = {"type": "message", "user": user, "text": text, "ts": self.timestamp()}
        if thread:
            message["thread_ts"] = thread
        self.conversations.setdefault(channel, []).append(message)
        kind = "im" if channel.startswith("D") else "channel"
        return {**message, "channel": channel, "channel_type": kind, "event_ts": message["ts"]}


def _buttons(block: dict[str, Any]) -> list[dict[str, Any]]:
    if block["type"] == "actions":
        return list(block["elements"])
    return [block["accessory"]] if "accessory" in block else []


def _readable(message: dict[str, Any]) -> str:
    lines = []
    for block in message.get("blocks") or ():
        for holder in (block, *block.get("elements", ())):
            text = holder.get("text")
            if text:
                lines.append(text if isinstance(text, str) else text["text"])
        if "accessory" in block:
            lines.append(block["accessory"]["text"]["text"])
    return "\n".join(lines) or str(message.get("text", ""))
