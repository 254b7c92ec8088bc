"""Replies on their way to Slack, and everything that can go wrong there."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.slack import SlackChannel
from desk.messages import Button, Card, Delivery, Sent
from tests.bot.slack.conftest import LONG, Inbox, connected, refusal, to_channel, to_user
from tests.fakes.slack_server import SlackServer


async def test_a_person_is_written_to_in_their_direct_messages(slack: SlackServer, channel: SlackChannel) -> None:
    first = await channel.send(to_user("one"), "key-1")
    second = await channel.send(to_user("two"), "key-2")
    assert slack.said("U1") == ["one", "two"]
    assert [str(one.message_id).partition(":")[0] for one in (first, second)] == ["D1", "D1"]
    assert len(slack.calls_to("conversations.open")) == 1


async def test_who_has_written_needs_no_conversation_opened(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    delivery = await slack.say("U1", "hello")
    await slack.until(lambda: delivery.acks)
    await channel.send(to_user(), "key")
    assert slack.calls_to("conversations.open") == []


async def test_a_message_carries_its_key_and_unfolds_nothing(slack: SlackServer, channel: SlackChannel) -> None:
    await channel.send(to_user("<hi>"), "key-7")
    (call,) = slack.calls_to("chat.postMessage")
    assert call["metadata"]["event_type"] == "guidepost_reply"
    assert call["metadata"]["event_payload"]["key"] == "key-7"
    assert (call["unfurl_links"], call["unfurl_media"], call["text"]) == (False, False, "&lt;hi&gt;")


async def test_an_answer_in_a_channel_goes_into_its_thread(slack: SlackServer, channel: SlackChannel) -> None:
    await channel.send(to_channel(thread="1.1"), "key")
    await channel.send(to_user(), "other")
    assert [call.get("thread_ts") for call in slack.calls_to("chat.postMessage")] == ["1.1", None]


async def test_a_card_is_edited_in_place(slack: SlackServer, channel: SlackChannel) -> None:
    sent = await channel.send(to_user("waiting"), "key-1")
    edit = to_user("taken", delivery=Delivery.EDIT, target=sent.message_id)
    assert await channel.send(edit, "key-2") == sent
    assert slack.said("U1") == ["taken"]


async def test_what_is_wiped_is_emptied_and_never_said_anew(slack: SlackServer, channel: SlackChannel) -> None:
    sent = await channel.send(to_channel("what she wrote"), "key-1")
    for target in (sent.message_id, "C1:1.1", None):
        assert await channel.send(to_channel("gone", delivery=Delivery.WIPE, target=target), "key-2") == Sent()
    assert slack.said("C1") == ["gone"]


@pytest.mark.parametrize("target", [None, "D1:9.9"])
async def test_an_edit_of_what_is_gone_is_a_new_message(
    slack: SlackServer, channel: SlackChannel, target: str | None
) -> None:
    await channel.send(to_user("taken", delivery=Delivery.EDIT, target=target), "key")
    assert slack.said("U1") == ["taken"]


async def test_a_long_answer_comes_in_several_messages(slack: SlackServer, channel: SlackChannel) -> None:
    sent = await channel.send(to_user(card=LONG), "key")
    said = slack.said("U1")
    assert len(said) > 1 and "\n".join(said).split() == LONG.body.split()
    assert sent.message_id == f"D1:{slack.messages('U1')[-1]['ts']}"


async def test_a_long_answer_goes_on_where_it_was_interrupted(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=0, skip=1)
    await refusal(channel, to_user(card=LONG))
    assert len(slack.said("U1")) == 1
    await channel.send(to_user(card=LONG), "key")
    assert "\n".join(slack.said("U1")).split() == LONG.body.split()


# Whispers, the home, files


async def test_a_whisper_goes_to_one_person_in_the_channel(slack: SlackServer, channel: SlackChannel) -> None:
    await channel.send(to_channel("psst", delivery=Delivery.EPHEMERAL, recipient="U1"), "key")
    (whisper,) = slack.whispers
    assert (whisper["channel"], whisper["user"], whisper["text"]) == ("C1", "U1", "psst")


@pytest.mark.parametrize(("reply_to", "thread"), [("C1:1.1", None), ("C1:2.2", "1.1")])
async def test_a_whisper_never_hides_in_a_thread_that_does_not_exist(
    slack: SlackServer, channel: SlackChannel, reply_to: str, thread: str | None
) -> None:
    how: dict[str, Any] = {"delivery": Delivery.EPHEMERAL, "recipient": "U1", "reply_to": reply_to}
    await channel.send(to_channel("psst", thread="1.1", **how), "key")
    assert slack.whispers[0].get("thread_ts") == thread


async def test_a_whisper_answers_the_event_itself(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    delivery = await slack.command("U1", "help", channel="C9")
    await slack.until(lambda: delivery.acks)
    whisper = to_channel("psst", delivery=Delivery.EPHEMERAL, recipient="U1", reply_handle=inbox.kept[0].reply_handle)
    await channel.send(whisper, "key")
    assert slack.whispers[0]["response_url"] == delivery.payload["response_url"]
    assert (slack.whispers[0]["response_type"], slack.whispers[0]["replace_original"]) == ("ephemeral", False)


async def test_a_whisper_finds_another_way_when_its_address_expired(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    delivery = await slack.command("U1", "help", channel="C1")
    await slack.until(lambda: delivery.acks)
    slack.spoil_response_urls()
    handle = inbox.kept[0].reply_handle
    await channel.send(to_channel("psst", delivery=Delivery.EPHEMERAL, recipient="U1", reply_handle=handle), "key")
    assert slack.whispers[0]["channel"] == "C1"


async def test_an_old_address_is_not_even_tried(slack: SlackServer, inbox: Inbox) -> None:
    clock = [datetime(2026, 1, 1, tzinfo=UTC)]
    async with connected(slack, inbox, now=lambda: clock[0]) as channel:
        delivery = await slack.command("U1", "help", channel="C1")
        await slack.until(lambda: delivery.acks)
        clock[0] += timedelta(minutes=31)
        handle = inbox.kept[0].reply_handle
        await channel.send(to_channel("psst", delivery=Delivery.EPHEMERAL, recipient="U1", reply_handle=handle), "key")
    assert "response_url" not in slack.whispers[0]


async def test_the_home_is_published_for_its_owner(slack: SlackServer, channel: SlackChannel, card: Card) -> None:
    assert await channel.send(to_user(card=card, delivery=Delivery.HOME, recipient="U1"), "key") == Sent()
    assert slack.homes["U1"]["type"] == "home"
    assert [block["type"] for block in slack.homes["U1"]["blocks"]] == ["section", "actions"]


async def test_a_file_arrives_in_the_direct_messages(slack: SlackServer, channel: SlackChannel) -> None:
    export = to_user("All we keep", delivery=Delivery.FILE, file_name="export.json", file_text='{"é": 1}')
    await channel.send(export, "key")
    (file,) = slack.files.values()
    assert (file["name"], file["text"], file["channel"], file["comment"]) == (
        "export.json",
        '{"é": 1}',
        "D1",
        "All we keep",
    )


# Failures


@pytest.mark.parametrize(("given", "waits"), [(7, 7.0), (None, 1.0)])
async def test_a_flood_limit_says_how_long(
    slack: SlackServer, channel: SlackChannel, given: float | None, waits: float
) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=given)
    error = await refusal(channel, to_user())
    assert (error.retry_after, error.permanent, error.uncertain) == (waits, False, False)


@pytest.mark.parametrize(
    "code", ["channel_not_found", "is_archived", "user_not_found", "messages_tab_disabled", "invalid_blocks"]
)
async def test_what_nobody_can_receive_is_permanent(slack: SlackServer, channel: SlackChannel, code: str) -> None:
    slack.fail("chat.postMessage", error=code)
    error = await refusal(channel, to_user())
    assert (error.reason, error.permanent) == (code, True)


async def test_an_unknown_person_is_permanent(slack: SlackServer, channel: SlackChannel) -> None:
    assert (await refusal(channel, to_user(user="U404"))).unreachable


@pytest.mark.parametrize(
    ("code", "nobody"), [("user_disabled", True), ("cannot_dm_bot", True), ("msg_too_long", False)]
)
async def test_a_closed_door_is_told_from_a_refused_message(
    slack: SlackServer, channel: SlackChannel, code: str, nobody: bool
) -> None:
    slack.fail("chat.postMessage", error=code)
    error = await refusal(channel, to_user())
    assert (error.permanent, error.unreachable) == (True, nobody)


async def test_who_was_told_to_wait_is_not_written_to_before_though_the_clock_was_set_back(
    slack: SlackServer, channel: SlackChannel
) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=30)
    await refusal(channel, to_user())
    # The outbox takes a time from before that for past.
    error = await refusal(channel, to_user())
    assert error.retry_after is not None and 29 < error.retry_after <= 30
    assert len(slack.calls_to("chat.postMessage")) == 1


async def test_a_limit_on_one_channel_holds_nobody_else_back(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=30, times=2)
    for user in ("U1", "U2"):
        slack.add_user(user)
        assert (await refusal(channel, to_user(user=user), user)).retry_after == 30
    await channel.send(to_channel(), "other")


async def test_a_limit_on_the_workspace_holds_everybody_back(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("chat.postMessage", status=429, retry_after=30, times=3)
    for user in ("U1", "U2", "U3"):
        slack.add_user(user)
        assert (await refusal(channel, to_user(user=user), user)).retry_after == 30
    error = await refusal(channel, to_channel(), "other")
    assert error.retry_after is not None and 29 < error.retry_after <= 30
    assert len(slack.calls_to("chat.postMessage")) == 3


async def test_the_coordinators_channel_is_waited_for(slack: SlackServer, inbox: Inbox) -> None:
    async with connected(slack, inbox, coordinator_channel="C1") as channel:
        slack.fail("chat.postMessage", error="not_in_channel")
        error = await refusal(channel, to_channel())
        assert (error.permanent, error.uncertain) == (False, False)
        assert channel.status().connected and "/invite" in channel.status().remedy
        await channel.send(to_channel(), "key")
        assert channel.status().remedy == ""


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth", "account_inactive", "missing_scope"])
async def test_a_refused_token_loses_no_message_and_shows(slack: SlackServer, channel: SlackChannel, code: str) -> None:
    slack.fail("chat.postMessage", error=code)
    error = await refusal(channel, to_user())
    assert (error.permanent, error.uncertain, error.retry_after) == (False, False, None)
    assert not channel.status().connected and code in channel.status().detail and channel.status().remedy
    await channel.send(to_user(), "key")
    assert channel.status().connected


@pytest.mark.parametrize(
    "how",
    [
        {"status": 500},
        {"status": 503},
        {"error": "fatal_error"},
        {"drop": "before"},
        {"drop": "after"},
        {"garbage": "before"},
        {"garbage": "after"},
    ],
)
async def test_no_answer_leaves_a_doubt(slack: SlackServer, channel: SlackChannel, how: dict[str, Any]) -> None:
    slack.fail("chat.postMessage", **how)
    error = await refusal(channel, to_user())
    assert (error.uncertain, error.permanent) == (True, False)
    assert len(slack.calls_to("chat.postMessage")) == 1


@pytest.mark.parametrize("how", [{"status": 500}, {"drop": "after"}])
async def test_an_edit_leaves_no_doubt(slack: SlackServer, channel: SlackChannel, how: dict[str, Any]) -> None:
    sent = await channel.send(to_user("one"), "key-1")
    slack.fail("chat.update", **how)
    error = await refusal(channel, to_user("two", delivery=Delivery.EDIT, target=sent.message_id))
    assert (error.uncertain, error.permanent) == (False, False)


async def test_a_whisper_in_doubt_is_said_to_be(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    slack.fail("response_url", drop="after")
    handle = slack.response_url()
    assert (
        await refusal(channel, to_channel(delivery=Delivery.EPHEMERAL, recipient="U1", reply_handle=handle))
    ).uncertain
    slack.fail("response_url", status=429, retry_after=4)
    again = await refusal(channel, to_channel(delivery=Delivery.EPHEMERAL, recipient="U1", reply_handle=handle))
    assert again.retry_after == 4


async def test_a_refused_upload_can_be_tried_again(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("upload", status=500)
    error = await refusal(channel, to_user(delivery=Delivery.FILE, file_name="a.txt", file_text="a"))
    assert (error.uncertain, error.permanent) == (False, False)


async def test_an_unreachable_slack_has_certainly_sent_nothing(inbox: Inbox) -> None:
    async with SlackServer() as slack:
        slack.add_user("U1")
        async with connected(slack, inbox) as channel:
            await channel.send(to_user(), "key")
            await slack.__aexit__()
            error = await refusal(channel, to_user())
            # The first call may meet the broken connection of the last one.
            error = await refusal(channel, to_user()) if error.uncertain else error
            assert (error.uncertain, error.permanent, error.retry_after) == (False, False, None)


async def test_nothing_is_sent_before_the_start(slack: SlackServer) -> None:
    error = await refusal(SlackChannel(slack.bot_token, slack.app_token, api_url=slack.api_url), to_user())
    assert not error.permanent


# Pace


async def test_a_channel_gets_one_message_at_a_time_and_nobody_else_waits(slack: SlackServer, inbox: Inbox) -> None:
    slack.add_user("U2")
    loop = asyncio.get_running_loop()
    async with connected(slack, inbox, seconds_per_message=0.3) as channel:
        started = loop.time()
        slow = asyncio.gather(*(channel.send(to_user(f"{n}"), f"a{n}") for n in range(3)))
        await channel.send(to_user("quick", user="U2"), "b")
        quick = loop.time() - started
        await slow
        assert quick < 0.3 and loop.time() - started >= 0.6


async def test_the_desks_card_survives_the_way(slack: SlackServer, channel: SlackChannel) -> None:
    card = Card(title="GP-1", body="a & b", buttons=((Button("Take", "token"),),))
    await channel.send(to_channel(card=card), "key")
    assert slack.said("C1") == ["GP-1\na &amp; b\nTake"]
