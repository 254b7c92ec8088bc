"""The audit log: everything is in it, it is found again, and those who only audit see no word of anybody."""

import ast
import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from console.deeds import deed
from console.ticket import acting
from desk import audit, safeguards
from desk.audit import AuditEntry, Place, Search
from desk.conversation import reviewing
from desk.members import Role
from desk.people import pseudonym
from desk.retention import forget_the_old
from desk.safeguards import Safeguards
from knowledge.database import Database
from tests.console.accessibility import check
from tests.console.conftest import Open, Staff
from tests.dialogue import NOON, Desk

WORDS = "zanzibarkiwi"
#: Which argument of what is called is the word in the log.
PLACES = {"record": 2, "_record": 3, "perform": 1, "do": 2, "_change": 1, "note_view": 1, "audit": 0, "Act": 0}


def words_of(file: Path) -> Iterator[str]:
    """The words that a module writes into the log, where they stand in it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name in PLACES and len(call.args) > PLACES[name]:
            found = ast.walk(call.args[PLACES[name]])
            yield from (one.value for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str))


@pytest.fixture
def auditor(staff: Staff) -> Iterator[httpx.Client]:
    with staff.client("Noor", Role.AUDITOR) as client:
        yield client


def write(desk: Desk, *entries: tuple[str, str, str], days: int = 0, **details: object) -> None:
    with desk.database.writing() as session:
        for actor, what, about in entries:
            audit.record(session, actor, what, about, desk.now - timedelta(days=days), **details)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))[1:]


def test_the_log_is_found_by_member_subject_kind_and_time(desk: Desk, auditor: httpx.Client) -> None:
    write(desk, ("member:7", "viewed", "GP-AAAAA"), ("member:8", "replied", "GP-BBBBB"))
    write(desk, ("member:7", "viewed", "GP-CCCCC"), days=10)
    for asked, seen in (
        ({}, {"AAAAA", "BBBBB", "CCCCC"}),
        ({"member": "member:7"}, {"AAAAA", "CCCCC"}),
        ({"about": "GP-BBBBB"}, {"BBBBB"}),
        ({"what": "replied"}, {"BBBBB"}),
        ({"since": "2026-11-20"}, {"AAAAA", "BBBBB"}),
        ({"until": "2026-11-13"}, {"CCCCC"}),
        ({"until": "2026-11-12"}, set()),
        ({"since": "nonsense", "after": "nonsense"}, {"AAAAA", "BBBBB", "CCCCC"}),
        ({"after": "9999-12-31T00:00:00+00:00~99999999999999999999"}, {"AAAAA", "BBBBB", "CCCCC"}),
    ):
        page = auditor.get("/console/audit", params=asked).text.split("<tbody>")[-1]
        assert {name for name in ("AAAAA", "BBBBB", "CCCCC") if f"GP-{name}" in page} == seen, asked


def test_pages_follow_each_other_without_gap_or_repeat(desk: Desk, auditor: httpx.Client) -> None:
    write(desk, *((f"member:{number}", "viewed", f"GP-{number:05}") for number in range(230)))
    seen, address = [], "/console/audit?what=viewed"
    for _ in range(3):
        page = auditor.get(address).text
        seen += [part[:5] for part in page.split("<bdi>GP-")[1:]]
        address = page.split('">Older')[0].rsplit('href="', 1)[-1].replace("&amp;", "&")
    assert seen == [f"{number:05}" for number in reversed(range(230))]


def test_a_table_holds_no_formula(desk: Desk, auditor: httpx.Client) -> None:
    write(desk, ("member:7", "=1+1", "@SUM(A1)"), ("-2", "+3", "\t=4"))
    cells = [cell for row in rows(auditor.get("/console/audit/log.csv").text) for cell in row if cell]
    assert cells and not [cell for cell in cells if cell[0] in "=+-@\t\r"]
    assert "audit_exported" in auditor.get("/console/audit").text


def test_an_auditor_sees_ids_and_no_words(desk: Desk, auditor: httpx.Client) -> None:
    write(desk, ("member:7", "viewed", "requester:5"), note=f"{WORDS} and more", ticket="GP-4F2K7", count=3)
    for path in ("/console/audit", "/console/audit/log.csv"):
        text = auditor.get(path).text
        assert WORDS not in text and "requester:5" not in text
        assert pseudonym(5) in text and "GP-4F2K7" in text and "count: 3" in text


PAGES = ("/console/queue", "/console/audit", "/console/audit/log.csv", "/console/me", "/console/reports")


def test_an_auditor_sees_no_words_anywhere(desk: Desk, auditor: httpx.Client) -> None:
    desk.person(f"{WORDS}id").says(f"{WORDS} our website was hacked and we need a person")
    (ticket,) = desk.tickets()
    for path in (*PAGES, f"/console/tickets/{ticket.reference}"):
        assert WORDS not in auditor.get(path).text, path


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.EDITOR])
def test_who_works_on_tickets_does_not_read_the_log(role: Role, staff: Staff) -> None:
    with staff.client("Omar", role) as omar:
        assert omar.get("/console/audit").status_code == 403
        assert omar.get("/console/audit/log.csv").status_code == 403


def test_an_auditor_changes_nothing(auditor: httpx.Client) -> None:
    assert auditor.post("/console/members/invite", data={"role": "auditor"}).status_code == 403
    assert auditor.post("/console/options/privacy", data={"audit_days": "30"}).status_code == 403


def test_the_log_is_kept_as_long_as_the_option_says(desk: Desk) -> None:
    write(desk, ("member:7", "viewed", "GP-OLDER"), days=91)
    write(desk, ("member:7", "viewed", "GP-NEWER"), days=89)
    with desk.database.writing() as session:
        safeguards.put(session, Safeguards(audit_days=90), "member:1", desk.now)
        forget_the_old(session, desk.policy, desk.now)
    with desk.database.reading() as session:
        assert [one.about for one in audit.found(session, Search(what="viewed"))] == ["GP-NEWER"]


def test_the_search_works_on_every_database(database: Database) -> None:
    with database.writing() as session:
        for number in range(5):
            audit.record(session, "member:1", f"kind{number % 2}", f"GP-{number}", NOON)
    with database.reading() as session:
        first = audit.found(session, Search(), limit=2)
        rest = audit.found(session, Search(), Place(first[-1].at, first[-1].id))
        assert [one.about for one in first + rest] == [f"GP-{number}" for number in (4, 3, 2, 1, 0)]
        assert audit.kinds(session) == ["kind0", "kind1"]
        assert isinstance(first[0], AuditEntry)


@pytest.mark.parametrize(("width", "language", "dark"), [(400, "ar", True), (1200, "en", False)])
def test_everybody_can_use_the_log(desk: Desk, open_page: Open, width: int, language: str, dark: bool) -> None:
    write(desk, ("member:1", "viewed", "GP-4F2K7"), before="waiting", after="taken")
    check(open_page("/console/audit", role=Role.AUDITOR, width=width, language=language, dark=dark))


def test_the_page_says_in_words_what_the_table_says_in_a_word(desk: Desk, staff: Staff, auditor: httpx.Client) -> None:
    member = staff.hire("Omar")
    write(
        desk,
        ("member:1", "linked", f"member:{member}"),
        ("member:1", "linked", "GP-4F2K7"),
        ("desk", "new_word", "x:1"),
    )
    write(desk, ("member:1", "saved_reply", "reply:3"), ("member:1", "options_changed", "safeguards"))
    page = auditor.get("/console/audit").text.split("<tbody>")[-1]
    for words in ("linked an account in a chat", "linked two tickets", "changed a saved reply", "saved reply 3"):
        assert words in page
    assert "new_word" in page and "<code" not in page
    assert {"linked", "saved_reply"} <= {row[2] for row in rows(auditor.get("/console/audit/log.csv").text)}
    french = staff.client("Zoe", Role.AUDITOR, "fr").get("/console/audit").text
    assert "a relié deux dossiers" in french and "réponse enregistrée 3" in french


def test_every_word_that_is_written_down_has_a_meaning() -> None:
    written = {
        word for room in ("console", "desk", "bot") for file in Path(room).rglob("*.py") for word in words_of(file)
    }
    assert {"viewed", "took", "given_back", "token_revoked", "note_deleted", "role_changed"} <= written
    # What the buttons of the console and of chats are called. A word made of parts stands for those it can become.
    written |= {*acting._ACTS, *(act.value for act in reviewing._ACTS), "many_take", "many_give_back"}
    parts = {"many_", "webhook_switched_", "on", "off"}
    assert {word for word in written - parts if deed("en", word) == word} == set()
