"""What people do in Slack, as it arrives at the desk. Through a real socket: nothing is called directly."""

from dataclasses import replace

import pytest

from bot.slack import SlackChannel
from desk.messages import Address, Arrival, Attachment, Card, Delivery, Incoming
from tests.bot.slack.conftest import Inbox, connected, to_channel, to_user
from tests.fakes.slack_server import Delivery as Event
from tests.fakes.slack_server import SlackServer

ALONE = Address("slack", "workspace", "U1")


async def received(slack: SlackServer, inbox: Inbox, delivery: Event) -> Incoming:
    """The arrival, once it is acknowledged."""
    await slack.until(lambda: delivery.acks)
    return inbox.kept[-1]


async def ignored(slack: SlackServer, inbox: Inbox, delivery: Event) -> bool:
    """Acknowledged, so that it does not come again, and not stored."""
    await slack.until(lambda: delivery.acks)
    return inbox.kept == []


async def test_a_direct_message_is_private_text(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    delivery = await slack.say("U1", "our site is <https://a.example|blocked> &amp; gone")
    incoming = await received(slack, inbox, delivery)
    assert (incoming.address, incoming.sender, incoming.private) == (ALONE, "U1", True)
    assert (incoming.arrival, incoming.text) == (Arrival.TEXT, "our site is blocked (https://a.example) & gone")
    assert incoming.external_id == delivery.payload["event_id"]
    assert incoming.message_id == incoming.alias_id == f"D1:{delivery.ts}"
    assert incoming.private_address is None


async def test_a_reply_below_a_card_names_the_card(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    sent = await channel.send(to_user("Does this help?"), "key")
    thread = str(sent.message_id).partition(":")[2]
    incoming = await received(slack, inbox, await slack.say("U1", "not yet", thread=thread))
    assert (incoming.reply_to, incoming.address) == (sent.message_id, ALONE)


async def test_a_mention_is_answered_in_private(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    delivery = await slack.mention("U1", "C1", "who can help us?")
    incoming = await received(slack, inbox, delivery)
    assert incoming.address == Address("slack", "workspace", "C1", delivery.ts)
    assert (incoming.text, incoming.private, incoming.private_address) == ("who can help us?", False, ALONE)


async def test_a_mention_in_a_thread_stays_in_it(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    incoming = await received(slack, inbox, await slack.mention("U1", "C1", "and you?", thread="1.1"))
    assert (incoming.address.thread, incoming.reply_to) == ("1.1", "C1:1.1")


async def test_a_mention_as_two_events_is_one(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    first = await slack.mention("U1", "C1", "help")
    second = await slack.event({**first.payload["event"], "type": "message", "channel_type": "channel"})
    await slack.until(lambda: first.acks and second.acks)
    assert [one.text for one in inbox.kept] == ["help"]


async def test_a_mention_without_words_gets_help(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    incoming = await received(slack, inbox, await slack.mention("U1", "C1", ""))
    assert (incoming.arrival, incoming.command) == (Arrival.COMMAND, "help")


async def test_ordinary_talk_in_a_channel_is_ignored(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    talk = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "text": "lunch?", "ts": "1.1"}
    assert await ignored(slack, inbox, await slack.event(talk))


@pytest.mark.parametrize(
    "change",
    [
        {"bot_id": "B1"},
        {"user": "U0BOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "bot_message", "user": None, "bot_id": "B1"},
        {"subtype": "message_deleted", "deleted_ts": "1.1"},
        {"subtype": "channel_join"},
    ],
)
async def test_what_no_person_wrote_is_ignored(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, change: dict[str, object]
) -> None:
    message = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "text": "hello", "ts": "1.1"}
    assert await ignored(slack, inbox, await slack.event({**message, **change}))


async def test_an_edit_names_the_original(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    first = await slack.say("U1", "one hour")
    await received(slack, inbox, first)
    incoming = await received(slack, inbox, await slack.edit("U1", first.ts, "24 hours"))
    assert (incoming.arrival, incoming.text, incoming.address) == (Arrival.EDIT, "24 hours", ALONE)
    assert incoming.message_id == f"D1:{first.ts}" != incoming.alias_id


async def test_unfolding_a_link_is_no_edit(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    message = {"type": "message", "user": "U1", "text": "https://a.example", "ts": "1.1"}
    event = {"type": "message", "subtype": "message_changed", "channel": "D1", "ts": "1.2", "previous_message": message}
    unfolded = {**message, "attachments": [{"title": "A"}]}
    assert await ignored(slack, inbox, await slack.event({**event, "message": unfolded}))


async def test_our_own_edits_are_ignored(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    before = {"type": "message", "user": "U0BOT", "bot_id": "B0BOT", "text": "one", "ts": "1.1"}
    event = {"type": "message", "subtype": "message_changed", "channel": "D1", "ts": "1.2", "previous_message": before}
    assert await ignored(slack, inbox, await slack.event({**event, "message": {**before, "text": "two"}}))


async def test_a_file_is_kept_by_reference_only(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    incoming = await received(slack, inbox, await slack.send_file("U1", "order.pdf"))
    assert (incoming.arrival, incoming.text) == (Arrival.MEDIA, "")
    (file,) = incoming.attachments
    assert file == Attachment("file", file.reference, "order.pdf", 1234, "application/pdf")


async def test_all_files_of_a_message_are_kept_in_order(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    names = ["1.png", "2.pdf", "3.png"]
    incoming = await received(slack, inbox, await slack.send_file("U1", *names))
    assert [file.name for file in incoming.attachments] == names
    assert len({file.reference for file in incoming.attachments}) == 3


async def test_words_beside_a_file_are_text(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    incoming = await received(slack, inbox, await slack.send_file("U1", "a.png", text="see this"))
    assert (incoming.arrival, incoming.text, incoming.attachments[0].kind) == (Arrival.TEXT, "see this", "image")


@pytest.mark.parametrize(
    ("text", "command"), [("status", "status"), ("/Forget", "forget"), ("", "help"), ("  ", "help")]
)
async def test_a_command_word_is_a_command(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, text: str, command: str
) -> None:
    incoming = await received(slack, inbox, await slack.command("U1", text))
    assert (incoming.arrival, incoming.command, incoming.address) == (Arrival.COMMAND, command, ALONE)


async def test_a_code_behind_the_word_link_is_a_command(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    incoming = await received(slack, inbox, await slack.command("U1", "link 23456789AB"))
    assert (incoming.arrival, incoming.command, incoming.text) == (Arrival.COMMAND, "link", "23456789AB")


@pytest.mark.parametrize("text", ["help my account was hacked", "payload of a worm", "link to our site is blocked"])
async def test_anything_else_behind_the_command_is_a_request(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, text: str
) -> None:
    delivery = await slack.command("U1", text, channel="C1")
    incoming = await received(slack, inbox, delivery)
    assert (incoming.arrival, incoming.text, incoming.private) == (Arrival.TEXT, text, False)
    assert (incoming.address.conversation, incoming.private_address) == ("C1", ALONE)
    assert str(incoming.reply_handle).startswith(delivery.payload["response_url"])
    assert incoming.external_id == delivery.payload["trigger_id"]


async def test_a_shortcut_asks_about_somebodys_message(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    delivery = await slack.shortcut("U1", "C1", "we got a takedown notice")
    incoming = await received(slack, inbox, delivery)
    assert (incoming.address, incoming.sender, incoming.private) == (ALONE, "U1", True)
    assert (incoming.arrival, incoming.text) == (Arrival.TEXT, "we got a takedown notice")
    assert incoming.message_id == f"C1:{delivery.payload['message_ts']}"


async def test_two_people_may_ask_about_one_message(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    first = await slack.shortcut("U1", "C1", "look")
    again = {**first.payload, "user": {"id": "U2"}, "trigger_id": "another"}
    await received(slack, inbox, await slack.deliver("interactive", again))
    assert [one.sender for one in inbox.kept] == ["U1", "U2"]


async def test_the_home_is_opened_by_its_tab_only(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    assert await ignored(slack, inbox, await slack.open_home("U1", tab="messages"))
    incoming = await received(slack, inbox, await slack.open_home("U1"))
    assert (incoming.arrival, incoming.address, incoming.sender) == (Arrival.HOME, ALONE, "U1")


async def test_a_press_carries_the_token_and_its_message(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, card: Card
) -> None:
    sent = await channel.send(to_user(card=card), "key")
    incoming = await received(slack, inbox, await slack.press("U1", "U1", "Talk to a person"))
    assert (incoming.arrival, incoming.action, incoming.message_id) == (Arrival.PRESS, "token-1", sent.message_id)
    assert (incoming.address, incoming.private) == (ALONE, True)


async def test_a_coordinators_press_belongs_to_the_channel(slack: SlackServer, inbox: Inbox, card: Card) -> None:
    async with connected(slack, inbox, coordinator_channel="C1") as channel:
        sent = await channel.send(to_channel(card=card), "key")
        incoming = await received(slack, inbox, await slack.press("U9", "C1", "Talk to a person"))
    ts = str(sent.message_id).partition(":")[2]
    assert incoming.address == Address("slack", "workspace", "C1", ts)
    assert (incoming.sender, incoming.private, incoming.private_address) == ("U9", False, None)


async def test_a_press_in_any_other_channel_is_answered_in_private(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, card: Card
) -> None:
    await channel.send(to_channel(card=card), "key")
    incoming = await received(slack, inbox, await slack.press("U1", "C1", "Talk to a person"))
    assert (incoming.private, incoming.private_address) == (False, ALONE)


async def test_a_press_in_the_home_has_no_message(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, card: Card
) -> None:
    await channel.send(replace(to_user(card=card), delivery=Delivery.HOME), "key")
    incoming = await received(slack, inbox, await slack.press("U1", "home", "Talk to a person"))
    assert (incoming.action, incoming.address, incoming.message_id) == ("token-1", ALONE, None)


async def test_opening_a_page_is_no_press(slack: SlackServer, inbox: Inbox, channel: SlackChannel, card: Card) -> None:
    await channel.send(to_user(card=card), "key")
    assert await ignored(slack, inbox, await slack.press("U1", "U1", "Page"))


async def test_language_and_zone_are_known_from_the_second_message(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel
) -> None:
    slack.add_user("U5", locale="fr-FR", tz="Africa/Dakar")
    first = await received(slack, inbox, await slack.say("U5", "bonjour"))
    assert (first.language, first.time_zone) == (None, None)
    await slack.until(lambda: channel._profile("U5"))
    second = await received(slack, inbox, await slack.say("U5", "au secours"))
    assert (second.language, second.time_zone) == ("fr", "Africa/Dakar")
    assert len(slack.calls_to("users.info")) == 1


async def test_an_unreadable_profile_does_no_harm(slack: SlackServer, inbox: Inbox, channel: SlackChannel) -> None:
    slack.fail("users.info", status=500)
    await received(slack, inbox, await slack.say("U1", "one"))
    await slack.until(lambda: slack.calls_to("users.info"))
    assert (await received(slack, inbox, await slack.say("U1", "two"))).language is None


@pytest.mark.parametrize(
    "event",
    [{"type": "reaction_added"}, {"type": "message"}, {"type": "app_mention", "channel": 7, "user": []}],
)
async def test_an_event_of_no_use_does_not_come_again(
    slack: SlackServer, inbox: Inbox, channel: SlackChannel, event: dict[str, object]
) -> None:
    assert await ignored(slack, inbox, await slack.event(event))
