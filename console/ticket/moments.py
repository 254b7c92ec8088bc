"""Points in time that members choose, on their own clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from console.refusals import Refusal
from desk.hours import zone_named
from desk.wording import phrase

_MORNING = time(9, 0)


@dataclass(frozen=True, slots=True)
class Preset:
    """A moment with what it is called."""

    name: str
    at: datetime


def presets(now: datetime, time_zone: str) -> tuple[Preset, ...]:
    """Until when tickets are usually left alone."""
    local = now.astimezone(zone_named(time_zone) or UTC)

    def morning(days: int) -> datetime:
        day = local.date() + timedelta(days=days)
        return datetime.combine(day, _MORNING, tzinfo=local.tzinfo).astimezone(UTC)

    return (
        Preset(phrase("In 3 hours"), now + timedelta(hours=3)),
        Preset(phrase("Tomorrow morning"), morning(1)),
        Preset(phrase("Next Monday"), morning(7 - local.weekday())),
        Preset(phrase("In two weeks"), morning(14)),
    )


def chosen(text: str, time_zone: str, now: datetime) -> datetime:
    """A moment from a form: with its own offset, or on the member's clock.

    Raises:
        Refusal: it is none, or has gone by.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(422, phrase("Choose a date and a time.")) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=zone_named(time_zone) or UTC)
    at = at.astimezone(UTC)
    if at <= now:
        raise Refusal(422, phrase("This moment has gone by. Choose a later one."))
    return at


def local_minute(at: datetime, time_zone: str) -> str:
    """A moment as the fields of browsers for date and time take it."""
    return f"{at.astimezone(zone_named(time_zone) or UTC):%Y-%m-%dT%H:%M}"
