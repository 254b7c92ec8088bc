"""Socket Mode: stored before acknowledged, never lost, never doubled, always reachable."""

import asyncio
import logging

import pytest

from bot.slack import SlackChannel
from tests.bot.slack.conftest import Inbox, Memory, connected
from tests.fakes.slack_server import SlackServer


async def test_two_sockets_are_open(slack: SlackServer, channel: SlackChannel) -> None:
    assert len(slack.sockets) == 2
    await slack.until(lambda: "2 of 2 sockets" in channel.status().detail)
    assert "T0FAKE" in channel.status().detail


async def test_an_event_is_stored_before_it_is_acknowledged(slack: SlackServer, inbox: Inbox) -> None:
    stored = asyncio.Event()

    class Slow(Inbox):
        async def receive(self, incomings):  # type: ignore[no-untyped-def]
            await stored.wait()
            return await super().receive(incomings)

    slow = Slow()
    async with connected(slack, slow):
        delivery = await slack.say("U1", "hello")
        other = await slack.event({"type": "reaction_added"})
        await slack.until(lambda: other.acks)
        assert delivery.acks == 0
        stored.set()
        await slack.until(lambda: delivery.acks)
        assert len(slow.kept) == 1


async def test_what_could_not_be_stored_comes_again(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    inbox.broken = OSError("disk full")
    delivery = await slack.say("U1", "hello")
    await slack.until(lambda: inbox.refused)
    inbox.broken = None
    assert delivery.acks == 0
    await slack.redeliver(delivery)
    await slack.until(lambda: delivery.acks == 1)
    assert [one.text for one in inbox.kept] == ["hello"]


async def test_an_event_that_comes_three_times_is_one(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    slack.copies = 3
    deliveries = [await slack.say("U1", "hello"), await slack.command("U1", "status")]
    await slack.until(lambda: [one.acks for one in deliveries] == [3, 3])
    assert len(inbox.kept) == 2


async def test_a_burst_keeps_its_order_and_shares_transactions(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    await slack.cut_sockets(1)
    await slack.until(lambda: len(slack.sockets) == 2)
    socket = slack.sockets[0]
    slack.sockets = [socket]
    deliveries = [await slack.say("U1", f"{number}") for number in range(300)]
    await slack.until(lambda: all(one.acks for one in deliveries), seconds=10)
    assert [one.text for one in inbox.kept] == [f"{number}" for number in range(300)]
    assert max(inbox.batches) <= 50


async def test_one_impossible_event_does_not_stop_the_others(slack: SlackServer) -> None:
    class Picky(Inbox):
        async def receive(self, incomings):  # type: ignore[no-untyped-def]
            await asyncio.sleep(0)
            if any(one.text == "poison" for one in incomings):
                raise ValueError
            return await super().receive(incomings)

    inbox = Picky()
    async with connected(slack, inbox):
        good = [await slack.say("U1", text) for text in ("a", "poison", "b")]
        await slack.until(lambda: good[0].acks and good[2].acks)
        assert good[1].acks == 0
        assert sorted(one.text for one in inbox.kept) == ["a", "b"]


async def test_one_broken_socket_costs_nothing(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    await slack.cut_sockets(1)
    deliveries = [await slack.say("U1", f"{number}") for number in range(20)]
    await slack.until(lambda: all(one.acks for one in deliveries))
    await slack.until(lambda: len(slack.sockets) == 2)


async def test_after_total_loss_it_comes_back(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    await slack.cut_sockets()
    await slack.until(lambda: not channel.status().connected)
    delivery = await slack.say("U1", "hello")
    await slack.until(lambda: delivery.acks)
    await slack.until(lambda: "2 of 2" in channel.status().detail)
    addresses = slack.calls_to("apps.connections.open")
    assert len(addresses) >= 4


async def test_it_connects_although_slack_refuses_at_first(slack: SlackServer, inbox: Inbox) -> None:
    slack.fail("auth.test", status=500)
    slack.fail("apps.connections.open", status=500)
    slack.fail("apps.connections.open", status=429, retry_after=0)
    async with connected(slack, inbox, ready=False) as channel:
        assert not channel.status().connected
        await slack.until(lambda: len(slack.sockets) == 2)
        assert "T0FAKE" in channel.status().detail


async def test_a_restarted_desk_connects_while_slack_does_not_say_who_it_is(slack: SlackServer, inbox: Inbox) -> None:
    memory = Memory()
    async with connected(slack, inbox, memory=memory):
        await slack.until(lambda: memory.identity.team == "T0FAKE")
    await slack.until(lambda: not slack.sockets)
    slack.fail("auth.test", status=429, retry_after=600)
    async with connected(slack, inbox, ready=False, memory=memory) as channel:
        delivery = await slack.say("U1", "hello")
        await slack.until(lambda: delivery.acks)
        assert channel.status().connected
    assert [one.text for one in inbox.kept] == ["hello"]


async def test_a_socket_that_says_goodbye_is_replaced_first(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    leaving = slack.sockets[0][0]
    await slack.farewell("refresh_requested")
    await slack.until(lambda: len(slack.sockets) == 2)
    assert not leaving.closed
    # What still comes over the old one is answered there.
    slack.sockets.insert(0, (leaving, slack.sockets[0][1]))
    deliveries = [await slack.say("U1", f"{number}") for number in range(3)]
    await slack.until(lambda: all(one.acks for one in deliveries))


async def test_switched_off_socket_mode_says_what_to_do(slack: SlackServer, channel: SlackChannel) -> None:
    slack.fail("apps.connections.open", error="link_disabled", times=100)
    await slack.cut_sockets()
    await slack.until(lambda: "Turn Socket Mode on" in channel.status().remedy)


async def test_stopping_acknowledges_what_is_stored(slack: SlackServer, inbox: Inbox) -> None:
    async with connected(slack, inbox):
        deliveries = [await slack.say("U1", f"{number}") for number in range(50)]
        await slack.until(lambda: inbox.kept)
    await slack.until(lambda: sum(one.acks for one in deliveries) == len(inbox.kept))
    assert slack.sockets == []


async def test_nothing_is_asked_of_slack_before_the_acknowledgement(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    slack.calls.clear()
    inbox.broken = OSError()
    await slack.say("U1", "hello")
    await slack.mention("U1", "C1", "hello")
    await slack.until(lambda: inbox.refused >= 2)
    assert slack.calls == []


async def test_logs_hold_no_token_and_no_words(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    inbox.broken = OSError("my secret words")
    delivery = await slack.say("U1", "my secret words")
    await slack.until(lambda: inbox.refused)
    inbox.broken = None
    await slack.event({"type": "reaction_added", "text": "my secret words"})
    await slack.redeliver(delivery)
    await slack.until(lambda: delivery.acks)
    await slack.cut_sockets()
    slack.fail("apps.connections.open", status=500, times=2)
    await slack.until(lambda: len(slack.sockets) == 2)
    logged = "\n".join(f"{record.getMessage()} {record.__dict__} {record.exc_text}" for record in caplog.records)
    assert "slack.not_stored" in logged
    for secret in ("my secret words", "xoxb-", "xapp-", "ticket="):
        assert secret not in logged


async def test_calls_and_sockets_go_through_the_proxy(
    slack: SlackServer, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A request through a proxy names the whole address; the server takes those too, and so is its own proxy here.
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{slack.port}")
    async with connected(slack, inbox, api_url="http://slack.invalid/api/") as channel:
        assert channel.status().connected
