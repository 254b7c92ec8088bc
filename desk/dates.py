"""Dates and times as each language writes them. English ones have the day before the month."""

from datetime import date, datetime

from babel import Locale
from babel.dates import format_skeleton


def moment(local: datetime, language: str, *, with_weekday: bool = False) -> str:
    """A day and a time on the clock that `local` is of: 28 Nov 2026, 09:06."""
    locale = _locale(language)
    day_ = format_skeleton("yMMMEd" if with_weekday else "yMMMd", local, locale=locale)
    return str(locale.datetime_formats["medium"]).replace("'", "").format(f"{local:%H:%M}", day_)


def day(on: date, language: str) -> str:
    """A date without its year."""
    return format_skeleton("MMMd", on, locale=_locale(language))


def weekday(on: date, language: str) -> str:
    """A day as it stands in a calendar."""
    return format_skeleton("MMMEd", on, locale=_locale(language))


def _locale(language: str) -> Locale:
    return Locale.parse("en_GB" if language == "en" else language)
