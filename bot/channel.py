"""What every channel is: something that receives, and something that sends."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from starlette.routing import BaseRoute as Route

from desk.messages import Incoming, Menu, Reply, Sent

__all__ = ["Channel", "Receive", "Route", "Status"]

# Stores what came in (one transaction) and returns how many were new. When it raises, nothing was stored:
# do not acknowledge, do not advance an offset.
Receive = Callable[[Sequence[Incoming]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Status:
    """How a channel is doing, for start-up output and readiness. `remedy` says what to set or do when it is not."""

    name: str
    connected: bool
    detail: str
    remedy: str = ""
    configured: bool = True


class Channel(Protocol):
    """One way of talking to people."""

    name: str
    account: str

    async def start(self, receive: Receive, menus: Sequence[Menu]) -> None:
        """Connect, register menus and keep receiving in background tasks until `stop`.

        Returns at once: a platform that is down is retried in the background and shows in `status`.
        """

    async def probe(self) -> Status:
        """Ask the platform who we are and make ready to send, without receiving anything."""

    async def stop(self) -> None:
        """Stop receiving and close connections; what was received is already stored."""

    async def send(self, reply: Reply, key: str) -> Sent:
        """Send one message. `key` identifies it across attempts.

        Raises:
            DeliveryError: with `permanent`, `retry_after` or `uncertain` set as the platform's answer requires;
                with none of them, the message certainly did not go out and may be tried again.
        """

    async def settle(self, reply: Reply, key: str) -> Sent | None:
        """Look up whether an uncertain message with this key went out. None when the platform cannot tell."""

    def routes(self) -> Sequence[Route]:
        """HTTP routes this channel needs (webhooks, pages)."""

    def status(self) -> Status:
        """How it is doing now, without waiting."""
