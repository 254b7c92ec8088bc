"""What a person without JavaScript does, and what the script of the page does, in a few words."""

import re

import httpx

from desk.messages import Address
from tests.bot.web.conftest import SCRIPT
from tests.bot.web.tiny_desk import TinyDesk


def words(page: httpx.Response) -> str:
    """The page without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


async def write(browser: httpx.AsyncClient, text: str, **fields: str) -> httpx.Response:
    """Send the form as a browser without JavaScript does, and follow to the page."""
    return await browser.post("/chat/messages", data={"text": text, **fields}, follow_redirects=True)


async def hear(browser: httpx.AsyncClient, cursor: str = "") -> httpx.Response:
    return await browser.get("/chat/events", params={"after": cursor}, headers=SCRIPT)


def address_of(desk: TinyDesk) -> Address:
    return desk.heard[-1].address
