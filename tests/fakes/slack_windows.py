"""Threads and modals in the fake workspace, as the payloads Slack makes of them; mixed into `SlackServer`."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.fakes.slack_rules import wrong_option, wrong_view

if TYPE_CHECKING:
    from tests.fakes.slack_server import Delivery

LONGEST_WAIT = 20


class Windows:
    """Needs what `SlackServer` has: presses, numbers, conversations and a way to deliver."""

    team: str
    conversations: dict[str, list[dict[str, Any]]]
    views: dict[str, list[dict[str, Any]]]
    triggers: dict[str, str]
    external_ids: set[str]
    violations: list[str]

    def number(self) -> int:
        raise NotImplementedError

    def timestamp(self) -> str:
        raise NotImplementedError

    def show_view(self, user: str, view: dict[str, Any]) -> dict[str, Any]:
        """Put a window on top of what somebody sees."""
        shown = {**view, "id": f"V{self.number()}", "hash": f"h{self.number()}"}
        self.external_ids.add(view.get("external_id", ""))
        self.views.setdefault(user, []).append(shown)
        return shown

    async def until(self, true: Callable[[], Any], seconds: float = 5.0) -> None:
        raise NotImplementedError

    async def event(self, event: dict[str, Any]) -> "Delivery":
        raise NotImplementedError

    async def deliver(self, kind: str, payload: dict[str, Any], ts: str = "") -> "Delivery":
        raise NotImplementedError

    async def press(self, user: str, place: str, label: str, on: str = "") -> "Delivery":
        raise NotImplementedError

    async def open_form(self, user: str, place: str, label: str, on: str = "") -> dict[str, Any]:
        """Press a button that opens a form, and wait for what is in it."""
        self.views.pop(user, None)
        await self.press(user, place, label, on)
        await self.until(lambda: self.is_filled(user), LONGEST_WAIT)
        return self.views[user][-1]

    def is_filled(self, user: str) -> bool:
        """Whether the window on top has more than a sign that it waits."""
        return bool(self.views.get(user)) and "submit" in self.views[user][-1]

    async def look_up(self, user: str, field: str, typed: str) -> list[dict[str, Any]]:
        """What is offered while somebody types into a field of the window on top."""
        view = self.views[user][-1]
        payload = {"type": "block_suggestion", "block_id": field, "action_id": "entered", "value": typed, "view": view}
        delivery = await self.deliver("interactive", {**payload, **self._by(user)})
        await self.until(lambda: delivery.acks, LONGEST_WAIT)
        answer = delivery.answers[0]
        groups = answer.get("option_groups") or [{"options": answer["options"]}]
        options = [option for group in groups for option in group["options"]]
        self.violations += [problem for option in options for problem in wrong_option(option)]
        if any(not group["options"] for group in answer.get("option_groups") or ()) or len(options) > 100:
            self.violations.append("an empty group, or more than 100 options")
        return options

    async def hand_in(self, user: str, **values: str) -> "Delivery":
        """Submit the window on top; where nothing is given, what stands there already is handed in."""
        view = self.views[user][-1]
        payload = {"type": "view_submission", **self._by(user), "view": {**view, "state": self._state(view, values)}}
        delivery = await self.deliver("interactive", payload)
        await self.until(lambda: delivery.acks, LONGEST_WAIT)
        answer = delivery.answers[0]
        if answer.get("response_action") == "push":
            if problem := wrong_view(answer["view"]):
                self.violations.append(problem)
            self.show_view(user, answer["view"])
        elif answer.get("response_action") == "clear":
            self.views.pop(user)
        else:
            self.views[user].pop()
        return delivery

    def _state(self, view: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
        entered = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                element, given = block["element"], values.get(block["block_id"])
                if element["type"] == "plain_text_input":
                    value: dict[str, Any] = {"value": given or element.get("initial_value")}
                else:
                    chosen = {"value": given} if given else element["initial_option"]
                    value = {"selected_option": chosen}
                entered[block["block_id"]] = {element["action_id"]: {"type": element["type"], **value}}
        return {"values": entered}

    def _by(self, user: str) -> dict[str, Any]:
        trigger = f"trigger-{self.number()}"
        self.triggers[trigger] = user
        return {"user": {"id": user, "team_id": self.team}, "team": {"id": self.team}, "trigger_id": trigger}

    async def write_under(self, user: str, channel: str, ts: str, text: str, **more: Any) -> str:
        """Write in a thread; returns the time stamp of what was written."""
        message = {"type": "message", "user": user, "text": text, "ts": self.timestamp(), "thread_ts": ts, **more}
        self.conversations[channel].append(message)
        await self.event({**message, "channel": channel, "channel_type": "channel", "event_ts": message["ts"]})
        return str(message["ts"])

    async def edit_in(self, channel: str, ts: str, text: str) -> "Delivery":
        """Change a message in a channel."""
        before = next(one for one in self.conversations[channel] if one["ts"] == ts)
        after = {**before, "text": text, "edited": {"user": before["user"], "ts": self.timestamp()}}
        self.conversations[channel][self.conversations[channel].index(before)] = after
        changed = {"type": "message", "subtype": "message_changed", "channel": channel, "channel_type": "channel"}
        return await self.event({**changed, "ts": self.timestamp(), "message": after, "previous_message": before})

    async def delete_in(self, channel: str, ts: str) -> "Delivery":
        """Delete a message in a channel."""
        before = next(one for one in self.conversations[channel] if one["ts"] == ts)
        self.conversations[channel].remove(before)
        gone = {"type": "message", "subtype": "message_deleted", "channel": channel, "channel_type": "channel"}
        return await self.event({**gone, "ts": self.timestamp(), "deleted_ts": ts, "previous_message": before})
