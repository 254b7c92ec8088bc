"""The coordinators' forum: a topic per card, brought back when it is deleted, and what the operator is told."""

import asyncio
from collections.abc import Callable

import pytest

from bot.telegram import TelegramChannel
from bot.telegram.limits import Limits, Rate
from desk.conversation.commands import menus
from desk.messages import Card, Delivery, Reply, Sent, Thread
from tests.bot.telegram.conftest import Open, refused, reply
from tests.fakes.telegram_forum import RIGHTS, Group
from tests.fakes.telegram_server import Fault, TelegramServer
from tests.fakes.telegram_updates import group, membership

GROUP = "-1001234567890"
OPEN, OVER = Thread("GP-1 · Phishing"), Thread("GP-1 · Phishing", over=True)


@pytest.fixture
def forum(server: TelegramServer) -> Group:
    return server.forum(int(GROUP))


@pytest.fixture
def channel(make: Callable[..., TelegramChannel], forum: Group) -> TelegramChannel:
    return make(coordinator_group=GROUP)


def card(body: str = "A card", heads: Thread = OPEN) -> Reply:
    return reply(body, chat=GROUP, heads=heads)


def changed(sent: Sent, body: str = "Changed", heads: Thread = OPEN) -> Reply:
    how = {"delivery": Delivery.EDIT, "target": sent.message_id, "replaces": "card"}
    return reply(body, chat=GROUP, thread=sent.thread, heads=heads, **how)


def said(sent: Sent, body: str = "They wrote") -> Reply:
    return reply(body, chat=GROUP, thread=sent.thread, target=sent.message_id, under="card")


async def test_a_card_gets_a_topic_and_is_pinned_there(
    server: TelegramServer, channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card(), "card")
    (topic,) = forum.topics.values()
    (shown,) = server.in_topic(int(GROUP), topic.number)
    assert sent == Sent(f"{GROUP}:{shown.message_id}", str(topic.number))
    assert (topic.name, topic.pinned, topic.closed) == (OPEN.name, [shown.message_id], False)


async def test_a_topic_follows_its_ticket(server: TelegramServer, channel: TelegramChannel, forum: Group) -> None:
    sent = await channel.send(card(), "card")
    (topic,) = forum.topics.values()
    assert await channel.send(changed(sent, "One"), "1") == sent
    assert not server.called("editForumTopic")
    await channel.send(changed(sent, "Two", OVER), "2")
    assert topic.closed
    await channel.send(changed(sent, "Three", Thread("🚨 GP-1 · Phishing")), "3")
    assert (topic.closed, topic.name) == (False, "🚨 GP-1 · Phishing")
    assert [len(server.called(f"{act}ForumTopic")) for act in ("edit", "close", "reopen")] == [1, 1, 1]


async def test_a_process_that_has_just_started_does_not_guess(
    make: Callable[..., TelegramChannel], channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card(), "card")
    (topic,) = forum.topics.values()
    topic.closed, topic.name = True, "renamed by somebody"
    await make(coordinator_group=GROUP).send(changed(sent), "1")
    assert (topic.closed, topic.name) == (False, OPEN.name)


async def test_what_belongs_under_a_card_stands_in_its_topic(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(card(), "card")
    await channel.send(said(sent), "1")
    assert [one.text for one in server.in_topic(int(GROUP), int(sent.thread or 0))] == ["A card", "They wrote"]


async def test_what_finds_no_topic_waits_for_its_card(
    server: TelegramServer, channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card(), "card")
    server.delete_topic(int(GROUP), int(sent.thread or 0))
    for lost in (said(sent), reply("They wrote", chat=GROUP, under="card")):
        error = await refused(channel, lost, "1")
        assert error.thread_gone and not error.permanent and not error.uncertain
    assert server.shown() == []
    again = await channel.send(card("As it is now"), "card")
    assert again.thread != sent.thread and [one.pinned for one in forum.topics.values()] == [
        [int((again.message_id or "").rpartition(":")[2])]
    ]


async def test_a_card_in_a_deleted_topic_comes_in_a_new_one(
    server: TelegramServer, channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card(), "card")
    server.delete_topic(int(GROUP), int(sent.thread or 0))
    moved = await channel.send(changed(sent, heads=OVER), "1")
    (topic,) = forum.topics.values()
    assert moved.thread == str(topic.number) and topic.closed and topic.pinned
    assert [one.text for one in server.shown()] == ["Changed"]


async def test_a_deleted_card_comes_again_in_its_topic(
    server: TelegramServer, channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card(), "card")
    (topic,) = forum.topics.values()
    gone = Sent(f"{GROUP}:99999", sent.thread)
    moved = await channel.send(changed(gone), "1")
    assert moved.thread == sent.thread and topic.pinned[-1] == int((moved.message_id or "").rpartition(":")[2])


@pytest.mark.parametrize("refusal", ["message thread not found", "TOPIC_DELETED"])
async def test_an_internal_word_is_not_put_in_general(
    server: TelegramServer, channel: TelegramChannel, refusal: str
) -> None:
    server.fail("sendMessage", Fault.REFUSED, description=f"Bad Request: {refusal}")
    assert (await refused(channel, said(Sent(f"{GROUP}:5", "4")), "1")).thread_gone
    assert not server.shown()


async def test_what_is_done_is_not_done_again(server: TelegramServer, channel: TelegramChannel, forum: Group) -> None:
    for method in ("createForumTopic", "sendMessage", "pinChatMessage"):
        server.fail(method, Fault.TOO_MANY)
        await refused(channel, card(), "card")
    await channel.send(card(), "card")
    assert len(forum.topics) == 1 and len(server.shown()) == 1
    assert await channel.send(card(), "card") and len(server.shown()) == 1


@pytest.mark.parametrize("fault", [Fault.DROP_AFTER, Fault.GARBAGE_AFTER])
async def test_a_lost_answer_about_a_topic_is_uncertain(
    server: TelegramServer, channel: TelegramChannel, fault: Fault
) -> None:
    server.fail("createForumTopic", fault)
    assert (await refused(channel, card(), "card")).uncertain


@pytest.mark.parametrize("method", ["pinChatMessage", "closeForumTopic"])
async def test_what_may_happen_twice_is_never_uncertain(
    server: TelegramServer, channel: TelegramChannel, forum: Group, method: str
) -> None:
    server.fail(method, Fault.DROP_AFTER)
    error = await refused(channel, card(heads=OVER), "card")
    assert not error.uncertain and not error.permanent
    await channel.send(card(heads=OVER), "card")
    assert len(server.shown()) == 1 and next(iter(forum.topics.values())).closed


async def test_every_act_counts_for_the_limit_of_the_group(
    server: TelegramServer, make: Callable[..., TelegramChannel], forum: Group
) -> None:
    slow = make(coordinator_group=GROUP, limits=Limits(group=Rate(0.01, burst=2)))
    error = await refused(slow, card(), "card")
    assert error.retry_after is not None and error.retry_after > 60
    assert [len(server.called(one)) for one in ("createForumTopic", "sendMessage", "pinChatMessage")] == [1, 1, 0]


async def test_a_long_card_is_one_message_and_its_words_follow(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    words = " ".join(f"word{number}" for number in range(1500))
    long = reply(Card(title="GP-1 · soon", body=words, footer="the end"), chat=GROUP, heads=OPEN)
    sent = await channel.send(long, "card")
    first, *others = server.shown()
    assert f"{GROUP}:{first.message_id}" == sent.message_id
    assert first.text.startswith("GP-1 · soon") and first.text.endswith("the end") and "…" in first.text
    assert " ".join(one.text for one in others) == words
    await channel.send(changed(sent, words), "1")
    assert len(server.shown()) == 1 + len(others)


async def test_a_card_of_another_place_comes_anew(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.send(changed(Sent("C0COORD:17000.0001")), "1")
    await channel.send(changed(Sent("-1009:7")), "2")
    assert [one.text for one in server.shown(int(GROUP))] == ["Changed", "Changed"]


def _no_forum(one: Group) -> None:
    one.is_forum = False


def _public(one: Group) -> None:
    one.username = "everybody"


def _thrown_out(one: Group) -> None:
    one.member = False


def _plain_member(one: Group) -> None:
    one.rights.clear()


@pytest.mark.parametrize(
    ("spoil", "problem", "remedy"),
    [
        (_no_forum, "it has no topics", "Turn Topics on"),
        (_public, "anybody can join and read it", "Make the group private"),
        (_thrown_out, "the bot is not in it", "Add the bot to the group as an administrator"),
        (_plain_member, "the bot may not manage topics", "rights to manage topics, to pin and to delete messages"),
    ],
)
async def test_a_group_that_cannot_be_used_is_named_with_its_remedy(
    server: TelegramServer,
    channel: TelegramChannel,
    forum: Group,
    caplog: pytest.LogCaptureFixture,
    spoil: Callable[[Group], None],
    problem: str,
    remedy: str,
) -> None:
    spoil(forum)
    status = await channel.probe()
    assert status.connected and problem in status.detail and remedy in status.remedy
    error = await refused(channel, card(), "card")
    assert problem in error.reason and not error.permanent and server.shown() == []
    assert [one.advice for one in caplog.records if one.message == "telegram.coordinators_unreachable"] == [  # type: ignore[attr-defined]
        status.remedy
    ]
    forum.is_forum, forum.username, forum.member, forum.rights = True, None, True, {"can_manage_topics"}
    await channel.send(card(), "card")
    assert len(server.shown()) == 1


async def test_a_group_that_is_none_is_named_too(server: TelegramServer, make: Callable[..., TelegramChannel]) -> None:
    status = await make(coordinator_group="-1004").probe()
    assert "the bot is not in it" in status.detail and "TELEGRAM_COORDINATOR_GROUP" in status.remedy


async def test_without_pins_a_card_is_shown_all_the_same(channel: TelegramChannel, forum: Group) -> None:
    await channel.send(card(), "card")
    forum.rights.discard("can_pin_messages")
    await channel.send(card(), "another")
    status = await channel.probe()
    assert "may not pin messages" in status.detail and len(forum.topics) == 2


def wiped(sent: Sent, with_topic: bool = False) -> Reply:
    where = {"target": sent.message_id, "thread": sent.thread if with_topic else None}
    return reply("Deleted.", chat=GROUP, delivery=Delivery.WIPE, **where)


async def test_what_is_forgotten_goes_with_its_topic(
    server: TelegramServer, channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card("words " * 1500), "card")
    under = await channel.send(said(sent), "1")
    await channel.send(wiped(under), "2")
    assert server.shown()[-1].text == "Deleted."
    await channel.send(wiped(sent, with_topic=True), "3")
    await channel.send(wiped(sent, with_topic=True), "4")
    await channel.send(wiped(under), "5")
    assert server.shown() == [] and forum.topics == {}


async def test_a_topic_in_which_nothing_stands_goes_and_nothing_is_said(
    server: TelegramServer, channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card(), "card")
    assert await channel.send(wiped(Sent()), "1") == Sent() and len(forum.topics) == 1
    assert await channel.send(wiped(Sent(thread=sent.thread), with_topic=True), "2") == Sent()
    assert server.shown() == [] and forum.topics == {}


async def test_without_the_right_to_delete_a_card_is_emptied(
    server: TelegramServer, channel: TelegramChannel, forum: Group
) -> None:
    sent = await channel.send(card(), "card")
    forum.rights.discard("can_delete_messages")
    await channel.send(wiped(sent, with_topic=True), "1")
    assert [one.text for one in server.shown()] == ["Deleted."]
    assert "may not delete messages" in (await channel.probe()).detail


async def test_a_message_among_the_coordinators_is_changed_in_place(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    sent = await channel.send(reply("The first page", chat=GROUP), "1")
    await channel.send(reply("The second", chat=GROUP, delivery=Delivery.EDIT, target=sent.message_id), "2")
    assert [(one.text, one.edits) for one in server.shown()] == [("The second", ["The first page"])]


async def test_a_group_with_another_id_is_not_followed_but_named(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    sent = await channel.send(card(), "card")
    server.migrate(int(GROUP), -1009)
    for lost in (said(sent), card()):
        error = await refused(channel, lost, "1")
        assert "another id" in error.reason and not error.permanent
    assert not server.shown(-1009)
    assert "TELEGRAM_COORDINATOR_GROUP to -1009" in (await channel.probe()).remedy


async def test_a_change_of_rights_is_noticed_at_once(server: TelegramServer, connect: Open, forum: Group) -> None:
    channel = await connect(coordinator_group=GROUP)
    await server.until(lambda: channel.status().connected and server.called("getChatMember"))
    assert "coordinators" not in channel.status().detail
    forum.rights.clear()
    server.queue(membership("member", group(int(GROUP))))
    await server.until(lambda: "may not manage topics" in channel.status().detail)
    forum.rights.update(RIGHTS)
    server.queue(membership("administrator", group(int(GROUP))))
    await server.until(lambda: "coordinators" not in channel.status().detail)


async def test_the_group_has_a_menu_of_its_own(server: TelegramServer, connect: Open, forum: Group) -> None:
    await connect(menus(), coordinator_group=GROUP)
    await server.until(lambda: f"{GROUP}:zh" in server.menus and "zh" in server.menus)
    assert server.menus[f"{GROUP}:"] == [
        {"command": "r", "description": "Reply"},
        {"command": "queue", "description": "Queue"},
        {"command": "desk", "description": "Overview"},
    ]
    assert "help" in str(server.menus[""])


async def test_a_telegram_that_is_down_says_nothing_about_the_group(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    server.fail("getChat", Fault.UNAVAILABLE)
    error = await refused(channel, card(), "card")
    assert not error.permanent and not error.uncertain
    await asyncio.gather(*(channel.send(card(), str(number)) for number in range(3)))
    assert len(server.called("getChat")) == 2
