"""Talking to the desk through the page, over HTTP."""

import asyncio
import re

import httpx
import pytest

from bot.web import WebChannel
from desk.conversation import privacy
from desk.messages import Address, Arrival, Button, Card, Incoming, Reply
from desk.people import Requester
from desk.policy import Policy
from knowledge.database import Database
from tests.bot.web.conftest import browser_of
from tests.bot.web.tiny_desk import TinyDesk, echo
from tests.bot.web.visits import address_of, hear, words, write
from tests.dialogue import NOON


async def test_page_is_there_before_anybody_wrote(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")

    assert page.status_code == 200
    assert "What happened, or what do you need?" in page.text
    assert 'role="log"' in page.text and 'aria-live="polite"' in page.text
    assert "set-cookie" not in page.headers


async def test_message_and_answer_stand_on_the_next_page(browser: httpx.AsyncClient) -> None:
    sent = await browser.post("/chat/messages", data={"text": "our accounts leaked"})
    page = await browser.get("/")

    assert sent.status_code == 303
    assert page.text.index("our accounts leaked") < page.text.index("The desk heard: our accounts leaked")


async def test_redirect_waits_for_a_slow_answer(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    desk.lively = False
    posting = asyncio.create_task(write(browser, "are you there"))
    await desk.stored.wait()
    await desk.work()

    assert "The desk heard: are you there" in (await posting).text


async def test_redirect_does_not_wait_for_ever(browser: httpx.AsyncClient, channel: WebChannel, desk: TinyDesk) -> None:
    desk.lively, channel.pages.answer_seconds = False, 0.01

    page = await write(browser, "nobody answers yet")

    assert "nobody answers yet" in page.text


async def test_same_submission_twice_is_one_message(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    for _ in range(2):
        await write(browser, "only once", id="0123456789abcdef")

    assert desk.texts() == ["only once"]


async def test_first_submission_sent_twice_is_one_person(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    # A double click: the second request leaves before the first answer brings the cookie.
    form = {"text": "only once", "id": "0123456789abcdef"}
    first = await browser.post("/chat/messages", data=form)
    browser.cookies.clear()
    second = await browser.post("/chat/messages", data=form)
    sessions = {answer.cookies["guidepost"].split(".")[0] for answer in (first, second)}

    assert len(sessions) == 1
    assert desk.texts() == ["only once"]


async def test_same_id_in_another_browser_is_another_message(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient, desk: TinyDesk
) -> None:
    await write(browser, "mine", id="0123456789")
    await write(other_browser, "yours", id="0123456789")

    assert desk.texts() == ["mine", "yours"]


async def test_form_carries_a_new_id_each_time(browser: httpx.AsyncClient) -> None:
    ids = [re.search(r'name="id" value="([^"]+)"', (await browser.get("/")).text) for _ in range(2)]

    assert ids[0] and ids[1] and ids[0][1] != ids[1][1]


@pytest.mark.parametrize("text", ["", "   ", "\r\n\t"])
async def test_empty_text_is_ignored(browser: httpx.AsyncClient, desk: TinyDesk, text: str) -> None:
    answer = await browser.post("/chat/messages", data={"text": text})

    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    assert desk.heard == []


async def test_script_gets_a_short_answer_at_once(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    answer = await browser.post("/chat/messages", json={"text": "hello", "id": "0123456789abcdef"})

    assert (answer.status_code, answer.json()) == (202, {"stored": True})


async def test_slash_starts_a_command(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    page = await write(browser, "/Status GP-2026-0042")

    assert (desk.heard[0].arrival, desk.heard[0].command) == (Arrival.COMMAND, "status")
    assert desk.heard[0].text == "GP-2026-0042"
    assert "/status GP-2026-0042" in page.text


async def test_command_from_the_menu_is_shown_in_words(browser: httpx.AsyncClient) -> None:
    menu = await browser.get("/")
    page = await write(browser, "/status")

    assert 'value="/status"' in menu.text
    assert "You chose: Where your tickets stand" in words(page)


async def test_path_is_a_text_not_a_command(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await write(browser, "/etc/passwd was published")

    assert desk.heard[0].arrival is Arrival.TEXT


async def test_real_time_zone_is_kept_and_nonsense_is_not(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    for zone in ("Africa/Nairobi", "../../etc/passwd", "Mars/Base", "America"):
        await browser.post("/chat/messages", json={"text": zone, "time_zone": zone})
    await desk.work()

    assert [one.time_zone for one in desk.heard] == ["Africa/Nairobi", None, None, None]


async def test_times_are_on_the_clock_of_the_reader(browser: httpx.AsyncClient) -> None:
    before = await write(browser, "hello")
    after = await write(browser, "hello again", time_zone="Africa/Nairobi")

    assert "2 Mar, 09:30 UTC" in before.text
    assert "2 Mar, 12:30" in after.text


async def test_press_is_shown_with_its_label(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    token = desk.offer()
    desk.answers = lambda incoming: [
        Reply(incoming.address, Card(body="How about it?", buttons=((Button("Talk to a person", token),),)), "en")
    ]
    asked = await write(browser, "help me")
    pressed = await browser.post("/chat/press", data={"action": token}, follow_redirects=True)

    assert f'name="action" value="{token}"' in asked.text
    assert (desk.heard[-1].arrival, desk.heard[-1].action) == (Arrival.PRESS, token)
    assert "You chose: Talk to a person" in words(pressed)


async def test_two_buttons_of_one_page_are_two_events(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    for action in ("first-token", "second-token", "second-token"):
        await browser.post("/chat/press", data={"action": action, "id": "one-page-id"}, follow_redirects=True)

    assert [one.action for one in desk.heard] == ["first-token", "second-token"]


async def test_language_is_sent_as_a_command_with_the_choice(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    page = await browser.post("/chat/language", data={"language": "ar"}, follow_redirects=True)

    heard = desk.heard[0]
    assert (heard.arrival, heard.command, heard.text, heard.language) == (Arrival.COMMAND, "language", "ar", "ar")
    assert '<html lang="ar" dir="rtl">' in page.text


async def test_page_is_in_the_chosen_language_before_the_desk_knows(
    browser: httpx.AsyncClient, channel: WebChannel, desk: TinyDesk
) -> None:
    desk.lively, channel.pages.answer_seconds = False, 0.01

    page = await browser.post("/chat/language", data={"language": "fr"}, follow_redirects=True)

    assert '<html lang="fr" dir="ltr">' in page.text


async def test_page_remembers_the_language_of_the_person(browser: httpx.AsyncClient) -> None:
    await browser.post("/chat/language", data={"language": "ru"}, follow_redirects=True)

    page = await browser.get("/", headers={"Accept-Language": "fr"})

    assert '<html lang="ru"' in page.text


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ar-EG,en;q=0.5", "ar"),
        ("xx, fr;q=0.3, es;q=0.7", "es"),
        ("fr;q=0, en", "en"),
        ("tlh", "en"),
        (";;q=nan,,=,*", "en"),
        ("", "en"),
    ],
)
async def test_stranger_gets_the_language_of_the_browser(
    browser: httpx.AsyncClient, header: str, language: str
) -> None:
    page = await browser.get("/", headers={"Accept-Language": header})

    assert f'<html lang="{language}"' in page.text


async def test_language_in_the_address_comes_first(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/?lang=zh", headers={"Accept-Language": "fr"})
    junk = await browser.get("/?lang=<script>", headers={"Accept-Language": "fr"})

    assert '<html lang="zh"' in page.text
    assert '<html lang="fr"' in junk.text


async def test_nobody_sees_the_conversation_of_somebody_else(
    browser: httpx.AsyncClient, other_browser: httpx.AsyncClient
) -> None:
    await write(browser, "a secret of mine")
    page = await write(other_browser, "hello")

    assert "a secret of mine" not in page.text


async def test_forgotten_conversation_disappears_from_open_pages(
    browser: httpx.AsyncClient, database: Database, desk: TinyDesk
) -> None:
    await write(browser, "a secret of mine")
    cursor = (await hear(browser)).json()["cursor"]
    waiting = asyncio.create_task(hear(browser, cursor))
    with database.writing() as session:
        privacy.erase(session, Policy(), session.query(Requester).one(), NOON)
    await desk.say(Reply(address_of(desk), Card(body="Everything is deleted."), "en"))

    news = (await waiting).json()
    page = await browser.get("/")

    assert len(news["order"]) <= 1
    assert "a secret of mine" not in page.text
    assert "Everything is deleted." in page.text


async def test_conversation_survives_a_restart(browser: httpx.AsyncClient, database: Database, desk: TinyDesk) -> None:
    await write(browser, "before the restart")
    again = WebChannel(database, "a key of more than thirty-two characters", now=desk.clock)
    async with browser_of(again) as later:
        later.cookies = browser.cookies
        page = await later.get("/")

    assert "before the restart" in page.text


async def test_stopped_channel_takes_nothing_in(
    browser: httpx.AsyncClient, channel: WebChannel, desk: TinyDesk
) -> None:
    await channel.stop()

    answer = await write(browser, "too late")

    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "30"
    assert "too late" in answer.text
    assert not channel.status().connected


async def test_sending_needs_no_open_page(channel: WebChannel, desk: TinyDesk) -> None:
    reply = Reply(Address("web", "web", "nobody-is-here"), Card(body="hello"), "en")

    assert (await channel.send(reply, "the-key")).message_id == "the-key"
    assert await channel.settle(reply, "the-key") == await channel.send(reply, "the-key")


async def test_answers_may_be_several(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    def twice(incoming: Incoming) -> list[Reply]:
        return [*echo(incoming), Reply(incoming.address, Card(body="and another thing"), "en")]

    desk.answers = twice

    page = await write(browser, "first")

    assert page.text.index("The desk heard: first") < page.text.index("and another thing")
