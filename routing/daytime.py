"""The hour of a day that a message names, in eight languages: "22h", "a las 10 de la noche", "昨晚十点"."""

import re
from collections.abc import Sequence
from datetime import time
from functools import cache

from routing import normalise, words
from routing.phrasebook import variants

#: "一点" is more often "a bit" than one o'clock.
_CHINESE_HOUR = re.compile(r"(十[一二]?|[二两三四五六七八九]|\d{1,2})[点时](?:(半)|(\d{1,2})分?)?")
_CHINESE_DUE = re.compile(rf"((?:[今明][天日晚早])?(?:早上|上午|中午|下午|傍晚|晚上)?){_CHINESE_HOUR.pattern}")
#: The clock as figures write it: 14:05, 22h30, 22.30, 10pm. A date (22.11.2026) is none.
_FIGURES = re.compile(
    r"(?<![\d.:])(?:(?:[01]?\d|2[0-3])[:h.][0-5]\d(?![\d.:]*\d)(?:\s?[ap]\.?m\b)?|(?:1[0-2]|0?[1-9])\s?[ap]\.?m\b)",
    re.IGNORECASE,
)
_NIGHT, _EVENING, _NOON = 20, 18, 12
#: Behind "until" a smaller number with a unit is a length: "до 3 часов".
_EARLIEST = 6


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(words.folded(words.table("time")["clock"][kind]))


@cache
def _parts() -> dict[str, int]:
    table: dict[str, str] = words.table("time")["parts"]
    return {normalise.fold(word): int(hour) for hour, listed in table.items() for word in listed.split()}


@cache
def _hours() -> dict[str, int]:
    """Hours as words; "at one" and "at a" say too little."""
    table: dict[str, str] = words.table("time")["numbers"]
    return {
        normalise.fold(word): int(number)
        for number, listed in table.items()
        if number in map(str, range(2, 13))
        for word in listed.split()
    }


def without(text: str) -> str:
    """The text with times of day as a mere 0: in figures they look like ages and amounts."""
    return _FIGURES.sub("0", text)


def part(spoken: Sequence[str], folded: str) -> time | None:
    """The earliest hour of the part of a day that is named."""
    for name, hour in _parts().items():
        if any(name in variants(word) for word in spoken) or (name[0] >= "\u3400" and name in folded):
            return time(hour)
    return None


def clock(spoken: Sequence[str], folded: str) -> time | None:
    """The hour that is named. `spoken` are the words, times in figures as "22:30"."""
    named = part(spoken, folded)
    for at in range(len(spoken)):
        found = _said(spoken, at)
        if found:
            return _of_day(found, named)
    chinese = _CHINESE_HOUR.search(folded)
    if chinese and (hour := _number(chinese[1])) < 24:
        return _of_day(time(hour, 30 if chinese[2] else min(int(chinese[3] or 0), 59)), named)
    return None


def until(spoken: Sequence[str], marks: frozenset[str]) -> tuple[time, int] | None:
    """The hour by which something is due, and which word names it: one behind a word that says "by" or "until"."""
    for at, word in enumerate(spoken):
        before = spoken[max(0, at - 3) : at]
        # In Swahili the hours of a day are counted from six.
        if "saa" in before or not any(form in marks for one in before for form in variants(one)):
            continue
        told = spoken[at + 1] if at + 1 < len(spoken) else ""
        marked = told in _listed("mark") or _tells_day(told)
        found = _said(spoken, at) or (time(_number(word)) if marked and _EARLIEST <= _number(word) < 24 else None)
        if found:
            return _of_day(found, part(spoken[at : at + 4], "")), at
    return None


def until_in(folded: str) -> tuple[time, str] | None:
    """The same in Chinese, and what names it: an hour "before" which, or "up to" which."""
    for match in _CHINESE_DUE.finditer(folded):
        before, after = folded[max(0, match.start() - 2) : match.start()], folded[match.end() : match.end() + 2]
        hour = _number(match[2])
        if hour < 24 and ("前" in after or "到" in before or "截止" in before):
            found = time(hour, 30 if match[3] else min(int(match[4] or 0), 59))
            return _of_day(found, part((), match[1])), match[0]
    return None


def _said(spoken: Sequence[str], at: int) -> time | None:
    """The hour that a word names, given the words around it."""
    word, after = spoken[at], spoken[at + 1 : at + 3]
    hour, minute = map(int, word.split(":")) if ":" in word else (_number(word), 0)
    if hour > 23 or minute > 59:
        return None
    half = _half(after)
    if half and 0 < hour <= 12:
        return time(hour % 12 + (12 if half == "p" else 0), minute)
    return time(hour, minute) if ":" in word or _is_hour(spoken, at) else None


def _number(word: str) -> int:
    """A number as an hour; 24 and more are none."""
    return int(word) if word.isdecimal() and len(word) < 3 else _hours().get(word, 24)


def _half(after: Sequence[str]) -> str | None:
    """The letter a or p when the words go on with am, pm, a.m. or p.m."""
    first = after[0] if after else ""
    if first in ("am", "pm") or (first in ("a", "p") and after[1:] == ["m"]):
        return first[0]
    return None


def _is_hour(spoken: Sequence[str], at: int) -> bool:
    """Whether a number is an hour: "الساعة ٩", "vers 22 h", "a las 10", "в 10 вечера"; no length, no count."""
    before, after = spoken[max(0, at - 2) : at], spoken[at + 1 :]
    if any(form in _listed("named") for word in before[-1:] for form in variants(word)):
        return True
    if not before or before[-1] not in _listed("at") | _listed("day") or before[0] in _listed("length"):
        return False
    if after and after[0] in _listed("mark"):
        return True
    rest = [word for word in after[:3] if word not in _listed("joint")]
    return before[-1] in _listed("at") and (
        " ".join(before) in ("a las", "eso las") or not after or (bool(rest) and _tells_day(rest[0]))
    )


def _tells_day(word: str) -> bool:
    return any(form in _parts() or form in _listed("day") for form in variants(word))


def _of_day(found: time, named: time | None) -> time:
    """The hour on the dial of twelve as an hour of that part of the day."""
    hour, begins = found.hour, named.hour if named else 0
    if hour == 12 and begins == _NIGHT:
        return found.replace(hour=0)
    later = (
        (begins == _NIGHT and 6 <= hour < 12)
        or (begins == _EVENING and 4 <= hour < 12)
        or (begins == _NOON and 0 < hour < 10)
    )
    return found.replace(hour=hour + 12) if later else found
