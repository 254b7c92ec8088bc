"""What the console says where it cannot give a page: in the reader's language, with the menu to go on from there."""

import httpx
from sqlalchemy import text

from desk.members import Role
from tests.console.conftest import Staff
from tests.dialogue import Desk

MENU = '<a href="/console/queue"'


def test_a_member_finds_the_menu_where_there_is_nothing(staff: Staff) -> None:
    page = staff.client(language="ar").get("/console/nowhere")
    assert page.status_code == 404 and 'lang="ar" dir="rtl"' in page.text
    assert MENU in page.text and "Mira" in page.text


def test_a_stranger_finds_no_menu_where_there_is_nothing(stranger: httpx.Client) -> None:
    page = stranger.get("/console/nowhere", headers={"Accept-Language": "fr"})
    assert page.status_code == 404 and '<html lang="fr"' in page.text
    assert MENU not in page.text and "/console/sign-out" not in page.text


def test_a_session_that_has_ended_is_a_stranger(stranger: httpx.Client) -> None:
    page = stranger.get("/console/nowhere", headers={"Cookie": "guidepost=of-yesterday"})
    assert page.status_code == 404 and MENU not in page.text


def test_the_menu_is_there_where_the_role_or_the_form_does_not_do(staff: Staff) -> None:
    auditor = staff.client("Ana", Role.AUDITOR)
    for page in (
        auditor.get("/console/members"),
        auditor.post("/console/me", headers={"X-Form-Token": "another"}),
    ):
        assert page.status_code == 403 and "/console/sign-out" in page.text


def test_an_address_that_only_takes_forms_is_no_page(client: httpx.Client) -> None:
    page = client.get("/console/sign-out")
    assert page.status_code == 404 and MENU in page.text


def test_a_fault_of_the_desk_is_told_within_the_menu(desk: Desk, staff: Staff) -> None:
    administrator = staff.client("Rosa", Role.ADMINISTRATOR)
    with desk.database.writing() as session:
        session.execute(text("DROP TABLE audit_entries"))
    page = administrator.get("/console/audit")
    assert page.status_code == 500 and "Something went wrong in the desk itself" in page.text
    assert MENU in page.text and "script-src 'self'" in page.headers["content-security-policy"]
