"""What the router gets to see."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from knowledge.clocks import Clock
from knowledge.entries import knowledge_version
from knowledge.organisations import Organisation
from knowledge.practices import Practice
from knowledge.snapshot import EntrySnapshot, take_snapshot
from knowledge.vocabulary import Availability, Confidence, Kind, Status
from tests.knowledge.sample_pack import TODAY


def entry(session: Session, kind: Kind, id: str, today: date = TODAY) -> EntrySnapshot:
    return next(one for one in take_snapshot(session, today).entries if (one.kind, one.id) == (kind, id))


def test_texts_come_in_all_languages(session: Session) -> None:
    topic = entry(session, Kind.TOPIC, "cybercrime")
    assert topic.names["en"] == "Cybercrime" and topic.names["zh"] == "Cybercrime [zh]"
    assert topic.summaries["fr"] == "Crimes by computer. [fr]"
    assert len(topic.phrases["en"]) == 12
    assert entry(session, Kind.TERM, "phishing").summaries["en"].startswith("Tricking")


def test_topics_of_an_entry_come_along(session: Session) -> None:
    assert entry(session, Kind.TOPIC, "cybercrime").topics == ("network-security",)
    assert entry(session, Kind.PRACTICE, "nis2").topics == ("network-security", "cybercrime")
    assert entry(session, Kind.TERM, "phishing").topics == ("cybercrime",)


def test_other_names_are_aliases(session: Session) -> None:
    assert entry(session, Kind.ORGANISATION, "helpline").aliases == ("THL", "The Helpline", "help line")
    assert entry(session, Kind.PRACTICE, "nis2").aliases == ("Directive (EU) 2022/2555", "NIS 2", "NIS2")


def test_regions_become_countries(session: Session) -> None:
    assert entry(session, Kind.PRACTICE, "nis2").countries == {"DE", "FR", "LV"}
    assert entry(session, Kind.ORGANISATION, "helpline").countries == {"GB", "NO"}
    assert entry(session, Kind.TRAINING, "basics").countries == set()


@pytest.mark.parametrize("status", [Status.DRAFT, Status.REVIEWED, Status.RETIRED])
def test_what_is_not_published_is_not_there(session: Session, status: Status) -> None:
    session.get_one(Practice, "nis2").status = status
    assert Kind.PRACTICE not in {one.kind for one in take_snapshot(session, TODAY).entries}


def test_standing_depends_on_the_day(session: Session) -> None:
    assert entry(session, Kind.PRACTICE, "nis2").standing == 1
    assert entry(session, Kind.PRACTICE, "nis2", date(2028, 1, 1)).standing == pytest.approx(0.6)


def test_places_have_all_their_names(session: Session) -> None:
    places = {place.id: place for place in take_snapshot(session, TODAY).places}
    assert places["eu"].names["en"] == ("European Union", "EU")
    assert places["eu"].countries == {"DE", "FR", "LV"}
    assert places["NO"].names["en"] == ("Norway", "norwegian", "oslo")
    assert places["LV"].names["ru"] == ("Латвия",)
    assert "world" not in places


def test_clocks_know_where_they_apply(session: Session) -> None:
    (clock,) = take_snapshot(session, TODAY).clocks
    assert clock.countries == {"DE", "FR"}
    assert clock.offers_services_in == {"DE", "FR", "LV"}
    assert (clock.event, clock.duration, clock.practice, clock.confident) == ("incident", "PT24H", "nis2", True)
    assert clock.phrases["ar"]


def test_a_worldwide_clock_may_leave_out_a_country(session: Session) -> None:
    clock = session.get_one(Clock, "nis2-warning")
    clock.regions, clock.except_countries = ["world"], ["US"]
    (taken,) = take_snapshot(session, TODAY).clocks
    assert "LV" in taken.countries and "US" not in taken.countries


def test_clocks_of_the_future_do_not_run(session: Session) -> None:
    assert take_snapshot(session, date(2024, 1, 1)).clocks == ()


def test_what_starts_no_clock_is_known(session: Session) -> None:
    assert take_snapshot(session, TODAY).not_clocks["user-notice"]["en"] == ("a user complained", "somebody flagged it")


def test_a_crisis_names_only_what_is_sure(session: Session) -> None:
    (crisis,) = take_snapshot(session, TODAY).crises
    assert (crisis.practices, crisis.organisations) == (("nis2",), ("helpline",))
    assert crisis.near_misses["en"] == ("report on ransomware of last year",)
    session.get_one(Practice, "nis2").confidence = Confidence.MEDIUM
    session.get_one(Organisation, "helpline").availability = Availability.CLOSED
    (crisis,) = take_snapshot(session, TODAY).crises
    assert (crisis.practices, crisis.organisations) == ((), ())


def test_it_carries_the_version_and_the_day(session: Session) -> None:
    taken = take_snapshot(session, TODAY)
    assert (taken.version, taken.today) == (knowledge_version(session), TODAY)
