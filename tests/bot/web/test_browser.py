"""The page in a real browser: small and large, from the left and from the right, with and without JavaScript."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
import uvicorn
from playwright.async_api import Browser, Page, async_playwright, expect
from starlette.applications import Starlette

from bot.web import WebChannel
from desk.conversation.commands import menus
from desk.wording import translate
from knowledge.database import Database
from tests.bot.web.tiny_desk import LONG, Clock, TinyDesk, full_card

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
Open = Callable[..., AbstractAsyncContextManager[Page]]

# Starting a browser takes long, so all tests share one, each with a profile of its own.
pytestmark = pytest.mark.asyncio(loop_scope="module")
sizes = pytest.mark.parametrize("width", [400, 1200])
languages = pytest.mark.parametrize("language", ["en", "ar"])


@pytest_asyncio.fixture(loop_scope="module")
async def desk(database: Database, channel: WebChannel, clock: Clock) -> AsyncIterator[TinyDesk]:
    """The desk of the other tests, in the loop of the browser."""
    desk = TinyDesk(database, channel, clock)
    await channel.start(desk.receive, menus())
    yield desk
    await channel.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def address(channel: WebChannel, desk: TinyDesk) -> AsyncIterator[str]:
    """The channel served over a real socket."""
    desk.answers = full_card
    app = Starlette(routes=list(channel.routes()))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        serving = asyncio.create_task(server.serve([listening]))
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        await channel.stop()
        server.should_exit = True
        await serving


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
def opened(browser: Browser, address: str) -> Open:
    """Opens the page; at the end the browser's console may hold no complaint but the `allowed` one."""

    @asynccontextmanager
    async def open_page(
        width: int = 1200, language: str = "en", allowed: str = "nothing", **settings: Any
    ) -> AsyncIterator[Page]:
        complaints: list[str] = []
        context = await browser.new_context(viewport={"width": width, "height": 800}, locale=language, **settings)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        await page.goto(address)
        yield page
        await context.close()
        assert [one for one in complaints if allowed not in one] == []

    return open_page


async def write(page: Page, text: str) -> None:
    """Say something and wait until it is answered."""
    await page.fill("#text", text)
    await page.click(".send")
    await expect(page.locator(".answered").last).to_contain_text(f"You said: {text}")


async def assert_fits(page: Page) -> None:
    room, needed = await page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollWidth]")
    assert needed <= room


@sizes
@languages
async def test_page_never_scrolls_sideways(opened: Open, width: int, language: str) -> None:
    async with opened(width, language) as page:
        await assert_fits(page)
        await write(page, LONG)
        await assert_fits(page)
        for menu in await page.locator("details.drop").all():
            await menu.locator("summary").click()
            await assert_fits(page)
            box = await menu.locator("form").bounding_box()
            assert box and box["x"] >= 0 and box["x"] + box["width"] <= width


@sizes
@languages
async def test_everything_to_press_is_large_enough(opened: Open, width: int, language: str) -> None:
    async with opened(width, language) as page:
        await write(page, "hello")
        for summary in await page.locator("summary").all():
            await summary.click()
            for target in await page.locator("button:visible, summary:visible, a.button:visible, .brand").all():
                box = await target.bounding_box()
                assert box and box["height"] >= 44 and box["width"] >= 44


@sizes
@languages
async def test_focus_goes_through_the_page_in_reading_order(opened: Open, width: int, language: str) -> None:
    async with opened(width, language) as page:
        await write(page, "hello")
        await page.reload()
        seen = []
        for _ in range(12):
            await page.keyboard.press("Tab")
            seen.append(await page.evaluate("(e => e.className || e.id || e.tagName)(document.activeElement)"))
        buttons = [place for place, one in enumerate(seen) if one.startswith("button plain")]

        assert seen[:4] == ["skip", "brand", "SUMMARY", "SUMMARY"]
        assert 4 < min(buttons) <= max(buttons) < seen.index("text") < seen.index("button primary send")


async def test_skip_link_leads_to_the_message_box(opened: Open) -> None:
    async with opened() as page:
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip")).to_be_in_viewport()
        await page.keyboard.press("Enter")

        await expect(page.locator("#text")).to_be_focused()


@languages
async def test_log_announces_just_what_is_new(opened: Open, desk: TinyDesk, language: str) -> None:
    async with opened(language=language) as page:
        log = page.get_by_role("log", name=translate(language, "Conversation"))
        await expect(log).to_have_attribute("aria-live", "polite")
        await write(page, "first")
        await page.evaluate("for (const one of document.getElementById('log').children) one.seen = true")
        await write(page, "second")
        unseen = await page.evaluate("[...document.getElementById('log').children].map(one => Boolean(one.seen))")

        assert unseen == [True, True, False, False]


@languages
async def test_direction_of_the_page_follows_the_language(opened: Open, language: str) -> None:
    async with opened(400, language) as page:
        await write(page, "hello")
        card, said = page.locator(".answered .card"), page.locator(".said .bubble")
        box, bubble = await card.bounding_box(), await said.bounding_box()

        assert box and bubble
        own_side = bubble["x"] + bubble["width"] if language == "en" else 400 - bubble["x"]
        assert own_side == 400 - 16


@sizes
@languages
async def test_page_works_without_javascript(opened: Open, width: int, language: str) -> None:
    async with opened(width, language, java_script_enabled=False) as page:
        await write(page, "hello")
        await page.locator(".choices button").first.click()
        await expect(page.locator(".said").last).to_contain_text("This answers it")
        await expect(page.locator(".answered").last).to_contain_text("token-answers")
        await page.locator("details.drop").last.locator("summary").click()
        await page.locator("button[lang=fr]").click()
        await expect(page.locator("html")).to_have_attribute("lang", "fr")
        await assert_fits(page)


@pytest.mark.parametrize("scripted", [True, False])
async def test_reading_starts_with_the_alert_of_the_newest_answer(opened: Open, scripted: bool) -> None:
    async with opened(400, java_script_enabled=scripted) as page:
        for text in ("first", "second"):
            await write(page, text)
        await expect(page.locator(".alert").last).to_be_in_viewport(ratio=1)
        await page.goto(page.url.partition("#")[0] + "#latest")

        await expect(page.locator(".alert").last).to_be_in_viewport(ratio=1)


async def test_press_is_answered_on_the_open_page(opened: Open, desk: TinyDesk) -> None:
    async with opened() as page:
        await write(page, "hello")
        await page.locator(".choices button").first.click()

        await expect(page.locator(".chose")).to_contain_text("This answers it")
        await expect(page.locator(".answered")).to_have_count(2)
        assert desk.heard[-1].time_zone


async def test_enter_sends_and_shift_enter_does_not(opened: Open, desk: TinyDesk) -> None:
    async with opened() as page:
        await page.locator("#text").press_sequentially("one")
        await page.keyboard.press("Shift+Enter")
        await page.locator("#text").press_sequentially("two")
        await page.keyboard.press("Enter")
        await expect(page.locator(".answered")).to_have_count(1)

        await expect(page.locator("#text")).to_have_value("")
        await expect(page.locator("#text")).to_be_focused()
        assert desk.texts() == ["one\ntwo"]


async def test_words_are_kept_while_there_is_no_connection(opened: Open, desk: TinyDesk) -> None:
    async with opened(allowed="ERR_INTERNET_DISCONNECTED") as page:
        await page.context.set_offline(True)
        await page.fill("#text", "please help")
        await page.click(".send")
        await expect(page.get_by_role("alert")).to_contain_text("What you wrote is still here.")
        await expect(page.locator("#text")).to_have_value("please help")
        await page.context.set_offline(False)
        await page.click(".send")
        await expect(page.locator(".answered")).to_have_count(1)

        await expect(page.get_by_role("alert")).to_have_count(0)
        assert desk.texts() == ["please help"]


async def test_double_click_sends_once(opened: Open, desk: TinyDesk) -> None:
    async with opened() as page:
        await page.fill("#text", "only once")
        await page.dblclick(".send")
        await expect(page.locator(".answered")).to_have_count(1)

        assert desk.texts() == ["only once"]


async def test_refusal_is_shown_and_the_words_stay(opened: Open) -> None:
    async with opened(allowed="413") as page:
        await page.fill("#text", "x" * 20_001)
        await page.click(".send")

        await expect(page.get_by_role("alert")).to_contain_text("20000 characters")
        await expect(page.locator("#text")).to_have_value("x" * 20_001)


async def test_draft_survives_a_change_of_language(opened: Open) -> None:
    async with opened() as page:
        await page.fill("#text", "a long story that nobody wants to type twice")
        await page.locator("details.drop").last.locator("summary").click()
        await page.locator("button[lang=ar]").click()

        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.locator("#text")).to_have_value("a long story that nobody wants to type twice")
        assert "lang=" not in page.url


async def test_second_tab_shows_the_same_conversation(opened: Open, address: str) -> None:
    async with opened() as page:
        await write(page, "hello")
        second = await page.context.new_page()
        await second.goto(address)
        await write(page, "seen in both")

        await expect(second.locator(".answered").last).to_contain_text("seen in both")


async def test_escape_closes_a_menu_and_gives_the_focus_back(opened: Open) -> None:
    async with opened() as page:
        menu = page.locator("details.drop").first
        await menu.locator("summary").click()
        await menu.locator("button").first.focus()
        await page.keyboard.press("Escape")

        await expect(menu).not_to_have_attribute("open", "")
        await expect(menu.locator("summary")).to_be_focused()


async def test_focus_is_not_hidden_behind_the_composer(opened: Open) -> None:
    async with opened(400) as page:
        await write(page, "hello")
        for _ in range(3):
            await page.keyboard.press("Shift+Tab")
            box = await page.evaluate("(r => [r.top, r.bottom])(document.activeElement.getBoundingClientRect())")
            composer = await page.evaluate("document.querySelector('.composer').getBoundingClientRect().top")
            assert box[1] <= composer
