"""What only one process may do is done by one, and by another soon after that one dies."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from desk import inbox, leases, processes, tables
from desk.heartbeat import Heartbeat
from desk.inbox import Claim
from desk.messages import Address, Arrival, Incoming
from desk.processes import Process
from knowledge.database import Database

assert tables.TABLES

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER = NOW + leases.HOLD + timedelta(seconds=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def take(database: Database, holder: str, now: datetime = NOW) -> bool:
    with database.writing() as session:
        return leases.take(session, "poll", holder, now)


def beating(database: Database, clock: Clock, place: str, **more: Callable[[], list[Claim]]) -> Heartbeat:
    heart = Heartbeat(database, clock, "worker", "1.0", place=place, **more)
    heart.holds("poll")
    heart.beat()
    return heart


def working(database: Database, clock: Clock, worker: str = "w") -> Claim:
    event = Incoming(Address("telegram", "1", "c"), "1", "c", Arrival.TEXT, NOW, text="hello")
    with database.writing() as session:
        inbox.store(session, [event])
    claim = claimed(database, clock, worker)
    assert claim is not None
    return claim


def claimed(database: Database, clock: Clock, worker: str = "other") -> Claim | None:
    with database.writing() as session:
        return next(iter(inbox.claim(session, worker, clock())), None)


def test_one_holder_at_a_time(database: Database) -> None:
    assert take(database, "a") and take(database, "a")
    assert not take(database, "b")


def test_a_lease_that_is_not_renewed_goes_to_the_next(database: Database) -> None:
    assert take(database, "a")
    assert take(database, "b", LATER) and not take(database, "a", LATER)


def test_a_released_lease_is_free_at_once(database: Database) -> None:
    take(database, "a")
    with database.writing() as session:
        leases.release(session, "a")
    assert take(database, "b")


def test_a_clock_set_back_keeps_no_lease_for_ever(database: Database) -> None:
    assert take(database, "dead", NOW + timedelta(hours=1))
    assert take(database, "b", NOW)


def test_the_name_of_a_lease_does_not_tell_the_account() -> None:
    name = leases.name_of("poll", "telegram", "12345")
    assert "12345" not in name and name == leases.name_of("poll", "telegram", "12345")
    assert name != leases.name_of("poll", "telegram", "12346")


def test_a_silent_process_loses_what_it_holds_and_knows_it(database: Database) -> None:
    clock = Clock()
    first, second = beating(database, clock, "one"), beating(database, clock, "two")
    assert first.holds("poll") and not second.holds("poll")
    clock.pass_by(leases.HOLD.total_seconds() + 1)
    assert not first.holds("poll")
    second.beat()
    first.beat()
    assert second.holds("poll") and not first.holds("poll")


def test_a_process_that_beats_keeps_what_it_holds(database: Database) -> None:
    clock = Clock()
    first, second = beating(database, clock, "one"), beating(database, clock, "two")
    for _ in range(10):
        clock.pass_by(5)
        first.beat()
        second.beat()
    assert first.holds("poll") and not second.holds("poll")


def test_a_process_that_stops_hands_over_at_once(database: Database) -> None:
    clock = Clock()
    first, second = beating(database, clock, "one"), beating(database, clock, "two")
    first.start()
    first.stop()
    second.beat()
    assert second.holds("poll") and not first.holds("poll")
    with database.reading() as session:
        assert [one.name for one in processes.known(session)] == [second.name]


def test_what_a_dead_neighbour_held_is_taken_over_at_once(database: Database) -> None:
    clock = Clock()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    dead = f"{processes.here()}:{ended.pid}:7"
    with database.writing() as session:
        life = {"role": "all", "version": "1.0", "started_at": NOW, "seen_at": NOW}
        session.add(Process(name=dead, **life))
    assert take(database, dead)
    working(database, clock, f"{dead}:0")
    heart = beating(database, clock, processes.here())
    again = claimed(database, clock)
    assert heart.holds("poll")
    assert again is not None and again.attempts == 2


def test_only_what_has_certainly_ended_is_dead() -> None:
    place = processes.here()
    assert not processes.is_dead(f"{place}:{os.getppid()}:1", place)
    assert not processes.is_dead("elsewhere:999999:1", place)
    assert not processes.is_dead("unreadable", place)
    # The same number in the same container: the one before us.
    assert processes.is_dead(f"{place}:{os.getpid()}:1", place)


def test_a_message_in_work_stays_with_its_worker_while_the_heart_beats(database: Database) -> None:
    clock = Clock()
    claim = working(database, clock)
    heart = beating(database, clock, "one", working=lambda: [claim])
    for _ in range(6):
        clock.pass_by(10)
        heart.beat()
        assert claimed(database, clock) is None
    clock.pass_by(inbox.LEASE.total_seconds() + 1)
    assert claimed(database, clock) is not None


def test_a_message_whose_worker_hangs_goes_to_another(database: Database) -> None:
    clock = Clock()
    claim = working(database, clock)
    heart = beating(database, clock, "one", working=lambda: [claim])
    taken = None
    while taken is None and clock() < NOW + 2 * inbox.LONGEST_WORK:
        clock.pass_by(4)
        heart.beat()
        taken = claimed(database, clock)
    assert taken is not None
    assert inbox.LONGEST_WORK <= clock() - NOW <= inbox.LONGEST_WORK + inbox.LEASE + timedelta(seconds=8)


def test_a_database_that_is_away_is_named_and_nothing_is_held_for_long(database: Database, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from knowledge.database import DatabaseUnavailable

    def away() -> None:
        raise DatabaseUnavailable("The disk is full.")

    clock = Clock()
    heart = beating(database, clock, "one")
    monkeypatch.setattr(database, "writing", away)
    heart.start()
    assert heart.problem == "The disk is full." and heart.holds("poll")
    clock.pass_by(leases.HOLD.total_seconds() + 1)
    assert not heart.holds("poll")
    heart.stop()
