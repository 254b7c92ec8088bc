"""Local time: where a person probably is on the clock, and when it is decent to write to them."""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.dates import get_timezone_location

from desk import dates

WAKES, SLEEPS = time(9, 0), time(20, 0)

# Where a country has several zones, the one most of its people live in (IANA zone1970.tab lists them by longitude).
_MAIN_ZONE = {
    "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
    "CA": "America/Toronto", "CD": "Africa/Kinshasa", "CL": "America/Santiago", "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia", "DE": "Europe/Berlin", "EC": "America/Guayaquil", "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei", "ID": "Asia/Jakarta", "KI": "Pacific/Tarawa", "KZ": "Asia/Almaty",
    "MN": "Asia/Ulaanbaatar", "MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti", "PG": "Pacific/Port_Moresby", "PS": "Asia/Hebron", "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow", "UA": "Europe/Kyiv", "US": "America/New_York", "UZ": "Asia/Tashkent",
}  # fmt: skip


@cache
def _zones_by_country() -> dict[str, list[str]]:
    """IANA's own table of countries and zones (zone.tab), shipped with the tzdata package."""
    zones: dict[str, list[str]] = defaultdict(list)
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            zones[country].append(zone)
    return zones


def zone_of_country(country: str | None) -> str | None:
    """The zone to assume for somebody in a country, or None when the country is not known."""
    if not country:
        return None
    zones = _zones_by_country().get(country, [])
    return _MAIN_ZONE.get(country) or (zones[0] if zones else None)


def zone_named(name: str | None) -> ZoneInfo | None:
    """The zone of that IANA name, or None when there is no such zone."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def in_waking_hours(now: datetime, time_zone: str, days: int) -> datetime:
    """The same local hour `days` later, moved into 9:00 to 20:00 there. Returns UTC.

    Computed on the local calendar, so the hour stays the same across a change of daylight saving. A local time that
    is skipped that night moves forward with the clocks; one that happens twice means the first.
    """
    zone = zone_named(time_zone) or UTC
    local = now.astimezone(zone)
    day, hour = local.date() + timedelta(days=days), local.time()
    if hour < WAKES:
        hour = WAKES
    elif hour >= SLEEPS:
        day, hour = day + timedelta(days=1), WAKES
    return datetime.combine(day, hour.replace(fold=0), tzinfo=zone).astimezone(UTC)


def local_time(moment: datetime, time_zone: str, language: str) -> str:
    """An instant as people read it there: weekday, date, time and the name of the zone."""
    zone = zone_named(time_zone) or UTC
    local = moment.astimezone(zone)
    return f"{dates.weekday(local, language)} {local:%H:%M} ({_zone_name(zone, language)})"


def _zone_name(zone: tzinfo, language: str) -> str:
    """A zone by its city: an abbreviation such as IST means three different clocks."""
    return "UTC" if str(zone) == "UTC" else get_timezone_location(zone, locale=language, return_city=True)
