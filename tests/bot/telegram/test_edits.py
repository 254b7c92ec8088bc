"""Messages that change in place, and what happens when they no longer can."""

import pytest

from bot.telegram import TelegramChannel
from desk.messages import Button, Card, Delivery
from tests.bot.telegram.conftest import only, refused, reply
from tests.fakes.telegram_server import Fault, TelegramServer

GROUP = "-100500"
YES = ((Button("Yes", "y"),),)


async def test_an_edit_changes_the_message_in_place(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(reply(Card(body="New", buttons=YES), chat=GROUP), "1")
    edited = await channel.send(reply("Taken", chat=GROUP, delivery=Delivery.EDIT, target=sent.message_id), "2")
    assert edited == sent
    assert (only(server).text, only(server).edits, only(server).keyboard) == ("Taken", ["New"], [])


async def test_an_edit_that_changes_nothing_is_fine(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(reply(), "1")
    assert await channel.send(reply(delivery=Delivery.EDIT, target=sent.message_id), "2") == sent
    assert len(server.shown()) == 1


@pytest.mark.parametrize("target", ["7:999", "nonsense", "", None, "7:"])
async def test_an_edit_of_something_gone_is_a_new_message(
    server: TelegramServer, channel: TelegramChannel, target: str | None
) -> None:
    sent = await channel.send(reply(delivery=Delivery.EDIT, target=target), "1")
    assert sent.message_id == f"7:{only(server).message_id}"


async def test_an_edit_of_a_file_is_a_new_message(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(reply(delivery=Delivery.FILE, file_text="x"), "1")
    await channel.send(reply("Deleted.", delivery=Delivery.EDIT, target=sent.message_id), "2")
    assert server.shown()[-1].text == "Deleted."


async def test_an_edit_whose_answer_is_lost_may_simply_be_repeated(
    server: TelegramServer, channel: TelegramChannel
) -> None:
    sent = await channel.send(reply("New"), "1")
    server.fail("editMessageText", Fault.DROP_AFTER)
    edit = reply("Taken", delivery=Delivery.EDIT, target=sent.message_id)
    error = await refused(channel, edit, "2")
    assert not error.uncertain and not error.permanent
    assert await channel.send(edit, "2") == sent
    assert only(server).edits == ["New"]


async def test_an_edit_that_grew_continues_in_a_new_message(server: TelegramServer, channel: TelegramChannel) -> None:
    sent = await channel.send(reply("New"), "1")
    long = Card(body="word " * 1500, buttons=YES)
    edited = await channel.send(reply(long, delivery=Delivery.EDIT, target=sent.message_id), "2")
    first, second = server.shown()
    assert first.edits == ["New"] and edited.message_id == f"7:{second.message_id}" and second.keyboard
