"""Time in eight languages, and the statutory clocks that run."""

from datetime import UTC, datetime, timedelta

import pytest

from routing import clocks, moments
from tests.routing.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "elapsed"),
    [
        ("25 min gone already", timedelta(minutes=25)),
        ("it happened two hours ago", 2 * HOUR),
        ("hace 3 horas", 3 * HOUR),
        ("il y a 20 minutes", timedelta(minutes=20)),
        ("час назад", HOUR),
        ("منذ ساعتين", 2 * HOUR),
        ("半小时前", timedelta(minutes=30)),
        ("saa moja iliyopita", HOUR),
        ("há 2 horas", 2 * HOUR),
    ],
)
def test_time_gone_by_is_understood(text, elapsed):
    told = moments.understand(text, NOW, "UTC")
    assert told.elapsed == elapsed
    assert told.happened_at == NOW - elapsed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("72h left", 72 * HOUR),
        ("quedan 3 horas", 3 * HOUR),
        ("il reste 30 minutes", timedelta(minutes=30)),
        ("осталось 2 часа", 2 * HOUR),
        ("باقي 3 ساعات", 3 * HOUR),
        ("还剩两个小时", 2 * HOUR),
        ("faltam 5 horas", 5 * HOUR),
        ("imebaki masaa 2", 2 * HOUR),
    ],
)
def test_time_left_is_understood(text, left):
    assert moments.understand(text, NOW, "UTC").left == left


@pytest.mark.parametrize(
    "text", ["take it down within the hour", "they want it deleted in 1 hr", "toa video hii ndani ya saa moja"]
)
def test_a_term_is_not_time_left(text):
    told = moments.understand(text, NOW, "UTC")
    assert (told.remaining, told.left, told.happened_at) == (HOUR, None, None)


def test_yesterday_at_an_hour_is_in_the_persons_zone():
    told = moments.understand("breach found yesterday 14:00", NOW, "America/Lima")
    assert told.happened_at == datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


def test_a_weekday_is_the_last_one():
    told = moments.understand("noticed tuesday night", NOW, "UTC")
    assert told.happened_at == datetime(2026, 11, 17, 20, 0, tzinfo=UTC)
    assert not told.exact


@pytest.mark.parametrize("text", ["by friday", "hasta el viernes", "до пятницы", "before monday"])
def test_a_day_to_come_is_no_event(text):
    assert moments.understand(text, NOW, "UTC").happened_at is None


def test_nothing_is_known_without_a_now():
    assert moments.understand("two hours ago", None, "UTC").happened_at is None


def test_an_unknown_zone_is_utc():
    told = moments.understand("since yesterday 14:00", NOW, "Mars/Olympus")
    assert told.happened_at == datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def test_a_removal_order_runs_from_its_receipt(ask):
    decision = ask("BKA sent a removal order for a terrorist video 25 min ago, we are a host in Riga")
    clock = next(clock for clock in decision.clocks if clock.id == "tco-removal")
    assert clock.due == NOW - timedelta(minutes=25) + HOUR
    assert clock.sure


def test_without_a_start_there_is_no_due_time(ask):
    decision = ask("german police sent a removal order, delete within the hour")
    clock = next(clock for clock in decision.clocks if clock.id == "tco-removal")
    assert (clock.started, clock.due) == (None, None)
    assert decision.question == "time"


def test_a_clock_of_another_place_does_not_run(ask, catalogue):
    places = {clock.id: clock.countries for clock in catalogue.clocks}
    decision = ask("customer data leaked yesterday, we are in Nairobi, whom do we notify")
    assert decision.clocks
    assert all(not places[clock.id] or "KE" in places[clock.id] for clock in decision.clocks)


def test_a_deadline_without_a_place_asks_for_the_place(ask):
    decision = ask("our customer data leaked, how long do we have to report it")
    assert decision.question == "place"
    assert decision.practices


def test_months_are_counted_short():
    assert clocks.length("P1M") == timedelta(days=30)
    assert clocks.length("PT72H") == timedelta(hours=72)
    assert clocks.length(None) is None
