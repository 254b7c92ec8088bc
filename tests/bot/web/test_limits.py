"""How much, how often, and how odd: what the page does not take in."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.web import WebChannel
from bot.web.refusals import LARGEST_BODY, LONGEST_TEXT
from desk.pace import MOST, Pace, network
from knowledge.database import Database
from tests.bot.web.conftest import SCRIPT, browser_of
from tests.bot.web.tiny_desk import Clock, TinyDesk


async def test_longest_text_is_taken(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    answer = await browser.post("/chat/messages", data={"text": "ж" * LONGEST_TEXT})

    assert answer.status_code == 303
    assert len(desk.texts()[0]) == LONGEST_TEXT


async def test_longer_text_is_given_back(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    text = "ж" * (LONGEST_TEXT + 1)
    page = await browser.post("/chat/messages", data={"text": text})
    script = await browser.post("/chat/messages", json={"text": text})

    assert page.status_code == script.status_code == 413
    assert "20000 characters" in page.text and text in page.text
    assert "20000 characters" in script.json()["error"]
    assert desk.heard == []


async def test_refusal_is_in_the_language_of_the_person(browser: httpx.AsyncClient) -> None:
    page = await browser.post(
        "/chat/messages", data={"text": "x" * (LONGEST_TEXT + 1)}, headers={"Accept-Language": "ar"}
    )

    assert '<html lang="ar" dir="rtl">' in page.text


@pytest.mark.parametrize("announced", [True, False])
async def test_large_body_is_not_read(browser: httpx.AsyncClient, announced: bool) -> None:
    body = b"text=" + b"x" * LARGEST_BODY

    async def parts() -> AsyncIterator[bytes]:
        yield body

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await browser.post("/chat/messages", content=body if announced else parts(), headers=kind)

    assert answer.status_code == 413


async def test_thirty_messages_a_minute_and_no_more(browser: httpx.AsyncClient, desk: TinyDesk, clock: Clock) -> None:
    desk.lively, clock.step = False, timedelta(0)
    await browser.post("/chat/messages", json={"text": "the first has no session yet"})
    statuses = [(await browser.post("/chat/messages", json={"text": "spam"})).status_code for _ in range(30)]
    refused = await browser.post("/chat/messages", json={"text": "spam"})
    clock.now += timedelta(minutes=1)
    later = await browser.post("/chat/messages", json={"text": "calm again"})

    assert set(statuses) == {202}
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 61
    assert refused.headers["retry-after"] in refused.json()["error"]
    assert later.status_code == 202


async def test_one_address_cannot_make_sessions_without_end(channel: WebChannel, desk: TinyDesk, clock: Clock) -> None:
    desk.lively = False
    for number in range(120):
        channel.pages.per_network.count("127.0.0.1", clock.now.timestamp() + number / 100)
    async with browser_of(channel) as stranger:
        refused = await stranger.post("/chat/messages", json={"text": "spam"})

    assert refused.status_code == 429
    assert "set-cookie" not in refused.headers


def test_pace_counts_only_the_last_minute() -> None:
    pace = Pace(2)
    pace.count("a", 0.0)
    pace.count("a", 30.0)

    assert pace.wait("a", 40.0) == 20.0
    assert pace.wait("a", 60.0) == 0.0
    assert pace.wait("b", 40.0) == 0.0


def test_pace_does_not_grow_for_ever() -> None:
    pace = Pace(1)
    for number in range(MOST + 10):
        pace.count(str(number), 0.0)

    assert pace.wait("0", 1.0) == 0.0
    assert pace.wait(str(MOST + 9), 1.0) > 0


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
        (None, "unknown"),
    ],
)
def test_subscriber_is_one_however_many_addresses(host: str | None, expected: str) -> None:
    assert network(host) == expected


JUNK = [
    (b"\xff\xfe", "application/x-www-form-urlencoded"),
    (b"text=%ff%fe", "application/x-www-form-urlencoded"),
    (b"&".join(b"a=b" for _ in range(100)), "application/x-www-form-urlencoded"),
    (b"{", "application/json"),
    (b"[]", "application/json"),
    (b"null", "application/json"),
    (b"9" * 10_000, "application/json"),
    (b"[" * 100_000, "application/json"),
    (b"\xff", "application/json"),
    (b'{"text": "x", "id": "../.."}', "application/json"),
    (b'{"text": "x", "id": "short"}', "application/json"),
    (b"--x\r\n", "multipart/form-data; boundary=x"),
    (b"hello", "text/plain"),
    (b"hello", ""),
    (b"<a/>", "application/xml"),
]


@pytest.mark.parametrize(("body", "kind"), JUNK)
async def test_junk_is_refused_politely(browser: httpx.AsyncClient, desk: TinyDesk, body: bytes, kind: str) -> None:
    answer = await browser.post("/chat/messages", content=body, headers={"Content-Type": kind} if kind else {})

    assert answer.status_code == 400
    assert "could not read this" in answer.text
    assert desk.heard == []


async def test_texts_nobody_can_store_are_mended(browser: httpx.AsyncClient, desk: TinyDesk) -> None:
    await browser.post(
        "/chat/messages", content=rb'{"text": "a\u0000b\ud800c"}', headers={"Content-Type": "application/json"}
    )
    await desk.work()

    assert desk.texts() == ["a\ufffdb\ufffdc"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("press", {}),
        ("press", {"action": ""}),
        ("press", {"action": "x" * 65}),
        ("press", {"action": "a b"}),
        ("press", {"action": "ü"}),
        ("language", {}),
        ("language", {"language": "tlh"}),
        ("language", {"language": "../en"}),
    ],
)
async def test_odd_presses_and_choices_are_refused(
    browser: httpx.AsyncClient, path: str, fields: dict[str, str]
) -> None:
    assert (await browser.post(f"/chat/{path}", json=fields)).status_code == 400


@pytest.mark.parametrize("after", ["", "x", "1.2.3", "-1.0.0.0", "9" * 500, "1.1.1.1\n", "٣.٣.٣.٣", "%00"])
async def test_odd_cursors_mean_the_beginning(browser: httpx.AsyncClient, after: str) -> None:
    await browser.post("/chat/messages", data={"text": "hello"})

    answer = await browser.get("/chat/events", params={"after": after}, headers=SCRIPT)

    assert len(answer.json()["entries"]) == 2


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/chat/messages", 405),
        ("PUT", "/", 405),
        ("GET", "/chat", 404),
        ("GET", "/chat/nothing", 404),
        ("GET", "/static/chat/%00", 404),
        ("GET", "/static/chat/../channel.py", 404),
        ("GET", "/static/chat/%2e%2e/channel.py", 404),
        ("GET", "/static/chat/" + "x" * 3000, 404),
        ("GET", "/chat/files/%00", 404),
        ("GET", "/chat/files/" + "x" * 3000, 404),
    ],
)
async def test_wrong_ways_lead_nowhere(browser: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    await browser.post("/chat/messages", data={"text": "hello"})

    assert (await browser.request(method, path, follow_redirects=True)).status_code == status


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300),
    kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded", "multipart/form-data", ""]),
    path=st.sampled_from(["messages", "press", "language"]),
    cookie=st.binary(max_size=120),
)
async def test_no_bytes_break_the_page(
    browser: httpx.AsyncClient, channel: WebChannel, clock: Clock, body: bytes, kind: str, path: str, cookie: bytes
) -> None:
    clock.now += timedelta(minutes=1)
    channel.pages.answer_seconds = 0
    headers = [(b"content-type", kind.encode()), (b"cookie", b"guidepost=" + cookie)]

    answer = await browser.post(f"/chat/{path}", content=body, headers=headers)

    assert answer.status_code in (202, 303, 400)


def destroy(database: Database) -> None:
    database.close()
    file = Path(str(database.url.database))
    file.with_name(file.name + "-wal").unlink(missing_ok=True)
    file.write_bytes(b"this is no database at all, " * 400)


async def test_database_that_is_away_is_said_clearly(browser: httpx.AsyncClient, database: Database) -> None:
    await browser.post("/chat/messages", json={"text": "hello"})
    destroy(database)

    page = await browser.get("/")
    sent = await browser.post("/chat/messages", data={"text": "my long story"})

    assert page.status_code == sent.status_code == 503
    assert sent.headers["retry-after"] == "30"
    assert "Nothing has been sent" in sent.text and "my long story" in sent.text
