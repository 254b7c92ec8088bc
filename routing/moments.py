"""What a message says about time, in eight languages: how long ago, how long is left, since when."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from routing import daytime, doings, normalise, words
from routing.phrasebook import variants

_CHINESE_LENGTH = re.compile(r"(半|[一二两三四五六七八九十]{1,3}|\d{1,3})\s*(?:个)?(半)?(分钟|小时|钟头|天|星期|周|月)")
#: 22h30, 22.30 or 22:30; a date (22.11.2026) is none.
_HOUR_AND_MINUTES = re.compile(r"(?<![\d.])(\d{1,2})[h.]([0-5]\d)(?![\d.:]*\d)")
#: "20 past 9", "quarter to ten": in English the minutes stand before the hour.
_BEFORE_HOUR = re.compile(r"\b(\d{1,2}|five|ten|quarter|twenty|half)(?: minutes)? (past|to) (\d{1,2}|[a-z]+)\b")
_MINUTES = {"five": 5, "ten": 10, "quarter": 15, "twenty": 20, "half": 30}
_LENGTHS = {
    "minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1),
    "weeks": timedelta(weeks=1), "months": timedelta(days=30),
}  # fmt: skip
_NEAR = 3
#: From when on the hours of a morning are those of the next one, and the last of them.
_LATE, _MORNING = 17, 12
#: "Within", "before", "after an hour": "ya" is no Spanish "already" there.
_SWAHILI_TERM = re.compile(r"\b(?:ndani|kabla|baada) ya$")


@cache
def _units() -> dict[str, str]:
    return {normalise.fold(w): unit for unit, listed in words.table("time")["units"].items() for w in listed.split()}


@cache
def _pairs() -> dict[str, tuple[str, float]]:
    table: dict[str, dict[str, float]] = words.table("time")["pairs"]
    return {normalise.fold(w): (unit, n) for unit, listed in table.items() for w, n in listed.items()}


@cache
def _numbers() -> dict[str, float]:
    return {normalise.fold(w): float(n) for n, listed in words.table("time")["numbers"].items() for w in listed.split()}


@cache
def _lookup(section: str) -> dict[str, str]:
    return {normalise.fold(w): key for key, listed in words.table("time")[section].items() for w in listed.split()}


@cache
def _markers() -> dict[str, frozenset[str]]:
    table: dict[str, str] = words.table("time")["markers"]
    return {kind: frozenset(normalise.fold(w) for w in listed.split()) for kind, listed in table.items()}


@dataclass(frozen=True, slots=True)
class Told:
    """What a message says about time. `exact` when an hour or a length was given, not only a day.

    `done_at` is when something was done about it; `ahead` says that the hour of today that was given is still to come;
    `until` is when something is due.
    """

    elapsed: timedelta | None = None
    remaining: timedelta | None = None
    left: timedelta | None = None
    happened_at: datetime | None = None
    exact: bool = False
    done_at: datetime | None = None
    ahead: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Length:
    value: timedelta
    start: int
    end: int


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _spread(text: str) -> list[str]:
    """The words of a text with numbers cut off their units ("25min", "1h") and Chinese in single steps."""
    lowered = normalise.clean(text)[:1500].casefold()
    lowered = re.sub(r"(\d)([^\W\d])", r"\1 \2", _HOUR_AND_MINUTES.sub(r"\1:\2", lowered))
    lowered = _BEFORE_HOUR.sub(_in_figures, lowered)
    return [t if ":" in t else normalise.fold(t) for t in re.findall(r"\d{1,2}:\d{2}|\d+(?:\.\d)?|[^\W\d]+", lowered)]


def _in_figures(found: re.Match[str]) -> str:
    """An hour with the minutes past or to it, as 9:20; anything else ("from ten to fifty") as it is."""
    minutes, hour = int(_MINUTES.get(found[1], found[1])), _number(found[3])
    if hour is None or not 0 < hour <= 12 or not 0 < minutes < 60 or (found[2] == "to" and found[1].isdigit()):
        return found[0]
    if found[2] == "to":
        hour, minutes = (hour + 10) % 12 + 1, 60 - minutes
    return f"{int(hour)}:{minutes:02}"


def _lengths(spoken: Sequence[str]) -> Iterable[_Length]:
    """Numbers with units, in either order: "25 min", "saa moja", "ساعتين", "час"."""
    for at, word in enumerate(spoken):
        forms = variants(word)
        pair = next((_pairs()[form] for form in forms if form in _pairs()), None)
        if pair:
            yield _Length(pair[1] * _LENGTHS[pair[0]], at, at + 1)
            continue
        unit = next((_units()[form] for form in forms if form in _units()), None)
        if unit is None:
            continue
        before = _number(spoken[at - 1]) if at else None
        after = (
            _number(spoken[at + 1]) if at + 1 < len(spoken) and unit in ("hours", "days", "minutes", "weeks") else None
        )
        if before is not None:
            yield _Length(before * _LENGTHS[unit], at - 1, at + 1)
        elif after is not None and word in ("saa", "masaa", "siku", "dakika", "wiki", "ساعه"):
            yield _Length(after * _LENGTHS[unit], at, at + 2)
        elif word in ("час", "неделю", "сутки", "день", "месяц", "ساعه", "يوم", "اسبوع", "شهر") and unit != "days":
            yield _Length(_LENGTHS[unit], at, at + 1)


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return _numbers().get(word)


CHINESE_UNITS = {
    "分钟": "minutes",
    "小时": "hours",
    "钟头": "hours",
    "天": "days",
    "星期": "weeks",
    "周": "weeks",
    "月": "months",
}


def _chinese(text: str, told: Told) -> Told:
    folded = normalise.fold(text)
    for match in _CHINESE_LENGTH.finditer(folded):
        number = float(match[1]) if match[1].isdigit() else _numbers().get(match[1])
        if number is None:
            continue
        value = (number + (0.5 if match[2] else 0)) * _LENGTHS[CHINESE_UNITS[match[3]]]
        before, after = folded[max(0, match.start() - 3) : match.start()], folded[match.end() : match.end() + 3]
        told = _filed(told, value, (before, after), chinese=True)
    return told


def _kind(around: tuple[str, str], *, chinese: bool) -> str | None:
    before, after = around
    for kind in ("left", "elapsed", "term"):
        marks = {m for m in _markers()[kind] if m and (m[0] >= "\u3400") is chinese}
        if chinese and any(m in before or m in after for m in marks):
            return kind
        if not chinese and any(form in marks for word in (before + " " + after).split() for form in variants(word)):
            return kind
    return None


def _filed(told: Told, value: timedelta, around: tuple[str, str], *, chinese: bool = False) -> Told:
    kind = _kind(around, chinese=chinese)
    if kind == "left":
        return replace(told, left=value, remaining=value, exact=True)
    if kind == "elapsed" and told.elapsed is None:
        return replace(told, elapsed=value, exact=value < timedelta(days=2))
    if kind == "term" and told.remaining is None:
        return replace(told, remaining=value)
    return told


def understand(
    text: str, now: datetime | None, time_zone: str, *, answers: bool = False, removal: bool = False
) -> Told:
    """What a text says about time, seen from `now` in the person's time zone.

    When it `answers` when something happened, an hour alone is that moment. In a case of `removal`, what was removed
    was removed in answer to it.
    """
    happened, done = doings.parted(text, removal=removal)
    told = _understood(happened, now, time_zone, answers)
    if not done or now is None:
        return told
    did = _understood(done, now, time_zone, True)
    left, remaining = told.left or did.left, told.remaining or did.remaining
    return replace(told, left=left, remaining=remaining, done_at=did.happened_at or now)


def _understood(text: str, now: datetime | None, time_zone: str, answers: bool) -> Told:
    """What a text says about time that is about one thing."""
    spoken = _spread(text)
    tomorrow = _is_tomorrow(spoken, normalise.fold(text))
    hour, spoken, text = _until(spoken, text)
    told = Told()
    for length in _lengths(spoken):
        before = _SWAHILI_TERM.sub("ndani", " ".join(spoken[max(0, length.start - _NEAR) : length.start]))
        after = " ".join(spoken[length.end : length.end + 2])
        # "in 3 days left": what stands behind the length speaks first, "2 hours ago" before "for 2 hours".
        around = (after, "") if _kind((after, ""), chinese=False) in ("left", "elapsed") else (before, after)
        told = _filed(told, length.value, around)
    told = _chinese(text, told)
    if now is None:
        return told
    local = now.astimezone(_zone(time_zone))
    happened, exact = _happened(text, spoken, local, answers)
    ahead = exact and happened is None
    if told.elapsed is not None and happened is None:
        happened, exact, ahead = (now - told.elapsed).astimezone(local.tzinfo), told.exact, False
    just = any(word in _markers()["just"] for word in spoken[:12])
    if happened is None and not ahead and just and doings.arrived(spoken, text):
        happened, exact = local, True
    until = _due(hour, local, happened, tomorrow=tomorrow) if hour else None
    return replace(told, happened_at=happened, exact=exact or told.exact, ahead=ahead, until=until)


def _until(spoken: list[str], text: str) -> tuple[time | None, list[str], str]:
    """The hour by which something is due, and the text without it."""
    found, chinese = daytime.until(spoken, _markers()["future"]), daytime.until_in(normalise.fold(text))
    if found and not _is_of_the_past(spoken[max(0, found[1] - 3) : found[1] + 3]):
        hour, at = found
        return hour, spoken[:at] + spoken[at + 1 :], text
    if chinese:
        hour, named = chinese
        text = normalise.fold(text).replace(named, "", 1)
        return hour, _spread(text), text
    return None, spoken, text


def _due(hour: time, local: datetime, happened: datetime | None, *, tomorrow: bool) -> datetime | None:
    """When it is that hour: today, though it is past, if what it answers came before it; of an hour gone by it is said
    in the evening that it is the next morning's, and else not known which day is meant."""
    due = datetime.combine(local.date(), hour, local.tzinfo)
    if tomorrow or due > local:
        return due + timedelta(days=tomorrow)
    if happened and happened.astimezone(local.tzinfo).date() == local.date():
        return due if happened < due else None
    return due + timedelta(days=1) if local.hour >= _LATE and hour.hour <= _MORNING else None


def _is_of_the_past(spoken: Sequence[str]) -> bool:
    return any(_lookup("days_back").get(form, "0") != "0" for word in spoken for form in variants(word))


def _is_tomorrow(spoken: Sequence[str], folded: str) -> bool:
    """Whether the next day is named; the Spanish word is that for the morning too ("la mañana", "esta mañana")."""
    listed, pairs = _markers()["tomorrow"], zip(("", *spoken), spoken, strict=False)
    own = any(word in listed and before not in ("la", "esta") for before, word in pairs)
    return own or any(word in folded for word in listed if word[0] >= "\u3400")


def _happened(text: str, spoken: Sequence[str], local: datetime, answers: bool) -> tuple[datetime | None, bool]:
    """The instant of the event as the earliest it can have been, and whether an hour was given: one of today that is
    still to come is no instant."""
    folded = normalise.fold(text)
    day, clock = _day(spoken, folded, local), daytime.clock(spoken, folded)
    if day is None and (clock is None or not (answers or _past(spoken) or doings.arrived(spoken, text))):
        return None, False
    base = (day or local).date()
    hour = clock or daytime.part(spoken, folded) or time(0)
    found = datetime.combine(base, hour, local.tzinfo)
    if found > local and day is None:
        found -= timedelta(days=1)
    elif found > local and clock is not None:
        return None, answers or doings.arrived(spoken, text)
    return min(found, local), clock is not None


_SINCE = ("since", "at", "desde", "depuis", "с", "منذ", "من", "الساعه", "tangu", "saa", "в", "a", "as")


def _past(spoken: Sequence[str]) -> bool:
    return any(word in _SINCE for word in spoken)


def _day(spoken: Sequence[str], folded: str, local: datetime) -> datetime | None:
    said = f" {' '.join(spoken)} "
    for name, days in _lookup("days_back").items():
        if " " in name and f" {name} " in said:
            return local - timedelta(days=int(days))
    for at, word in enumerate(spoken):
        if any(w in _markers()["future"] for w in spoken[max(0, at - 2) : at]):
            continue
        for form in variants(word):
            if form in _lookup("days_back"):
                return local - timedelta(days=int(_lookup("days_back")[form]))
            if form in _lookup("weekdays"):
                return local - timedelta(days=(local.weekday() - int(_lookup("weekdays")[form])) % 7)
    for section in () if folded.isascii() else ("days_back", "weekdays"):
        for name, key in _lookup(section).items():
            if name[0] >= "\u3400" and name in folded and f"{name}之前" not in folded and f"{name}前" not in folded:
                back = int(key) if section == "days_back" else (local.weekday() - int(key)) % 7
                return local - timedelta(days=back)
    return None
