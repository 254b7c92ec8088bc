"""`guidepost members`: a way in when nobody has one any more."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk import tables
from desk.access import invitations
from desk.audit import Search, found
from desk.members import Member, Role
from knowledge.database import Database
from tests.bot.test_commands import guidepost, knowing_folder

assert tables.TABLES


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, unlearnt_file: Path) -> Path:
    """A desk with one administrator and somebody who has left."""
    folder = knowing_folder(tmp_path_factory.mktemp("desk"), unlearnt_file)
    database, now = Database(f"sqlite:///{folder}/data/guidepost.db"), datetime.now(UTC)
    with database.writing() as session:
        about = {"languages": [], "topics": [], "created_at": now}
        session.add(Member(name="Ada", role=Role.ADMINISTRATOR, email="ada@desk.example", **about))
        session.add(Member(name="Omar", role=Role.EDITOR, active=False, **about))
    database.close()
    return folder


def test_an_operator_sees_the_members(desk: Path) -> None:
    ada, omar = guidepost(desk, "members", "list").stdout.splitlines()
    assert ada.split()[:4] == ["1", "administrator", "Ada", "ada@desk.example"]
    assert omar.split()[:3] == ["2", "editor", "Omar"] and omar.endswith("deactivated")


@pytest.mark.parametrize(
    "command",
    [("invite",), ("invite", "--role", "auditor"), ("reset", "1"), ("reset", "ADA@desk.example", "--second-factor")],
)
def test_an_operator_gets_a_link_that_works(desk: Path, command: tuple[str, ...]) -> None:
    done = guidepost(desk, "members", *command, PUBLIC_URL="https://desk.example.org/")
    link = re.search(r"https://desk\.example\.org/console/set-up/([\w-]+)$", done.stdout.strip())
    assert done.returncode == 0 and link is not None
    database, now = Database(f"sqlite:///{desk}/data/guidepost.db"), datetime.now(UTC)
    with database.reading() as session:
        invitation = invitations.find(session, link[1], now)
        assert invitation is not None and invitation.clears_factors == ("--second-factor" in command)
        assert found(session, Search())[0].actor.startswith("operator:")
    database.close()


def test_nobody_is_no_member(desk: Path) -> None:
    for who in ("77", "2", "nobody@desk.example", "9" * 30):
        done = guidepost(desk, "members", "reset", who)
        assert (done.returncode, done.stdout) == (1, "") and "no active member" in done.stderr
    assert guidepost(desk, "members", "invite", "--role", "owner").returncode == 2
