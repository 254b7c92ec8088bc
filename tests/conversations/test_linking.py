"""Members show the desk who they are in a chat, by a code from the console."""

import pytest

from desk import members
from desk.access import linking
from desk.members import Member, Role
from desk.messages import Arrival, Incoming
from tests.dialogue import Answer, Desk, Person

REFUSED = "This code does not work"


def new_code(desk: Desk) -> str:
    with desk.database.writing() as session:
        mira = members.by_email(session, "mira@desk.example")
        if mira is None:
            values = {"languages": [], "topics": [], "created_at": desk.now, "email": "mira@desk.example"}
            mira = Member(name="Mira", role=Role.COORDINATOR, **values)
            session.add(mira)
            session.flush()
        return linking.make_code(session, mira, desk.now)


def links(person: Person, code: str, **more: object) -> Answer:
    desk = person.desk
    event = Incoming(
        person.address, f"e{desk.number()}", person.name, Arrival.COMMAND, desk.now, command="link", text=code, **more
    )  # type: ignore[arg-type]
    return person.sends(event)


def known(desk: Desk, person: Person) -> str | None:
    where = person.address
    with desk.database.reading() as session:
        member = members.behind(session, where.channel, where.account, person.name)
        return member.name if member else None


@pytest.mark.parametrize("channel", ["telegram", "slack"])
def test_a_code_from_the_console_links_the_chat(desk: Desk, channel: str) -> None:
    person = desk.person("mira", channel)
    assert "Hello Mira" in links(person, new_code(desk))
    assert known(desk, person) == "Mira"


@pytest.mark.parametrize("wrong", ["never made", "used", "too late", "replaced"])
def test_every_code_that_is_not_good_gets_the_same_answer(desk: Desk, person: Person, wrong: str) -> None:
    code = new_code(desk)
    if wrong == "never made":
        code = "23456789AB"
    if wrong == "used":
        links(desk.person("mira"), code)
    if wrong == "too late":
        desk.wait(minutes=16)
    if wrong == "replaced":
        new_code(desk)
    answer = links(person, code)
    assert REFUSED in answer and "Mira" not in answer
    assert known(desk, person) is None


def test_a_code_that_others_could_read_is_used_up_and_links_nobody(desk: Desk, person: Person) -> None:
    code = new_code(desk)
    assert REFUSED in links(person, code, private=False)
    assert REFUSED in links(person, code)
    assert known(desk, person) is None


def test_a_code_without_words_behind_it_is_no_command(person: Person) -> None:
    assert "How to use this desk" in person.commands("link")
