"""The page of a ticket in a real browser: keys, drafts, searching while typing, presence; everybody can use it."""

import pytest
from playwright.sync_api import Page, expect

from desk.tickets import State
from tests.console.accessibility import check
from tests.console.conftest import Open
from tests.console.test_replies import TEXTS
from tests.console.test_ticket import received
from tests.dialogue import Desk, Person


@pytest.fixture
def path(desk: Desk, person: Person) -> str:
    """The page of a ticket with something of everything on it."""
    person.says("our forum in Riga got a removal order for terrorist content from the police 20 minutes ago")
    person.shows("photo")
    return f"/console/tickets/{desk.tickets()[0].reference}"


def test_a_ticket_is_answered_with_keys_alone(desk: Desk, person: Person, path: str, open_page: Open) -> None:
    page = open_page(path)
    page.keyboard.press("t")
    expect(page.locator(".notice")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator("#reply")).to_be_focused()
    page.keyboard.type("take the right course, not this one")
    page.keyboard.press("Escape")
    expect(page.locator("#reply")).not_to_be_focused()
    page.get_by_role("button", name="Send to the requester").click()
    expect(page.locator(".notice")).to_contain_text("on its way")
    assert "take the right course, not this one" in received(desk, person)[-1]
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()
    assert desk.tickets()[0].state is State.CLOSED


def test_a_draft_survives_leaving_the_page_and_ends_with_sending(path: str, open_page: Open) -> None:
    page = open_page(path)
    page.fill("#reply", "half a sen")
    page.goto(page.url.replace(path, "/console/queue"))
    page.goto(page.url.replace("/console/queue", path))
    expect(page.locator("#reply")).to_have_value("half a sen")
    page.get_by_role("button", name="Send to the requester").click()
    expect(page.locator("#reply")).to_have_value("")


def test_the_preview_appears_without_leaving_the_page(path: str, open_page: Open) -> None:
    page = open_page(path)
    page.fill("#reply", "Is this right?")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview .card")).to_contain_text("A coordinator answers")
    expect(page.locator("#reply")).to_have_value("Is this right?")


def test_a_saved_reply_is_found_by_typing_and_put_into_the_box(path: str, open_page: Open) -> None:
    page = open_page("/console/replies/new")
    for name, text in TEXTS.items():
        page.fill(f"[name={name}]", text)
    page.get_by_role("button", name="Save").click()
    page.goto(page.url.replace("/console/replies", path))
    page.get_by_role("searchbox", name="Find a saved reply").fill("first")
    page.get_by_role("link", name="First steps").click()
    expect(page.locator("#reply")).to_have_value(f"About {path[-8:]}: Violent extremism.")


def test_enter_in_a_search_presses_nothing(desk: Desk, path: str, open_page: Open) -> None:
    page = open_page(path)
    topic = desk.tickets()[0].request.topic
    page.get_by_text("Re-route", exact=True).click()
    search = page.get_by_role("searchbox", name="Topic, practice or organisation")
    search.fill("extremism")
    expect(page.locator("#route-found button").first).to_be_visible()
    search.press("Enter")
    assert desk.tickets()[0].request.topic == topic


def test_another_member_who_writes_is_seen_without_reloading(path: str, open_page: Open) -> None:
    mira, omar = open_page(path), open_page(path, name="Omar")
    omar.locator("#reply").press_sequentially("I am on it")
    omar.wait_for_timeout(300)
    mira.evaluate("document.body.dispatchEvent(new Event('look'))")
    expect(mira.locator("#others")).to_contain_text("Omar is writing a reply here.")


@pytest.mark.parametrize(
    ("width", "language", "dark"), [(1200, "en", False), (400, "en", True), (1200, "ar", True), (400, "ar", False)]
)
def test_everybody_can_use_it(path: str, open_page: Open, width: int, language: str, dark: bool) -> None:
    page: Page = open_page(path, width=width, language=language, dark=dark)
    check(page)
    for summary in page.locator(".acts summary").all():
        summary.click()
    check(page)
    for other in ("/console/replies", "/console/replies/new", f"{path}/route-again"):
        page.goto(page.url.split("/console")[0] + other)
        check(page)


def test_a_phone_always_has_the_way_to_the_reply(path: str, open_page: Open) -> None:
    page = open_page(path, width=400)
    button = page.locator(".to-reply")
    expect(button).to_be_in_viewport()
    box = button.bounding_box()
    assert box is not None and box["height"] >= 44
    button.click()
    expect(page.locator("#reply")).to_be_in_viewport()


def test_drafts_go_when_their_owner_signs_out_anywhere(path: str, open_page: Open) -> None:
    page = open_page(path)
    page.fill("#reply", "half a sen")
    assert "half a sen" in page.evaluate("JSON.stringify(localStorage)")
    page.goto(page.url.replace(path, "/console/queue"))
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert "half a sen" not in page.evaluate("JSON.stringify(localStorage)")


def test_only_what_somebody_does_keeps_them_signed_in(path: str, open_page: Open) -> None:
    page = open_page(path)
    page.clock.install()
    page.reload()
    presence = "**/presence"
    with page.expect_request(presence) as asked:
        page.clock.fast_forward(10_500)
    assert asked.value.headers.get("x-poll") == "1"
    with page.expect_request(presence) as typed:
        page.locator("#reply").press_sequentially("I am here")
    assert "x-poll" not in typed.value.headers
