"""Whose conversation it is, who may post, and what the browser is told to guard."""

import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from starlette.responses import Response

from bot.web import WebChannel
from bot.web.sessions import Sessions
from knowledge.database import Database
from tests.bot.web.conftest import KEY, browser_of
from tests.bot.web.tiny_desk import Clock, TinyDesk

OWN = "http://desk.example"


async def test_cookie_is_hidden_from_scripts_and_other_sites(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/chat/messages", data={"text": "hello"})
    cookie = answer.headers["set-cookie"]

    assert cookie.startswith("guidepost=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", f"Max-Age={30 * 86400}"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_cookie_is_bound_to_the_host_over_https(database: Database, clock: Clock) -> None:
    channel = WebChannel(database, KEY, public_url="https://desk.example", now=clock)
    desk = TinyDesk(database, channel, clock)
    await channel.start(desk.receive, ())
    async with browser_of(channel, "https://desk.example") as browser:
        answer = await browser.post("/chat/messages", data={"text": "hello"})
        page = await browser.get("/")

    assert answer.headers["set-cookie"].startswith("__Host-guidepost=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(answer.headers["set-cookie"].split("; "))
    assert page.headers["strict-transport-security"] == "max-age=31536000"
    assert "The desk heard: hello" in page.text


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
        lambda value: "A" + value[1:] if value[0] != "A" else "B" + value[1:],
        lambda value: value.split(".")[0],
        lambda value: "",
        lambda value: "ü" * 30,
        lambda value: ".".join([value.split(".")[0], "9" * 400, value.split(".")[2]]),
    ],
)
async def test_forged_cookie_opens_nothing(browser: httpx.AsyncClient, change: Callable[[str], str]) -> None:
    await browser.post("/chat/messages", data={"text": "a secret of mine"})
    forged = change(browser.cookies["guidepost"]).encode("latin-1")
    browser.cookies.clear()

    page = await browser.get("/", headers=[(b"cookie", b"guidepost=" + forged)])

    assert page.status_code == 200
    assert "a secret of mine" not in page.text


def test_session_ends_thirty_days_after_the_last_message(clock: Clock) -> None:
    sessions, response = Sessions("key", secure=False), Response()
    sessions.keep(response, id := sessions.new_id(), clock.now)
    value = response.headers["set-cookie"].split(";")[0].removeprefix("guidepost=")

    assert sessions.read({"guidepost": value}, clock.now + timedelta(days=29, hours=23)) == id
    assert sessions.read({"guidepost": value}, clock.now + timedelta(days=30, seconds=1)) is None
    assert Sessions("other key", secure=False).read({"guidepost": value}, clock.now) is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Sec-Fetch-Site": "cross-site", "Origin": OWN}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": OWN}, 303),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "http://desk.example.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://[bad"}, 403),
        ({}, 303),
    ],
)
async def test_only_our_own_page_may_post(browser: httpx.AsyncClient, headers: dict[str, str], status: int) -> None:
    for path, fields in (
        ("messages", {"text": "hello"}),
        ("press", {"action": "a-token"}),
        ("language", {"language": "fr"}),
    ):
        answer = await browser.post(f"/chat/{path}", data=fields, headers=headers)

        assert answer.status_code == status
        assert ("set-cookie" in answer.headers) == (status == 303)


async def test_post_from_elsewhere_stores_nothing(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await browser.post("/chat/messages", data={"text": "forged"}, headers={"Origin": "http://evil.example"})
    await desk.work()

    assert desk.heard == []


async def test_public_address_counts_as_our_own(database: Database, clock: Clock) -> None:
    channel = WebChannel(database, KEY, public_url="http://public.example", now=clock)
    desk = TinyDesk(database, channel, clock)
    await channel.start(desk.receive, ())
    async with browser_of(channel, "http://10.0.0.7:8080") as browser:
        answer = await browser.post(
            "/chat/messages", data={"text": "hello"}, headers={"Origin": "http://public.example"}
        )

    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/chat/events", "/chat/files/none", "/static/chat/chat.css"])
async def test_everything_carries_the_guarding_headers(browser: httpx.AsyncClient, path: str) -> None:
    headers = (await browser.get(path)).headers
    policy = headers["content-security-policy"]

    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == ("same-origin" if path == "/" else "no-referrer")


async def test_pages_are_kept_by_nobody(browser: httpx.AsyncClient) -> None:
    sent = await browser.post("/chat/messages", data={"text": "hello"})
    answers = [sent, await browser.get("/"), await browser.get("/chat/events"), await browser.get("/chat/files/none")]

    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


async def test_page_needs_no_inline_script_or_style(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/")).text

    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]+src=)|javascript:", page)
    assert set(re.findall(r'(?:src|href)="(\w+:)', page)) == set()


async def test_markup_in_a_message_stays_text(browser: httpx.AsyncClient) -> None:
    await browser.post("/chat/messages", data={"text": "<script>alert(1)</script><img src=x onerror=alert(1)>"})
    page = (await browser.get("/")).text

    assert "<script>alert" not in page and "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
