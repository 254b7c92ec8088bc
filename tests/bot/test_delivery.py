"""The sending side: nothing lost, nothing repeated without a reason, nobody waiting for somebody else's limit."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import delivery as sending
from bot.brake import MOST, Brake
from bot.delivery import Delivery
from bot.telegram import TelegramChannel
from bot.telegram.limits import Limits, Rate
from desk import outbox, tables
from desk.messages import Address, Card, DeliveryError, Reply, Sent
from desk.outbox import OutboxRow, OutboxState
from knowledge.database import Database, DatabaseUnavailable
from tests.fakes.telegram_server import Fault, TelegramServer

assert tables.TABLES
FAST = Limits(Rate(10_000, 1_000), Rate(10_000, 1_000), Rate(10_000, 1_000))
SOON = 60


class Wire:
    """A channel that does with each message what its text says: goes out, hangs until `cut`, breaks."""

    name, account = "telegram", "1"

    def __init__(self) -> None:
        self.out: list[str] = []
        self.begun: list[str] = []
        self.hanging = asyncio.Event()

    async def send(self, reply: Reply, key: str) -> Sent:
        text = reply.card.body
        self.begun.append(text)
        if text == "hangs":
            await self.hanging.wait()
        if text == "breaks" and self.begun.count(text) == 1:
            self.out.append(text)
            raise DeliveryError("reset", uncertain=True)
        self.out.append(text)
        return Sent(f"m{len(self.out)}")

    async def settle(self, reply: Reply, key: str) -> Sent | None:
        return None


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Unsteady:
    """A database that can be away, now or after so many more transactions."""

    def __init__(self, database: Database, left: int = 1_000_000) -> None:
        self.database, self.left, self.away = database, left, False

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if self.away or self.left == 0:
            raise DatabaseUnavailable("away")
        self.left -= 1
        with self.database.writing() as session:
            yield session


def put(database: Database, *texts: str, account: str = "1") -> None:
    with database.writing() as session:
        for number, text in enumerate(texts):
            reply = Reply(Address("telegram", account, str(number + 1)), Card(body=text), "en")
            outbox.add(session, reply, datetime.now(UTC))


def rows(database: Database) -> list[OutboxRow]:
    with database.reading() as session:
        return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(SOON):
        while not true():  # noqa: ASYNC110 - what is awaited need not know that it is
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(delivery: Delivery) -> AsyncIterator["asyncio.Task[None]"]:
    task = asyncio.create_task(delivery.run())
    try:
        yield task
    finally:
        if not task.cancelling():
            task.cancel()
        await asyncio.wait([task])


async def test_what_hangs_for_long_is_sent_once_and_delays_nobody(database: Database) -> None:
    wire, clock = Wire(), Clock()
    put(database, "hangs", "b", "c")
    async with running(Delivery(database, [wire], "w", clock)):  # type: ignore[list-item]
        await until(lambda: wire.out == ["b", "c"])
        clock.ahead = 3 * outbox.LEASE
        await asyncio.sleep(1.2)
        wire.hanging.set()
        await until(lambda: all(row.state is OutboxState.SENT for row in rows(database)))
    assert wire.begun.count("hangs") == 1
    assert not any(row.doubtful for row in rows(database))


async def test_another_process_leaves_a_held_message_alone(database: Database) -> None:
    wire, other, clock = Wire(), Wire(), Clock()
    put(database, "hangs")
    async with running(Delivery(database, [wire], "w", clock)), running(Delivery(database, [other], "o", clock)):  # type: ignore[list-item]
        await until(lambda: wire.begun or other.begun)
        for _ in range(6):
            clock.ahead += outbox.LEASE / 2
            # As long as a heartbeat may take here.
            await asyncio.sleep(0.7)
    assert len(wire.begun + other.begun) == 1


async def test_an_outcome_is_written_down_when_the_database_is_back(database: Database) -> None:
    wire, clock, unsteady = Wire(), Clock(), Unsteady(database)
    put(database, "hangs")
    async with running(Delivery(unsteady, [wire], "w", clock)):  # type: ignore[list-item, arg-type]
        await until(lambda: wire.begun)
        unsteady.away = True
        wire.hanging.set()
        await until(lambda: wire.out)
        await asyncio.sleep(0.5)
        clock.ahead = 3 * outbox.LEASE
        unsteady.away = False
        await until(lambda: rows(database)[0].state is OutboxState.SENT)
    assert wire.out == ["hangs"] and not rows(database)[0].doubtful


async def test_little_goes_out_while_outcomes_cannot_be_written_down(database: Database) -> None:
    async with TelegramServer() as server:
        brake, unsteady = Brake(), Unsteady(database, left=1)
        channel = TelegramChannel(server.token, server.url, brake=brake)
        put(database, *("x" for _ in range(20)), account=channel.account)
        delivery = Delivery(unsteady, [channel], "w", Clock(), brake=brake)  # type: ignore[arg-type]
        async with running(delivery):
            await until(lambda: server.called("sendMessage"))
            await asyncio.sleep(1)
            # Had it died now, these would have been sent once more.
            assert len(server.called("sendMessage")) <= MOST + 1
            unsteady.left = 1_000_000
            await server.until(lambda: len(server.shown()) == 20, seconds=SOON)
        await channel.stop()
    assert len(server.called("sendMessage")) == 20


async def test_a_doubtful_message_is_repeated_once_and_listed(database: Database) -> None:
    wire = Wire()
    put(database, "breaks")
    async with running(Delivery(database, [wire], "w", Clock())):  # type: ignore[list-item]
        await until(lambda: rows(database)[0].state is OutboxState.SENT)
        await asyncio.sleep(0.6)
    assert wire.out == ["breaks", "breaks"]
    assert rows(database)[0].doubtful


async def test_a_stop_finishes_what_is_under_way(database: Database) -> None:
    wire = Wire()
    put(database, "hangs", "b")
    async with running(Delivery(database, [wire], "w", Clock())) as task:  # type: ignore[list-item]
        await until(lambda: "hangs" in wire.begun)
        task.cancel()
        await asyncio.sleep(0.1)
        wire.hanging.set()
    assert "hangs" in wire.out
    assert {row.state for row in rows(database)} <= {OutboxState.SENT, OutboxState.NEW}
    assert not any(row.doubtful for row in rows(database))


async def test_a_stop_leaves_what_does_not_finish_as_doubtful_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "FINISH_SECONDS", 0.1)
    wire = Wire()
    put(database, "hangs")
    async with running(Delivery(database, [wire], "w", Clock())):  # type: ignore[list-item]
        await until(lambda: wire.begun)
    (row,) = rows(database)
    assert (row.state, row.doubtful) == (OutboxState.NEW, True)


@asynccontextmanager
async def telegram_desk(database: Database) -> AsyncIterator[TelegramServer]:
    """A desk's sending side in front of the Bot API."""
    async with TelegramServer() as server:
        channel = TelegramChannel(server.token, server.url, limits=FAST)
        try:
            async with running(Delivery(database, [channel], "w", Clock())):
                yield server
        finally:
            await channel.stop()
    # Among them: every call before its `retry_after` was over.
    assert server.violations == []


async def test_a_limited_chat_waits_exactly_and_the_others_do_not_wait(database: Database) -> None:
    async with telegram_desk(database) as server:
        server.fail("sendMessage", Fault.TOO_MANY, chat=1, retry_after=6)
        put(database, *("x" for _ in range(30)), account=server.token.split(":")[0])
        begun = time.monotonic()
        await server.until(lambda: len(server.shown()) == 29, seconds=SOON)
        assert time.monotonic() - begun < 6
        await server.until(lambda: server.shown(1), seconds=SOON)
        first, second = (call.at for call in server.called("sendMessage") if call.params["chat_id"] == 1)
        assert second - first >= 6
    assert not any(row.doubtful for row in rows(database))


async def test_a_limit_on_the_whole_bot_loses_and_doubles_nothing(database: Database) -> None:
    async with telegram_desk(database) as server:
        server.fail("sendMessage", Fault.TOO_MANY, times=12, retry_after=2)
        put(database, *("x" for _ in range(30)), account=server.token.split(":")[0])
        await server.until(lambda: all(server.shown(chat) for chat in range(1, 31)), seconds=SOON)
    assert [len(server.shown(chat)) for chat in range(1, 31)] == [1] * 30
    assert not any(row.doubtful for row in rows(database))


async def test_any_mix_of_faults_loses_nothing_and_doubles_only_what_is_listed(database: Database) -> None:
    async with telegram_desk(database) as server:
        for fault in (Fault.UNAVAILABLE, Fault.DROP_BEFORE, Fault.GARBAGE):
            server.fail("sendMessage", fault, times=4)
        server.fail("sendMessage", Fault.DROP_AFTER, times=3, after=5)
        put(database, *("x" for _ in range(30)), account=server.token.split(":")[0])
        await server.until(lambda: all(server.shown(chat) for chat in range(1, 31)), seconds=SOON)
        await until(lambda: all(row.state is OutboxState.SENT for row in rows(database)))
    doubled = {str(chat) for chat in range(1, 31) if len(server.shown(chat)) > 1}
    listed = {row.conversation.rpartition(":")[2] for row in rows(database) if row.doubtful}
    assert len(server.shown()) <= 30 + 3
    assert doubled <= listed
