"""The rota and the calls in the console."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import event, select

from desk.members import Handle, Member, Role
from desk.oncall.shifts import Shift
from tests.console.accessibility import check
from tests.console.conftest import Open, Staff
from tests.dialogue import Desk

PATH = "/console/on-call"
ORDER = "german police sent us a removal order 25 min ago, terrorist content, 1 hour. we are 2 people in riga"


def shifts(desk: Desk) -> list[tuple[int, str, str]]:
    with desk.database.reading() as session:
        found = session.scalars(select(Shift).order_by(Shift.starts_at)).all()
        return [(one.member_id, f"{one.starts_at:%d %H:%M}", f"{one.ends_at:%d %H:%M}") for one in found]


def on_duty(desk: Desk, member: int, *, linked: bool = True) -> None:
    """On call from four hours ago for a day, reachable on Telegram."""
    with desk.database.writing() as session:
        start = desk.now - timedelta(hours=4)
        session.add(Shift(member_id=member, starts_at=start, ends_at=start + timedelta(days=1)))
        if linked:
            session.add(Handle(member_id=member, channel="telegram", account="1", sender=f"m{member}"))


def new_shift(**changed: str) -> dict[str, str]:
    usual = {"member": "1", "rank": "1", "starts": "2026-11-23T09:00", "ends": "2026-11-23T17:00", "weeks": "1"}
    return usual | changed


def test_a_shift_can_be_added_for_several_weeks(desk: Desk, client: httpx.Client) -> None:
    client.post(f"{PATH}/shifts", data=new_shift(weeks="2"))
    assert shifts(desk) == [(1, "23 09:00", "23 17:00"), (1, "30 09:00", "30 17:00")]
    page = client.get(PATH).text
    assert page.count('href="/console/on-call/shifts/') == 2 and "09:00–17:00" in page


def test_a_shift_that_ends_before_it_begins_is_refused_and_stays_in_the_form(desk: Desk, client: httpx.Client) -> None:
    answer = client.post(f"{PATH}/shifts", data=new_shift(ends="2026-11-22T17:00"))
    assert answer.status_code == 422
    assert "begins before it ends" in answer.text and 'value="2026-11-22T17:00"' in answer.text
    assert shifts(desk) == []


def test_the_rest_of_a_running_shift_can_be_handed_over(desk: Desk, client: httpx.Client, staff: Staff) -> None:
    omar = staff.hire("Omar")
    on_duty(desk, 1)
    client.post(f"{PATH}/shifts/1/hand-over", data={"to": str(omar), "scope": "this"})
    assert shifts(desk) == [(1, "23 08:00", "23 12:00"), (omar, "23 12:00", "24 08:00")]


def test_a_shift_can_be_taken_off_the_rota(desk: Desk, client: httpx.Client) -> None:
    client.post(f"{PATH}/shifts", data=new_shift(starts="2026-11-24T09:00", ends="2026-11-24T17:00"))
    client.post(f"{PATH}/shifts/1/remove")
    assert shifts(desk) == []


def test_gaps_and_who_cannot_be_called_are_visible(desk: Desk, client: httpx.Client) -> None:
    assert "Nobody is on call. Emergencies go to" in client.get(PATH).text
    on_duty(desk, 1, linked=False)
    page = client.get(PATH).text
    assert "cannot be called" in page
    assert re.search(r"nobody\s*<small><bdi dir=\"ltr\">08:00–24:00</bdi>", page)


def test_a_drill_calls_and_says_how_long_it_took(desk: Desk, client: httpx.Client) -> None:
    on_duty(desk, 1)
    assert "being called" in client.post(f"{PATH}/drill").text
    assert [reply.address.conversation for reply in desk.deliver()] == ["m1"]
    assert "Telegram</bdi>: sent" in re.sub(r"\s+", " ", client.get(PATH).text)
    desk.wait(minutes=3)
    assert "It is yours" in client.post(f"{PATH}/pages/1/acknowledge").text
    assert "Mira answered after 3 minutes" in client.get(PATH).text
    assert "Somebody else was first" in client.post(f"{PATH}/pages/1/acknowledge").text


def test_an_emergency_can_be_answered_here_and_is_theirs_then(desk: Desk, client: httpx.Client) -> None:
    on_duty(desk, 1)
    desk.person().says(ORDER)
    page = client.get(f"{PATH}/calls").text
    assert "I take it" in page and "riga" not in page.lower()
    client.post(f"{PATH}/pages/1/acknowledge")
    ticket = desk.tickets()[0]
    assert ticket.assignee is not None and ticket.assignee.name == "Mira"


def test_an_auditor_sees_the_rota_and_changes_nothing(desk: Desk, staff: Staff) -> None:
    with staff.client("Audrey", Role.AUDITOR) as auditor:
        page = auditor.get(PATH)
        assert page.status_code == 200 and "Start a drill" not in page.text and "Put somebody on call" not in page.text
        assert auditor.post(f"{PATH}/drill").status_code == 403
        assert auditor.post(f"{PATH}/shifts", data=new_shift()).status_code == 403


def test_the_number_of_queries_does_not_grow_with_the_rota(desk: Desk, client: httpx.Client, staff: Staff) -> None:
    def count() -> int:
        seen: list[str] = []
        listener = lambda *given: seen.append(given[2])  # noqa: E731
        event.listen(desk.database.engine, "before_cursor_execute", listener)
        client.get(PATH)
        event.remove(desk.database.engine, "before_cursor_execute", listener)
        return len(seen)

    on_duty(desk, 1)
    client.post(f"{PATH}/drill")
    first = count()
    for name in ("Omar", "Ivo", "Lena"):
        on_duty(desk, staff.hire(name))
    desk.person().says(ORDER)
    assert count() <= first


def test_a_chat_is_linked_by_a_code_that_is_shown_once(desk: Desk, client: httpx.Client) -> None:
    assert "nobody can call you" in client.get("/console/me/handles").text
    shown = client.post("/console/me/handles/codes").text
    code = re.findall(r"/link ([0-9A-Z]{10})", shown)[0]
    assert code not in client.get("/console/me/handles").text
    from tests.conversations.test_linking import links

    assert "Hello Mira" in links(desk.person("mira"), code)
    assert "<code>mira</code>" in client.get("/console/me/handles").text
    client.post("/console/me/handles/1/remove")
    with desk.database.reading() as session:
        assert session.scalars(select(Handle)).all() == []


def test_nobody_can_remove_the_chat_of_another(desk: Desk, client: httpx.Client, staff: Staff) -> None:
    on_duty(desk, staff.hire("Omar"))
    assert client.post("/console/me/handles/1/remove").status_code == 404


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_pages_can_be_used_by_everybody(
    desk: Desk, staff: Staff, open_page: Open, width: int, language: str
) -> None:
    for number, name in enumerate(("Omar", "Lena Marija")):
        on_duty(desk, staff.hire(name), linked=number == 0)
    desk.person().says(ORDER)
    page = open_page(PATH, width=width, language=language, dark=width == 400)
    check(page)
    console = page.url.removesuffix(PATH)
    for path in (f"{PATH}/shifts/1", "/console/me/handles"):
        page.goto(console + path)
        check(page)


def test_members_who_left_are_not_offered(desk: Desk, client: httpx.Client, staff: Staff) -> None:
    gone = staff.hire("Gone")
    with desk.database.writing() as session:
        session.get_one(Member, gone).active = False
    assert "Gone" not in client.get(PATH).text
    assert client.post(f"{PATH}/shifts", data=new_shift(member=str(gone))).status_code == 404


def test_hours_are_read_from_begin_to_end_in_arabic_too(desk: Desk, staff: Staff, open_page: Open) -> None:
    on_duty(desk, staff.hire("Omar"))
    page = open_page(PATH, language="ar")
    hours = page.locator(".rota small", has_text="–").first
    text, places = hours.inner_text(), hours.evaluate(PLACES)
    assert len(text) == len("08:00–24:00") and places == sorted(places)


#: Where each character stands, from the left.
PLACES = """small => {
    const text = document.createTreeWalker(small, NodeFilter.SHOW_TEXT).nextNode(), range = document.createRange();
    return [...text.data].map((_, at) => {
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        return Math.round(range.getBoundingClientRect().left);
    });
}"""
