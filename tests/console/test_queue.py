"""The queue in the console: what is shown to whom, what can be done with many tickets, and how it stays current."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import event, select

from desk.audit import AuditEntry
from desk.casework import handling
from desk.conversation.turn import Desk as Means
from desk.members import Member, Role
from desk.tickets import State, Ticket
from tests.console.accessibility import check
from tests.console.conftest import Open, Staff
from tests.dialogue import Desk

RIGA = "We received a removal order from the police in Riga and have one hour"
LEAK = "after the leak of customer data in 2023, which privacy rules should our shop follow now"
BILL = "How do other countries write a cybercrime law that respects human rights?"
Tickets = dict[str, str]


@pytest.fixture
def tickets(desk: Desk) -> Tickets:
    """References of three tickets by who asked."""
    for name, words in (("bilal", BILL), ("lena", LEAK), ("riga", RIGA)):
        desk.person(name).says(words)
        desk.now += timedelta(minutes=1)
    with desk.database.reading() as session:
        return {one.request.conversation: one.reference for one in session.scalars(select(Ticket))}


def references(page: httpx.Response) -> list[str]:
    return re.findall(r'data-reference="([^"]+)"', page.text)


def ticket_of(desk: Desk, reference: str) -> Ticket:
    with desk.database.reading() as session:
        ticket = session.scalars(select(Ticket).filter_by(reference=reference)).one()
        _ = ticket.assignee and ticket.assignee.name
        return ticket


def act(client: httpx.Client, what: str, *chosen: str, **more: Any) -> httpx.Response:
    return client.post("/console/queue/act", data={"act": what, "ticket": list(chosen), **more})


def audited(desk: Desk, what: str) -> list[AuditEntry]:
    with desk.database.reading() as session:
        return list(session.scalars(select(AuditEntry).filter_by(what=what).order_by(AuditEntry.id)))


def test_a_line_says_enough_to_decide(client: httpx.Client, tickets: Tickets, desk: Desk) -> None:
    with desk.database.writing() as session:
        ticket = session.scalars(select(Ticket).filter_by(reference=tickets["lena"])).one()
        ticket.urgency, ticket.due_at = "soon", desk.now - timedelta(hours=2)
    page = client.get("/console/queue")
    assert references(page) == [tickets["riga"], tickets["lena"], tickets["bilal"]]
    row = page.text.partition(f'data-reference="{tickets["lena"]}"')[2].partition("</tr>")[0]
    for said in (LEAK, "soon", "Legal deadline", "overdue", "2 hours ago", "Telegram", "English", "Privacy", "nobody"):
        assert said in row, said
    assert f'href="/console/tickets/{tickets["lena"]}?view="' in row


def test_an_auditor_sees_no_words_and_cannot_search_them(staff: Staff, tickets: Tickets, desk: Desk) -> None:
    with staff.client("Otto", Role.AUDITOR) as auditor:
        page = auditor.get("/console/queue")
        assert references(page) and LEAK not in page.text and 'value="take"' not in page.text
        assert auditor.get("/console/queue?text=leaked").status_code == 403
        assert auditor.get("/console/search?q=leak").status_code == 403
        assert act(auditor, "take", tickets["lena"]).status_code == 403
    assert not audited(desk, "listed")


def test_whose_words_were_seen_is_written_down_once_an_hour(client: httpx.Client, tickets: Tickets, desk: Desk) -> None:
    for _ in range(2):
        client.get("/console/queue")
    (entry,) = audited(desk, "listed")
    assert sorted(entry.details["tickets"]) == sorted(tickets.values())
    assert LEAK not in str(entry.details)
    desk.now += timedelta(minutes=61)
    client.get("/console/queue")
    assert len(audited(desk, "listed")) == 2


def test_an_address_is_a_view(client: httpx.Client, tickets: Tickets) -> None:
    assert references(client.get("/console/queue?urgency=crisis")) == [tickets["riga"]]
    assert references(client.get("/console/queue?text=leak")) == [tickets["lena"]]
    assert references(client.get("/console/queue?channel=slack")) == []
    assert len(references(client.get("/console/queue?channel=telegram&sort=newest&state=nonsense"))) == 3


def test_many_are_taken_at_once_and_the_others_say_why_not(
    client: httpx.Client, tickets: Tickets, desk: Desk, staff: Staff
) -> None:
    otto = staff.hire("Otto")
    with desk.database.writing() as session:
        means = Means(session, desk.now, desk.policy, desk.catalogues.current())
        member = session.get_one(Member, otto)
        taken = session.scalars(select(Ticket).filter_by(reference=tickets["lena"])).one()
        handling.take(means, taken, member)
        handling.close(means, session.scalars(select(Ticket).filter_by(reference=tickets["bilal"])).one(), member)
    page = act(client, "take", *tickets.values(), "GP-00000")
    assert "1 ticket changed." in page.text and "3 tickets were left as they were" in page.text
    for why in ("Otto has it.", "It is closed.", "It is gone."):
        assert why in page.text
    assert ticket_of(desk, tickets["riga"]).assignee.name == "Mira"  # type: ignore[union-attr]
    assert ticket_of(desk, tickets["bilal"]).assignee is None
    assert [entry.about for entry in audited(desk, "taken")] == [tickets["riga"]]


def test_tickets_are_assigned_given_back_snoozed_and_closed(
    client: httpx.Client, tickets: Tickets, desk: Desk, staff: Staff
) -> None:
    otto, one = staff.hire("Otto"), tickets["riga"]
    act(client, "assign", one, to=str(otto))
    assert ticket_of(desk, one).assignee.name == "Otto"  # type: ignore[union-attr]
    act(client, "give_back", one)
    assert ticket_of(desk, one).assignee is None and ticket_of(desk, one).state is State.WAITING
    assert one not in references(act(client, "snooze", one, days="3"))
    assert ticket_of(desk, one).snoozed_until == desk.now + timedelta(days=3)
    act(client, "wake", one, view="snoozed=only")
    assert one in references(client.get("/console/queue"))
    asking = act(client, "close", one)
    assert "Those who asked are told" in asking.text and ticket_of(desk, one).state is State.WAITING
    act(client, "close_now", one)
    assert ticket_of(desk, one).state is State.CLOSED


def test_nothing_is_done_with_nothing_or_by_nobody(client: httpx.Client, tickets: Tickets, staff: Staff) -> None:
    auditor = staff.hire("Otto", Role.AUDITOR)
    assert "Select tickets first." in act(client, "take").text
    for what, more in (("dance", {}), ("assign", {"to": str(auditor)}), ("assign", {}), ("snooze", {"days": "9999"})):
        assert "Choose what to do" in act(client, what, tickets["riga"], **more).text


def test_the_list_is_sent_again_only_when_it_has_changed(client: httpx.Client, tickets: Tickets, desk: Desk) -> None:
    page = client.get("/console/queue").text
    stamp, newest = re.search(r"stamp=([^&]+)&", page)[1], re.search(r'data-newest="(\d+)"', page)[1]  # type: ignore[index]
    poll = {"stamp": stamp, "since": newest}
    assert client.get("/console/queue/list", params=poll).status_code == 204
    desk.person("chen").says(LEAK)
    again = client.get("/console/queue/list", params=poll)
    assert len(references(again)) == 4 and 'data-fresh="1"' in again.text and ">new<" in again.text


def test_asking_by_itself_does_not_keep_a_session_alive(client: httpx.Client, desk: Desk) -> None:
    for _ in range(9):
        desk.now += timedelta(minutes=15)
        client.get("/console/queue/list", headers={"X-Poll": "1"})
    assert "Sign in" in client.get("/console/queue").text


def test_a_view_is_saved_counted_and_deleted(client: httpx.Client, tickets: Tickets, staff: Staff) -> None:
    saved = client.post("/console/queue/views", data={"name": "Riga  desk", "view": "urgency=crisis", "shared": "true"})
    assert "Riga desk" in saved.text and str(saved.url).endswith("/console/queue?urgency=crisis")
    with staff.client("Otto") as other:
        assert '<span class="count">1</span>' in other.get("/console/queue/views").text
    assert client.post("/console/queue/views", data={"name": " ", "view": ""}).status_code == 422
    id = re.search(r"views/(\d+)/delete", saved.text)[1]  # type: ignore[index]
    assert "Riga desk" not in client.post(f"/console/queue/views/{id}/delete").text
    assert client.post(f"/console/queue/views/{id}/delete").status_code == 404


def test_search_shows_where_the_words_are(client: httpx.Client, tickets: Tickets, desk: Desk) -> None:
    page = client.get("/console/search?q=cybercr")
    assert tickets["bilal"] in page.text and "<mark>cybercrime</mark>" in page.text
    part = client.get("/console/search?q=cybercr", headers={"HX-Request": "true"}).text
    assert "<mark>" in part and "<html" not in part
    assert "Nothing found." in client.get("/console/search?q=zanzibarkiwi").text
    assert [entry.details["tickets"] for entry in audited(desk, "listed")] == [[tickets["bilal"]]]


def test_words_of_a_forgotten_person_are_not_found(client: httpx.Client, tickets: Tickets, desk: Desk) -> None:
    bilal = desk.person("bilal")
    bilal.commands("forget")
    bilal.presses("Yes, delete everything")
    assert tickets["bilal"] not in client.get("/console/search?q=cybercr").text


def test_what_people_wrote_is_never_markup(client: httpx.Client, desk: Desk) -> None:
    desk.person("eve").says(f"{LEAK} <b>twice</b>")
    for path in ("/console/queue", "/console/search?q=leak"):
        page = client.get(path).text
        assert "&lt;b&gt;twice" in page and "<b>twice" not in page


def test_a_page_asks_as_few_questions_for_many_tickets_as_for_one(client: httpx.Client, desk: Desk) -> None:
    asked: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def questions(path: str) -> int:
        client.get(path)  # writes down whose words were seen
        asked.clear()
        client.get(path)
        return len([one for one in asked if not one.startswith(("PRAGMA", "BEGIN"))])

    desk.person("one").says(LEAK)
    few = [questions("/console/queue"), questions("/console/search?q=leak")]
    for number in range(7):
        desk.person(f"more{number}").says(LEAK)
    assert [questions("/console/queue"), questions("/console/search?q=leak")] == few
    assert max(few) < 20


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize(("language", "dark"), [("en", False), ("ar", True)])
def test_everybody_can_use_the_pages(open_page: Open, tickets: Tickets, width: int, language: str, dark: bool) -> None:
    page = open_page("/console/queue?sort=newest", width=width, language=language, dark=dark)
    check(page)
    page.locator("details.filter summary").click()
    check(page)
    page.goto(page.url.partition("/console")[0] + "/console/search?q=leak")
    check(page)


def row(page: Page, reference: str) -> Any:
    return page.locator(f"#row-{reference}")


def test_the_keyboard_is_enough(open_page: Open, tickets: Tickets, desk: Desk) -> None:
    page = open_page("/console/queue")
    press = page.keyboard.press
    press("j")
    expect(row(page, tickets["riga"]).locator("a.reference")).to_be_focused()
    press("j")
    press("x")
    expect(row(page, tickets["bilal"]).locator("input")).to_be_checked()
    press("t")
    expect(page.get_by_text("1 ticket changed.")).to_be_visible()
    expect(row(page, tickets["bilal"]).locator("a.reference")).to_be_focused()
    assert ticket_of(desk, tickets["bilal"]).state is State.TAKEN
    press("c")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(row(page, tickets["bilal"])).to_have_count(0)
    assert ticket_of(desk, tickets["bilal"]).state is State.CLOSED
    press("/")
    page.keyboard.type("jtx leak")
    expect(page.locator("#seek")).to_have_value("jtx leak")
    press("Escape")


def test_keys_pressed_at_once_mean_the_list_that_has_come(open_page: Open, tickets: Tickets, desk: Desk) -> None:
    page = open_page("/console/queue")
    page.keyboard.press("j")
    # As early as anybody could: the moment the new list is there.
    page.evaluate("""() => new MutationObserver((changes, watching) => {
      watching.disconnect();
      document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "c", bubbles: true}));
    }).observe(document.querySelector("#queue-list").parentNode, {childList: true})""")
    page.keyboard.press("t")
    page.get_by_role("button", name="Close", exact=True).click()
    expect(row(page, tickets["riga"])).to_have_count(0)
    assert ticket_of(desk, tickets["riga"]).state is State.CLOSED


def test_a_list_that_comes_late_does_not_take_the_question_away(open_page: Open, tickets: Tickets, desk: Desk) -> None:
    page = open_page("/console/queue")
    polls: list[Route] = []

    def hold(poll: Route) -> None:
        polls.append(poll)

    page.route("**/queue/list*", hold)
    desk.person("chen").says(LEAK)
    while not polls:
        page.wait_for_timeout(50)
    page.keyboard.press("j")
    page.keyboard.press("c")
    with page.expect_response("**/queue/list*"):
        polls[0].continue_()
    page.wait_for_timeout(200)
    expect(page.get_by_text("Close the selected tickets?")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(row(page, tickets["riga"])).to_have_count(0)
    assert ticket_of(desk, tickets["riga"]).state is State.CLOSED


def test_single_keys_can_be_turned_off(open_page: Open, tickets: Tickets) -> None:
    page = open_page("/console/queue")
    page.keyboard.press("?")
    check(page)
    page.get_by_label("Single keys do something").uncheck()
    page.get_by_role("button", name="Done").click()
    page.reload()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("tr a.reference:focus")).to_have_count(0)


def test_a_new_ticket_appears_and_what_was_selected_stays(open_page: Open, tickets: Tickets, desk: Desk) -> None:
    page = open_page("/console/queue")
    page.keyboard.press("j")
    page.keyboard.press("x")
    desk.person("chen").says(LEAK)
    expect(page.locator("tr[data-reference]")).to_have_count(4, timeout=15_000)
    expect(page).to_have_title("(1) Queue · Guidepost")
    expect(row(page, tickets["riga"]).locator("input")).to_be_checked()
    expect(row(page, tickets["riga"]).locator("a.reference")).to_be_focused()
    expect(page.locator('[data-count="All open"]')).to_have_text("4")
    page.keyboard.press("k")
    expect(page).to_have_title("Queue · Guidepost")
    page.reload()
    expect(page.locator("tr[data-reference]")).to_have_count(4)


def test_search_answers_while_somebody_types(open_page: Open, tickets: Tickets) -> None:
    page = open_page("/console/queue")
    page.keyboard.press("/")
    page.keyboard.type("cybercr")
    expect(page.locator("#seek-found mark")).to_have_text("cybercrime")
    check(page)
    page.keyboard.press("Escape")
    expect(page.locator("#seek-found mark")).to_have_count(0)
