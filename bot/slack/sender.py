"""Replies as calls to Slack's Web API, each made once: trying again is the outbox's decision."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.failures import ABOUT_THE_PLACE, Misconfigured, attempt
from bot.slack.markup import with_links
from bot.slack.pace import Pace
from bot.slack.renderer import BLOCKS_IN_VIEW, Message, render, render_one
from bot.slack.views import Views, filled, linked
from bot.slack.workspace import ACCESS, COORDINATORS, Workspace, is_private
from desk.messages import Address, Delivery, DeliveryError, Reply, Sent

EVENT = "guidepost_reply"
HANDLE_LIVES = timedelta(minutes=29)
# The message is gone or too old to change: a new one takes its place.
BEYOND_CHANGE = frozenset(
    {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found", "is_inactive"}
)
LOOK_BACK = 100
# A form that another process opens may not be there yet.
LOOKS_FOR_FORM, BETWEEN_LOOKS = 4, 0.5


class Sender:
    """`progress` are the messages of a long card that are out already, by key: a second attempt goes on after them."""

    def __init__(
        self,
        client: AsyncWebClient,
        http: aiohttp.ClientSession,
        workspace: Workspace,
        now: Callable[[], datetime],
        pace: Pace,
        views: Views,
        coordinator_channel: str | None = None,
    ) -> None:
        self._views = views
        self._client, self._http, self._workspace, self._now = client, http, workspace, now
        self._pace, self._coordinators = pace, coordinator_channel
        self._progress: dict[str, list[str]] = {}

    async def send(self, reply: Reply, key: str) -> Sent:
        """Send one reply.

        Raises:
            DeliveryError: see `bot.channel.Channel.send`.
        """
        self._pace.admit(reply.address.conversation)
        try:
            sent = await self._deliver(reply, key)
        except Misconfigured as error:
            self._workspace.blame(ACCESS, error.reason, error.remedy)
            raise
        except DeliveryError as error:
            if error.retry_after is not None:
                self._pace.refused(reply.address.conversation, error.retry_after)
            if error.permanent:
                self._progress.pop(key, None)
                raise self._excused(reply.address, error) from None
            raise
        self._workspace.well(ACCESS)
        if reply.address.conversation == self._coordinators:
            self._workspace.well(COORDINATORS)
        return sent

    def _excused(self, address: Address, error: DeliveryError) -> DeliveryError:
        """The coordinators' channel can be repaired: what is meant for it waits instead of being given up."""
        if address.conversation != self._coordinators or error.reason not in ABOUT_THE_PLACE:
            return error
        remedy = "Invite the app to the coordinators' channel (/invite) and check SLACK_COORDINATOR_CHANNEL."
        self._workspace.blame(COORDINATORS, error.reason, remedy)
        return Misconfigured(error.reason, remedy)

    async def _deliver(self, reply: Reply, key: str) -> Sent:
        match reply.delivery:
            case Delivery.EDIT:
                sending = self._edit(reply, key)
            case Delivery.EPHEMERAL:
                sending = self._whisper(reply)
            case Delivery.HOME:
                sending = self._publish(reply)
            case Delivery.FORM:
                sending = self._fill(reply)
            case Delivery.WIPE:
                sending = self._wipe(reply)
            case Delivery.FILE:
                sending = self._upload(reply)
            case _:
                sending = self._post(reply, key)
        return await sending

    async def _post(self, reply: Reply, key: str) -> Sent:
        channel = await self._channel(reply.address)
        messages = render(reply.card, reply.language)
        out = self._progress.setdefault(key, [])
        for part, message in enumerate(messages[len(out) :], start=len(out)):
            await self._pace.turn(channel)
            posting = self._client.chat_postMessage(
                channel=channel,
                thread_ts=_thread(reply),
                metadata={"event_type": EVENT, "event_payload": {"key": key, "part": part}},
                unfurl_links=False,
                unfurl_media=False,
                **_content(message),
            )
            answer = await attempt(posting)
            out.append(f"{answer.get('channel') or channel}:{answer.get('ts')}")
        del self._progress[key]
        return Sent(out[-1])

    async def _edit(self, reply: Reply, key: str) -> Sent:
        channel, _, ts = (reply.target or "").partition(":")
        if not ts:
            return await self._post(reply, key)
        message = render_one(reply.card, reply.language)
        try:
            await attempt(self._client.chat_update(channel=channel, ts=ts, **_content(message)), repeatable=True)
        except DeliveryError as error:
            if error.reason in BEYOND_CHANGE:
                return await self._post(reply, key)
            raise
        return Sent(reply.target)

    async def _wipe(self, reply: Reply) -> Sent:
        """Empty a message. One that is not known but may be there is looked for by the key it went out with."""
        places = [reply.target] if reply.target else []
        if not places and reply.replaces:
            places = list((await self._arrived(reply, reply.replaces)).values())
        message = render_one(reply.card, reply.language)
        for place in places:
            channel, _, ts = place.partition(":")
            try:
                await attempt(self._client.chat_update(channel=channel, ts=ts, **_content(message)), repeatable=True)
            except DeliveryError as error:
                if error.reason not in BEYOND_CHANGE:
                    raise
        return Sent()

    async def _whisper(self, reply: Reply) -> Sent:
        message = render_one(reply.card, reply.language)
        handle = reply.reply_handle
        if handle and self._is_fresh(handle) and await self._respond(handle, message):
            return Sent()
        user = reply.recipient or reply.address.conversation
        channel = await self._channel(reply.address)
        thread = _thread(reply)
        # Slack shows a whisper in a thread only where a thread exists: not under a message nobody has answered.
        alone = reply.reply_to == f"{channel}:{thread}"
        content = _content(message)
        await attempt(
            self._client.chat_postEphemeral(channel=channel, user=user, thread_ts=None if alone else thread, **content)
        )
        return Sent()

    def _is_fresh(self, handle: str) -> bool:
        issued = handle.rpartition("#")[2]
        return not issued.isdigit() or self._now().timestamp() - int(issued) < HANDLE_LIVES.total_seconds()

    async def _respond(self, handle: str, message: Message) -> bool:
        """Answer at the event's own address. False when Slack no longer takes answers there."""
        body = {"response_type": "ephemeral", "replace_original": False, **_content(message)}
        status, wait = await _submit(self._http.post(handle.rpartition("#")[0] or handle, json=body))
        if status == 429:
            raise DeliveryError("ratelimited", retry_after=wait)
        if status >= 500:
            raise DeliveryError(f"HTTP {status}", uncertain=True)
        return status == 200

    async def _publish(self, reply: Reply) -> Sent:
        user = reply.recipient or reply.address.conversation
        card = linked(reply.card, self._workspace.url)
        message = render_one(card, reply.language, BLOCKS_IN_VIEW)
        view = {"type": "home", "blocks": message.blocks}
        await attempt(self._client.views_publish(user_id=user, view=view), repeatable=True)
        return Sent()

    async def _fill(self, reply: Reply) -> Sent:
        """Put content into a form that was opened when its button was pressed."""
        if reply.form is None or reply.target is None or not await self._views.opened(reply.target):
            raise DeliveryError("the form was not opened", permanent=True)
        view = filled(reply.form, reply.card, reply.language, reply.target)
        looks = LOOKS_FOR_FORM
        while True:
            try:
                await attempt(self._client.views_update(external_id=reply.target, view=view), repeatable=True)
                return Sent()
            except DeliveryError as error:
                # Closed already, or not there yet.
                looks -= 1
                if error.reason != "not_found" or not looks:
                    raise
            await asyncio.sleep(BETWEEN_LOOKS)

    async def _upload(self, reply: Reply) -> Sent:
        channel = await self._channel(reply.address)
        data = (reply.file_text or "\n").encode()
        name = reply.file_name or "guidepost.txt"
        asked = self._client.files_getUploadURLExternal(filename=name, length=len(data))
        ticket = await attempt(asked, repeatable=True)
        status, wait = await _submit(self._http.post(str(ticket.get("upload_url")), data=data), repeatable=True)
        if status != 200:
            raise DeliveryError(f"upload: HTTP {status}", retry_after=wait if status == 429 else None)
        finishing: Awaitable[AsyncSlackResponse] = self._client.files_completeUploadExternal(
            files=[{"id": str(ticket.get("file_id")), "title": name}],
            channel_id=channel,
            thread_ts=_thread(reply),
            initial_comment=with_links(reply.card.body or reply.card.title) or None,
        )
        await attempt(finishing)
        return Sent()

    async def _channel(self, address: Address) -> str:
        """The channel to post to: people are addressed by user id, and have a D… channel with us."""
        user = address.conversation
        if not is_private(user) or user.startswith("D"):
            return user
        if user not in self._workspace.places:
            answer = await attempt(self._client.conversations_open(users=user), repeatable=True)
            self._workspace.places[user] = str(answer["channel"]["id"])
        return self._workspace.places[user]

    async def settle(self, reply: Reply, key: str) -> Sent | None:
        """Look for a message in the conversation's history. None when it is not there or may not be looked up.

        Raises:
            DeliveryError: when Slack cannot be asked now; sending before it can would be guessing.
        """
        if reply.delivery not in (Delivery.NEW, Delivery.EDIT):
            return None
        found = await self._arrived(reply, key)
        out = [found[part] for part in range(len(found)) if part in found]
        if len(out) >= len(render(reply.card, reply.language)):
            self._progress.pop(key, None)
            return Sent(out[-1])
        self._progress[key] = out
        return None

    async def _arrived(self, reply: Reply, key: str) -> dict[int, str]:
        """What is out under a key, part by part; nothing when that may not be looked up."""
        try:
            return await self._find(reply, key)
        except DeliveryError as error:
            if error.permanent or isinstance(error, Misconfigured):
                return {}
            raise

    async def _find(self, reply: Reply, key: str) -> dict[int, str]:
        channel = await self._channel(reply.address)
        thread = _thread(reply)
        where: dict[str, Any] = {"channel": channel, "limit": LOOK_BACK, "include_all_metadata": True}
        # The history of a channel leaves out what is said in its threads.
        history, replies = self._client.conversations_history, self._client.conversations_replies
        answer = await attempt(replies(ts=thread, **where) if thread else history(**where), repeatable=True)
        ours = [one for one in answer.get("messages") or () if one.get("user") == self._workspace.bot_user]
        return {int(part): f"{channel}:{one['ts']}" for one in ours if (part := _part(one, key)) is not None}


def _part(message: dict[str, Any], key: str) -> int | None:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return int(payload.get("part", 0)) if metadata.get("event_type") == EVENT and payload.get("key") == key else None


def _thread(reply: Reply) -> str | None:
    """The thread to write in: that of the message it belongs under, or that of its conversation."""
    if reply.under is not None and reply.replaces is None and reply.target is not None:
        return reply.target.partition(":")[2]
    return None if is_private(reply.address.conversation) else reply.address.thread


def _content(message: Message) -> dict[str, Any]:
    return {"text": message.text, "blocks": message.blocks} if message.blocks else {"text": message.text}


async def _submit(request: Any, repeatable: bool = False) -> tuple[int, float]:
    """The status of a plain POST, and the seconds to wait where it says so."""

    async def status() -> Any:
        async with request as response:
            wait = response.headers.get("Retry-After", "1")
            return response.status, float(wait) if wait.isdigit() else 1.0

    status_and_wait: tuple[int, float] = await attempt(status(), repeatable=repeatable)  # type: ignore[assignment]
    return status_and_wait
