"""Twenty tickets cleared in a real browser, and what each of them takes: presses or clicks, and pages."""

import logging
import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page

from desk.tickets import State
from tests.console.conftest import Open, Staff
from tests.console.test_ticket import Ticket, received
from tests.dialogue import Desk, Person

Way = Callable[[Page], int]
SAVED = {"name": "Course", "en": "Read {reference} again."}
NEED = "where can our 3 moderators learn to recognise terrorist logos"


def people_with_tickets(desk: Desk, count: int) -> list[Person]:
    people = [desk.person(f"p{number}") for number in range(count)]
    for person in people:
        person.says(NEED)
    return people


def open_with_the_mouse(page: Page) -> int:
    page.locator("a.reference").first.click()
    return 1


def write_with_the_mouse(page: Page) -> int:
    page.locator("#reply").click()
    page.keyboard.insert_text(advice(page))
    return 1 + send_with_the_mouse(page)


def choose_with_the_mouse(page: Page) -> int:
    page.get_by_placeholder("Find a saved reply").click()
    page.keyboard.insert_text(SAVED["name"])
    page.locator("#saved-found a").click()
    return 2 + send_with_the_mouse(page)


def send_with_the_mouse(page: Page) -> int:
    page.get_by_role("button", name="Send and close").click()
    return 1


def open_with_keys(page: Page) -> int:
    return press(page, "j", "o")


def write_with_keys(page: Page) -> int:
    strokes = press(page, "r")
    page.keyboard.insert_text(advice(page))
    return strokes + press(page, "Control+Shift+Enter")


def choose_with_keys(page: Page) -> int:
    strokes = press(page, "r", "Shift+Tab")
    page.keyboard.insert_text(SAVED["name"])
    page.locator("#saved-found a").wait_for()
    return strokes + press(page, "Tab", "Enter", "Control+Shift+Enter")


def press(page: Page, *keys: str) -> int:
    for key in keys:
        page.keyboard.press(key)
    return len(keys)


def advice(page: Page) -> str:
    return f"Read {reference(page)} again."


def reference(page: Page) -> str:
    return page.locator("[data-ticket]").get_attribute("data-ticket") or ""


@pytest.mark.parametrize(
    ("begin", "clear", "count", "acts"),
    [
        (open_with_keys, write_with_keys, 20, 2),
        (open_with_the_mouse, write_with_the_mouse, 5, 2),
        (open_with_keys, choose_with_keys, 3, 5),
        (open_with_the_mouse, choose_with_the_mouse, 3, 3),
    ],
    ids=["keys", "mouse", "keys, saved reply", "mouse, saved reply"],
)
def test_many_tickets_are_cleared(
    desk: Desk, staff: Staff, open_page: Open, begin: Way, clear: Way, count: int, acts: int
) -> None:
    people = people_with_tickets(desk, count)
    staff.client("Rosa").post("/console/replies/new", data=SAVED)
    page = open_page("/console/queue")
    pages: list[str] = []
    page.on("framenavigated", lambda frame: pages.append(frame.url))
    began = time.perf_counter()
    begin(page)
    for _ in range(count):
        page.wait_for_url("**/console/tickets/**")
        before = page.url
        assert clear(page) == acts
        page.wait_for_url(lambda url, old=before: url != old)  # type: ignore[misc]
    # Not asserted, because it is the machine's.
    logging.getLogger(__name__).info("%.2f s a ticket", (time.perf_counter() - began) / count)
    assert len(pages) == count + 1
    assert "no other one" in page.locator(".notice").inner_text() and page.url.endswith("/console/queue")
    tickets = desk.tickets()
    assert [ticket.state for ticket in tickets] == [State.CLOSED] * count
    assert {ticket.assignee.name for ticket in tickets if ticket.assignee} == {"Mira"}
    for ticket, person in zip(tickets, people, strict=True):
        said = [text for text in received(desk, person) if "Read GP-" in text]
        assert len(said) == 1 and f"Read {ticket.reference} again." in said[0]


def test_a_ticket_that_is_closed_leads_on_in_its_view(desk: Desk, client: httpx.Client) -> None:
    people_with_tickets(desk, 3)
    first, second, third = (Ticket(client, ticket.reference) for ticket in desk.tickets())
    answer = second.post("acts/close", view="assignee=nobody")
    assert answer.url.path == third.path and answer.url.params["view"] == "assignee=nobody"
    assert "This is the next one" in answer.text
    answer = third.post("reply", reply="Read this.", then="close", view="assignee=nobody")
    assert answer.url.path == first.path, "behind the last one comes the first"
    answer = first.post("acts/close", view="assignee=nobody")
    assert answer.url.path == "/console/queue" and "no other one in this view" in answer.text


def test_a_ticket_that_was_opened_elsewhere_stays_open_in_the_browser(desk: Desk, client: httpx.Client) -> None:
    people_with_tickets(desk, 2)
    ticket = Ticket(client, desk.tickets()[0].reference)
    answer = ticket.post("reply", reply="Read this.", then="close")
    assert answer.url.path == ticket.path and "the ticket is closed" in answer.text
    assert desk.tickets()[0].state is State.CLOSED


def test_other_acts_stay_on_the_ticket_and_in_its_view(desk: Desk, client: httpx.Client) -> None:
    people_with_tickets(desk, 2)
    ticket = Ticket(client, desk.tickets()[0].reference)
    answer = ticket.post("acts/take", view="sort=newest")
    assert answer.url.path == ticket.path and answer.url.params["view"] == "sort=newest"
    assert 'href="/console/queue?sort=newest"' in answer.text
    assert client.get(f"{ticket.path}/next", params={"view": "sort=newest"}).url.path != ticket.path


def test_what_came_in_meanwhile_stops_sending_and_closing(desk: Desk, client: httpx.Client) -> None:
    (person,) = people_with_tickets(desk, 1)
    ticket = Ticket(client, desk.tickets()[0].reference)
    ticket.post("reply", reply="Which logos?")
    old = ticket.mark
    desk.wait(minutes=1)
    person.says("it is about two groups in Riga")
    answer = ticket.post("reply", old, reply="Read this.", then="close", view="")
    assert answer.status_code == 409 and "two groups in Riga" in answer.text
    assert 'name="then" value="close"' in answer.text, "sent all the same, it also closes"
    assert desk.tickets()[0].state is not State.CLOSED
