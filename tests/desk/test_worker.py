"""A worker answers in one transaction, survives its own faults and the database's absence."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from desk import inbox
from desk import worker as worker_room
from desk.catalogue import Catalogues
from desk.inbox import MAX_ATTEMPTS, InboxRow, InboxState
from desk.messages import Address, Arrival, Incoming
from desk.outbox import OutboxRow
from desk.people import Requester
from desk.policy import Policy
from desk.requests import Message
from knowledge.database import Database, DatabaseUnavailable
from knowledge.wakeups import SELDOM_SECONDS
from routing.catalogue import Catalogue
from tests.dialogue import Desk


class EmptyCatalogues(Catalogues):
    """A desk that knows nothing: enough for commands."""

    def current(self) -> Catalogue:
        return Catalogue("empty", ())

    def make_ready(self, text: str) -> None:
        pass


def desk_on(database: Database) -> Desk:
    return Desk(database, Policy(), EmptyCatalogues(database, lambda: None))  # type: ignore[arg-type, return-value]


def states(database: Database) -> list[InboxState]:
    with database.reading() as session:
        return list(session.scalars(select(InboxRow.state).order_by(InboxRow.id)))


def test_a_crash_in_the_middle_leaves_no_half_answer(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_on(database)
    real, calls = worker_room.handle, []

    def crashes_once(*arguments: object) -> int | None:
        done = real(*arguments)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 1:
            raise SystemError("the process is killed after answering, before the commit")
        return done

    monkeypatch.setattr(worker_room, "handle", crashes_once)
    person = desk.person()
    assert len(person.commands("help")) == 0
    with database.reading() as session:
        assert session.scalars(select(OutboxRow)).all() == []
    desk.now = desk.now.replace(minute=5)
    assert len(desk.work()) == 1
    assert states(database) == [InboxState.DONE]


def test_a_message_that_always_fails_ends_with_an_apology(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_on(database)
    person, other = desk.person(), desk.person("ben")

    def fails(*arguments: object) -> None:
        raise ValueError("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(worker_room, "handle", fails)
        person.commands("help")
        replies = [reply for minute in range(1, MAX_ATTEMPTS) for reply in _later(desk, minute)]
    assert states(database) == [InboxState.DEAD]
    assert len(replies) == 1 and "a person will look at it" in replies[0].card.body
    assert len(other.commands("help")) == 1


def test_one_bad_message_spoils_no_answer_beside_it(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_on(database)
    real = worker_room.handle

    def fails_for_ben(session: Session, policy: Policy, catalogue: Catalogue, incomings: Sequence[Incoming]) -> object:
        if any(incoming.sender == "ben" for incoming in incomings):
            raise ValueError("no answer")
        return real(session, policy, catalogue, incomings)

    monkeypatch.setattr(worker_room, "handle", fails_for_ben)
    with database.writing() as session:
        inbox.store(session, [_help(desk, name) for name in ("ana", "ben", "carla")])
    answered = [reply.address.conversation for reply in desk.work()]
    assert answered == ["ana", "carla"]
    assert states(database) == [InboxState.DONE, InboxState.NEW, InboxState.DONE]
    with database.reading() as session:
        assert list(session.scalars(select(InboxRow.attempts).order_by(InboxRow.id))) == [1, 1, 1]


def test_one_person_in_two_places_at_once_stays_one_person(database: Database) -> None:
    desk = desk_on(database)
    group = Address("telegram", "1", "-100")
    aside = replace(_help(desk, "ana"), address=group, private=False, external_id="e-group")
    with database.writing() as session:
        inbox.store(session, [_help(desk, "ana"), aside])
    assert len(desk.work()) == 2
    with database.reading() as session:
        assert len(session.scalars(select(Requester)).all()) == 1


def _help(desk: Desk, name: str) -> Incoming:
    where = Address("telegram", "1", name)
    return Incoming(where, f"e-{name}", name, Arrival.COMMAND, desk.now, command="help", language="en")


def test_an_outage_in_the_middle_costs_no_attempt(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = desk_on(database)
    person = desk.person()

    def breaks(*arguments: object) -> None:
        raise DatabaseUnavailable("The connection to PostgreSQL broke.")

    with monkeypatch.context() as patch:
        patch.setattr(worker_room, "handle", breaks)
        for _ in range(2 * MAX_ATTEMPTS):
            with pytest.raises(DatabaseUnavailable):
                person.commands("help")
    assert len(desk.work()) == 2 * MAX_ATTEMPTS
    with database.reading() as session:
        assert set(session.scalars(select(InboxRow.attempts))) == {1}


def test_a_message_that_waits_for_another_attempt_is_not_waited_for_longer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_on(database)
    database.wakeups.hears_others = True
    assert desk.worker._pause() == SELDOM_SECONDS

    def fails(*arguments: object) -> None:
        raise ValueError("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(worker_room, "handle", fails)
        desk.person().commands("help")
    assert 0 < desk.worker._pause() < 1


def _later(desk: Desk, minute: int) -> list[object]:
    desk.now = desk.now.replace(minute=minute)
    return list(desk.work())


def test_a_repeated_event_is_answered_once(database: Database) -> None:
    desk = desk_on(database)
    person = desk.person()
    first = person.shows("voice")
    assert len(first) == 1
    with database.reading() as session:
        assert len(session.scalars(select(Message)).all()) == 1
