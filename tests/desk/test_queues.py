"""What operators see of the queues and can do with what was set aside."""

from datetime import timedelta

import pytest

from desk import inbox, queues
from desk.messages import Address, Arrival, DeliveryError, Incoming
from desk.outbox import Parcel
from desk.queues import CannotChange, Entry, Standing
from knowledge.database import Database
from tests.desk.test_outbox import NOW, answer, asker, history, postpone, put, record, take

BLOCKED = DeliveryError("Forbidden: bot was blocked by the user", unreachable=True)


def listed(database: Database, *standings: Standing) -> list[Entry]:
    with database.reading() as session:
        return queues.outgoing(session, standings or queues.UNSETTLED)


def dead(database: Database, text: str = "to nobody") -> Parcel:
    put(database, text)
    (parcel,) = take(database)
    postpone(database, parcel, BLOCKED)
    return parcel


def test_waiting_uncertain_and_dead_are_listed_with_their_reason(database: Database) -> None:
    dead(database)
    put(database, "maybe out")
    (parcel,) = take(database)
    postpone(database, parcel, DeliveryError("reset", uncertain=True))
    put(database, "behind it")
    assert [(one.state, one.attempts, one.reason) for one in listed(database)] == [
        (Standing.DEAD, 1, BLOCKED.reason),
        (Standing.UNCERTAIN, 1, "reset"),
        (Standing.WAITING, 0, ""),
    ]
    assert [one.state for one in listed(database, Standing.DEAD)] == [Standing.DEAD]


def test_what_went_out_twice_perhaps_stays_listed_and_what_went_out_once_does_not(database: Database) -> None:
    for text in ("once", "twice perhaps"):
        put(database, text, conversation=text)
    once, twice = take(database)
    record(database, once)
    postpone(database, twice, DeliveryError("reset", uncertain=True))
    (again,) = take(database, NOW + timedelta(minutes=5))
    record(database, again)
    assert [(one.id, one.state, one.reason) for one in listed(database)] == [(twice.id, Standing.UNCERTAIN, "reset")]


def test_a_dead_message_gets_another_round(database: Database) -> None:
    parcel = dead(database)
    with database.writing() as session:
        queues.send_again(session, parcel.id, "ana", NOW)
    (again,) = take(database)
    assert (again.id, again.attempts, again.faults) == (parcel.id, 1, 0)


def test_only_what_is_dead_can_be_retried(database: Database) -> None:
    put(database, "waits")
    for id in (listed(database)[0].id, 999):
        with pytest.raises(CannotChange, match=str(id)), database.writing() as session:
            queues.send_again(session, id, "ana", NOW)


def test_a_dropped_message_never_goes_out_and_its_ticket_says_who_did_it(database: Database) -> None:
    requester, ticket = asker(database)
    parcel = answer(database, requester, ticket)
    postpone(database, parcel, DeliveryError("limited", retry_after=60))
    with database.writing() as session:
        queues.drop(session, parcel.id, "ana", NOW)
    assert take(database, NOW + timedelta(days=1)) == []
    assert history(database, ticket) == ["opened", "delivery_dropped"]
    assert listed(database) == []
    (entry,) = listed(database, Standing.DROPPED)
    assert "dropped by ana at 2026-11-23 12:00 UTC" in entry.reason


def test_a_dropped_message_frees_those_behind_it(database: Database) -> None:
    put(database, "stuck")
    put(database, "behind it")
    with database.writing() as session:
        queues.drop(session, listed(database)[0].id, "ana", NOW)
    assert [parcel.reply.card.body for parcel in take(database)] == ["behind it"]


def test_what_is_on_its_way_or_out_cannot_be_dropped(database: Database) -> None:
    put(database, "on its way")
    (parcel,) = take(database)
    for state in ("sending", "sent"):
        with pytest.raises(CannotChange, match=state), database.writing() as session:
            queues.drop(session, parcel.id, "ana", NOW)
        record(database, parcel)


def arrived(database: Database) -> inbox.Claim:
    with database.writing() as session:
        inbox.store(session, [Incoming(Address("telegram", "1", "7"), "e1", "7", Arrival.TEXT, NOW, text="canary")])
        (claim,) = inbox.claim(session, "w", NOW)
    return claim


def test_a_dead_event_is_worked_on_once_more(database: Database) -> None:
    claim = arrived(database)
    for attempt in range(inbox.MAX_ATTEMPTS):
        now = NOW + timedelta(minutes=attempt + 1)
        with database.writing() as session:
            inbox.failed(session, claim, now, "KeyError")
            claim = next(iter(inbox.claim(session, "w", now + timedelta(minutes=1))), claim)
    with database.writing() as session:
        (entry,) = queues.incoming(session)
        assert (entry.state, entry.reason) == (Standing.DEAD, "KeyError")
        queues.answer_again(session, entry.id)
        (again,) = inbox.claim(session, "w", NOW + timedelta(hours=1))
    assert again.incoming.text == "canary" and not again.is_exhausted


def test_an_event_that_is_not_dead_cannot_be_retried(database: Database) -> None:
    claim = arrived(database)
    with pytest.raises(CannotChange), database.writing() as session:
        queues.answer_again(session, claim.id)
