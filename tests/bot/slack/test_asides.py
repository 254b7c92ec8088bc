"""The coordinators' channel: what is said under a message there is internal, and who says it has a name."""

from collections.abc import AsyncIterator

import pytest

from bot.slack import SlackChannel
from desk.messages import Arrival, Button, Card, Delivery, Item, Section
from tests.bot.slack.conftest import Inbox, connected, to_channel, to_user
from tests.fakes.slack_server import SlackServer


@pytest.fixture
async def desk(slack: SlackServer, inbox: Inbox) -> AsyncIterator[SlackChannel]:
    async with connected(slack, inbox, coordinator_channel="C1") as channel:
        yield channel


async def card(channel: SlackChannel) -> str:
    return str((await channel.send(to_channel("GP-1"), "card")).message_id)


@pytest.mark.parametrize("words", ["call her", "<@U0BOT> call her", "reply: call us"])
async def test_what_is_said_under_a_card_is_internal(
    slack: SlackServer, inbox: Inbox, desk: SlackChannel, words: str
) -> None:
    root = await card(desk)
    ts = await slack.write_under("U1", "C1", root.partition(":")[2], words)
    await slack.until(lambda: inbox.kept)
    said = inbox.kept[0]
    assert (said.internal, said.arrival, said.reply_to) == (True, Arrival.TEXT, root)
    assert (said.message_id, said.private, said.private_address) == (f"C1:{ts}", False, None)


async def test_changes_and_deletions_under_a_card_are_internal_too(
    slack: SlackServer, inbox: Inbox, desk: SlackChannel
) -> None:
    root = await card(desk)
    ts = await slack.write_under("U1", "C1", root.partition(":")[2], "one")
    await slack.edit_in("C1", ts, "two")
    await slack.delete_in("C1", ts)
    await slack.until(lambda: len(inbox.kept) == 3)
    assert [(one.arrival, one.internal, one.text) for one in inbox.kept] == [
        (Arrival.TEXT, True, "one"),
        (Arrival.EDIT, True, "two"),
        (Arrival.DELETED, True, "two"),
    ]


async def test_threads_of_other_channels_are_none_of_ours(slack: SlackServer, inbox: Inbox, desk: SlackChannel) -> None:
    slack.add_channel("C2")
    ts = await slack.write_under("U1", "C2", "1.1", "among others")
    await slack.delete_in("C2", ts)
    await slack.write_under("U1", "C1", "1.1", "the last")
    await slack.until(lambda: inbox.kept)
    assert [one.text for one in inbox.kept] == ["the last"]


async def test_a_coordinator_is_introduced_and_nobody_else(
    slack: SlackServer, inbox: Inbox, desk: SlackChannel
) -> None:
    slack.add_user("U2", name="Mira")
    slack.add_user("U3", name="A requester")
    await slack.say("U3", "help")
    await slack.until(lambda: slack.calls_to("users.info"))
    await slack.write_under("U2", "C1", "1.1", "hello")
    await slack.until(lambda: [one for one in inbox.kept if one.arrival is Arrival.INTRODUCED])
    await slack.write_under("U2", "C1", "1.1", "again")
    await slack.until(lambda: inbox.kept[-1].text == "again")
    told = [one for one in inbox.kept if one.arrival is Arrival.INTRODUCED]
    assert [(one.sender, one.name, one.address.conversation) for one in told] == [("U2", "Mira", "C1")]
    assert all(one.name is None for one in inbox.kept if one.arrival is not Arrival.INTRODUCED)


async def test_what_belongs_under_a_card_is_written_there(slack: SlackServer, desk: SlackChannel) -> None:
    root = await card(desk)
    await desk.send(to_channel("she wrote", under="card", target=root), "key")
    assert slack.messages("C1")[-1]["thread_ts"] == root.partition(":")[2]


async def test_a_home_page_has_more_lines_than_a_message(slack: SlackServer, desk: SlackChannel) -> None:
    items = tuple(
        Item(
            f"GP-{n}", "soon · a long line about what it is " * 3, message="C1:1.000001", button=Button("Take", f"t{n}")
        )
        for n in range(80)
    )
    page = Card(title="The desk", sections=(Section("Queue (80)", items),))
    await desk.send(to_user(card=page, delivery=Delivery.HOME), "key")
    blocks = slack.homes["U1"]["blocks"]
    assert sum("accessory" in block for block in blocks) == 80
    assert "https://fake.slack.com/archives/C1/p1000001" in str(blocks)


@pytest.mark.parametrize(
    ("words", "text", "meant"),
    [
        ("reply: call us", " call us", True),
        ("Reply ： call us", " call us", True),
        ("> reply: call us", "> reply: call us", False),
        ("reply call us", "reply call us", False),
    ],
)
async def test_only_words_behind_the_sign_are_meant_for_the_requester(
    slack: SlackServer, inbox: Inbox, desk: SlackChannel, words: str, text: str, meant: bool
) -> None:
    root = await card(desk)
    await slack.write_under("U1", "C1", root.partition(":")[2], words)
    await slack.until(lambda: inbox.kept)
    assert (inbox.kept[0].text.strip(), inbox.kept[0].for_requester) == (text.strip(), meant)
