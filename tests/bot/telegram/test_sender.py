"""Sending: what Telegram answers decides whether, when and how a message goes out again."""

import asyncio
from collections.abc import Callable

import pytest

from bot.telegram import TelegramChannel
from bot.telegram.limits import Limits
from bot.telegram.line import Patience
from desk.messages import Button, Card, Delivery, DeliveryError, Item, Section
from tests.bot.telegram.conftest import only, refused, reply
from tests.fakes.telegram_server import Fault, TelegramServer

GROUP = "-100500"
YES = ((Button("Yes", "y"),),)


async def test_a_card_arrives_with_its_buttons(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(reply(Card(title="5 > 3", body="a & b", buttons=YES)), "k")
    assert only(server).text == "5 > 3\n\na & b"
    assert only(server).keyboard == [[{"text": "Yes", "callback_data": "y"}]]
    assert sent.message_id == f"7:{only(server).message_id}"
    assert only(server).params["link_preview_options"] == {"is_disabled": True}


async def test_an_answer_hangs_on_the_question_in_its_topic(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.send(reply(chat=GROUP, thread="77", reply_to=f"{GROUP}:12", quiet=True), "k")
    params = only(server).params
    assert params["reply_parameters"] == {"message_id": 12, "allow_sending_without_reply": True}
    assert (params["message_thread_id"], params["disable_notification"]) == (77, True)


async def test_a_question_from_another_chat_is_not_answered_by_number(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    await channel.send(reply(chat="7", reply_to=f"{GROUP}:12"), "k")
    assert "reply_parameters" not in only(server).params


async def test_a_whisper_is_a_reply_in_a_group(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.send(reply(chat=GROUP, delivery=Delivery.EPHEMERAL, recipient="8", reply_to=f"{GROUP}:12"), "k")
    assert only(server).params["reply_parameters"]["message_id"] == 12


async def test_telegram_has_no_home(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(reply(delivery=Delivery.HOME), "k")
    assert sent.message_id is None and server.calls == []


async def test_an_empty_card_sends_nothing(server: TelegramServer, channel: TelegramChannel) -> None:
    assert (await channel.send(reply(""), "k")).message_id is None
    assert server.calls == []


async def test_a_way_into_private_asks_for_the_username_first(server: TelegramServer, channel: TelegramChannel) -> None:
    card = Card(body="x", buttons=((Button("In private", "tok", moves_to_private=True),),))
    server.fail("getMe", Fault.UNAUTHORIZED)
    assert (await refused(channel, reply(card, chat=GROUP))).reason.startswith("Telegram does not know the token")
    await channel.send(reply(card, chat=GROUP), "k")
    assert only(server).keyboard[0][0]["url"] == "https://t.me/guide_desk_bot?start=tok"


async def test_telegram_cannot_tell_what_arrived(channel: TelegramChannel) -> None:
    assert await channel.settle(reply(), "k") is None


# Files


async def test_a_file_travels_from_memory_with_a_caption(server: TelegramServer, channel: TelegramChannel) -> None:
    export = reply(
        Card(body="Your data", buttons=YES), delivery=Delivery.FILE, file_name="data.json", file_text="{«я»}"
    )
    await channel.send(export, "k")
    assert only(server).document == "{«я»}".encode()
    assert (only(server).text, len(only(server).keyboard)) == ("Your data", 1)


async def test_a_long_text_stands_in_front_of_its_file(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.send(reply("word " * 400, delivery=Delivery.FILE, file_name="a.txt", file_text=""), "k")
    first, second = server.shown()
    assert first.document is None and second.document == b"\n"


# Refusals


async def test_a_flood_limit_comes_back_in_seconds(server: TelegramServer, channel: TelegramChannel) -> None:
    server.fail("sendMessage", Fault.TOO_MANY, retry_after=30)
    error = await refused(channel, reply())
    assert error.retry_after == 30 and not error.uncertain and not error.permanent
    again = await refused(channel, reply())
    assert again.retry_after is not None and 29 < again.retry_after <= 30
    assert len(server.called("sendMessage")) == 1


async def test_a_limited_chat_does_not_delay_the_others(server: TelegramServer, channel: TelegramChannel) -> None:
    server.fail("sendMessage", Fault.TOO_MANY, retry_after=300, chat=7)
    await refused(channel, reply(chat="7"))
    async with asyncio.timeout(2):
        await channel.send(reply(chat="8"), "other")
    assert only(server).chat == 8


@pytest.mark.parametrize(
    ("fault", "description"),
    [
        (Fault.FORBIDDEN, "Forbidden: bot was blocked by the user"),
        (Fault.FORBIDDEN, "Forbidden: user is deactivated"),
        (Fault.FORBIDDEN, "Forbidden: bot was kicked from the supergroup chat"),
        (Fault.REFUSED, "Bad Request: chat not found"),
        (Fault.REFUSED, "Bad Request: not enough rights to send text messages to the chat"),
    ],
)
async def test_a_closed_door_is_final(
    server: TelegramServer, channel: TelegramChannel, fault: Fault, description: str
) -> None:
    server.fail("sendMessage", fault, description=description)
    error = await refused(channel, reply())
    assert error.permanent and error.unreachable and not error.uncertain


async def test_a_refused_message_says_nothing_about_the_chat(server: TelegramServer, channel: TelegramChannel) -> None:
    server.fail("sendMessage", Fault.REFUSED, description="Bad Request: message is too long")
    error = await refused(channel, reply())
    assert error.permanent and not error.unreachable


async def test_a_limit_on_the_whole_bot_holds_everybody_back(server: TelegramServer, channel: TelegramChannel) -> None:
    server.fail("sendMessage", Fault.TOO_MANY, times=3, retry_after=30)
    for chat in ("1", "2", "3"):
        assert (await refused(channel, reply(chat=chat), chat)).retry_after == 30
    error = await refused(channel, reply(chat="4"))
    assert error.retry_after is not None and 29 < error.retry_after <= 30
    assert len(server.called("sendMessage")) == 3


@pytest.mark.parametrize(
    "fault", [Fault.UNAVAILABLE, Fault.GARBAGE, Fault.DROP_BEFORE, Fault.DROP_AFTER, Fault.HANG_AFTER]
)
async def test_what_may_have_arrived_is_said_to_be_uncertain(
    server: TelegramServer, make: Callable[..., TelegramChannel], fault: Fault
) -> None:
    channel = make(patience=Patience(answer=0.3))
    server.fail("sendMessage", fault)
    error = await refused(channel, reply())
    assert error.uncertain and not error.permanent and error.retry_after is None


@pytest.mark.parametrize("fault", [Fault.UNAUTHORIZED, Fault.TOO_MANY, Fault.CONFLICT])
async def test_what_certainly_did_not_go_out_may_be_tried_again(
    server: TelegramServer, channel: TelegramChannel, fault: Fault
) -> None:
    server.fail("sendMessage", fault)
    error = await refused(channel, reply())
    assert (error.uncertain, error.permanent, error.retry_after) == (False, False, None)
    await channel.send(reply(), "k")
    assert len(server.shown()) == 1


async def test_nobody_listening_means_not_sent(server: TelegramServer, channel: TelegramChannel) -> None:
    await server.stop()
    error = await refused(channel, reply())
    assert not error.uncertain and not error.permanent
    assert "ClientConnectorError" in error.reason and server.token not in error.reason


async def test_a_stopped_channel_has_not_sent(server: TelegramServer, make: Callable[..., TelegramChannel]) -> None:
    channel = make()
    await channel.stop()
    error = await refused(channel, reply())
    assert not error.uncertain and not error.permanent


# Simpler rather than not at all


async def test_markup_telegram_cannot_read_goes_out_as_plain_text(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    server.fail("sendMessage", Fault.REFUSED, description="Bad Request: can't parse entities: whatever")
    await channel.send(reply(Card(title="T", sections=(Section("", (Item("a", url="https://e.org"),)),))), "k")
    assert only(server).html == "T\n\n• a (https://e.org)"


async def test_an_address_telegram_refuses_costs_only_its_button(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    card = Card(body="x", buttons=((Button("Console", url="http://localhost:8080/t/1"),), *YES))
    await channel.send(reply(card), "k")
    assert only(server).keyboard == [[{"text": "Yes", "callback_data": "y"}]]


async def test_a_deleted_topic_does_not_swallow_the_message(server: TelegramServer, channel: TelegramChannel) -> None:
    server.fail("sendMessage", Fault.REFUSED, description="Bad Request: message thread not found")
    await channel.send(reply(chat=GROUP, thread="77"), "k")
    assert "message_thread_id" not in only(server).params


async def test_a_group_that_moved_is_followed(server: TelegramServer, channel: TelegramChannel) -> None:
    server.migrate(-5, -1005)
    sent = await channel.send(reply(chat="-5"), "k")
    assert sent.message_id == f"-1005:{only(server).message_id}"
    edited = await channel.send(reply("Changed", chat="-5", delivery=Delivery.EDIT, target=sent.message_id), "k2")
    assert edited == sent and only(server).text == "Changed"


# Several parts, several messages


LONG = Card(body="\n".join(f"line {number} {'x' * 90}" for number in range(100)), buttons=YES)


async def test_a_long_card_arrives_in_order_with_buttons_last(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(reply(LONG), "k")
    assert [bool(part.keyboard) for part in server.shown()] == [False, False, True]
    assert sent.message_id == f"7:{server.shown()[-1].message_id}"


@pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.TOO_MANY, Fault.DROP_BEFORE])
async def test_parts_that_are_out_are_not_repeated(
    server: TelegramServer, channel: TelegramChannel, fault: Fault
) -> None:
    server.fail("sendMessage", fault, after=1)
    await refused(channel, reply(LONG), "k")
    assert len(server.shown()) == 1
    await channel.send(reply(LONG), "k")
    assert [part.text[:7] for part in server.shown()] == ["line 0 ", "line 41", "line 82"]


async def test_only_a_doubtful_part_comes_twice(server: TelegramServer, channel: TelegramChannel) -> None:
    server.fail("sendMessage", Fault.DROP_AFTER, after=1)
    assert (await refused(channel, reply(LONG), "k")).uncertain
    await channel.send(reply(LONG), "k")
    assert [part.text[:7] for part in server.shown()] == ["line 0 ", "line 41", "line 41", "line 82"]


async def test_a_reply_that_is_out_is_not_sent_again(server: TelegramServer, channel: TelegramChannel) -> None:
    """The outbox asks again when it could not write down that the message went out."""
    first = await channel.send(reply(), "k")
    assert await channel.send(reply(), "k") == first
    assert len(server.shown()) == 1


async def test_one_chat_stays_in_order_while_others_go_on(server: TelegramServer, channel: TelegramChannel) -> None:
    jobs = [channel.send(reply(f"{n}", chat=str(chat)), f"{chat}-{n}") for n in range(15) for chat in (7, 8, 9)]
    await asyncio.gather(*jobs)
    for chat in (7, 8, 9):
        assert [one.text for one in server.shown(chat)] == [str(n) for n in range(15)]


async def test_a_broadcast_stays_under_telegrams_limits() -> None:
    """A laggard may still meet a 429 when this machine stalls; nearly all must not."""
    async with TelegramServer(enforce_limits=True) as strict:
        channel = TelegramChannel(strict.token, strict.url, limits=Limits())
        jobs = [channel.send(reply(chat=str(chat)), str(chat)) for chat in range(1, 101)]
        answers = await asyncio.gather(*jobs, return_exceptions=True)
        await channel.stop()
    assert sum(isinstance(answer, DeliveryError) for answer in answers) <= 1
