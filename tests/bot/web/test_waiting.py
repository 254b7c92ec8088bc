"""What an open page gets to see, and when: news, edits, notes, files."""

import asyncio
import re
from dataclasses import replace

import httpx

from bot.delivery import Delivery as Sending
from bot.web import WebChannel
from desk import outbox
from desk.messages import Card, Delivery, Reply
from knowledge.database import Database
from tests.bot.web.tiny_desk import TinyDesk
from tests.bot.web.visits import address_of, hear, write


async def test_waiting_page_gets_only_what_is_new(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await write(browser, "first")
    first = (await hear(browser)).json()
    waiting = asyncio.create_task(hear(browser, first["cursor"]))
    await desk.say(Reply(address_of(desk), Card(body="a later word"), "en"))
    news = (await waiting).json()

    assert len(first["entries"]) == 2
    assert news["order"] == [*first["order"], *news["entries"]]
    assert "a later word" in "".join(news["entries"].values())


async def test_answer_of_another_process_arrives_too(
    browser: httpx.AsyncClient, database: Database, desk: TinyDesk
) -> None:
    await write(browser, "first")
    cursor = (await hear(browser)).json()["cursor"]
    elsewhere = WebChannel(database, "another process has the same key", now=desk.clock)
    sending = Sending(database, [elsewhere], "elsewhere", desk.clock)
    waiting = asyncio.create_task(hear(browser, cursor))
    with database.writing() as session:
        outbox.add(session, Reply(address_of(desk), Card(body="from elsewhere"), "en"), desk.clock())
    await sending.drain()

    assert "from elsewhere" in (await waiting).text


async def test_nothing_new_is_said_without_a_body(browser: httpx.AsyncClient, channel: WebChannel) -> None:
    await write(browser, "first")
    channel.pages.poll_seconds = 0.01
    cursor = (await hear(browser)).json()["cursor"]

    quiet = await hear(browser, cursor)

    assert (quiet.status_code, quiet.content) == (204, b"")


async def test_strangers_have_nothing_to_wait_for(browser: httpx.AsyncClient) -> None:
    assert (await hear(browser)).status_code == 404


async def test_too_many_waiting_tabs_are_sent_away(browser: httpx.AsyncClient, channel: WebChannel) -> None:
    await write(browser, "first")
    cursor = (await hear(browser)).json()["cursor"]
    waiting = [asyncio.create_task(hear(browser, cursor)) for _ in range(12)]
    ends = asyncio.as_completed(waiting)
    first = {(await next(ends)).status_code for _ in range(4)}
    await channel.stop()
    others = {(await one).status_code for one in ends}

    assert (first, others) == ({429}, {204})


async def test_edit_stands_in_the_place_of_the_original(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await write(browser, "first")
    here = address_of(desk)
    await desk.say(
        Reply(here, Card(body="old words"), "en", key="original"), Reply(here, Card(body="in between"), "en")
    )
    before = (await hear(browser)).json()
    await desk.say(Reply(here, Card(body="new words"), "en", Delivery.EDIT, replaces="original", key="edit"))
    await desk.say(Reply(here, Card(body="newest words"), "en", Delivery.EDIT, target="edit"))

    after = (await hear(browser, before["cursor"])).json()
    page = await browser.get("/")

    assert after["order"] == before["order"]
    assert len(after["entries"]) == 1
    assert "old words" not in page.text and "new words" not in page.text
    assert page.text.index("newest words") < page.text.index("in between")


async def test_edit_of_something_gone_is_a_new_entry(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await write(browser, "first")
    await desk.say(Reply(address_of(desk), Card(body="still said"), "en", Delivery.EDIT, target="gone"))

    assert "still said" in (await browser.get("/")).text


async def test_whisper_is_a_note_and_a_home_page_is_nothing(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await write(browser, "first")
    await desk.say(
        Reply(address_of(desk), Card(body="between us"), "en", Delivery.EPHEMERAL),
        Reply(address_of(desk), Card(body="my home"), "en", Delivery.HOME),
    )

    page = await browser.get("/")

    assert re.search(r'class="entry answered note".*between us', page.text, re.DOTALL)
    assert "my home" not in page.text


async def test_file_is_served_to_its_own_conversation_only(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, desk: TinyDesk
) -> None:
    await write(other_browser, "somebody else")
    await write(browser, "my data please")
    file = Reply(address_of(desk), Card(body="Here."), "en", Delivery.FILE, file_name='my "data".json', file_text="{}")
    await desk.say(replace(file, key="the-file"))
    page = await browser.get("/")

    mine, foreign = await browser.get("/chat/files/the-file"), await other_browser.get("/chat/files/the-file")

    assert "/chat/files/the-file" in page.text
    assert (mine.status_code, mine.text) == (200, "{}")
    assert mine.headers["content-disposition"] == "attachment; filename*=UTF-8''my%20%22data%22.json"
    assert mine.headers["cache-control"] == "no-store"
    assert foreign.status_code == 404


async def test_only_files_are_served_as_files(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await write(browser, "first")
    await desk.say(Reply(address_of(desk), Card(body="no file"), "en", key="a-card"))

    assert (await browser.get("/chat/files/a-card")).status_code == 404
