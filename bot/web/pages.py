"""The HTTP side of the chat: one page, three things to send, one thing to wait for, one file to fetch."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.channel import Receive
from bot.web import refusals
from bot.web.bodies import read_fields
from bot.web.guard import is_own
from bot.web.receiver import address_of, read_language, read_message, read_press
from bot.web.refusals import Refusal
from bot.web.renderer import Look, Page, entry_id, render_entry, render_page, render_problem
from bot.web.sessions import Beginnings, Sessions
from bot.web.watch import Watch
from desk import transcript
from desk.messages import Incoming, Menu, Reply
from desk.pace import Pace, network
from desk.transcript import Stamp, Transcript
from desk.wording import translate
from desk.wording.preference import preferred
from knowledge.database import Database, DatabaseUnavailable

TABS = 8
Endpoint = Callable[[Request], Awaitable[Response]]
Reading = Callable[[Mapping[str, str], str, Sequence[str], datetime], Incoming | None]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at the page; without a session until the first message."""

    session_id: str | None
    language: str
    time_zone: str | None = None


class Pages:
    """The endpoints. `receive` and `menus` are there once the channel has been started."""

    def __init__(
        self,
        database: Database,
        sessions: Sessions,
        watch: Watch,
        languages: Sequence[str],
        public_url: str | None,
        version: str,
        now: Callable[[], datetime],
    ) -> None:
        self.database, self.sessions, self.watch = database, sessions, watch
        self.languages, self.public_url, self.version, self.now = languages, public_url, version, now
        # Waiting for news: shorter than the usual time-out of a proxy, 30 s.
        self.poll_seconds, self.answer_seconds = 25.0, 2.0
        self.receive: Receive | None = None
        self.menus: Sequence[Menu] = ()
        self.per_session, self.per_network = Pace(30), Pace(120)
        self.beginnings = Beginnings()

    async def show(self, request: Request) -> Response:
        """The chat page."""
        visitor = await self._visitor(request)
        found = Transcript()
        if visitor.session_id:
            found = await asyncio.to_thread(self._read, address_of(visitor.session_id).key)
        stamp = str(found.stamp) if visitor.session_id else ""
        page = Page(self._look(visitor), self.languages, found.entries, stamp, found.whole, self.version)
        # `same-origin`, for without any referrer browsers send no usable Origin with the forms; others still get none.
        return HTMLResponse(render_page(page), headers=_PRIVATE | {"Referrer-Policy": "same-origin"})

    async def take_message(self, request: Request) -> Response:
        """Words, from the text area or a menu."""
        return await self._take(request, read_message)

    async def take_press(self, request: Request) -> Response:
        """A button of a card."""
        return await self._take(request, read_press)

    async def take_language(self, request: Request) -> Response:
        """A language from the menu; the page is in it at once, whenever the desk gets to know of it."""
        return await self._take(request, read_language)

    async def wait(self, request: Request) -> Response:
        """What is new after `after`, as soon as there is something: 200 with JSON, or 204 when it takes too long.

        `order` names all entries there are now, `entries` holds the markup of those that are new or changed.
        """
        visitor = await self._visitor(request)
        if visitor.session_id is None:
            raise refusals.not_here()
        conversation, seen = address_of(visitor.session_id).key, Stamp.parse(request.query_params.get("after", ""))
        if self.watch.waiting(conversation) >= TABS:
            raise refusals.too_fast(self.poll_seconds)
        gone = asyncio.create_task(_gone(request))
        try:
            await self.watch.until(conversation, lambda pulse: pulse.stamp != seen, self.poll_seconds, gone)
        finally:
            gone.cancel()
        found = await asyncio.to_thread(self._read, conversation)
        if found.stamp == seen:
            return Response(status_code=204, headers=_PRIVATE)
        look = self._look(visitor)
        entries = {entry_id(one): render_entry(one, look) for one in transcript.changed(found, seen)}
        order = [entry_id(one) for one in found.entries]
        return JSONResponse({"cursor": str(found.stamp), "order": order, "entries": entries}, headers=_PRIVATE)

    async def fetch_file(self, request: Request) -> Response:
        """A document the desk sent to this very conversation."""
        session_id = self._session_id(request)
        if session_id is None:
            raise refusals.not_here()
        reply = await asyncio.to_thread(self._file, session_id, request.path_params["key"])
        if reply is None:
            raise refusals.not_here()
        name = quote(reply.file_name or "guidepost.txt", safe="")
        disposition = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(reply.file_text or "", media_type="application/octet-stream", headers=_PRIVATE | disposition)

    def guarded(self, endpoint: Endpoint) -> Endpoint:
        """An endpoint whose refusals, and the absence of the database, are said in words."""

        async def answer(request: Request) -> Response:
            try:
                return await endpoint(request)
            except Refusal as refusal:
                return await self._refuse(request, refusal)
            except DatabaseUnavailable:
                return await self._refuse(request, refusals.unavailable())

        return answer

    async def _take(self, request: Request, reading: Reading) -> Response:
        if not is_own(request, self.public_url):
            raise refusals.from_elsewhere()
        known = self._session_id(request)
        self._pace(request, known)
        fields = await read_fields(request)
        session_id = known or self._begin(request, fields)
        incoming = reading(fields, session_id, self.languages, self.now())
        if incoming is not None:
            await self._store(incoming, fields.get("text", ""))
        response = await self._onward(request, incoming, fields)
        if incoming is not None:
            self.sessions.keep(response, session_id, self.now())
        return response

    def _begin(self, request: Request, fields: Mapping[str, str]) -> str:
        return self.beginnings.session(_place(request), fields.get("id", ""), self.sessions.new_id(), self.now())

    def _pace(self, request: Request, session_id: str | None) -> None:
        now, place = self.now().timestamp(), _place(request)
        counts = [(self.per_network, place), *([(self.per_session, session_id)] if session_id else [])]
        wait = max(pace.wait(name, now) for pace, name in counts)
        if wait > 0:
            raise refusals.too_fast(wait)
        for pace, name in counts:
            pace.count(name, now)

    async def _store(self, incoming: Incoming, draft: str) -> None:
        if self.receive is None:
            raise refusals.unavailable(draft)
        try:
            await self.receive([incoming])
        except DatabaseUnavailable:
            raise refusals.unavailable(draft) from None
        self.watch.wake()

    async def _onward(self, request: Request, incoming: Incoming | None, fields: Mapping[str, str]) -> Response:
        if _is_script(request):
            return JSONResponse({"stored": incoming is not None}, status_code=202, headers=_PRIVATE)
        if incoming is None:
            return RedirectResponse("/", status_code=303, headers=_PRIVATE)
        await self.watch.until(incoming.address.key, lambda pulse: not pulse.busy, self.answer_seconds)
        language = await self._language_to_keep(incoming)
        place = f"/?lang={language}#latest" if language else "/#latest"
        return RedirectResponse(place, status_code=303, headers=_PRIVATE)

    async def _language_to_keep(self, incoming: Incoming) -> str | None:
        """The language to name in the address: only as long as the desk does not know it itself."""
        language, _ = await asyncio.to_thread(self._memory, incoming.sender)
        chosen = incoming.command == "language"
        return incoming.language if language is None or (chosen and language != incoming.language) else None

    async def _refuse(self, request: Request, refusal: Refusal) -> Response:
        visitor = await self._visitor(request)
        text = translate(visitor.language, refusal.text, **refusal.values)
        headers = _PRIVATE | ({"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {})
        if _is_script(request):
            return JSONResponse({"error": text}, status_code=refusal.status, headers=headers)
        page = render_problem(text, visitor.language, refusal.draft, self.version)
        return HTMLResponse(page, status_code=refusal.status, headers=headers)

    def _session_id(self, request: Request) -> str | None:
        return self.sessions.read(request.cookies, self.now())

    async def _visitor(self, request: Request) -> Visitor:
        session_id = self._session_id(request)
        language, zone = await asyncio.to_thread(self._memory, session_id) if session_id else (None, None)
        asked = request.query_params.get("lang")
        asked = asked if asked in self.languages else None
        remembered = language if language in self.languages else None
        fallback = preferred(request.headers.get("accept-language", ""), self.languages)
        return Visitor(session_id, asked or remembered or fallback, zone)

    def _look(self, visitor: Visitor) -> Look:
        commands = next((menu.commands for menu in self.menus if menu.language == visitor.language), ())
        return Look(visitor.language, visitor.time_zone, secrets.token_urlsafe(12), commands)

    def _memory(self, session_id: str) -> tuple[str | None, str | None]:
        """Language and time zone of the person, as far as the desk knows them."""
        try:
            with self.database.reading() as session:
                one = transcript.person(session, address_of(session_id), session_id)
                return (one.language, one.time_zone) if one else (None, None)
        except DatabaseUnavailable:
            # Knowing nobody is enough to say that the database is away.
            return None, None

    def _read(self, conversation: str) -> Transcript:
        with self.database.reading() as session:
            return transcript.read(session, conversation)

    def _file(self, session_id: str, key: str) -> Reply | None:
        with self.database.reading() as session:
            return transcript.stored_file(session, address_of(session_id).key, key)


_PRIVATE = {"Cache-Control": "no-store"}


def _place(request: Request) -> str:
    return network(request.client.host if request.client else None)


def _is_script(request: Request) -> bool:
    kind, accept = request.headers.get("content-type", ""), request.headers.get("accept", "")
    return kind.startswith("application/json") or accept.startswith("application/json")


async def _gone(request: Request) -> None:
    """Comes back when the browser has closed the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
