"""What became of a message whose sending got no answer."""

import pytest

from bot.slack import SlackChannel
from desk.messages import Delivery, DeliveryError, Sent
from tests.bot.slack.conftest import LONG, refusal, to_channel, to_user
from tests.fakes.slack_server import SlackServer


async def test_a_message_that_arrived_after_all_is_found(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("chat.postMessage", drop="after")
    await refusal(channel, to_user("hello"), "key-1")
    assert await channel.settle(to_user("hello"), "key-1") == Sent(f"D1:{slack.messages('U1')[0]['ts']}")


async def test_a_message_that_did_not_arrive_is_not_found(slack: SlackServer, channel: SlackChannel) -> None:
    await channel.send(to_user("other"), "key-0")
    slack.fail("chat.postMessage", drop="before")
    await refusal(channel, to_user("hello"), "key-1")
    assert await channel.settle(to_user("hello"), "key-1") is None


async def test_a_doubt_is_settled_inside_a_thread(slack: SlackServer, channel: SlackChannel) -> None:
    mention = await slack.mention("U1", "C1", "help")
    slack.fail("chat.postMessage", drop="after")
    await refusal(channel, to_channel(thread=mention.ts), "key-1")
    assert await channel.settle(to_channel(thread=mention.ts), "key-1") is not None


async def test_half_a_long_answer_is_completed(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("chat.postMessage", drop="after")
    await refusal(channel, to_user(card=LONG), "key")
    assert await channel.settle(to_user(card=LONG), "key") is None
    await channel.send(to_user(card=LONG), "key")
    assert "\n".join(slack.said("U1")).split() == LONG.body.split()


@pytest.mark.parametrize("drop", ["after", "before"])
async def test_a_doubtful_message_is_emptied_where_it_arrived(
    slack: SlackServer, channel: SlackChannel, drop: str
) -> None:
    slack.fail("chat.postMessage", drop=drop)
    await refusal(channel, to_channel("what she wrote"), "card")
    assert await channel.send(to_channel("gone", delivery=Delivery.WIPE, replaces="card"), "card") == Sent()
    assert slack.said("C1") == (["gone"] if drop == "after" else [])


async def test_somebody_else_cannot_settle_for_us(slack: SlackServer, channel: SlackChannel) -> None:
    metadata = {"event_type": "guidepost_reply", "event_payload": {"key": "key"}}
    slack.conversations["D1"].append({"ts": "1.1", "user": "U1", "text": "x", "metadata": metadata})
    assert await channel.settle(to_user(), "key") is None


async def test_a_doubt_that_cannot_be_looked_up_now_waits(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("conversations.history", status=500)
    with pytest.raises(DeliveryError) as caught:
        await channel.settle(to_user(), "key")
    assert not caught.value.uncertain
    slack.fail("conversations.history", error="missing_scope")
    assert await channel.settle(to_user(), "key") is None


async def test_a_whisper_cannot_be_looked_up(slack: SlackServer, channel: SlackChannel) -> None:
    assert await channel.settle(to_channel(delivery=Delivery.EPHEMERAL), "key") is None
    assert slack.calls_to("conversations.history") == []


async def test_before_slack_knows_us_a_doubt_waits_a_moment(slack: SlackServer) -> None:
    channel = SlackChannel(slack.bot_token, slack.app_token, api_url=slack.api_url)
    with pytest.raises(DeliveryError) as caught:
        await channel.settle(to_user(), "key")
    assert caught.value.retry_after == 1
