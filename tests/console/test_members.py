"""Members: who comes, changes and leaves, and that nobody makes more of themselves than they are."""

import re
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from console import members, protecting
from desk import safeguards
from desk.access import invitations
from desk.members import Member, Role, everybody
from desk.safeguards import Safeguards
from desk.tickets import State, Ticket
from tests.console.accessibility import check
from tests.console.conftest import PASSWORD, Open, Staff
from tests.dialogue import Desk

ACCOUNT = {"name": "Omar", "email": "omar@desk.example", "password": PASSWORD}


@pytest.fixture
def boss(staff: Staff) -> Iterator[httpx.Client]:
    """Ada, the only administrator."""
    with staff.client("Ada", Role.ADMINISTRATOR) as client:
        yield client


def number_of(desk: Desk, name: str) -> int:
    with desk.database.reading() as session:
        return next(member.id for member in everybody(session, active=False) if member.name == name)


def role_of(desk: Desk, name: str) -> Role:
    with desk.database.reading() as session:
        return next(member.role for member in everybody(session, active=False) if member.name == name)


def link_in(page: str) -> str:
    found = re.search(r'<code class="link" dir="ltr">https?://[^/]+(/console/set-up/[\w-]+)</code>', page)
    assert found is not None
    return found[1]


def test_an_invitation_makes_a_member_of_that_role_once(desk: Desk, boss: httpx.Client, stranger: httpx.Client) -> None:
    shown = boss.post("/console/members/invite", data={"role": "editor"})
    link = link_in(shown.text)
    assert link not in boss.get("/console/members").text, "the link is shown once"
    assert stranger.post(link, data=ACCOUNT).status_code == 303
    assert role_of(desk, "Omar") is Role.EDITOR
    assert stranger.post(link, data={**ACCOUNT, "email": "eve@desk.example"}).status_code == 404


def test_a_withdrawn_invitation_makes_nobody(boss: httpx.Client, stranger: httpx.Client) -> None:
    shown = boss.post("/console/members/invite", data={"role": "administrator"}).text
    mark = re.search(r'name="mark" value="(\w+)"', shown)
    assert mark is not None
    assert "no longer works" in boss.post("/console/members/withdraw", data={"mark": mark[1]}).text
    assert stranger.post(link_in(shown), data=ACCOUNT).status_code == 404


def test_the_address_of_another_member_is_taken(boss: httpx.Client, stranger: httpx.Client) -> None:
    link = link_in(boss.post("/console/members/invite", data={"role": "editor"}).text)
    assert stranger.post(link, data={**ACCOUNT, "email": "ADA@desk.example"}).status_code == 422


def test_another_role_signs_out_and_counts_at_once(desk: Desk, staff: Staff, boss: httpx.Client) -> None:
    with staff.client("Omar") as omar:
        changed = boss.post(f"/console/members/{number_of(desk, 'Omar')}/role", data={"role": "auditor"})
        assert "The role is changed" in changed.text
        assert omar.get("/console/queue").url.path == "/console/sign-in"
    assert role_of(desk, "Omar") is Role.AUDITOR


def test_who_is_let_go_is_out_and_their_tickets_are_back(desk: Desk, staff: Staff, boss: httpx.Client) -> None:
    desk.person().says("our website is blocked by the government")
    with staff.client("Omar") as omar:
        number = number_of(desk, "Omar")
        with desk.database.writing() as session:
            ticket = session.query(Ticket).one()
            ticket.assignee_id, ticket.state = number, State.TAKEN
            link = invitations.invite(session, Role.EDITOR, "x", desk.now, session.get_one(Member, number))
        assert "back in the queue" in boss.post(f"/console/members/{number}/deactivate").text
        assert omar.get("/console/queue").url.path == "/console/sign-in"
        assert omar.get(f"/console/set-up/{link}").status_code == 404
    (ticket,) = desk.tickets()
    assert (ticket.assignee_id, ticket.state) == (None, State.WAITING)
    own = {"email": "omar@desk.example", "password": PASSWORD}
    with httpx.Client(base_url=boss.base_url) as again:
        assert again.post("/console/sign-in", data=own).status_code == 422
        assert "can sign in again" in boss.post(f"/console/members/{number}/reactivate").text
        assert again.post("/console/sign-in", data=own).status_code == 303


def test_the_last_administrator_stays(desk: Desk, staff: Staff, boss: httpx.Client) -> None:
    ada = number_of(desk, "Ada")
    with desk.database.writing() as session:
        # Somebody who cannot sign in does not count.
        session.add(Member(name="Slack only", role=Role.ADMINISTRATOR, languages=[], topics=[], created_at=desk.now))
    for act, data in (("role", {"role": "editor"}), ("deactivate", {})):
        refused = boss.post(f"/console/members/{ada}/{act}", data=data)
        assert refused.status_code == 422 and "last administrator" in refused.text
    staff.hire("Eva", Role.ADMINISTRATOR)
    assert boss.post(f"/console/members/{ada}/role", data={"role": "editor"}).url.path == "/console/sign-in"
    assert role_of(desk, "Ada") is Role.EDITOR


def test_a_link_gives_a_new_password_and_removes_lost_factors(
    desk: Desk, staff: Staff, boss: httpx.Client, stranger: httpx.Client
) -> None:
    omar = staff.hire("Omar")
    with desk.database.writing() as session:
        session.get_one(Member, omar).totp_secret = "JBSWY3DPEHPK3PXP"
    new = {**ACCOUNT, "password": "four quite different words"}
    kept = link_in(boss.post(f"/console/members/{omar}/link").text)
    assert stranger.post(kept, data=new).headers["location"] == "/console/second-factor"
    first = link_in(boss.post(f"/console/members/{omar}/link", data={"clears": "yes"}).text)
    second = link_in(boss.post(f"/console/members/{omar}/link", data={"clears": "yes"}).text)
    assert stranger.get(first).status_code == 404, "a newer link ends the older one"
    assert stranger.post(second, data=new).headers["location"] == "/console/queue"


def test_a_member_from_slack_gets_an_account_by_a_link(desk: Desk, boss: httpx.Client, stranger: httpx.Client) -> None:
    with desk.database.writing() as session:
        member = Member(name="Omar", role=Role.COORDINATOR, languages=[], topics=[], created_at=desk.now)
        session.add(member)
        session.flush()
        number = member.id
    assert "no account yet" in boss.get("/console/members").text
    link = link_in(boss.post(f"/console/members/{number}/link").text)
    assert stranger.post(link, data=ACCOUNT).status_code == 303
    with desk.database.reading() as session:
        assert [one.email for one in everybody(session) if one.name == "Omar"] == ["omar@desk.example"]


# Every address that a form of an administrator is sent to.
FORMS = sorted(
    route.path
    for router in (members.router, protecting.router)
    for route in router.routes
    if isinstance(route, APIRoute) and "POST" in route.methods
)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EDITOR, Role.AUDITOR])
def test_no_form_makes_an_administrator_of_anybody_else(role: Role, desk: Desk, staff: Staff) -> None:
    staff.hire("Ada", Role.ADMINISTRATOR)
    data = {"role": "administrator", "active": "yes", "member_id": "1", "audit_days": "30", "pseudonyms": "yes"}
    with staff.client("Omar", role) as omar:
        own = number_of(desk, "Omar")
        assert len(FORMS) >= 8
        for path in FORMS:
            filled = re.sub(r"\{member_id[^}]*\}", str(own), path)
            assert omar.post(filled, data=data).status_code == 403, path
        omar.post("/console/me", data={**data, "name": "Omar", "rights": "administer"})
        assert omar.get("/console/members").status_code == 403
    assert role_of(desk, "Omar") is role
    with desk.database.reading() as session:
        assert safeguards.of(session) == Safeguards()
        assert not invitations.open_invitations(session, desk.now)


def test_an_invitation_does_not_take_a_role_from_the_form(
    desk: Desk, boss: httpx.Client, stranger: httpx.Client
) -> None:
    link = link_in(boss.post("/console/members/invite", data={"role": "auditor"}).text)
    stranger.post(link, data={**ACCOUNT, "role": "administrator"})
    assert role_of(desk, "Omar") is Role.AUDITOR


def test_a_role_nobody_knows_is_refused(desk: Desk, boss: httpx.Client) -> None:
    assert boss.post("/console/members/invite", data={"role": "owner"}).status_code == 422
    assert boss.get(f"/console/members/{2**70}").status_code == 400
    assert boss.get("/console/members/4711").status_code == 404


def test_the_options_are_kept(desk: Desk, boss: httpx.Client) -> None:
    wanted = {"pseudonyms": "yes", "audit_days": "90"}
    assert "Saved." in boss.post("/console/options/privacy", data=wanted).text
    with desk.database.reading() as session:
        assert safeguards.of(session) == Safeguards(pseudonyms=True, audit_days=90)
    refused = boss.post("/console/options/privacy", data={"audit_days": "7"})
    assert refused.status_code == 422 and 'value="7"' in refused.text


def test_i_say_what_i_take_on(desk: Desk, client: httpx.Client) -> None:
    data = {"name": "Mira K", "language": "fr", "time_zone": "Africa/Nairobi", "away_until": "2026-12-01T09:00"}
    page = client.post("/console/me", data={**data, "languages": ["fr", "ar", "xx"], "topics": ["nonsense"]})
    assert page.status_code == 200 and 'value="Mira K"' in page.text and 'lang="fr"' in page.text
    with desk.database.reading() as session:
        member = session.query(Member).one()
        assert (member.language, sorted(member.languages), member.topics) == ("fr", ["ar", "fr"], [])
        assert member.away_until is not None and member.away_until.isoformat() == "2026-12-01T06:00:00+00:00"
    wrong = client.post("/console/me", data={**data, "time_zone": "Mars/Olympus"})
    assert wrong.status_code == 422 and 'value="Mars/Olympus"' in wrong.text


@pytest.mark.parametrize(("width", "language", "dark"), [(400, "ar", True), (1200, "en", False)])
def test_everybody_can_use_the_pages_of_administrators(
    desk: Desk, open_page: Open, width: int, language: str, dark: bool
) -> None:
    page = open_page("/console/members", role=Role.ADMINISTRATOR, width=width, language=language, dark=dark)
    check(page)
    page.locator("form[action='/console/members/invite'] button").click()
    page.locator(".link").wait_for()
    check(page)
    for path in (f"/console/members/{number_of(desk, 'Mira')}", "/console/options/privacy"):
        page.goto(page.url.split("/console")[0] + path)
        check(page)


def test_the_list_asks_the_same_few_questions_however_many_there_are(
    desk: Desk, staff: Staff, boss: httpx.Client
) -> None:
    few = questions(desk, boss)
    for number in range(5):
        staff.hire(f"Member{number}")
    assert questions(desk, boss) == few <= 8


def questions(desk: Desk, client: httpx.Client) -> int:
    from sqlalchemy import event

    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(desk.database.engine, "before_cursor_execute", note)
    assert client.get("/console/members").status_code == 200
    event.remove(desk.database.engine, "before_cursor_execute", note)
    return sum(one.lstrip().upper().startswith("SELECT") for one in asked)
