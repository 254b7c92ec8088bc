"""Asking for a file in the console, and opening it: written down, to be saved, never shown."""

import httpx
import pytest
from fastapi import FastAPI

from console.app import make_app
from console.operation import Readiness
from console.premises import Premises
from desk.audit import entries
from desk.files import NotFetched
from desk.members import Role
from desk.messages import Attachment
from tests.console.conftest import Staff
from tests.console.test_ticket import Ticket
from tests.dialogue import Desk, Person

NEED = "where can our 3 moderators learn to recognise terrorist logos"
ORDER = Attachment("document", "AgAC-1", "порядок\r\n.html", 4_200, "text/html")


@pytest.fixture
def app(desk: Desk) -> FastAPI:
    """A console whose only file is the one that was sent."""

    async def fetch(channel: str, account: str, reference: str) -> bytes:
        if (channel, account, reference) != ("telegram", "1", "AgAC-1"):
            raise NotFetched("the file is not there (404)")
        return b"<script>alert(1)</script>"

    premises = Premises(desk.database, desk.policy, desk.catalogues, desk.clock, fetch=fetch)
    return make_app(premises, [], lambda: Readiness(ready=True, problems={}, channels={}))


@pytest.fixture
def path(desk: Desk, person: Person) -> str:
    person.says(NEED)
    return f"/console/tickets/{desk.tickets()[0].reference}"


@pytest.fixture
def file(client: httpx.Client, path: str, person: Person) -> str:
    """The address of a file that was asked for and has come."""
    assert "has been asked for a file" in Ticket(client, path[-8:]).post("acts/ask-file").text
    person.shows("document", file=ORDER)
    return f"{path}/files/1"


def test_the_page_shows_what_was_asked_for(client: httpx.Client, path: str, file: str) -> None:
    page = client.get(path).text
    assert file in page and "4.2 kB" in page
    assert "sent the file that was asked for" in page and "Not downloaded" not in page


def test_an_opened_file_can_only_be_saved_and_is_written_down(client: httpx.Client, file: str, desk: Desk) -> None:
    answer = client.get(file)
    assert (answer.status_code, answer.content) == (200, b"<script>alert(1)</script>")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%D0%BF")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert (answer.headers["content-security-policy"], answer.headers["cache-control"]) == ("sandbox", "no-store")
    with desk.database.reading() as session:
        assert [entry.details for entry in entries(session) if entry.what == "file_opened"] == [{"file": 1}]


def test_who_does_not_work_on_tickets_opens_no_file(file: str, staff: Staff) -> None:
    assert staff.client("Ida", Role.AUDITOR).get(file).status_code == 403


def test_a_file_that_is_gone_says_so(client: httpx.Client, path: str, person: Person) -> None:
    Ticket(client, path[-8:]).post("acts/ask-file")
    assert client.get(f"{path}/files/1").status_code == 404
    person.shows("photo")
    answer = client.get(f"{path}/files/1")
    assert answer.status_code == 502 and "could not be brought" in answer.text


def test_a_program_asks_and_opens_too(api: httpx.Client, path: str, person: Person) -> None:
    ticket = path.replace("/console", "/api/v1")
    asked = api.post(f"{ticket}/files").json()
    assert api.get(f"{ticket}/files/{asked['id']}/content").status_code == 404
    person.shows("document", file=ORDER)
    (file,) = api.get(f"{ticket}/files").json()
    assert (file["size"], file["media_type"]) == (4_200, "text/html")
    assert api.get(f"{ticket}/files/{asked['id']}/content").content == b"<script>alert(1)</script>"
