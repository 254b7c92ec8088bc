"""The page of reports: readable by everybody who may read it, and tables that no spreadsheet calculates with."""

import csv
import io
from datetime import date

import httpx
import pytest

from console.charts import Column, columns
from console.spreadsheets import cell
from desk.casework import handling, replying
from desk.conversation.turn import Desk as Means
from desk.members import Member, Role
from desk.tickets import by_reference
from tests.console.accessibility import check
from tests.console.conftest import Open, Staff
from tests.dialogue import Desk, Person, labels

NEED = "where can our 3 moderators learn to recognise terrorist logos"


def closed_by_member(desk: Desk, staff: Staff, reference: str, *, answered: bool = True) -> None:
    member = staff.hire("Omar")
    with desk.database.writing() as session:
        means = Means(session, desk.now, desk.policy, desk.catalogues.current())
        ticket = by_reference(session, reference)
        assert ticket is not None
        if answered:
            replying.reply(means, ticket, session.get_one(Member, member), "We have a course for you.")
        handling.close(means, ticket, session.get_one(Member, member))


def test_somebody_whom_a_member_answered_is_asked_once_whether_it_helped(
    desk: Desk, person: Person, staff: Staff, client: httpx.Client
) -> None:
    person.says(NEED)
    closed_by_member(desk, staff, desk.tickets()[0].reference)
    question = [reply for reply in desk.deliver() if reply.address == person.address][-1]
    assert "Did this desk help you?" in question.card.body and labels(question.card) == ["Yes", "Partly", "No"]
    person.cards.append(question.card)
    assert "Thank you for telling us" in person.presses("Partly").text
    assert "Partly: 1" in client.get("/console/reports").text


def test_nobody_is_asked_whom_no_person_answered(desk: Desk, person: Person, staff: Staff) -> None:
    person.says(NEED)
    closed_by_member(desk, staff, desk.tickets()[0].reference, answered=False)
    assert not any("Did this desk help you?" in reply.card.body for reply in desk.deliver())


def test_auditors_read_reports_and_strangers_do_not(staff: Staff, stranger: httpx.Client) -> None:
    assert staff.client("Ana", Role.AUDITOR).get("/console/reports").status_code == 200
    assert stranger.get("/console/reports").status_code == 303


@pytest.mark.parametrize(
    "name", ["volume", "times", "quality", "topics", "organisations", "language", "channel", "urgency", "satisfaction"]
)
def test_every_report_can_be_taken_along(client: httpx.Client, person: Person, name: str) -> None:
    person.says(NEED)
    answer = client.get(f"/console/reports/{name}.csv")
    header, *rows = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert all(len(row) == len(header) for row in rows)
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_report_that_does_not_exist_or_turns_time_round_is_refused(client: httpx.Client) -> None:
    assert client.get("/console/reports/secrets.csv").status_code == 404
    assert client.get("/console/reports?first=2026-11-02&last=2026-11-01").status_code == 400


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"])
def test_what_a_spreadsheet_would_calculate_is_text(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_stay_numbers() -> None:
    assert [cell(one) for one in (-5, 0.5, None, "a-b")] == ["-5", "0.5", "", "a-b"]


def test_the_highest_bar_fits_and_nothing_is_an_empty_chart() -> None:
    chart = columns([Column(date(2026, 11, 2), (7, 0))])
    (_, (high, low)) = chart.columns[0]
    assert (high.y, high.height, low.height) == (54.0, 126.0, 0.0)
    assert [value for value, _ in chart.lines] == [0, 5, 10]
    assert columns([]).columns == ()


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_reports_can_be_read_by_everybody(open_page: Open, person: Person, width: int, language: str) -> None:
    person.says(NEED)
    check(open_page("/console/reports", width=width, language=language, dark=width == 400))
