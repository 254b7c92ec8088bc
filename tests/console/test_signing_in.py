"""Getting into the console: the first link, passwords, sessions, forms that are not ours."""

import httpx
import pytest

from desk.access import invitations
from desk.members import Role
from tests.console.accessibility import check
from tests.console.conftest import PASSWORD, Open, Staff
from tests.dialogue import Desk

ACCOUNT = {"name": "Mira", "email": "Mira@desk.example", "password": PASSWORD}


@pytest.fixture
def link(desk: Desk) -> str:
    """The path of the link that the first start prints."""
    with desk.database.writing() as session:
        return "/console/set-up/" + invitations.invite(session, Role.ADMINISTRATOR, invitations.FIRST, desk.now)


def test_the_first_link_makes_an_account_once(stranger: httpx.Client, link: str) -> None:
    made = stranger.post(link, data=ACCOUNT)
    assert made.headers["location"] == "/console/queue"
    assert "Welcome" in stranger.get("/console/queue").text
    assert stranger.get(link).status_code == 404


def test_a_weak_password_is_refused_and_what_was_written_stays(stranger: httpx.Client, link: str) -> None:
    answer = stranger.post(link, data={**ACCOUNT, "password": "mira"})
    assert answer.status_code == 422
    assert "at least 12 characters" in answer.text and 'value="Mira"' in answer.text


def test_nothing_is_shown_to_a_stranger(stranger: httpx.Client) -> None:
    answer = stranger.get("/console/queue")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/sign-in")


def test_five_wrong_passwords_make_a_pause(desk: Desk, staff: Staff, stranger: httpx.Client) -> None:
    staff.hire("Mira")
    for _ in range(5):
        stranger.post("/console/sign-in", data={"email": "mira@desk.example", "password": "wrong"})
    right = {"email": "mira@desk.example", "password": PASSWORD}
    assert "too many tries" in stranger.post("/console/sign-in", data=right).text
    desk.wait(minutes=16)
    assert stranger.post("/console/sign-in", data=right).status_code == 303


def test_a_session_ends_after_two_idle_hours(desk: Desk, client: httpx.Client) -> None:
    assert "Queue" in client.get("/console/queue").text
    desk.wait(hours=2, minutes=1)
    assert "Sign in" in client.get("/console/queue").text


def test_a_form_of_another_site_changes_nothing(client: httpx.Client) -> None:
    foreign = client.post("/console/sign-out", headers={"Origin": "https://evil.example"})
    stale = client.post("/console/sign-out", headers={"X-Form-Token": "made up"})
    assert (foreign.status_code, stale.status_code) == (403, 403)
    assert "Queue" in client.get("/console/queue").text


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_queue_can_be_used_by_everybody(open_page: Open, width: int, language: str) -> None:
    check(open_page("/console/queue", width=width, language=language))


def test_what_does_not_exist_is_said_in_the_members_own_language(staff: Staff) -> None:
    client = staff.client(language="ar")
    answer = client.get("/console/tickets/GP-00000", headers={"accept-language": "fr"})
    assert answer.status_code == 404
    assert '<html lang="ar" dir="rtl">' in answer.text and "/console/queue" in answer.text


def test_a_page_that_does_not_exist_is_said_to_a_person(stranger: httpx.Client) -> None:
    answer = stranger.get("/console/nowhere", headers={"accept-language": "fr"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert stranger.get("/api/v1/nowhere").json() == {"detail": "Not Found"}
