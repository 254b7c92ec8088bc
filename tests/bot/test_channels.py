"""One contract for all channels: what a person writes comes in, what the desk says arrives."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from desk.messages import Arrival, Button, Card, Delivery, Item, Reply, Section, Style
from knowledge.database import Database
from tests.bot.rooms import Room, address_of, room_of

CARD = Card(
    title="A title & <b>markup</b>",
    alert="Call for help first",
    body="What to do, in *plain* _words_ `here`",
    sections=(
        Section(
            "Who can help", (Item("Somebody", "who helps <you>", "https://example.org/a?b=c&d=e", "not confirmed"),)
        ),
    ),
    footer="Ticket GP-00000",
    buttons=((Button("This answers it", "token-1", style=Style.PRIMARY), Button("Not & never", "token-2")),),
)
ARABIC = Card(title="الخصوصية", body="اتصلوا بـ Access Now أولاً ثم https://accessnow.org", footer="GP-12345")


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture(params=["telegram", "slack", "web", "terminal"])
async def room(request: pytest.FixtureRequest, database: Database) -> AsyncIterator[Room]:
    async with room_of(request.param, database) as opened:
        yield opened


async def shown(room: Room, card: Card, *words: str) -> str:
    """Send a card to whoever wrote first and wait until all these words can be read."""
    address = address_of(await room.says("hello"))
    await room.store.deliver(room.channel, Reply(address, card, "en"))
    seen = ""
    async with asyncio.timeout(15):
        while not all(word in seen for word in words) or not seen:
            await asyncio.sleep(0.01)
            seen = await room.sees()
    return seen


async def test_words_come_in_as_one_private_message(room: Room) -> None:
    heard = await room.says("our page was hacked <&> 👍 مرحبا")
    assert heard.arrival is Arrival.TEXT and heard.private
    assert heard.text == "our page was hacked <&> 👍 مرحبا"
    assert heard.address.channel == room.channel.name and heard.address.account == room.channel.account
    assert heard.message_id or room.channel.name == "web"


async def test_every_message_has_its_own_id(room: Room) -> None:
    first, second = await room.says("one"), await room.says("one")
    assert first.external_id != second.external_id
    assert first.address.key == second.address.key


async def test_everything_on_a_card_can_be_read(room: Room) -> None:
    await shown(
        room, CARD, "A title & <b>markup</b>", "Call for help first", "*plain* _words_ `here`", "Who can help",
        "who helps <you>", "not confirmed", "Ticket GP-00000", "This answers it", "Not & never",
    )  # fmt: skip


async def test_a_pressed_button_gives_its_token_back(room: Room) -> None:
    await shown(room, CARD, "Not & never")
    heard = await room.presses("Not & never")
    assert (heard.arrival, heard.action) == (Arrival.PRESS, "token-2")


async def test_a_right_to_left_card_arrives_whole(room: Room) -> None:
    await shown(room, ARABIC, "الخصوصية", "Access Now", "GP-12345")


async def test_a_card_of_any_length_arrives_whole(room: Room) -> None:
    lines = [f"line number {number} of a very long answer" for number in range(400)]
    await shown(room, Card(body="\n".join(lines)), lines[0], lines[200], lines[399])


async def test_a_message_can_be_changed_in_place(room: Room) -> None:
    address = address_of(await room.says("hello"))
    await room.store.deliver(room.channel, Reply(address, Card(body="the first version"), "en", key="card-1"))
    change = Reply(address, Card(body="the second version"), "en", Delivery.EDIT, replaces="card-1")
    await room.store.deliver(room.channel, change)
    seen = await room.sees()
    assert "the second version" in seen
    assert room.channel.name == "terminal" or "the first version" not in seen


async def test_a_command_comes_in_as_one(room: Room) -> None:
    if room.channel.name == "slack":
        pytest.skip("Slack has its own slash command, which its own tests cover")
    heard = await room.says("/privacy")
    assert (heard.arrival, heard.command) == (Arrival.COMMAND, "privacy")


async def test_a_connected_channel_says_so(room: Room) -> None:
    await room.says("hello")
    assert room.channel.status().connected
