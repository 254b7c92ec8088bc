"""A desk of a few lines behind the real channel, the real tables and the real delivery."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from bot.delivery import Delivery
from bot.web import WebChannel
from desk import actions, inbox, outbox, people
from desk.actions import Does
from desk.messages import Arrival, Button, Card, Incoming, Item, Reply, Section
from knowledge.database import Database

LONG = "https://a-very-long-host-name-that-does-not-fit.example/" + "and-a-path-without-any-space" * 6
START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Clock:
    """Moves on by a second each time somebody looks, so that everything has its own moment."""

    def __init__(self) -> None:
        self.now, self.step = START, timedelta(seconds=1)

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


def echo(incoming: Incoming) -> list[Reply]:
    """The simplest answer: what was heard."""
    heard = incoming.text or incoming.action or incoming.command
    return [Reply(incoming.address, Card(body=f"The desk heard: {heard}"), incoming.language or "en")]


def full_card(incoming: Incoming) -> list[Reply]:
    """A card with everything on it, and words that are hard to fit."""
    things = Section("Who can help", (Item("A helpline", f"See {LONG}", LONG, "not confirmed"), Item("x" * 90)))
    steps = Section("In the first hour", (Item("", "Write it down."), Item("", "Tell somebody.")))
    buttons = (
        (Button("This answers it", "token-answers"), Button("Not what I meant", "token-not")),
        (Button("Talk to a person" + " please" * 12, "token-person"),),
    )
    alert = "Call your local emergency number."
    words = incoming.text or incoming.action
    card = Card(f"You said: {words}", "A title", alert, (things, steps), "Ticket GP-2026-0001.", buttons)
    return [Reply(incoming.address, card, incoming.language or "en")]


class TinyDesk:
    """Stores what comes in and answers with `answers(incoming)`, at once or (`lively` false) when told to `work`."""

    def __init__(self, database: Database, channel: WebChannel, clock: Callable[[], datetime]) -> None:
        self.database, self.channel, self.clock = database, channel, clock
        self.delivery = Delivery(database, [channel], "tiny", clock)
        self.answers: Callable[[Incoming], list[Reply]] = echo
        self.lively = True
        self.heard: list[Incoming] = []
        self.stored = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, incomings: Sequence[Incoming]) -> int:
        with self.database.writing() as session:
            new = inbox.store(session, incomings)
        self.stored.set()
        if self.lively:
            task = asyncio.create_task(self.work())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return new

    async def work(self) -> None:
        """Answer everything that waits and send it."""
        while await asyncio.to_thread(self._answer_one):
            pass
        await self.delivery.drain()

    def _answer_one(self) -> bool:
        with self.database.writing() as session:
            claims = inbox.claim(session, "tiny", self.clock())
            if not claims:
                return False
            (claim,) = claims
            self.heard.append(claim.incoming)
            (requester,) = people.recognise(session, [claim.incoming], "en")
            if claim.incoming.command == "language":
                requester.language = claim.incoming.text
            for reply in self.answers(claim.incoming):
                outbox.add(session, reply, self.clock(), requester.id)
            inbox.done(session, claim, self.clock(), requester.id)
        return True

    async def say(self, *replies: Reply) -> None:
        """Send something unasked."""
        with self.database.writing() as session:
            for reply in replies:
                outbox.add(session, reply, self.clock())
        await self.delivery.drain()

    def offer(self) -> str:
        """The token of a button that exists."""
        with self.database.writing() as session:
            return actions.offer(session, Does.HUMAN, self.clock(), None)

    def texts(self) -> list[str]:
        """The words heard so far."""
        return [one.text for one in self.heard if one.arrival is Arrival.TEXT]
