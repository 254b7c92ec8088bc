"""The interface for programs: what a token may do, repeats that do nothing, and answers as they are described."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import one_of
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.schemas import OpenApiSchema
from sqlalchemy import select

from desk.access.tokens import Token
from desk.requests import Message
from tests.dialogue import Desk, Person

NEED = "where can our 3 moderators learn to recognise terrorist logos"


@pytest.fixture
def ticket(person: Person, desk: Desk) -> str:
    """The path of a ticket."""
    person.says(NEED)
    return f"/api/v1/tickets/{desk.tickets()[0].reference}"


def test_a_ticket_goes_through_its_life(api: httpx.Client, ticket: str, desk: Desk, person: Person) -> None:
    assert api.post(f"{ticket}/take").json()["state"] == "taken"
    assert api.put(f"{ticket}/urgency", json={"urgency": "soon"}).json()["urgency"] == "soon"
    assert api.post(f"{ticket}/replies", json={"text": "Here is a course."}).status_code == 201
    assert any("Here is a course." in reply.card.body for reply in desk.deliver() if reply.address == person.address)
    assert api.post(f"{ticket}/close", json={"state": "solved"}).json()["state"] == "solved"
    assert api.post(f"{ticket}/reopen").json()["state"] == "waiting"
    said = api.get(f"{ticket}/conversation").json()["entries"]
    assert NEED in [one["text"] for one in said if one["kind"] == "heard"]
    assert "replied" in [one["what"] for one in api.get(f"{ticket}/history").json()]


def test_a_note_reaches_no_requester(api: httpx.Client, ticket: str, desk: Desk, person: Person) -> None:
    desk.deliver()
    assert api.post(f"{ticket}/notes", json={"text": "internal words"}).status_code == 201
    assert not any(reply.address == person.address for reply in desk.deliver())
    assert "internal words" in str(api.get(f"{ticket}/conversation").json())


def test_a_repeat_with_its_key_is_done_once(api: httpx.Client, ticket: str, desk: Desk, person: Person) -> None:
    key = {"Idempotency-Key": "order-1"}
    first, second = (api.post(f"{ticket}/replies", json={"text": "Once."}, headers=key) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json(), second.headers["idempotent-replayed"]) == (second.json(), "true")
    sent = [reply for reply in desk.deliver() if reply.address == person.address and "Once." in reply.card.body]
    assert len(sent) == 1
    assert api.post(f"{ticket}/replies", json={"text": "Another."}, headers=key).status_code == 409


def test_characters_that_no_database_keeps_are_left_out(
    api: httpx.Client, client: httpx.Client, ticket: str, desk: Desk, person: Person
) -> None:
    assert api.post(f"{ticket}/replies", json={"text": "Here\x00 it is."}).status_code == 201
    assert any("Here it is." in reply.card.body for reply in desk.deliver() if reply.address == person.address)
    assert client.get("/console/queue", params={"text": "\x00", "topic": "a\x00b"}).status_code == 200
    assert api.get("/api/v1/tickets/GP-%00").status_code == 404
    broken = '{"text": "half a pair: \\ud83d"}'
    assert api.post(f"{ticket}/notes", content=broken, headers={"content-type": "application/json"}).status_code == 422
    person.says("and\x00 another \ud83dquestion")
    with desk.database.reading() as session:
        assert "and another question" in list(session.scalars(select(Message.text)))


def test_what_cannot_be_done_says_why(api: httpx.Client, ticket: str) -> None:
    api.post(f"{ticket}/close", json={})
    assert api.post(f"{ticket}/take").status_code == 409
    assert api.post(f"{ticket}/route", json={"id": "no-such-topic"}).status_code == 404
    assert api.put(f"{ticket}/snooze", json={"until": "2020-01-01T00:00:00Z"}).status_code == 422
    assert api.post(f"{ticket}/replies", json={"text": "   "}).status_code == 422
    assert api.get("/api/v1/tickets/GP-00000").json() == {"detail": "There is no such ticket."}


def test_without_a_token_only_the_open_knowledge_is_read(stranger: httpx.Client) -> None:
    assert stranger.get("/api/v1/topics").status_code == 200
    answer = stranger.get("/api/v1/tickets")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_pages_of_a_list_follow_each_other(api: httpx.Client, desk: Desk) -> None:
    for name in ("ana", "ben", "cai"):
        desk.person(name).says(NEED)
    first = api.get("/api/v1/tickets?limit=2&sort=newest").json()
    second = api.get("/api/v1/tickets", params={"limit": 2, "sort": "newest", "after": first["next"]}).json()
    assert len({one["reference"] for one in first["tickets"] + second["tickets"]}) == 3
    assert second["next"] is None


def test_reports_can_be_read(api: httpx.Client, ticket: str) -> None:
    volume = api.get("/api/v1/reports/volume").json()
    assert sum(row[1] for row in volume["rows"]) == 1
    assert api.get("/api/v1/reports/volume?first=2026-11-02&last=2026-11-01").status_code == 422


@pytest.fixture
def described(api: httpx.Client, ticket: str, desk: Desk) -> OpenApiSchema:
    """The OpenAPI description as the running desk gives it."""
    mine = api.get("/api/v1/me").json()["token"]["id"]
    with desk.database.writing() as session:
        # Small ids are tried, and a token that revokes itself would end the test.
        session.get_one(Token, mine).id = 40_404
    description: dict[str, Any] = api.get("/api/v1/openapi.json").json()
    schema = schemathesis.openapi.from_dict(description)
    schema.config.update(base_url=str(api.base_url))
    return schema


def test_every_operation_keeps_to_its_description(described: OpenApiSchema, api: httpx.Client) -> None:
    """Hundreds of requests, sensible and not: each answer has a status, a type and a body that the description names.

    A moment that has gone by, say, is refused though its form is right, so refusals of well-formed requests are not.
    """
    authorised = {"Authorization": api.headers["Authorization"]}
    lenient = [positive_data_acceptance, negative_data_rejection]
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()

        sensible, not_so = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

        @settings(max_examples=3, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(case=one_of(sensible, not_so))
        def keeps_to_it(case: schemathesis.Case) -> None:
            case.call_and_validate(headers=authorised, excluded_checks=lenient)

        keeps_to_it()
        tried += 1
        # One that had ended would make a proper refusal of all that follows.
        assert api.get("/api/v1/me").status_code == 200, operation.label
    assert tried > 60
