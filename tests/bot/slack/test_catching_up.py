"""What Slack never delivered is read from the history, once, and no sooner than Slack allows."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.slack.catching_up import Known
from tests.bot.slack.conftest import Inbox, connected
from tests.fakes.slack_server import SlackServer


def known(*people: str, ago: timedelta = timedelta(hours=1)) -> dict[str, Any]:
    """A desk that had its last event so long ago, and reads without pausing."""
    return {"known": lambda: Known(datetime.now(UTC) - ago, people), "seconds_per_look": 0.0}


async def lost(slack: SlackServer, *said: tuple[str, str]) -> None:
    slack.delivers = False
    for user, text in said:
        await slack.say(user, text)
    slack.delivers = True


def texts(inbox: Inbox) -> list[str]:
    return [one.text for one in inbox.kept]


async def test_what_was_written_while_the_desk_was_down_is_found(slack: SlackServer, inbox: Inbox) -> None:
    await lost(slack, ("U1", "first"), ("U1", "second"), ("U2", "somebody new"))
    async with connected(slack, inbox, **known("U1")):
        await slack.until(lambda: len(inbox.kept) == 3)
    assert texts(inbox) == ["first", "second", "somebody new"]
    assert {one.address.conversation for one in inbox.kept} == {"U1", "U2"}


async def test_over_http_it_is_found_too(slack: SlackServer, inbox: Inbox) -> None:
    await lost(slack, ("U1", "hello"))
    async with connected(slack, inbox, signing_secret=slack.signing_secret, **known()):
        await slack.until(lambda: texts(inbox) == ["hello"])


async def test_what_was_lost_while_no_socket_was_open_is_found(slack: SlackServer, inbox: Inbox) -> None:
    async with connected(slack, inbox, **known()) as channel:
        slack.fail("apps.connections.open", status=500, times=2)
        await slack.cut_sockets()
        await slack.until(lambda: not channel.status().connected)
        await lost(slack, ("U1", "anybody there?"))
        await slack.until(lambda: texts(inbox) == ["anybody there?"], seconds=30)


async def test_what_was_delivered_is_not_taken_twice(slack: SlackServer, inbox: Inbox) -> None:
    async with connected(slack, inbox, **known()) as channel:
        delivery = await slack.say("U1", "delivered")
        edited = await slack.say("U1", "with a tpyo")
        await slack.until(lambda: delivery.acks and edited.acks)
        await slack.edit("U1", edited.ts, "without a typo")
        await slack.until(lambda: len(inbox.kept) == 3)
        await channel.stop()
    await lost(slack, ("U1", "lost"))
    async with connected(slack, inbox, **known()):
        await slack.until(lambda: len(inbox.kept) == 4)
    assert texts(inbox)[-1] == "lost"


async def test_the_bots_own_words_are_not_taken_for_somebodys(slack: SlackServer, inbox: Inbox) -> None:
    slack.conversations["D1"].append({"ts": slack.timestamp(), "user": slack.bot_user, "bot_id": "B1", "text": "mine"})
    await lost(slack, ("U1", "theirs"))
    async with connected(slack, inbox, **known()):
        await slack.until(lambda: inbox.kept)
    assert texts(inbox) == ["theirs"]


async def test_a_long_silence_is_read_page_by_page(slack: SlackServer, inbox: Inbox) -> None:
    await lost(slack, *(("U1", f"{number}") for number in range(450)))
    async with connected(slack, inbox, **known()):
        await slack.until(lambda: len(inbox.kept) == 450, seconds=30)
    assert texts(inbox) == [f"{number}" for number in range(450)]
    assert len(slack.calls_to("conversations.history")) == 3


async def test_old_messages_are_left_alone(slack: SlackServer, inbox: Inbox) -> None:
    slack.conversations["D1"].append({"ts": f"{time.time() - 3 * 3600:.6f}", "user": "U1", "text": "long ago"})
    await lost(slack, ("U1", "now"))
    async with connected(slack, inbox, **known(ago=timedelta(hours=1))):
        await slack.until(lambda: inbox.kept)
    assert texts(inbox) == ["now"]


async def test_a_new_desk_answers_nothing_from_before_it_was_there(slack: SlackServer, inbox: Inbox) -> None:
    await lost(slack, ("U1", "before"))
    async with connected(slack, inbox, seconds_per_look=0.0):
        delivery = await slack.say("U1", "after")
        await slack.until(lambda: delivery.acks)
    assert texts(inbox) == ["after"]
    assert slack.calls_to("conversations.history") == []


async def test_without_the_scope_those_who_wrote_before_are_read(slack: SlackServer, inbox: Inbox) -> None:
    slack.fail("conversations.list", error="missing_scope")
    await lost(slack, ("U1", "known"), ("U2", "unknown"))
    async with connected(slack, inbox, **known("U1")):
        await slack.until(lambda: inbox.kept)
    assert texts(inbox) == ["known"]


async def test_a_limit_is_waited_for_and_nothing_is_skipped(slack: SlackServer, inbox: Inbox) -> None:
    slack.fail("conversations.history", status=429, retry_after=1)
    await lost(slack, ("U1", "a"), ("U2", "b"))
    begun = time.monotonic()
    async with connected(slack, inbox, **known("U1", "U2")):
        await slack.until(lambda: texts(inbox) == ["a", "b"], seconds=20)
    assert time.monotonic() - begun >= 1
    assert len(slack.calls_to("conversations.history")) == 3


async def test_one_closed_conversation_does_not_hide_the_others(slack: SlackServer, inbox: Inbox) -> None:
    slack.fail("conversations.history", error="channel_not_found", channel="D1")
    await lost(slack, ("U1", "a"), ("U2", "b"))
    async with connected(slack, inbox, **known("U1", "U2")):
        await slack.until(lambda: inbox.kept)
    assert texts(inbox) == ["b"]


async def test_what_cannot_be_stored_now_is_read_again(
    slack: SlackServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.catching_up.AFTER_FAILURE", 0.05)
    await lost(slack, ("U1", "a"))
    inbox.broken = OSError("disk full")
    async with connected(slack, inbox, **known("U1")):
        await slack.until(lambda: inbox.refused)
        inbox.broken = None
        await slack.until(lambda: texts(inbox) == ["a"])


def test_the_pace_finds_250_people_within_five_minutes() -> None:
    from bot.slack.catching_up import PACE

    assert 60 / PACE <= 50, "more a minute than Slack allows"
    assert 250 * PACE <= 5 * 60


async def test_a_desk_that_cannot_remember_connects_all_the_same(slack: SlackServer, inbox: Inbox) -> None:
    def forgotten() -> Known:
        raise RuntimeError("no such table")

    async with connected(slack, inbox, known=forgotten):
        delivery = await slack.say("U1", "hello")
        await slack.until(lambda: delivery.acks)
    assert texts(inbox) == ["hello"]
