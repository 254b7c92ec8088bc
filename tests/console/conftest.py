"""The console around a whole desk, with members signed in, in a client and in a real browser."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright
from starlette.types import ASGIApp

from console.app import make_app
from console.operation import Readiness
from console.premises import Premises
from desk.access import passwords, sessions, tokens
from desk.members import Member, Right, Role
from tests.dialogue import Desk

PASSWORD = "four words not related"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
Open = Callable[..., Page]


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    """The console of this desk, on the desk's clock."""
    premises = Premises(desk.database, desk.policy, desk.catalogues, desk.clock)
    return make_app(premises, [], lambda: Readiness(ready=True, problems={}, channels={}))


@cache
def _password_hash() -> str:
    """Made once, because making it is slow on purpose."""
    member = Member(name="", email="")
    passwords.set_password(member, PASSWORD)
    return member.password_hash or ""


class Staff:
    """Members of a desk and their way in."""

    def __init__(self, desk: Desk, address: str) -> None:
        self.desk, self.address, self.clients = desk, address, ExitStack()

    def hire(self, name: str = "Mira", role: Role = Role.COORDINATOR, language: str = "en") -> int:
        """A member with an account; returns the id. The address is name@desk.example."""
        with self.desk.database.writing() as session:
            member = Member(
                name=name, role=role, email=f"{name.casefold()}@desk.example", language=language, languages=[],
                topics=[], active=True, failures=0, created_at=self.desk.now,
            )  # fmt: skip
            member.password_hash = _password_hash()
            session.add(member)
            session.flush()
            return member.id

    def secret(self, member: int) -> str:
        """The secret of a session of this member."""
        with self.desk.database.writing() as session:
            return sessions.start(session, session.get_one(Member, member), self.desk.now, passed=True)

    def client(self, name: str = "Mira", role: Role = Role.COORDINATOR, language: str = "en") -> httpx.Client:
        """A new member's browser, signed in; it brings the form token along with everything it sends."""
        secret = self.secret(self.hire(name, role, language))
        headers = {"X-Form-Token": sessions.form_token(secret)}
        cookies = httpx.Cookies()
        # As the desk sets it, so that a new one takes its place.
        cookies.set("guidepost", secret, domain="127.0.0.1")
        return self.open(cookies=cookies, headers=headers, follow_redirects=True)

    def open(self, **how: Any) -> httpx.Client:
        """A client of the console, closed at the end of the test."""
        client = httpx.Client(timeout=60, base_url=self.address, **how)
        self.clients.callback(client.close)
        return client


@pytest.fixture
def address(app: FastAPI) -> Iterator[str]:
    """Where the console is served, over a real socket."""
    with served(app) as place:
        yield place


@pytest.fixture
def staff(desk: Desk, address: str) -> Iterator[Staff]:
    staff = Staff(desk, address)
    with staff.clients:
        yield staff


@pytest.fixture
def client(staff: Staff) -> httpx.Client:
    """Mira, a coordinator, has signed in."""
    return staff.client()


@pytest.fixture
def api(desk: Desk, staff: Staff) -> Iterator[httpx.Client]:
    """A program that may do everything its administrator may."""
    member = staff.hire("Rosa", Role.ADMINISTRATOR)
    with desk.database.writing() as session:
        _, secret = tokens.issue(session, session.get_one(Member, member), "all", Right, desk.now, None)
    with httpx.Client(timeout=60, base_url=staff.address, headers={"Authorization": f"Bearer {secret}"}) as client:
        yield client


@pytest.fixture
def stranger(address: str) -> Iterator[httpx.Client]:
    """Nobody has signed in here."""
    with httpx.Client(timeout=60, base_url=address, follow_redirects=False) as client:
        yield client


@contextmanager
def served(app: ASGIApp) -> Iterator[str]:
    """The app behind a real socket; gives the address."""
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_config=None))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a real browser. On a build machine it has to be there."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing. Install it: apt-get install chromium")
        pytest.skip("Chromium is not installed here")
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser per file: starting one takes long."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(address: str, browser: Browser, staff: Staff) -> Iterator[Open]:
    """Opens a path of the console as a new member: `open_page("/console/queue", width=400, language="ar")`."""
    contexts = []

    def open_it(
        path: str,
        *,
        name: str = "Mira",
        role: Role = Role.COORDINATOR,
        language: str = "en",
        width: int = 1200,
        dark: bool = False,
    ) -> Page:
        secret = staff.secret(staff.hire(name, role, language))
        scheme = "dark" if dark else "light"
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        contexts.append(context)
        context.add_cookies([{"name": "guidepost", "value": secret, "url": address}])
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(address + path)
        return page

    yield open_it
    for context in contexts:
        context.close()
