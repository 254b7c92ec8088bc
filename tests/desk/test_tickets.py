"""Tickets move only along their transitions and remember who did what."""

from datetime import UTC, datetime

import pytest

from desk import tickets
from desk.people import Requester
from desk.requests import Request
from desk.tickets import IllegalTransition, State
from knowledge.database import Database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def request_of(session, now=NOW) -> Request:  # type: ignore[no-untyped-def]
    person = Requester(language="en", created_at=now, seen_at=now)
    values = {"channel": "web", "account": "web", "conversation": "c", "language": "en"}
    request = Request(requester=person, opened_at=now, updated_at=now, **values)
    session.add(request)
    session.flush()
    return request


def test_a_reference_survives_being_read_aloud(database: Database) -> None:
    with database.writing() as session:
        ticket = tickets.open_ticket(session, request_of(session), "normal", State.ANSWERED, NOW)
        spoken = ticket.reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")
        assert tickets.by_reference(session, spoken) is ticket


def test_a_step_cannot_be_skipped(database: Database) -> None:
    with database.writing() as session:
        ticket = tickets.open_ticket(session, request_of(session), "normal", State.ANSWERED, NOW)
        tickets.move(ticket, State.WITHDRAWN, "requester", NOW)
        with pytest.raises(IllegalTransition):
            tickets.move(ticket, State.SOLVED, "requester", NOW)


def test_moving_to_the_same_state_changes_nothing(database: Database) -> None:
    with database.writing() as session:
        ticket = tickets.open_ticket(session, request_of(session), "normal", State.ANSWERED, NOW)
        assert tickets.move(ticket, State.SOLVED, "requester", NOW)
        assert not tickets.move(ticket, State.SOLVED, "requester", NOW)
        assert [event.what for event in ticket.history] == ["opened", "moved"]


def test_every_state_can_be_reached_and_history_names_the_actor(database: Database) -> None:
    with database.writing() as session:
        ticket = tickets.open_ticket(session, request_of(session), "normal", State.ANSWERED, NOW)
        tickets.move(ticket, State.TAKEN, "U1", NOW)
        assert ticket.history[-1].actor == "U1"
        assert ticket.history[-1].details == {"before": "answered", "after": "taken"}
    reachable = {to for targets in tickets.TRANSITIONS.values() for to in targets} | {State.ANSWERED}
    assert reachable == set(State)


def test_closing_and_reopening_follow_the_request(database: Database) -> None:
    with database.writing() as session:
        ticket = tickets.open_ticket(session, request_of(session), "normal", State.ANSWERED, NOW)
        tickets.move(ticket, State.NO_ANSWER, "desk", NOW)
        assert ticket.request.closed_at == NOW
        tickets.move(ticket, State.WAITING, "requester", NOW)
        assert ticket.request.closed_at is None
