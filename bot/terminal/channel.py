"""The channel object: keeps the last buttons, prints what the desk sends."""

from collections.abc import Sequence
from typing import TextIO

from bot.channel import Receive, Route, Status
from bot.terminal.receiver import ACCOUNT, NAME
from bot.terminal.renderer import flat, render
from desk.messages import Button, Delivery, Menu, Reply, Sent


class TerminalChannel:
    """Prints to a stream. Reading lines is up to whoever owns the keyboard."""

    def __init__(self, out: TextIO) -> None:
        self.name, self.account = NAME, ACCOUNT
        self.out = out
        self.buttons: list[Button] = []

    async def start(self, receive: Receive, menus: Sequence[Menu]) -> None:
        """Nothing to connect."""

    async def probe(self) -> Status:
        return self.status()

    async def stop(self) -> None:
        """Nothing to close."""

    async def send(self, reply: Reply, key: str) -> Sent:
        """Print a card and remember its buttons."""
        if reply.delivery is Delivery.FILE:
            self.out.write(f"\n{reply.card.body}\n{reply.file_text}\n")
        else:
            self.buttons = flat(reply.card)
            self.out.write("\n" + render(reply.card, self.buttons) + "\n")
        self.out.flush()
        return Sent(key)

    async def settle(self, reply: Reply, key: str) -> Sent | None:
        return None

    def routes(self) -> Sequence[Route]:
        return ()

    def status(self) -> Status:
        return Status(self.name, True, "this terminal")
