"""Histories are read by people: every event has its words."""

import ast
from pathlib import Path

from desk.casework import histories, joining
from desk.tickets import Ticket
from tests.casework import at_work
from tests.dialogue import Desk, Person

ROOT = Path(__file__).parents[2]


def noted() -> set[str]:
    """The names of all events that the code writes into histories."""
    found = set()
    for file in (*(ROOT / "desk").rglob("*.py"), *(ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("note", "_note"):
                found |= {
                    one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)
                }
    return found - {"desk", "requester"}


def test_every_event_has_words() -> None:
    assert len(noted()) > 20
    assert noted() <= set(histories._WORDS)


def test_events_name_who_did_what(desk: Desk, person: Person) -> None:
    person.says("where can our 3 moderators learn to recognise terrorist logos")
    desk.person("bo").says("somebody hacked my instagram account and asks for money")
    first, second = (ticket.reference for ticket in desk.tickets())
    with at_work(desk, first) as case:
        other = case.session.query(Ticket).filter_by(reference=second).one()
        joining.link(case.desk, case.ticket, case.member, other)
    with at_work(desk, first) as case:
        lines = histories.in_words(case.desk, histories.newest(case.session, case.ticket), "en")
    assert [(line.who, line.words) for line in lines] == [
        ("Mira", f"linked it with {second}"),
        ("The desk", "opened the ticket"),
    ]
