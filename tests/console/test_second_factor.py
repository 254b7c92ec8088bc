"""Second factors: apps, passkeys and recovery codes; and what somebody who has only the password cannot do."""

import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pyotp
import pytest
from playwright.sync_api import Browser, CDPSession, Page

from desk import safeguards
from desk.access import passkeys, sessions
from desk.access.factors import factors_of
from desk.access.secrets import digest
from desk.access.sessions import SignIn
from desk.audit import Search, found
from desk.members import Member
from desk.safeguards import Safeguards
from tests.console.accessibility import check
from tests.console.conftest import PASSWORD, Open, Staff
from tests.dialogue import Desk

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OWN = {"email": "mira@desk.example", "password": PASSWORD}


@pytest.fixture
def mira(desk: Desk, staff: Staff) -> int:
    """A coordinator with an app."""
    member = staff.hire("Mira")
    with desk.database.writing() as session:
        session.get_one(Member, member).totp_secret = SECRET
    return member


@pytest.fixture
def half(stranger: httpx.Client, mira: int) -> httpx.Client:
    """Somebody who has Mira's password."""
    answer = stranger.post("/console/sign-in", data=OWN)
    assert answer.headers["location"] == "/console/second-factor"
    bring_token(stranger)
    return stranger


def bring_token(client: httpx.Client) -> None:
    client.headers["X-Form-Token"] = sessions.form_token(client.cookies["guidepost"])


def code(desk: Desk, ago: int = 0) -> str:
    return pyotp.TOTP(SECRET).at(desk.now - timedelta(seconds=ago))


def show(client: httpx.Client, given: str) -> httpx.Response:
    return client.post("/console/second-factor/code", data={"code": given})


def is_in(client: httpx.Client) -> bool:
    return client.get("/console/queue").status_code == 200


def test_the_code_of_the_app_opens_the_console_under_a_new_secret(desk: Desk, half: httpx.Client) -> None:
    before = half.cookies["guidepost"]
    assert not is_in(half)
    assert show(half, code(desk)).headers["location"] == "/console/queue"
    assert half.cookies["guidepost"] != before and is_in(half)
    half.cookies.set("guidepost", before)
    assert not is_in(half)


def test_a_code_works_once(desk: Desk, half: httpx.Client) -> None:
    assert show(half, code(desk)).status_code == 303
    half.post("/console/sign-in", data=OWN)
    bring_token(half)
    assert show(half, code(desk)).status_code == 422
    assert show(half, code(desk, ago=30)).status_code == 422, "an older code is no better"
    desk.wait(seconds=30)
    assert show(half, code(desk)).status_code == 303


@pytest.mark.parametrize("ago", [90, -90])
def test_a_code_of_another_moment_is_refused(ago: int, desk: Desk, half: httpx.Client) -> None:
    assert show(half, code(desk, ago)).status_code == 422


def test_the_password_does_not_forgive_wrong_codes(desk: Desk, half: httpx.Client) -> None:
    for _ in range(2):
        assert show(half, "000000").status_code == 422
        assert show(half, "000001").status_code == 422
        half.post("/console/sign-in", data=OWN)
        bring_token(half)
    show(half, "000002")
    assert "too many tries" in show(half, code(desk)).text
    assert half.post("/console/sign-in", data=OWN).status_code == 422


def test_many_wrong_tries_from_one_network_are_slowed_down(desk: Desk, stranger: httpx.Client) -> None:
    for number in range(10):
        wrong = {"email": f"nobody{number}@desk.example", "password": "wrong"}
        assert stranger.post("/console/sign-in", data=wrong).status_code == 422
    assert stranger.post("/console/sign-in", data=OWN).status_code == 429
    desk.wait(seconds=61)
    assert stranger.post("/console/sign-in", data=OWN).status_code == 422


PATHS = ["/console/queue", "/console/me", "/console/me/factors", "/console/members", "/console/audit"]
ACTS = [
    ("/console/me/factors/app", {}),
    ("/console/me/factors/app/confirm", {"code": "123456"}),
    ("/console/me/factors/app/remove", {"password": PASSWORD}),
    ("/console/me/factors/passkeys/challenge", {}),
    ("/console/me/factors/passkeys", {"credential": "{}"}),
    ("/console/me/factors/codes", {"password": PASSWORD}),
    ("/console/me/password", {"old": PASSWORD, "new": "another four words here"}),
    ("/console/me/sessions/end-others", {}),
]


def test_a_stolen_half_session_opens_nothing(desk: Desk, half: httpx.Client, mira: int) -> None:
    for path in PATHS:
        assert half.get(path).headers["location"] == "/console/second-factor", path
    for path, data in ACTS:
        assert half.post(path, data=data).headers["location"] == "/console/second-factor", path
    with desk.database.reading() as session:
        member = session.get_one(Member, mira)
        assert member.totp_secret == SECRET and not passkeys.passkeys_of(session, member)


def test_a_half_session_ends_after_ten_minutes(desk: Desk, half: httpx.Client) -> None:
    desk.wait(minutes=10, seconds=1)
    assert half.get("/console/second-factor").headers["location"] == "/console/sign-in"


def set_up_app(client: httpx.Client, desk: Desk, **more: str) -> httpx.Response:
    begun = client.post("/console/me/factors/app", data=more).text
    assert 'src="data:image/svg+xml' in begun
    found = re.search(r'<code dir="ltr">([A-Z2-7 ]+)</code>', begun)
    assert found is not None
    app = pyotp.TOTP(found[1].replace(" ", ""))
    return client.post("/console/me/factors/app/confirm", data={"code": app.at(desk.now)})


def recovery_codes(page: str) -> list[str]:
    return re.findall(r"<code>([0-9A-Z-]{29})</code>", page)


def test_an_app_is_set_up_with_ten_codes_for_bad_days(desk: Desk, staff: Staff, stranger: httpx.Client) -> None:
    with staff.client("Mira") as client:
        codes = recovery_codes(set_up_app(client, desk).text)
        assert len(set(codes)) == 10
        assert "10 left" in client.get("/console/me/factors").text
    for _ in range(2):
        stranger.post("/console/sign-in", data=OWN)
        bring_token(stranger)
        last = stranger.post("/console/second-factor/recovery", data={"code": codes[3].lower().replace("-", " ")})
    assert last.status_code == 422, "a recovery code works once"
    assert stranger.post("/console/second-factor/recovery", data={"code": codes[4]}).status_code == 303


def test_somebody_elses_recovery_code_is_none(desk: Desk, staff: Staff, half: httpx.Client) -> None:
    with staff.client("Omar") as other:
        codes = recovery_codes(set_up_app(other, desk).text)
    assert half.post("/console/second-factor/recovery", data={"code": codes[0]}).status_code == 422


def test_the_database_holds_no_recovery_code(desk: Desk, client: httpx.Client) -> None:
    (first, *_) = recovery_codes(set_up_app(client, desk).text)
    content = b"".join(file.read_bytes() for file in desk_files(desk))
    assert first.encode() not in content and first.replace("-", "").encode() not in content


def desk_files(desk: Desk) -> list:
    from pathlib import Path

    path = Path(str(desk.database.engine.url.database))
    return sorted(path.parent.glob(f"{path.name}*"))


def test_changing_factors_needs_the_password_again(desk: Desk, client: httpx.Client) -> None:
    set_up_app(client, desk)
    bring_token(client)
    wrong = client.post("/console/me/factors/app/remove", data={"password": "wrong"})
    assert wrong.status_code == 422 and "password is wrong" in wrong.text
    desk.wait(minutes=11)
    assert client.post("/console/me/factors/codes", data={}).status_code == 422
    assert client.post("/console/me/factors/app", data={"password": "wrong"}).status_code == 422
    assert "Removed" in client.post("/console/me/factors/app/remove", data={"password": PASSWORD}).text


def ask_everybody(desk: Desk) -> None:
    with desk.database.writing() as session:
        safeguards.put(session, Safeguards(second_factor=True), "member:0", desk.now)


def test_who_has_no_factor_is_led_to_set_one_up_first(desk: Desk, client: httpx.Client) -> None:
    assert client.get("/console/queue").url.path == "/console/queue"
    ask_everybody(desk)
    for path in ("/console/queue", "/console/me"):
        assert client.get(path).url.path == "/console/me/factors"
    assert recovery_codes(set_up_app(client, desk).text)
    bring_token(client)
    assert client.get("/console/queue").url.path == "/console/queue"
    refused = client.post("/console/me/factors/app/remove", data={"password": PASSWORD})
    assert refused.status_code == 422 and "Add another one" in refused.text


def test_the_option_holds_for_who_signs_in_later(desk: Desk, staff: Staff, stranger: httpx.Client) -> None:
    staff.hire("Mira")
    ask_everybody(desk)
    assert stranger.post("/console/sign-in", data=OWN).headers["location"] == "/console/second-factor"
    assert stranger.get("/console/second-factor").headers["location"] == "/console/me/factors"


def test_sessions_are_listed_and_ended(desk: Desk, staff: Staff) -> None:
    with staff.client("Mira") as here:
        with desk.database.writing() as session:
            member = session.query(Member).one()
            other = sessions.start(session, member, desk.now, passed=True, agent="Borrowed laptop")
        assert "Borrowed laptop" in here.get("/console/me").text
        ended = here.post("/console/me/sessions/end", data={"mark": digest(other)[:16]})
        assert "Signed out there" in ended.text and "Borrowed laptop" not in ended.text
        assert here.post("/console/me/sessions/end", data={"mark": "0" * 16}).status_code == 404


def test_nobody_ends_the_session_of_another(desk: Desk, staff: Staff, client: httpx.Client) -> None:
    other = staff.secret(staff.hire("Omar"))
    assert client.post("/console/me/sessions/end", data={"mark": digest(other)[:16]}).status_code == 404
    with desk.database.reading() as session:
        assert session.get(SignIn, digest(other)) is not None


def test_a_new_password_ends_all_other_sessions(desk: Desk, staff: Staff) -> None:
    with staff.client("Mira") as here:
        mira = int(re.findall(r"\d+", desk_member(desk))[0])
        there = staff.secret(mira)
        before = here.cookies["guidepost"]
        data = {"old": "wrong", "new": "a brand new pass phrase"}
        assert here.post("/console/me/password", data=data).status_code == 422
        changed = here.post("/console/me/password", data={**data, "old": PASSWORD})
        assert "Your password is changed" in changed.text
        with desk.database.reading() as session:
            assert session.get(SignIn, digest(there)) is None and session.get(SignIn, digest(before)) is None


def desk_member(desk: Desk) -> str:
    with desk.database.reading() as session:
        return session.query(Member).one().actor


# Passkeys, in a real browser with an authenticator that its developer tools make


@pytest.fixture
def key(browser: Browser, address: str) -> Iterator[tuple[Page, CDPSession, str]]:
    """A browser with an authenticator that knows its holder, at localhost: browsers make no passkeys for bare IPs."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(30_000)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    made = tools.send(
        "WebAuthn.addVirtualAuthenticator",
        {"options": {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}},
    )
    tools.authenticator = made["authenticatorId"]  # type: ignore[attr-defined]
    yield page, tools, address.replace("127.0.0.1", "localhost")
    context.close()


def sign_in(page: Page, address: str) -> None:
    page.goto(f"{address}/console/sign-in")
    page.get_by_label("E-mail address").fill("mira@desk.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def add_passkey(page: Page, address: str) -> None:
    sign_in(page, address)
    page.wait_for_url("**/console/queue")
    page.goto(f"{address}/console/me/factors")
    page.get_by_label("Name, so that you know it again").fill("My phone")
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("button", name="I have kept them").wait_for()


def leave(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/console/sign-in")


def test_a_passkey_is_a_second_factor_and_the_only_one(
    desk: Desk, staff: Staff, key: tuple[Page, CDPSession, str]
) -> None:
    page, tools, address = key
    mira = staff.hire("Mira")
    add_passkey(page, address)
    leave(page)
    sign_in(page, address)
    page.get_by_role("button", name="Show a passkey").click()
    page.wait_for_url("**/console/queue")
    leave(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/console/queue")
    leave(page)
    # An authenticator that does not know who holds it is not enough alone.
    tools.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": tools.authenticator, "isUserVerified": False},  # type: ignore[attr-defined]
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.get_by_text("No passkey was shown").wait_for()
    with desk.database.reading() as session:
        how = [one.details.get("how") for one in found(session, Search(actor=f"member:{mira}", what="signed_in"))]
        assert how == ["passkey", "passkey", "password"]


def test_an_answer_of_a_passkey_counts_once(
    desk: Desk, staff: Staff, key: tuple[Page, CDPSession, str], stranger: httpx.Client
) -> None:
    page, _, address = key
    staff.hire("Mira")
    add_passkey(page, address)
    leave(page)
    with page.expect_request("**/console/sign-in/passkey") as sent:
        page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/console/queue")
    again = httpx.QueryParams(sent.value.post_data or "")["credential"]
    host = {"Host": address.removeprefix("http://")}
    assert stranger.post("/console/sign-in/passkey", data={"credential": again}, headers=host).status_code == 422
    stranger.post("/console/sign-in/passkey/challenge", headers=host)
    assert stranger.post("/console/sign-in/passkey", data={"credential": again}, headers=host).status_code == 422
    assert not is_in(stranger)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", '{"id": 5}', '{"id": "x", "response": {}}', "\x00"])
def test_a_made_up_answer_is_refused(answer: str, stranger: httpx.Client) -> None:
    host = {"Host": "localhost:1"}
    stranger.post("/console/sign-in/passkey/challenge", headers=host)
    refused = stranger.post("/console/sign-in/passkey", data={"credential": answer}, headers=host)
    assert refused.status_code == 422


def test_a_lost_passkey_is_removed(desk: Desk, staff: Staff, key: tuple[Page, CDPSession, str]) -> None:
    page, _, address = key
    mira = staff.hire("Mira")
    add_passkey(page, address)
    page.goto(f"{address}/console/me/factors")
    page.get_by_text("Remove My phone").click()
    page.get_by_label("Your password, once more").fill(PASSWORD)
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_text("Removed.").wait_for()
    with desk.database.reading() as session:
        assert not factors_of(session, session.get_one(Member, mira))


@pytest.mark.parametrize(("width", "language", "dark"), [(400, "ar", False), (1200, "en", True)])
@pytest.mark.parametrize("path", ["/console/me", "/console/me/factors"])
def test_everybody_can_use_the_own_pages(open_page: Open, path: str, width: int, language: str, dark: bool) -> None:
    check(open_page(path, width=width, language=language, dark=dark))


@pytest.mark.parametrize("width", [400, 1200])
def test_everybody_can_use_the_door(browser: Browser, address: str, desk: Desk, mira: int, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/console/sign-in?lang=ar")
    check(page)
    sign_in(page, address)
    page.wait_for_url("**/second-factor")
    check(page)
    page.get_by_label("Code that your app shows").fill(code(desk))
    page.get_by_role("button", name="Go on").click()
    page.goto(f"{address}/console/me/factors")
    page.get_by_text("Remove Authenticator app").click()
    check(page)
    context.close()
