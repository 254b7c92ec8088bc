"""Secrets and people's words are planted everywhere they pass; none may turn up in anything the desk prints."""

import asyncio
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from desk import inbox, outbox, tables
from desk.messages import Address, Arrival, Card, DeliveryError, Incoming, Reply
from knowledge.database import Database
from tests.end_to_end.process import Process
from tests.fakes.slack_server import SlackServer
from tests.fakes.telegram_server import SECRET_HEADER, Fault, TelegramServer
from tests.fakes.telegram_updates import person, pressed, said

assert tables.TABLES
SOON = 60
WORDS = "zanzibarkiwi"
NAME = "Quetzalina"
NEED = f"{WORDS} where can our 3 moderators learn to recognise terrorist logos"
WEBHOOK_SECRET = "canary-webhook-secret"
PASSWORD = "canary-password"
FORGED = {"type": "event_callback", "event_id": "Ev0", "event": {"type": "message", "text": WORDS, "ts": "1.1"}}


def desk(url: str, folder: Path, telegram: TelegramServer, slack: SlackServer, form: str) -> Process:
    process = Process(
        url,
        folder,
        LOG_FORMAT=form,
        TELEGRAM_BOT_TOKEN=telegram.token,
        TELEGRAM_API_URL=telegram.url,
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_API_URL=slack.api_url,
        SLACK_COORDINATOR_CHANNEL="C0COORD",
        **({"SLACK_SIGNING_SECRET": slack.signing_secret} if form == "text" else {"SLACK_APP_TOKEN": slack.app_token}),
        **({} if form == "text" else {"TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET}),
    )
    if form == "text":
        slack.events_url = f"{process.url}/slack/events"
    return process


def lay_a_trap(file: Path) -> None:
    """The database refuses to keep some words, as a full or broken one would: the error has them in its parameters."""
    with sqlite3.connect(file) as database:
        trap = "BEGIN SELECT RAISE(ABORT, 'trapped'); END"
        database.execute(f"CREATE TRIGGER trap BEFORE INSERT ON messages WHEN NEW.text LIKE '%poison%' {trap}")


def count(file: Path) -> int:
    """Events that came from outside; what the desk tells itself about closed doors is none."""
    with sqlite3.connect(file) as database:
        query = "SELECT count(*) FROM inbox WHERE external_id NOT LIKE 'undeliverable:%'"
        return int(database.execute(query).fetchone()[0])


class Street:
    """Everything people and strangers do to the desk in these tests."""

    def __init__(self, process: Process, telegram: TelegramServer, slack: SlackServer, form: str) -> None:
        self.process, self.telegram, self.slack, self.polls = process, telegram, slack, form == "text"
        self.client = httpx.AsyncClient(base_url=process.url, timeout=60)
        self.updates = 0

    async def opens(self) -> None:
        """Wait until the desk has prepared itself; a webhook without a public address is never called connected."""
        async with asyncio.timeout(2 * SOON):
            while set((await self.client.get("/readyz")).json()["problems"]) - {"telegram"}:  # noqa: ASYNC110
                await asyncio.sleep(0.3)

    async def writes(self, text: str, chat: int) -> None:
        update = said(text, chat=chat, sender=person(chat, first_name=NAME, username=NAME))
        if self.polls:
            self.telegram.queue(update)
            return
        self.updates += 1
        answer = await self.client.post(
            "/telegram/webhook",
            json={"update_id": self.updates, **update},
            headers={SECRET_HEADER: WEBHOOK_SECRET},
        )
        assert answer.status_code == 200

    async def goes_wrong(self) -> None:
        """Every kind of fault while people write."""
        kinds = (Fault.UNAVAILABLE, Fault.GARBAGE, Fault.DROP_AFTER, Fault.TOO_MANY)
        for kind in kinds:
            self.telegram.fail("sendMessage", kind)
        refusal = f"Bad Request: can't parse entities: unsupported start tag near {len(WORDS)}"
        self.telegram.fail("sendMessage", Fault.REFUSED, chat=20, times=3, description=refusal)
        self.telegram.block(21)
        self.slack.fail("chat.postMessage", status=500)
        self.slack.fail("chat.postMessage", drop="after")
        self.slack.fail("users.info", status=500)
        if self.polls:
            self.telegram.fail("getUpdates", Fault.GARBAGE)
            self.telegram.fail("getUpdates", Fault.CONFLICT)
        for chat in (10, 11, 20, 21):
            await self.writes(NEED, chat)
        await self.writes(f"poison {WORDS}", 30)
        await self.slack.say("U1", NEED)
        await self.slack.command("U2", NEED)
        await self.slack.event({"type": "message", "channel": "D9", "text": WORDS, "blocks": 7})

    async def strangers_come(self) -> list[int]:
        """Forged, old and broken requests; returns the answers."""
        body = json.dumps(FORGED).encode()
        genuine, real = self.slack.sign(body), int(self.slack.sign(b"")["X-Slack-Request-Timestamp"])
        slack: list[dict[str, Any]] = [
            {},
            {**genuine, "X-Slack-Signature": "v0=" + "0" * 64},
            {**genuine, "X-Slack-Signature": genuine["X-Slack-Signature"].replace("v0", "v1")},
            {**genuine, "X-Slack-Signature": "подпись".encode()},
            {**genuine, "X-Slack-Request-Timestamp": "soon"},
            {"X-Slack-Signature": genuine["X-Slack-Signature"]},
            self.slack.sign(body, at=real - 301),
            self.slack.sign(body, at=real + 3600),
        ]
        telegram: list[dict[str, Any]] = [
            {},
            {SECRET_HEADER: ""},
            {SECRET_HEADER: WEBHOOK_SECRET.upper()},
            {SECRET_HEADER: "секрет".encode()},
            {SECRET_HEADER: b"\xff\xfe"},
        ]
        address, headers = ("/slack/events", slack) if self.polls else ("/telegram/webhook", telegram)
        return [(await self.client.post(address, content=body, headers=one)).status_code for one in headers]

    async def browses(self) -> None:
        """The web page, used well and badly."""
        await self.client.get("/")
        fields = {"text": NEED, "id": "message-1-long-enough"}
        assert (await self.client.post("/chat/messages", json=fields)).status_code < 400
        await self.client.post("/chat/messages", content=WORDS.encode() * 3)
        await self.client.post("/chat/messages", json=fields, headers={"Origin": f"https://{WORDS}.example"})
        await self.client.get(f"/{WORDS}?text={WORDS}", headers={"Cookie": f"session={WORDS}"})


@pytest.mark.parametrize("form", [pytest.param("text", marks=pytest.mark.long), "json"])
async def test_nothing_said_and_no_secret_is_ever_printed(sqlite_url: str, tmp_path: Path, form: str) -> None:
    file = tmp_path / "desk.db"
    async with TelegramServer() as telegram, SlackServer() as slack:
        slack.add_channel("C0COORD")
        process = desk(sqlite_url, tmp_path, telegram, slack, form)
        await asyncio.to_thread(process.start)
        street = Street(process, telegram, slack, form)
        try:
            await street.opens()
            await asyncio.to_thread(lay_a_trap, file)
            await street.goes_wrong()
            await street.browses()
            await telegram.until(lambda: telegram.shown(10) and telegram.shown(11), seconds=SOON)
            await telegram.until(lambda: slack.said("U1") and slack.said("C0COORD"), seconds=SOON)
            await telegram.until(lambda: "worker.failed" in process.log.read_text(), seconds=SOON)
            before = await asyncio.to_thread(count, file)
            assert set(await street.strangers_come()) <= {401, 403}
            assert await asyncio.to_thread(count, file) == before
            card = next(one for one in reversed(telegram.shown(10)) if one.keyboard)
            if form == "text":
                telegram.queue(pressed(card.keyboard[0][0]["callback_data"], card.message_id, chat=10))
                await telegram.until(lambda: len(telegram.shown(10)) > 1, seconds=SOON)
        finally:
            await street.client.aclose()
            process.kill()
        printed = process.log.read_text()
        secrets = (telegram.token, telegram.token.split(":")[1], slack.bot_token, slack.app_token)
        assert planted(printed, *secrets, slack.signing_secret, WEBHOOK_SECRET, "k" * 40, "ticket=") == []
        assert "delivery.postponed" in printed and "worker.failed" in printed, "the errors were not met"


def planted(printed: str, *secrets: str) -> list[str]:
    """Canaries that turn up in what was printed."""
    return [canary for canary in (WORDS, NAME, *secrets) if canary.lower() in printed.lower()]


def fill_the_queues(url: str) -> None:
    """A dead message and a dead event, with canaries in them."""
    database, now, place = Database(url), datetime.now(UTC), Address("telegram", "1", WORDS)
    with database.writing() as session:
        outbox.add(session, Reply(place, Card(body=WORDS), "en"), now)
        (parcel,) = outbox.claim(session, "w", now, [("telegram", "1")])
        outbox.postponed(session, parcel, DeliveryError("refused", permanent=True), now)
        inbox.store(session, [Incoming(place, "e1", NAME, Arrival.TEXT, now, text=WORDS)])
        (claim,) = inbox.claim(session, "w", now)
        inbox.failed(session, claim, now, "KeyError")
    database.close()


def test_no_command_prints_what_was_said_or_a_secret(sqlite_url: str, tmp_path: Path) -> None:
    fill_the_queues(sqlite_url)
    process = Process(sqlite_url, tmp_path)
    commands = (["outbox", "list"], ["inbox", "list", "--json"], ["tickets", "--all"], ["doctor"])
    done = [process.run(*command) for command in commands]
    assert "refused" in done[0].stdout and "KeyError" in done[1].stdout
    process.environment["DATABASE_URL"] = f"postgresql://desk:{PASSWORD}@127.0.0.1:1/none"
    done.append(process.run("doctor"))
    assert done[-1].returncode == 1
    assert planted("".join(one.stdout + one.stderr for one in done), PASSWORD, "k" * 40) == []
