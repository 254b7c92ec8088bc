"""A desk whose coordinators work in a Telegram forum: the real channel, worker and delivery around a fake Telegram."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.delivery import Delivery
from bot.telegram import TelegramChannel
from bot.telegram.limits import Limits
from desk import inbox
from desk.catalogue import Catalogues
from desk.messages import Address, Incoming
from desk.policy import Policy
from desk.scheduler import Scheduler
from desk.worker import Worker
from knowledge.database import Database
from tests.bot.telegram.conftest import HASTY, UNLIMITED
from tests.fakes.telegram_forum import Topic
from tests.fakes.telegram_server import Shown, TelegramServer
from tests.fakes.telegram_updates import BOT_ID, edited, group, in_topic, person, pressed, said

GROUP = -1001234567890
MIRA, OMAR = person(501, first_name="Mira"), person(502, first_name="Omar")
NEED = "where can our 3 moderators learn to recognise terrorist logos"
FAR = 50_000
# A call that is held open goes on until the test lets it go.
PATIENT = replace(HASTY, answer=60)


class Office:
    """Nothing happens by itself: `settle` lets everything that has to happen happen, on a clock that is moved."""

    def __init__(
        self, database: Database, catalogues: Catalogues, telegram: TelegramServer, limits: Limits = UNLIMITED
    ) -> None:
        self.database, self.telegram = database, telegram
        self.now = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
        place = Address("telegram", str(BOT_ID), str(GROUP))
        policy = Policy(coordinators=place, reply_sign="/r")
        self.limits = limits
        self.channel = self.connected()
        self.worker = Worker(database, policy, catalogues, "test", self.clock)
        self.delivery = Delivery(database, [self.channel], "test", self.clock)
        self.scheduler = Scheduler(database, policy, catalogues, self.clock)
        self._numbers = iter(range(FAR, 2 * FAR))

    def clock(self) -> datetime:
        return self.now

    def connected(self) -> TelegramChannel:
        """The channel as a process has it that has just begun."""
        where = (self.telegram.token, self.telegram.url)
        how = {"limits": self.limits, "patience": PATIENT, "coordinator_group": str(GROUP)}
        return TelegramChannel(*where, now=self.clock, **how)  # type: ignore[arg-type]

    async def receive(self, incomings: "list[Incoming]") -> int:
        with self.database.writing() as session:
            return inbox.store(session, incomings)

    async def settle(self, **time: float) -> None:
        """Answer and send all there is, after so much time."""
        self.now += timedelta(**time)
        self.scheduler.run(self.now)
        await self.answer()
        while await self.delivery.drain():
            await self.answer()

    async def answer(self) -> None:
        """Take in and answer all there is, and send nothing."""
        await self.telegram.until(lambda: not self.telegram.pending)
        while await asyncio.to_thread(self.worker.work_once):
            pass

    # What requesters do

    async def says(self, chat: int, text: str) -> None:
        self.telegram.queue(said(text, chat=chat))
        await self.settle()

    def heard(self, chat: int) -> str:
        """All that a requester has been told."""
        return "\n".join(one.text for one in self.telegram.shown(chat))

    # What coordinators see and do

    def topic(self, about: str) -> Topic:
        """The topic of the ticket on whose card these words stand."""
        card = _newest(one for one in self.telegram.shown(GROUP) if about in one.text and one.thread)
        return self.telegram.forum(GROUP).topics[card.thread or 0]

    def card(self, topic: Topic) -> Shown:
        return _newest(one for one in self.telegram.shown(GROUP) if one.message_id == topic.pinned[-1])

    def lines(self, topic: Topic) -> list[str]:
        """What the bot has said in a topic."""
        return [one.text for one in self.telegram.in_topic(GROUP, topic.number)]

    def general(self) -> list[str]:
        return [one.text for one in self.telegram.shown(GROUP) if one.thread is None]

    async def press(self, topic: Topic, label: str, who: dict[str, Any] = MIRA, settle: bool = True) -> None:
        """Press the newest button with these words in a topic."""
        here = self.telegram.in_topic(GROUP, topic.number)
        await self.press_on(_newest(one for one in here if label in _labels(one)), label, who)
        if settle:
            await self.settle()

    async def press_on(self, shown: Shown, label: str, who: dict[str, Any] = MIRA) -> None:
        """Press a button of a message of the bot in the group."""
        token = next(button["callback_data"] for row in shown.keyboard for button in row if button["text"] == label)
        update = pressed(token, shown.message_id, group(GROUP, is_forum=True), who)
        if shown.thread is not None:
            update["callback_query"]["message"] |= {"message_thread_id": shown.thread, "is_topic_message": True}
        self.telegram.queue(update)

    async def writes(self, topic: Topic, text: str | None, who: dict[str, Any] = MIRA, **fields: Any) -> int:
        """Write in a topic; returns the number of the message."""
        number = next(self._numbers)
        self.telegram.queue(in_topic(text, topic.number, GROUP, who, message_id=number, **fields))
        await self.settle()
        return number

    async def answers(self, topic: Topic, told: Shown, text: str | None, **fields: Any) -> int:
        """Answer one of the bot's messages with Telegram's reply function."""
        return await self.writes(topic, text, reply_to_message=_as_answered(told), **fields)

    async def edits(self, topic: Topic, number: int, text: str, **fields: Any) -> None:
        place = {"message_thread_id": topic.number, "is_topic_message": True, "message_id": number}
        self.telegram.queue(edited(text, group(GROUP, is_forum=True), MIRA, **place, **fields))
        await self.settle()

    def told(self, topic: Topic, words: str) -> Shown:
        """The newest message of the bot in a topic that says so."""
        return _newest(one for one in self.telegram.in_topic(GROUP, topic.number) if words in one.text)


def _newest(found: Iterable[Shown]) -> Shown:
    *_, last = [None, *found]
    assert last is not None, "nothing like this is shown"
    return last


def _labels(shown: Shown) -> list[str]:
    return [button["text"] for row in shown.keyboard for button in row]


def _as_answered(told: Shown) -> dict[str, Any]:
    place = {"chat": group(told.chat, is_forum=True), "date": 1_790_000_000}
    who = {"id": BOT_ID, "is_bot": True, "first_name": "Desk", "username": "guide_desk_bot"}
    return {"message_id": told.message_id, "from": who, "text": told.text, **place}


@asynccontextmanager
async def opened(
    knowing: Path, catalogues: Catalogues, folder: Path, limits: Limits = UNLIMITED
) -> AsyncIterator[Office]:
    """An office of its own, with an empty queue."""
    shutil.copyfile(knowing, folder / "office.db")
    database = Database(f"sqlite:///{folder}/office.db")
    async with TelegramServer() as telegram:
        telegram.forum(GROUP)
        office = Office(database, catalogues, telegram, limits)
        await office.channel.start(office.receive, [])  # type: ignore[arg-type]
        try:
            yield office
        finally:
            await office.channel.stop()
        assert telegram.violations == []
    database.close()
