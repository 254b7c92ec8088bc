"""What is shown, how much it counts, and how a change is noticed."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from knowledge import clocks, networks, organisations, practices, terms, topics, trainings
from knowledge.crises import Crisis, by_priority
from knowledge.database import Database
from knowledge.entries import Entry, expiring, get, knowledge_version, shown
from knowledge.history import versions
from knowledge.organisations import Organisation
from knowledge.practices import Practice
from knowledge.topics import Basket, Topic
from knowledge.trainings import Training
from knowledge.vocabulary import Availability, Confidence, Kind, Status
from knowledge.wordings import Wording
from tests.knowledge.sample_pack import TODAY

LATER = date(2027, 12, 1)


@pytest.mark.parametrize("status", list(Status))
def test_only_published_and_stale_are_shown(session: Session, status: Status) -> None:
    session.get_one(Practice, "nis2").status = status
    seen = [practice.id for practice in shown(session, Practice)]
    assert seen == (["nis2"] if status in (Status.PUBLISHED, Status.STALE) else [])
    assert get(session, Practice, "nis2") is not None


def test_chosen_entries_keep_the_order_asked_for(session: Session) -> None:
    found = shown(session, Topic, ["network-security", "nowhere", "cybercrime"])
    assert [topic.id for topic in found] == ["network-security", "cybercrime"]


@pytest.mark.parametrize(
    ("today", "confidence", "status", "standing"),
    [
        (TODAY, Confidence.HIGH, Status.PUBLISHED, 1.0),
        (TODAY, Confidence.MEDIUM, Status.PUBLISHED, 0.8),
        (TODAY, Confidence.HIGH, Status.STALE, 0.6),
        (LATER, Confidence.HIGH, Status.PUBLISHED, 0.6),
        (LATER, Confidence.MEDIUM, Status.PUBLISHED, 0.48),
    ],
)
def test_age_and_doubt_lower_the_standing(
    session: Session, today: date, confidence: Confidence, status: Status, standing: float
) -> None:
    practice = session.get_one(Practice, "nis2")
    practice.confidence, practice.status = confidence, status
    assert practice.standing(today) == pytest.approx(standing)


def test_an_entry_holds_through_its_last_day(session: Session) -> None:
    practice = session.get_one(Practice, "nis2")
    assert not practice.expired(date(2027, 11, 1))
    assert practice.expired(date(2027, 11, 2))


def test_full_organisations_sink_until_they_have_room(session: Session) -> None:
    organisations.set_full(session, "helpline", TODAY)
    helpline = session.get_one(Organisation, "helpline")
    assert (helpline.standing(TODAY), helpline.standing(TODAY + timedelta(days=1))) == (0.5, 1.0)
    assert not helpline.edited


def test_closed_organisations_have_no_standing(session: Session) -> None:
    helpline = session.get_one(Organisation, "helpline")
    helpline.availability = Availability.REDUCED
    assert helpline.standing(TODAY) == pytest.approx(0.8)
    helpline.availability = Availability.CLOSED
    assert helpline.standing(TODAY) == 0
    assert organisations.for_topic(session, "cybercrime") == []


def test_what_expires_soon_is_listed(session: Session) -> None:
    assert expiring(session, Practice, date(2027, 10, 31)) == []
    assert [practice.id for practice in expiring(session, Practice, date(2027, 11, 1))] == ["nis2"]


def test_a_topic_leads_to_everything_about_it(session: Session) -> None:
    def ids(found: list[Entry]) -> list[str]:
        return [entry.id for entry in found]

    assert ids([*practices.for_topic(session, "network-security")]) == ["nis2"]
    assert ids([*organisations.for_topic(session, "cybercrime")]) == ["helpline"]
    assert ids([*trainings.for_topic(session, "cybercrime")]) == ["basics"]
    assert ids([*networks.for_topic(session, "network-security")]) == ["teams"]
    assert ids([*terms.for_topic(session, "cybercrime")]) == ["phishing"]
    assert ids([*topics.in_basket(session, "security")]) == ["cybercrime", "network-security"]
    assert ids([*topics.related(session, session.get_one(Topic, "cybercrime"))]) == ["network-security"]


def test_the_main_topic_comes_first(session: Session) -> None:
    session.add(Practice(id="other", title="Other", topics=["cybercrime"], position=9))
    assert [practice.id for practice in practices.for_topic(session, "cybercrime")] == ["other", "nis2"]


def test_the_calendar_holds_dated_trainings(session: Session) -> None:
    assert trainings.calendar(session, TODAY, LATER) == []
    session.get_one(Training, "basics").starts_on = date(2027, 1, 10)
    assert [training.id for training in trainings.calendar(session, TODAY, LATER)] == ["basics"]


@pytest.mark.parametrize(("day", "runs"), [(date(2024, 10, 17), False), (date(2024, 10, 18), True)])
def test_a_clock_runs_from_the_day_of_the_law(session: Session, day: date, runs: bool) -> None:
    session.get_one(clocks.Clock, "nis2-warning").in_force = False
    assert bool(clocks.running(session, day)) is runs


def test_the_most_pressing_crisis_comes_first(session: Session) -> None:
    session.add(Crisis(id="threat-to-life", priority=0))
    assert [crisis.id for crisis in by_priority(session)] == ["threat-to-life", "active-breach"]


def test_any_change_changes_the_version(knowing: Database) -> None:
    seen = set()
    with knowing.writing() as session:
        steps: list[Callable[[], object]] = [
            lambda: setattr(session.get_one(Practice, "nis2"), "year", 2000),
            lambda: setattr(session.get_one(Wording, (Kind.TOPIC, "cybercrime", "fr")), "reviewed_by", "me"),
            lambda: setattr(session.get_one(Organisation, "helpline"), "contacts", []),
            lambda: session.add(Basket(id="new")),
            lambda: session.delete(session.get_one(Basket, "new")),
            lambda: session.execute(update(Practice).values(year=2001)),
            lambda: session.execute(delete(Wording).where(Wording.language == "zh")),
        ]
        for step in steps:
            step()
            session.flush()
            seen.add(knowledge_version(session))
    assert len(seen) == len(steps)


def test_reading_does_not_change_the_version(knowing: Database) -> None:
    with knowing.writing() as session:
        before = knowledge_version(session)
        assert shown(session, Practice)
        assert versions(session, Kind.PRACTICE, "nis2") == []
        session.get_one(Practice, "nis2").year = 2022  # as it was
        session.flush()
        assert knowledge_version(session) == before


def test_an_undone_change_leaves_the_version(knowing: Database) -> None:
    with knowing.reading() as session:
        before = knowledge_version(session)
    with pytest.raises(ZeroDivisionError), knowing.writing() as session:
        session.get_one(Practice, "nis2").year = 1
        session.flush()
        _ = 1 / 0
    with knowing.reading() as session:
        assert knowledge_version(session) == before


def test_an_empty_database_has_a_version_too(database: Database) -> None:
    with database.reading() as session:
        assert knowledge_version(session) == "0"
