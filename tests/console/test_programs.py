"""The page where administrators let programs in and say whom to tell."""

import re
from datetime import timedelta

import httpx
import pytest

from desk.members import Role
from tests.console.accessibility import check
from tests.console.conftest import Open, Staff
from tests.dialogue import Desk, Person

NEED = "where can our 3 moderators learn to recognise terrorist logos"


@pytest.fixture
def chief(staff: Staff) -> httpx.Client:
    return staff.client("Rosa", Role.ADMINISTRATOR)


def secret_of(page: str) -> str:
    found = re.search(r'<code class="secret">([^<]+)</code>', page)
    assert found is not None
    return found[1]


def program(staff: Staff, secret: str) -> httpx.Client:
    return staff.open(headers={"Authorization": f"Bearer {secret}"})


def test_a_token_is_shown_once_and_opens_what_it_was_made_for(
    chief: httpx.Client, staff: Staff, person: Person
) -> None:
    person.says(NEED)
    made = chief.post("/console/programs/tokens", data={"name": "board", "scopes": ["see_tickets"], "days": 30})
    secret = secret_of(made.text)
    assert secret not in chief.get("/console/programs").text
    api = program(staff, secret)
    (ticket,) = api.get("/api/v1/tickets").json()["tickets"]
    assert ticket["asked"] is None
    assert api.get(f"/api/v1/tickets/{ticket['reference']}/conversation").status_code == 403
    assert api.post(f"/api/v1/tickets/{ticket['reference']}/take").status_code == 403


def test_a_revoked_or_ended_token_opens_nothing(chief: httpx.Client, staff: Staff, desk: Desk) -> None:
    made = chief.post("/console/programs/tokens", data={"name": "board", "scopes": ["see_tickets"], "days": 30})
    other = chief.post("/console/programs/tokens", data={"name": "other", "scopes": ["see_tickets"], "days": 365})
    ended, revoked = program(staff, secret_of(made.text)), program(staff, secret_of(other.text))
    assert (ended.get("/api/v1/tickets").status_code, revoked.get("/api/v1/tickets").status_code) == (200, 200)
    chief.post(re.findall(r"/console/programs/tokens/\d+/revoke", other.text)[-1])
    assert revoked.get("/api/v1/tickets").status_code == 401
    desk.now += timedelta(days=31)
    assert ended.get("/api/v1/tickets").status_code == 401


def test_what_is_missing_is_said_beside_the_form(chief: httpx.Client) -> None:
    nameless = chief.post("/console/programs/tokens", data={"name": " ", "scopes": ["work"]})
    insecure = chief.post("/console/programs/webhooks", data={"url": "http://tracker.example", "events": ["*"]})
    assert (nameless.status_code, insecure.status_code) == (422, 422)
    assert "at least one scope" in nameless.text and "must begin with https://" in insecure.text


def test_a_webhook_can_be_switched_off_and_its_log_read(chief: httpx.Client, person: Person) -> None:
    chief.post("/console/programs/webhooks", data={"url": "https://tracker.example/hook", "events": ["ticket.opened"]})
    person.says(NEED)
    log = chief.get("/console/programs/webhooks/1").text
    assert "ticket.opened" in log and "waiting" in log
    assert NEED not in log
    assert "Switch on" in chief.post("/console/programs/webhooks/1/switch").text


def test_coordinators_do_not_let_programs_in(client: httpx.Client) -> None:
    assert client.get("/console/programs").status_code == 403
    assert client.post("/console/programs/tokens", data={"name": "x", "scopes": ["work"]}).status_code == 403


@pytest.mark.parametrize("width", [400, 1200])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_page_can_be_used_by_everybody(open_page: Open, width: int, language: str) -> None:
    check(open_page("/console/programs", width=width, language=language, role=Role.ADMINISTRATOR, dark=width == 400))
