"""Signing in with Slack: who gets in, and everything that must not work."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import OctKey, RSAKey

from bot.slack.vouching import SlackVoucher
from bot.slack.workspace import ACCOUNT
from console.app import make_app
from console.operation import Readiness
from console.premises import Premises
from desk.audit import Search, found
from desk.members import Handle, Member, Role, behind, everybody
from tests.console.conftest import PASSWORD, Staff
from tests.dialogue import Desk
from tests.fakes.slack_server import SlackServer


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    """A workspace on loopback, with a loop of its own."""
    server, loop = SlackServer(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


@pytest.fixture
def app(desk: Desk, slack: SlackServer) -> FastAPI:
    """The console of a desk that is connected to this workspace. Slack's tokens are of today."""
    desk.now = datetime.now(UTC)
    voucher = SlackVoucher(slack.client_id, slack.client_secret, slack.bot_token, slack.api_url, desk.clock)
    premises = Premises(desk.database, desk.policy, desk.catalogues, desk.clock, voucher)
    return make_app(premises, [], lambda: Readiness(ready=True, problems={}, channels={}))


@pytest.fixture
def browser_of_mira(address: str, slack: SlackServer) -> Iterator[httpx.Client]:
    """A browser that follows where it is sent; Slack knows where it may send it back."""
    slack.redirects.add(f"{address}/console/sign-in/slack/back")
    with httpx.Client(timeout=60, base_url=address, follow_redirects=True) as client:
        yield client


def known_in_slack(desk: Desk, member: int, sender: str = "U1MIRA") -> None:
    with desk.database.writing() as session:
        session.add(Handle(member_id=member, channel="slack", account=ACCOUNT, sender=sender))


def came_in(answer: httpx.Response) -> bool:
    return answer.url.path == "/console/queue" and answer.status_code == 200


def test_a_member_known_in_slack_comes_in(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA")
    assert 'href="/console/sign-in/slack"' in browser_of_mira.get("/console/sign-in").text
    assert came_in(browser_of_mira.get("/console/sign-in/slack"))
    assert not slack.violations


def test_a_verified_address_finds_the_member_and_keeps_the_id(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    mira = staff.hire("Mira")
    slack.recognises("U1MIRA", email="MIRA@desk.example")
    assert came_in(browser_of_mira.get("/console/sign-in/slack"))
    with desk.database.reading() as session:
        member = behind(session, "slack", ACCOUNT, "U1MIRA")
        assert member is not None and member.id == mira
        assert [entry.what for entry in found(session, Search(actor=f"member:{mira}"))] == ["signed_in", "linked"]


def test_an_unverified_address_finds_nobody(staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client) -> None:
    staff.hire("Mira")
    slack.recognises("U1MIRA", email="mira@desk.example", verified=False)
    answer = browser_of_mira.get("/console/sign-in/slack")
    assert answer.status_code == 403 and "has no active account" in answer.text


def test_nobody_becomes_a_member_by_slack(desk: Desk, slack: SlackServer, browser_of_mira: httpx.Client) -> None:
    slack.recognises("U9EVE", name="<b>Eve</b>", email="eve@elsewhere.example")
    answer = browser_of_mira.get("/console/sign-in/slack")
    assert answer.status_code == 403 and "invitation" in answer.text and "<b>Eve" not in answer.text
    with desk.database.reading() as session:
        assert not everybody(session, active=False)


def test_a_deactivated_member_stays_outside(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    mira = staff.hire("Mira")
    known_in_slack(desk, mira)
    with desk.database.writing() as session:
        session.get_one(Member, mira).active = False
    slack.recognises("U1MIRA", email="mira@desk.example")
    assert browser_of_mira.get("/console/sign-in/slack").status_code == 403
    assert browser_of_mira.get("/console/queue").url.path == "/console/sign-in"


def test_slack_does_not_replace_a_second_factor(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    mira = staff.hire("Mira")
    known_in_slack(desk, mira)
    with desk.database.writing() as session:
        session.get_one(Member, mira).totp_secret = "JBSWY3DPEHPK3PXP"
    slack.recognises("U1MIRA")
    assert browser_of_mira.get("/console/sign-in/slack").url.path == "/console/second-factor"


FORGERIES = {
    "another workspace": {"https://slack.com/team_id": "T9ELSE"},
    "another app": {"aud": "9999.9999"},
    "another issuer": {"iss": "https://evil.example"},
    "another sign-in": {"nonce": "of yesterday"},
    "run out": {"exp": 1},
    "nobody": {"https://slack.com/user_id": ""},
}


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_a_token_that_does_not_hold_lets_nobody_in(
    forged: dict[str, object], desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA", email="mira@desk.example")
    slack.forge = lambda claims: {**claims, **forged}
    answer = browser_of_mira.get("/console/sign-in/slack")
    assert answer.status_code == 422 and "did not work" in answer.text
    assert not came_in(browser_of_mira.get("/console/queue"))


@pytest.mark.parametrize("missing", ["exp", "nonce", "aud", "iss"])
def test_a_token_that_lacks_something_lets_nobody_in(
    missing: str, desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA")
    slack.forge = lambda claims: {name: value for name, value in claims.items() if name != missing}
    assert browser_of_mira.get("/console/sign-in/slack").status_code == 422


def test_a_token_of_another_key_lets_nobody_in(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA")
    slack.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert browser_of_mira.get("/console/sign-in/slack").status_code == 422


def test_a_token_signed_with_the_public_key_as_a_secret_lets_nobody_in(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA")
    slack.algorithm, slack.key = "HS256", OctKey.import_key(slack.published.as_pem(private=False)[27:90])
    assert browser_of_mira.get("/console/sign-in/slack").status_code == 422


def test_new_keys_of_slack_are_fetched(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA")
    assert came_in(browser_of_mira.get("/console/sign-in/slack"))
    slack.key = slack.published = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
    assert came_in(browser_of_mira.get("/console/sign-in/slack"))


def test_what_came_back_counts_once_and_for_one_browser(
    desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client, stranger: httpx.Client
) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA")
    to_slack = browser_of_mira.get("/console/sign-in/slack", follow_redirects=False).headers["location"]
    back = httpx.get(to_slack).headers["location"]
    assert stranger.get(back).status_code == 422
    wrong = back.replace("state=", "state=x")
    assert browser_of_mira.get(wrong).status_code == 422
    assert browser_of_mira.get(back).status_code == 422, "the question was used up by the wrong answer"


def test_who_cancels_is_back_at_the_door(slack: SlackServer, browser_of_mira: httpx.Client) -> None:
    slack.visitor = None
    assert browser_of_mira.get("/console/sign-in/slack").status_code == 422


def test_too_late_is_too_late(desk: Desk, staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client) -> None:
    known_in_slack(desk, staff.hire("Mira"))
    slack.recognises("U1MIRA")
    to_slack = browser_of_mira.get("/console/sign-in/slack", follow_redirects=False).headers["location"]
    back = httpx.get(to_slack).headers["location"]
    desk.wait(minutes=5, seconds=1)
    assert browser_of_mira.get(back).status_code == 422


def test_when_slack_is_down_the_password_still_works(
    staff: Staff, slack: SlackServer, browser_of_mira: httpx.Client
) -> None:
    staff.hire("Mira", Role.ADMINISTRATOR)
    slack.recognises("U1MIRA")
    slack.fail("auth.test", status=500)
    assert browser_of_mira.get("/console/sign-in/slack").status_code == 422
    own = {"email": "mira@desk.example", "password": PASSWORD}
    assert came_in(browser_of_mira.post("/console/sign-in", data=own))
