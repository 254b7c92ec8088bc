"""What came in is never lost, never twice, and in order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from desk import inbox, tables
from desk.inbox import InboxState, LostClaim
from desk.messages import Address, Arrival, Incoming
from knowledge.database import Database

assert tables.TABLES

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def event(id: str, conversation: str = "c1", **more: object) -> Incoming:
    address = Address("telegram", "1", conversation)
    return Incoming(address, id, conversation, Arrival.TEXT, NOW, **{"text": f"text {id}", **more})  # type: ignore[arg-type]


def store(database: Database, *events: Incoming) -> int:
    with database.writing() as session:
        return inbox.store(session, events)


def claim(database: Database, worker: str = "w", now: datetime = NOW) -> inbox.Claim | None:
    with database.writing() as session:
        return next(iter(inbox.claim(session, worker, now)), None)


def finish(database: Database, claim: inbox.Claim) -> None:
    with database.writing() as session:
        inbox.done(session, claim, NOW, None)


def test_a_repeated_event_is_stored_once(database: Database) -> None:
    assert store(database, event("1"), event("1"), event("2")) == 2
    assert store(database, event("1")) == 0


def test_a_message_that_arrives_as_two_events_is_stored_once(database: Database) -> None:
    assert store(database, event("mention", alias_id="C1:17.1"), event("message", alias_id="C1:17.1")) == 1


def test_the_event_comes_out_as_it_went_in(database: Database) -> None:
    whole = event("1", language="ru", message_id="9", private_address=Address("slack", "w", "U1"), private=False)
    store(database, whole)
    taken = claim(database)
    assert taken is not None and taken.incoming == whole


def test_an_event_with_what_no_database_keeps_is_not_lost(database: Database) -> None:
    store(database, event("1\x00", conversation="c\x00", text="help\x00 me \ud83dplease", name="An\x00a"))
    taken = claim(database)
    assert taken is not None and (taken.incoming.text, taken.incoming.name) == ("help me please", "Ana")
    assert store(database, event("1\x00", conversation="c\x00")) == 0


def test_one_message_per_conversation_is_worked_on_at_a_time(database: Database) -> None:
    store(database, event("1"), event("2"), event("3", "c2"))
    first, other, none = claim(database), claim(database), claim(database)
    assert first and other and none is None
    assert (first.incoming.external_id, other.incoming.external_id) == ("1", "3")
    finish(database, first)
    second = claim(database)
    assert second is not None and second.incoming.external_id == "2"


def test_several_conversations_are_taken_at_once_but_one_message_of_each(database: Database) -> None:
    store(database, event("1"), event("2"), event("3", "c2"), event("4", "c3"))
    with database.writing() as session:
        taken = inbox.claim(session, "w", NOW, limit=2)
    assert [one.incoming.external_id for one in taken] == ["1", "3"]
    with database.writing() as session:
        assert [one.incoming.external_id for one in inbox.claim(session, "w", NOW, limit=9)] == ["4"]


def test_what_took_its_worker_down_is_taken_alone(database: Database) -> None:
    store(database, event("1", "c1"), event("poison", "c2"), event("3", "c3"))
    later = NOW
    with database.writing() as session:
        assert len(inbox.claim(session, "dead", NOW, limit=9)) == 3
    store(database, event("4", "c4"), event("5", "c5"))
    taken = []
    for _ in range(4):
        later += timedelta(seconds=1) + inbox.LEASE
        with database.writing() as session:
            claims = inbox.claim(session, "w", later, limit=9)
            taken.append([one.incoming.external_id for one in claims])
            for one in claims:
                inbox.done(session, one, later, None)
    assert taken == [["1"], ["poison"], ["3"], ["4", "5"]]


def test_a_dead_workers_message_is_taken_over_after_its_lease(database: Database) -> None:
    store(database, event("1"))
    first = claim(database, "dead")
    assert claim(database, "other") is None
    again = claim(database, "other", NOW + inbox.LEASE + timedelta(seconds=1))
    assert first and again and again.attempts == 2
    with pytest.raises(LostClaim), database.writing() as session:
        inbox.done(session, first, NOW, None)


def test_a_message_that_kills_its_worker_is_set_aside_and_the_next_one_goes_on(database: Database) -> None:
    store(database, event("poison"), event("next"))
    now = NOW
    for _ in range(inbox.MAX_ATTEMPTS):
        now += timedelta(minutes=10)
        taken = claim(database, now=now)
        assert taken is not None and taken.incoming.external_id == "poison"
        with database.writing() as session:
            state = inbox.failed(session, taken, now, "RuntimeError")
    assert state is InboxState.DEAD
    following = claim(database, now=now)
    assert following is not None and following.incoming.external_id == "next"


def test_an_event_of_a_worker_killed_five_times_is_set_aside(database: Database) -> None:
    store(database, event("poison"), event("next"))
    now = NOW
    for _ in range(inbox.MAX_ATTEMPTS):
        now += inbox.LEASE + timedelta(seconds=1)
        taken = claim(database, now=now)
        assert taken is not None and taken.incoming.external_id == "poison"
    now += inbox.LEASE + timedelta(seconds=1)
    exhausted = claim(database, now=now)
    assert exhausted is not None and exhausted.is_exhausted
    with database.writing() as session:
        inbox.failed(session, exhausted, now, "its worker stopped every time")
    following = claim(database, now=now)
    assert following is not None and following.incoming.external_id == "next"


def test_a_later_message_waits_while_an_earlier_one_is_retried(database: Database) -> None:
    store(database, event("1"), event("2"))
    taken = claim(database)
    assert taken is not None
    with database.writing() as session:
        inbox.failed(session, taken, NOW, "OSError")
    assert claim(database) is None
    again = claim(database, now=NOW + timedelta(seconds=5))
    assert again is not None and again.incoming.external_id == "1"


def test_a_clock_set_back_delays_no_further_attempt(database: Database) -> None:
    store(database, event("1"))
    fast = NOW + timedelta(hours=1)
    taken = claim(database, now=fast)
    assert taken is not None
    with database.writing() as session:
        inbox.failed(session, taken, fast, "OSError")
    assert claim(database) is not None


def test_a_process_goes_on_while_a_newer_one_adds_to_its_table(database: Database) -> None:
    """What an upgrade does while processes of the version before still run."""
    store(database, event("1"))
    with database.writing() as session:
        session.execute(text("ALTER TABLE inbox ADD COLUMN added VARCHAR DEFAULT 'new'"))
    try:
        store(database, event("2"))
        for id in ("1", "2"):
            taken = claim(database)
            assert taken is not None and taken.incoming.external_id == id
            finish(database, taken)
    finally:
        with database.writing() as session:
            session.execute(text("ALTER TABLE inbox DROP COLUMN added"))


def test_accounts_do_not_share_event_ids(database: Database) -> None:
    other = replace(event("1"), address=Address("telegram", "2", "c1"))
    assert store(database, event("1"), other) == 2
