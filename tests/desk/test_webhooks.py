"""Calls are written with what they tell of, taken by one sender, and tried again until they are through."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from desk import webhooks
from desk.people import Requester
from desk.requests import Request
from desk.tickets import State, Ticket, move, open_ticket
from desk.webhooks import CallState, Errand, Webhook, WebhookCall
from knowledge.database import Database, Session

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
WORDS = "words nobody else may read"


def opened(session: Session) -> Ticket:
    requester = Requester(language="en", created_at=NOW, seen_at=NOW)
    request = Request(
        requester=requester, channel="telegram", account="1", conversation="a", language="en", topic="phishing",
        opened_at=NOW, updated_at=NOW, rejected=[], facts={"note": WORDS}, decision={},
    )  # fmt: skip
    session.add(request)
    return open_ticket(session, request, "crisis", State.WAITING, NOW)


def told(database: Database, *events: str) -> list[Errand]:
    """A webhook for these events, a new ticket that is closed, and the calls that come of it."""
    with database.writing() as session:
        webhooks.add(session, "https://tracker.example/hook", events, "member:1", NOW)
        session.flush()
        ticket = opened(session)
        session.flush()
        move(ticket, State.CLOSED, "member:1", NOW)
    with database.writing() as session:
        return webhooks.claim(session, NOW)


def call(database: Database) -> WebhookCall:
    with database.reading() as session:
        return session.query(WebhookCall).one()


def test_a_webhook_is_told_what_it_asked_for_and_no_words(database: Database) -> None:
    (errand,) = told(database, "ticket.moved")
    body = json.loads(errand.body)
    assert (body["type"], body["data"]["ticket"]["state"], body["data"]["actor"]) == (
        "ticket.moved",
        "closed",
        "member:1",
    )
    assert WORDS not in errand.body.decode()


def test_one_that_wants_everything_gets_everything(database: Database) -> None:
    assert [json.loads(one.body)["type"] for one in told(database, "*")] == ["ticket.opened", "ticket.moved"]


def test_the_receiver_can_check_the_signature(database: Database) -> None:
    (errand,) = told(database, "ticket.moved")
    with database.reading() as session:
        secret = session.query(Webhook).one().secret
    signed = f"{errand.headers['webhook-id']}.{errand.headers['webhook-timestamp']}.".encode() + errand.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert errand.headers["webhook-signature"] == f"v1,{expected}"


def test_a_call_is_in_one_pair_of_hands_until_its_lease_ends(database: Database) -> None:
    told(database, "ticket.moved")
    with database.writing() as session:
        assert webhooks.claim(session, NOW + timedelta(seconds=30)) == []
        assert len(webhooks.claim(session, NOW + timedelta(seconds=61))) == 1


@pytest.mark.parametrize(("status", "error"), [(500, "answered 500"), (None, "TimeoutError"), (302, "answered 302")])
def test_what_did_not_get_through_is_tried_again_later(database: Database, status: int | None, error: str) -> None:
    (errand,) = told(database, "ticket.moved")
    with database.writing() as session:
        webhooks.answered(session, errand, status, error, NOW)
    assert (call(database).state, call(database).due_at) == (CallState.WAITING, NOW + timedelta(seconds=10))


def test_after_three_days_it_has_failed_and_can_be_given_another_round(database: Database) -> None:
    (errand,) = told(database, "ticket.moved")
    now = NOW
    for _ in webhooks.PAUSES:
        with database.writing() as session:
            webhooks.answered(session, errand, 500, "answered 500", now)
        now = call(database).due_at
        with database.writing() as session:
            (errand,) = webhooks.claim(session, now)
    with database.writing() as session:
        webhooks.answered(session, errand, 500, "answered 500", now)
    assert (call(database).state, call(database).error) == (CallState.FAILED, "answered 500")
    assert timedelta(days=2) < now - NOW < timedelta(days=4)
    with database.writing() as session:
        webhooks.again(session, session.query(WebhookCall).one(), now)
        assert len(webhooks.claim(session, now)) == 1


def test_410_switches_it_off(database: Database) -> None:
    (errand,) = told(database, "ticket.moved")
    with database.writing() as session:
        webhooks.answered(session, errand, 410, "answered 410", NOW)
        opened(session)
    with database.reading() as session:
        assert session.query(Webhook).one().active is False
        assert session.query(WebhookCall).one().state is CallState.FAILED


def test_what_is_rolled_back_is_not_told(database: Database) -> None:
    with database.writing() as session:
        webhooks.add(session, "https://tracker.example/hook", ["*"], "member:1", NOW)
    with pytest.raises(RuntimeError), database.writing() as session:
        opened(session)
        session.flush()
        raise RuntimeError
    with database.writing() as session:
        assert webhooks.claim(session, NOW) == []


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://tracker.example/hook", True),
        ("http://127.0.0.1:9000/hook", True),
        ("http://tracker.example/hook", False),
        ("https://user:password@tracker.example/", False),
        ("https:///hook", False),
        ("https://tracker.example:port/", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_safe_addresses_are_called(url: str, good: bool) -> None:
    assert webhooks.is_acceptable(url) is good
