"""Staffed time: three zones, changes of daylight saving, holidays, and the minute at midnight."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.business_hours import DAY, Hours, NeverOpen, around_the_clock, due

OFFICE = (*[((540, 1020),)] * 5, (), ())
NIGHT = (((0, 360), (1320, DAY)),) * 7


def local(zone: str, text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


@pytest.mark.parametrize(
    ("zone", "start", "minutes", "expected"),
    [
        # 23 November 2026 is a Monday.
        ("Europe/Riga", "2026-11-23T10:00", 240, "2026-11-23T14:00"),
        ("Europe/Riga", "2026-11-23T15:00", 240, "2026-11-24T11:00"),
        ("Europe/Riga", "2026-11-23T15:00", 120, "2026-11-23T17:00"),
        ("Europe/Riga", "2026-11-23T17:00", 1, "2026-11-24T09:01"),
        ("Europe/Riga", "2026-11-23T03:12", 30, "2026-11-23T09:30"),
        ("Europe/Riga", "2026-11-27T16:30", 60, "2026-11-30T09:30"),
        ("Europe/Riga", "2026-11-28T12:00", 480, "2026-11-30T17:00"),
        ("Asia/Kolkata", "2026-11-23T16:59", 2, "2026-11-24T09:01"),
        ("Asia/Kolkata", "2026-11-23T09:00", 960, "2026-11-24T17:00"),
        ("America/New_York", "2026-03-06T16:00", 120, "2026-03-09T10:00"),
        ("America/New_York", "2026-10-30T16:00", 120, "2026-11-02T10:00"),
    ],
)
def test_only_office_hours_count(zone: str, start: str, minutes: int, expected: str) -> None:
    moment, _ = due(local(zone, start), timedelta(minutes=minutes), Hours(zone, OFFICE))
    assert moment == local(zone, expected)


def test_a_holiday_is_passed_over_and_named() -> None:
    hours = Hours("Europe/Riga", OFFICE, {date(2026, 11, 24): "Founding day"})
    moment, steps = due(local("Europe/Riga", "2026-11-23T16:00"), timedelta(hours=2), hours)
    assert moment == local("Europe/Riga", "2026-11-25T10:00")
    assert [(step.minutes, step.left, step.holiday) for step in steps] == [
        (60, 60, ""),
        (0, 60, "Founding day"),
        (60, 0, ""),
    ]


def test_a_holiday_is_a_day_of_the_desks_own_zone() -> None:
    hours = Hours("Pacific/Auckland", OFFICE, {date(2026, 11, 24): "Holiday"})
    moment, _ = due(datetime(2026, 11, 23, 20, tzinfo=UTC), timedelta(hours=1), hours)
    assert moment == local("Pacific/Auckland", "2026-11-25T10:00")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Riga", "America/New_York", "Asia/Kathmandu", "America/Havana"])
@pytest.mark.parametrize("day", ["2026-03-07", "2026-03-28", "2026-10-24", "2026-10-31", "2026-12-31"])
def test_around_the_clock_every_minute_counts_over_midnight_and_clock_changes(zone: str, day: str) -> None:
    start = local(zone, f"{day}T23:30").astimezone(UTC)
    for minutes in (29, 30, 31, 60, 24 * 60, 3 * 24 * 60):
        moment, steps = due(start, timedelta(minutes=minutes), around_the_clock(zone))
        assert moment - start == timedelta(minutes=minutes)
        assert all(one.end == other.start for one, other in pairwise(steps))


def test_a_night_shift_that_ends_at_midnight_goes_on_after_it() -> None:
    moment, _ = due(local("Europe/Riga", "2026-11-23T23:00"), timedelta(minutes=90), Hours("Europe/Riga", NIGHT))
    assert moment == local("Europe/Riga", "2026-11-24T00:30")


@pytest.mark.parametrize(
    ("day", "counted", "shift"),
    # In Riga clocks go from 3:00 to 4:00 on 29 March and from 4:00 to 3:00 on 25 October 2026.
    [("2026-03-29", 60, 60), ("2026-10-25", 180, -60), ("2026-11-25", 120, 0)],
)
def test_a_span_in_the_night_of_a_clock_change_is_as_long_as_it_really_is(day: str, counted: int, shift: int) -> None:
    hours = Hours("Europe/Riga", (((150, 270),),) * 7)
    _, steps = due(local("Europe/Riga", f"{day}T00:00"), timedelta(hours=12), hours)
    assert (steps[0].minutes, steps[0].shift) == (counted, shift)


def test_it_counts_from_the_minute_that_clocks_show() -> None:
    start = local("Europe/Riga", "2026-11-23T10:00:59")
    moment, _ = due(start, timedelta(minutes=30), Hours("Europe/Riga", OFFICE))
    assert moment == local("Europe/Riga", "2026-11-23T10:30")


def test_hours_in_which_nobody_ever_works_are_refused() -> None:
    with pytest.raises(NeverOpen):
        Hours("UTC", ((),) * 7)


@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    minutes=st.integers(1, 5_000),
    zone=st.sampled_from(["Europe/Riga", "America/Sao_Paulo", "Australia/Lord_Howe"]),
    week=st.sampled_from([OFFICE, NIGHT]),
)
def test_the_steps_add_up_to_the_target_and_lead_to_the_moment(
    start: datetime, minutes: int, zone: str, week: tuple[tuple[tuple[int, int], ...], ...]
) -> None:
    moment, steps = due(start, timedelta(minutes=minutes), Hours(zone, week))
    assert sum(step.minutes for step in steps) == minutes
    assert steps[-1].end == moment
    left = minutes
    for step in steps:
        left -= step.minutes
        assert step.left == left
        if step.start is not None and step.end is not None:
            assert step.end - step.start == timedelta(minutes=step.minutes)
            assert step.start.astimezone(ZoneInfo(zone)).date() == step.day
