"""Local time: waking hours, daylight saving, and the zone of a country."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk.hours import in_waking_hours, local_time, zone_named, zone_of_country


@pytest.mark.parametrize(
    ("zone", "asked"),
    [
        ("Europe/Berlin", datetime(2026, 10, 22, 14, 30)),
        ("Europe/Berlin", datetime(2027, 3, 25, 14, 30)),
        ("America/New_York", datetime(2026, 10, 29, 14, 30)),
        ("America/New_York", datetime(2027, 3, 11, 14, 30)),
        ("Australia/Lord_Howe", datetime(2026, 10, 1, 14, 30)),
        ("America/Santiago", datetime(2026, 9, 3, 14, 30)),
    ],
)
def test_the_local_hour_stays_the_same_across_a_clock_change(zone: str, asked: datetime) -> None:
    local = asked.replace(tzinfo=ZoneInfo(zone))
    due = in_waking_hours(local.astimezone(UTC), zone, 5).astimezone(ZoneInfo(zone))
    assert (due.hour, due.minute) == (14, 30)
    assert due.date() == local.date() + timedelta(days=5)
    assert due.utcoffset() != local.utcoffset()


@pytest.mark.parametrize(("hour", "days", "expected"), [(3, 3, 9), (8, 3, 9), (20, 4, 9), (23, 4, 9), (19, 3, 19)])
def test_nobody_is_woken(hour: int, days: int, expected: int) -> None:
    asked = datetime(2026, 11, 23, hour, 0, tzinfo=ZoneInfo("Asia/Manila"))
    due = in_waking_hours(asked, "Asia/Manila", 3).astimezone(ZoneInfo("Asia/Manila"))
    assert due.hour == expected
    assert due.date() == asked.date() + timedelta(days=days)


def test_an_unknown_zone_counts_as_utc() -> None:
    assert in_waking_hours(datetime(2026, 11, 23, 12, tzinfo=UTC), "Mars/Olympus", 3).hour == 12


@pytest.mark.parametrize(
    ("country", "zone"),
    [("LV", "Europe/Riga"), ("RU", "Europe/Moscow"), ("KE", "Africa/Nairobi"), (None, None), ("XX", None)],
)
def test_a_country_gives_a_zone(country: str | None, zone: str | None) -> None:
    assert zone_of_country(country) == zone


def test_every_main_zone_exists() -> None:
    from desk.hours import _MAIN_ZONE

    assert [zone for zone in _MAIN_ZONE.values() if zone_named(zone) is None] == []


def test_a_moment_names_its_place_in_the_readers_language() -> None:
    moment = datetime(2026, 11, 23, 12, 35, tzinfo=UTC)
    assert "14:35" in local_time(moment, "Europe/Riga", "en")
    assert "Riga" in local_time(moment, "Europe/Riga", "en")
    assert "Рига" in local_time(moment, "Europe/Riga", "ru")
    assert local_time(moment, "UTC", "fr").endswith("(UTC)")
