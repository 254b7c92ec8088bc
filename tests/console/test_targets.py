"""What the desk aims at: set in the console, with an example that can be done again by hand."""

import re
from collections.abc import Iterator
from datetime import datetime

import httpx
import pytest
from playwright.sync_api import expect

from desk import targets
from desk.members import Role
from tests.console.accessibility import check
from tests.console.conftest import Open, Staff
from tests.dialogue import Desk

PATH = "/console/options/targets"


@pytest.fixture
def administrator(staff: Staff) -> Iterator[httpx.Client]:
    with staff.client("Ada", Role.ADMINISTRATOR) as client:
        yield client


def fields(client: httpx.Client) -> dict[str, str]:
    """The form as a browser would send it."""
    page = client.get(PATH).text
    found = re.findall(r'<input name="(\w+)" value="([^"]*)"', page)
    ticked = re.findall(r'type="checkbox" name="(\w+)" checked', page)
    start = re.findall(r'name="start" value="([^"]*)"', page)
    return {**dict(found), **dict.fromkeys(ticked, "on"), "zone": "Europe/Riga", "holidays": "", "start": start[0]}


def rules(desk: Desk) -> targets.Rules:
    with desk.database.reading() as session:
        return targets.rules(session, desk.policy)


def test_the_page_begins_with_good_defaults(administrator: httpx.Client) -> None:
    form = fields(administrator)
    assert (form["first_crisis"], form["always_crisis"], form["first_normal"]) == ("0:15", "on", "8:00")
    assert (form["day_0"], form["day_6"]) == ("9:00-17:00", "")


def test_what_is_saved_holds_and_is_written_down(desk: Desk, administrator: httpx.Client) -> None:
    form = {
        **fields(administrator),
        "first_soon": "2:30",
        "day_5": "10:00-12:00, 13:00-24:00",
        "holidays": "2026-12-25 Christmas\n2026-12-26",
        "assign": "on",
        "act": "save",
    }
    assert "Saved." in administrator.post(PATH, data=form).text
    kept = rules(desk)
    assert kept.targets["soon"].first == 150
    assert kept.hours.time_zone == "Europe/Riga"
    assert kept.hours.week[5] == ((600, 720), (780, 1440))
    assert [str(day) for day in kept.hours.holidays] == ["2026-12-25", "2026-12-26"]
    assert kept.assign
    assert "2026-12-25 Christmas" in administrator.get(PATH).text


def test_a_calendar_file_can_be_pasted(desk: Desk, administrator: httpx.Client) -> None:
    calendar = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261118\r\nSUMMARY:Proclamation\r\n  Day\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    administrator.post(PATH, data={**fields(administrator), "holidays": calendar, "act": "save"})
    assert [(str(day), name) for day, name in rules(desk).hours.holidays.items()] == [
        ("2026-11-18", "Proclamation Day")
    ]


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("first_soon", "four hours", "hours and minutes"),
        ("day_2", "9-17", "Write hours like"),
        ("day_2", "9:00-12:00, 11:00-13:00", "overlap"),
        ("day_2", "9:00-25:00", "A day ends at 24:00"),
        ("holidays", "25 December", "does not begin with a date"),
        ("warn_at", "100", "a number from 1 to 99"),
        ("zone", "Riga", "Choose a time zone"),
    ],
)
def test_what_cannot_be_read_is_said_beside_it_and_stays(
    desk: Desk, administrator: httpx.Client, name: str, typed: str, said: str
) -> None:
    before = rules(desk)
    answer = administrator.post(PATH, data={**fields(administrator), name: typed, "act": "save"})
    assert answer.status_code == 422
    assert said in answer.text and (typed in answer.text or name == "zone")
    assert rules(desk) == before


def test_hours_without_any_day_are_refused(administrator: httpx.Client) -> None:
    closed = {f"day_{number}": "" for number in range(7)}
    answer = administrator.post(PATH, data={**fields(administrator), **closed, "act": "save"})
    assert answer.status_code == 422 and "at least one day" in answer.text


def test_the_example_shows_every_step_of_the_sum(administrator: httpx.Client) -> None:
    form = {
        **fields(administrator),
        "start": "2026-12-24T15:30",
        "urgency": "soon",
        "kind": "first",
        "holidays": "2026-12-25 Christmas",
    }
    text = re.sub(r"<[^>]+>|\s+", " ", administrator.post(f"{PATH}/example", data=form).text)
    text = re.sub(r" +", " ", text)
    assert "Thu 24 Dec 15:30 17:00 1:30 2:30" in text
    assert "Fri 25 Dec Christmas 0:00 2:30" in text
    assert "Sat 26 Dec closed 0:00 2:30" in text
    assert "Mon 28 Dec 09:00 11:30 2:30 0:00" in text


def test_a_ticket_shows_how_its_deadline_comes_about(desk: Desk, client: httpx.Client) -> None:
    person = desk.person()
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    person.presses("Talk to a person")
    page = client.get(f"/console/tickets/{desk.tickets()[0].reference}").text
    text = re.sub(r" +", " ", re.sub(r"<[^>]+>|\s+", " ", page))
    assert "Mon 23 Nov 12:00 17:00 5:00 3:00" in text and "Tue 24 Nov 09:00 12:00 3:00 0:00" in text


def test_only_administrators_may_see_and_set_it(client: httpx.Client, staff: Staff) -> None:
    assert client.get(PATH).status_code == 403
    with staff.client("Audrey", Role.AUDITOR) as auditor:
        assert auditor.post(PATH, data={}).status_code == 403
    assert "Options" not in client.get("/console/queue").text


def test_the_example_follows_what_is_typed(desk: Desk, open_page: Open) -> None:
    page = open_page(PATH, name="Ada", role=Role.ADMINISTRATOR)
    page.fill("[name=start]", "2026-11-23T10:00")
    page.fill("[name=first_normal]", "1:00")
    page.press("[name=first_normal]", "Tab")
    expect(page.locator("#example")).to_contain_text("11:00")
    assert rules(desk).targets["normal"].first == 480
    assert desk.now == datetime.fromisoformat("2026-11-23T12:00Z")


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_can_be_used_by_everybody(open_page: Open, width: int, language: str) -> None:
    check(open_page(PATH, name="Ada", role=Role.ADMINISTRATOR, width=width, language=language, dark=width == 400))
