"""The queue: what is shown to whom, in which order, and what can be done with many tickets at once."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from desk.tickets import State, Ticket
from tests.console.accessibility import check
from tests.console.conftest import Open
from tests.dialogue import Desk

RIGA = "We received a removal order from the police in Riga and have one hour"
LEAK = "our customer data leaked last night"
BILL = "How do other countries write a cybercrime law that respects human rights?"


@pytest.fixture
def tickets(desk: Desk) -> dict[str, str]:
    """References of three tickets by who asked."""
    for name, words in (("bilal", BILL), ("lena", LEAK), ("riga", RIGA)):
        desk.person(name).says(words)
        desk.now += timedelta(minutes=1)
    with desk.database.reading() as session:
        return {one.request.conversation: one.reference for one in session.scalars(select(Ticket))}


def references(page: httpx.Response) -> list[str]:
    return re.findall(r'data-reference="([^"]+)"', page.text)


def change(desk: Desk, reference: str, **values: object) -> None:
    with desk.database.writing() as session:
        ticket = session.scalars(select(Ticket).filter_by(reference=reference)).one()
        for name, value in values.items():
            setattr(ticket, name, value)
        ticket.updated_at = desk.now


def state_of(desk: Desk, reference: str) -> State:
    with desk.database.reading() as session:
        return session.scalars(select(Ticket.state).filter_by(reference=reference)).one()


def test_dump(open_page: Open, tickets: dict[str, str], desk: Desk) -> None:
    for n, (w, l, d) in enumerate(
        [(1200, "en", False), (400, "en", False), (1200, "ar", False), (1200, "en", True), (400, "ar", True)]
    ):
        page = open_page("/console/queue", width=w, language=l, dark=d, name=f"Mira{n}")
        page.wait_for_timeout(500)
        page.screenshot(path=f"/tmp/q{n}.png")
        check(page)
    page = open_page("/console/queue?language=en", name="Zoe")
    page.wait_for_timeout(300)
    page.screenshot(path="/tmp/q5.png")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("c")
    page.wait_for_timeout(300)
    page.screenshot(path="/tmp/q6.png")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("cybercr")
    page.wait_for_timeout(600)
    page.screenshot(path="/tmp/q7.png")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_timeout(300)
    page.screenshot(path="/tmp/q8.png")
