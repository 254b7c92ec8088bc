"""Ways in, on every database: what counts once counts once, also when two come at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest

from desk import safeguards, staff, tables
from desk.access import challenges, codes, factors, invitations, recovery, sessions
from desk.catalogue import Catalogues
from desk.conversation.turn import Desk
from desk.members import Member, Role
from desk.policy import Policy
from desk.retention import forget_the_old
from desk.safeguards import Safeguards
from knowledge.database import Database
from tests.dialogue import NOON

assert tables.TABLES
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def hire(database: Database, name: str = "Mira", role: Role = Role.COORDINATOR) -> int:
    with database.writing() as session:
        about = {"languages": [], "topics": [], "created_at": NOON}
        member = Member(name=name, role=role, totp_secret=SECRET, password_hash="x", **about)
        session.add(member)
        session.flush()
        return member.id


def at_once(act: object, times: int = 4) -> list[bool]:
    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(lambda _: act(), range(times)))  # type: ignore[operator]


def test_a_code_shown_twice_at_the_same_moment_counts_once(database: Database) -> None:
    mira, code = hire(database), pyotp.TOTP(SECRET).at(NOON)

    def show() -> bool:
        with database.writing() as session:
            return codes.use(session, session.get_one(Member, mira), code, NOON)

    assert at_once(show) == [False, False, False, True]


def test_a_recovery_code_and_a_challenge_count_once(database: Database) -> None:
    mira = hire(database)
    with database.writing() as session:
        code = recovery.make_codes(session, session.get_one(Member, mira), NOON)[0]
        challenges.put(session, "browser", "slack", {"state": "1"}, NOON)
        challenges.put(session, "browser", "slack", {"state": "2"}, NOON)

    def use() -> bool:
        with database.writing() as session:
            return recovery.use(session, session.get_one(Member, mira), code)

    def take() -> bool:
        with database.writing() as session:
            return challenges.take(session, "browser", "slack", NOON) == {"state": "2"}

    assert at_once(use).count(True) == 1
    assert at_once(take).count(True) == 1


def test_a_challenge_is_for_its_browser_and_purpose_and_five_minutes(database: Database) -> None:
    with database.writing() as session:
        challenges.put(session, "browser", "slack", {"state": "1"}, NOON)
        assert challenges.take(session, "another", "slack", NOON) is None
        assert challenges.take(session, "browser", "passkey", NOON) is None
        assert challenges.take(session, "browser", "slack", NOON + timedelta(minutes=5)) is None


def test_two_administrators_cannot_let_each_other_go(database: Database) -> None:
    both = [hire(database, name, Role.ADMINISTRATOR) for name in ("Ada", "Eva")]
    catalogues = Catalogues(database, lambda: NOON)
    catalogue = catalogues.current()

    def let_go(pair: tuple[int, int]) -> bool:
        try:
            with database.writing() as session:
                who, by = (session.get_one(Member, number) for number in pair)
                staff.deactivate(Desk(session, NOON, Policy(), catalogue), who, by)
        except staff.LastAdministrator:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(let_go, [(both[0], both[1]), (both[1], both[0])])) == [False, True]


def test_a_new_option_is_asked_of_those_who_are_signed_in(database: Database) -> None:
    protected, mira = hire(database), hire(database, "Omar")
    with database.writing() as session:
        session.get_one(Member, mira).totp_secret = None
        ways = [sessions.start(session, session.get_one(Member, one), NOON, passed=True) for one in (protected, mira)]
        session.flush()
        safeguards.put(session, Safeguards(second_factor=True), "member:1", NOON)
    with database.reading() as session:
        found = [sessions.find(session, way, NOON) for way in ways]
        assert [one is not None and one.passed for one in found] == [True, False]
        assert factors.protected(session) == {protected}


@pytest.mark.parametrize(("minutes", "left"), [(4, 1), (6, 0)])
def test_what_nobody_answered_is_forgotten(database: Database, minutes: int, left: int) -> None:
    with database.writing() as session:
        challenges.put(session, "browser", "slack", {"state": "1"}, NOON)
        secret = invitations.invite(session, Role.EDITOR, "member:1", NOON - invitations.LASTS + timedelta(minutes=5))
        forget_the_old(session, Policy(), NOON + timedelta(minutes=minutes))
        assert session.query(challenges.Challenge).count() == left
        assert session.query(invitations.Invitation).count() == left
        assert secret
