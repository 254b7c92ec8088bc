"""The channel object: puts pages, sender and watch together and keeps to the protocol of all channels."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.channel import Receive, Status
from bot.web.guard import Guarded
from bot.web.pages import Pages
from bot.web.receiver import ACCOUNT, NAME
from bot.web.sender import Sender
from bot.web.sessions import Sessions
from bot.web.watch import Watch
from desk.messages import Menu, Reply, Sent
from desk.wording import spoken
from knowledge.database import Database

_STATIC = Path(__file__).parent / "static"


class WebChannel:
    """The desk as a web page. `languages`: those the page offers, by default all that the interface speaks.

    `secret_key` signs the sessions: changing it ends them all. With a `public_url` of https the cookie is sent over
    https only.
    """

    def __init__(
        self,
        database: Database,
        secret_key: str,
        public_url: str | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        languages: Sequence[str] | None = None,
    ) -> None:
        self.name, self.account = NAME, ACCOUNT
        self.public_url = public_url
        self.secure = (public_url or "").startswith("https://")
        self.watch = Watch(database)
        self.sender = Sender(self.watch)
        sessions = Sessions(secret_key, self.secure)
        self.pages = Pages(database, sessions, self.watch, tuple(languages or spoken()), public_url, _version(), now)

    async def start(self, receive: Receive, menus: Sequence[Menu]) -> None:
        """From now on messages are taken in."""
        self.pages.receive, self.pages.menus = receive, menus
        self.watch.start()

    async def probe(self) -> Status:
        """There is nobody to ask: sending works as it is."""
        return Status(self.name, True, self._place)

    async def stop(self) -> None:
        """Take in nothing more and let go of the pages that wait; they come back by themselves."""
        self.pages.receive = None
        self.watch.stop()

    async def send(self, reply: Reply, key: str) -> Sent:
        """Show it on the pages of this conversation, now or when they are opened next."""
        return await self.sender.send(reply, key)

    async def settle(self, reply: Reply, key: str) -> Sent | None:
        """It cannot be lost on the way: the page reads what is stored."""
        return Sent(key)

    def routes(self) -> Sequence[BaseRoute]:
        """`/`, `/chat/…` and `/static/chat/…`."""
        pages, guard = self.pages, [Middleware(Guarded, secure=self.secure)]
        chat = [
            Route("/messages", pages.guarded(pages.take_message), methods=["POST"]),
            Route("/press", pages.guarded(pages.take_press), methods=["POST"]),
            Route("/language", pages.guarded(pages.take_language), methods=["POST"]),
            Route("/events", pages.guarded(pages.wait)),
            Route("/files/{key}", pages.guarded(pages.fetch_file)),
        ]
        return (
            Route("/", pages.guarded(pages.show), middleware=guard),
            Mount("/chat", routes=chat, middleware=guard),
            Mount("/static/chat", StaticFiles(directory=_STATIC), middleware=guard),
        )

    def status(self) -> Status:
        """Connected as soon as it was started: it depends on nobody else."""
        return Status(self.name, self.pages.receive is not None, self._place)

    @property
    def _place(self) -> str:
        return self.public_url or "the start page of this server"


def _version() -> str:
    """Changes with the style sheet or the script, so that browsers do not mix old and new."""
    files = sorted(path for path in _STATIC.iterdir() if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]
