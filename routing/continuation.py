"""Whether a message goes on with the open request, what to ask when it is unclear, whether it holds a second need."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from routing import eligibility, fusion, moments, normalise, replies, signals, telling, thresholds, words
from routing.decision import RunningClock
from routing.phrasebook import variants
from routing.places import Found
from routing.prepared import Prepared

#: A longer message (in words) says more than a detail, and a longer name (in words) is none of a place.
_LONGEST_DETAIL, _LONGEST_NAME = 14, 2
#: A need has so many words at least, and one that shows any emergency so surely (-1 .. 1) may be one.
_LEAST_NEED, _ALARMING = 4, 0.0
#: Longer messages (in words) are a need of their own, and so long are words about somebody named before.
_LONGEST_QUESTION, _SHORT = 12, 8


def substance(folded: str, language: str | None = None) -> list[str]:
    """The words that say what a request is about."""
    left = [word for word in telling.content_words(folded, language) if word not in telling.vague()]
    return [rest for word in left if (rest := _without_vague_chinese(word))]


def _without_vague_chinese(word: str) -> str:
    if word[0] >= "\u3400":
        for vague in words.table("requests")["vague_chinese"]:
            word = word.replace(normalise.spelling(vague), "")
        return word if len(word) > 1 else ""
    return word


@cache
def _detail_words() -> frozenset[str]:
    table = words.table("time")
    sections = ("units", "numbers", "weekdays", "days_back", "parts", "markers")
    listed = [part for name in sections for key, part in table[name].items() if not key.startswith("arrived")]
    listed += [
        table["clock"]["mark"],
        table["clock"]["named"],
        *(word for pairs in table["pairs"].values() for word in pairs),
    ]
    joined = (part.replace("+", " ") for part in listed)
    return frozenset(words.folded(words.table("requests")["detail"])).union(*(words.folded(part) for part in joined))


@cache
def _corrections() -> frozenset[str]:
    return frozenset(words.folded(words.table("requests")["correction"]))


@cache
def _chinese_moment() -> re.Pattern[str]:
    """A day, a part of a day, an hour or a length of time in Chinese, with the words around them that say no more."""
    table = words.table("time")
    listed = [
        word for kind in ("days_back", "weekdays", "parts") for part in table[kind].values() for word in part.split()
    ]
    names = sorted(
        {normalise.fold(word) for word in listed if word[0] >= "\u3400"}, key=lambda word: (-len(word), word)
    )
    number = r"(?:[一二两三四五六七八九十半]{1,3}|\d{1,3})"
    unit = "|".join(sorted(moments.CHINESE_UNITS, key=lambda word: (-len(word), word)))
    around = "|".join(words.table("requests")["around_chinese"])
    # Figures are words of their own: of "10点05分" this sees 点 and 分.
    hour, length = "[点时](?:半|钟|一刻)?", f"个?半?(?:{unit})"
    moment = f"{'|'.join(names)}|(?:^|{number})(?:{hour}|{length}|分)"
    return re.compile(f"({moment})|{around}")


def _timely(word: str) -> tuple[bool, str]:
    """Whether a word says when or how many, and what else it says."""
    if word[0] >= "\u3400":
        pattern = _chinese_moment()
        return any(found[1] for found in pattern.finditer(word)), pattern.sub("", word)
    timely = word[0].isdigit() or any(form in _detail_words() for form in variants(word))
    return timely, "" if timely or word in _corrections() else word


def _without(places: Sequence[Found], word: str) -> str:
    """A word; of a run of Chinese what is left without the places in it."""
    if word[0] >= "\u3400":
        for place in places:
            word = word.replace(normalise.fold(place.written), "在")
    return word


def is_detail(folded: str, places: Sequence[Found]) -> bool:
    """Whether a message only adds a place, a time, a number or who is asking to the open request, or corrects one."""
    spoken = normalise.words(folded)
    if not spoken or normalise.units(folded) > _LONGEST_DETAIL or "control:withdraw" in signals.seen(folded):
        return False
    told = {at for place in places for at in range(place.start, min(place.end, len(spoken)))}
    told |= {at for cue in eligibility.cues(folded) for at in cue.positions}
    # A run of Chinese says more than the place or the person in it.
    whole = {at for at in told if spoken[at][0] < "\u3400"}
    read = [_timely(_without(places, word)) for word in spoken]
    if not told and not any(timely for timely, _ in read):
        return False
    rest = [other for at, (_, other) in enumerate(read) if other and at not in whole]
    left = [word for word in telling.content_words(" ".join(rest)) if word not in _detail_words()]
    return not left or (
        len(left) == 1 and len(spoken) <= 4 and bool(told) and left[0][0] < "\u3400" and len(left[0]) <= 3
    )


def is_unknown_place(text: str, folded: str) -> bool:
    """Whether a message may be no more than the name of a place that nobody here knows, with or without a moment."""
    spoken = normalise.words(folded)
    read = [_timely(word) for word in spoken]
    rest = " ".join(other for _, other in read if other)
    left = [word for word in telling.content_words(rest) if word not in _detail_words()]
    if not 0 < len(left) <= _LONGEST_NAME or normalise.units(folded) > _LONGEST_DETAIL:
        return False
    if not telling.vague().isdisjoint(left) or replies.is_marked(text) or text.rstrip().endswith(("!", "！")):
        return False
    small = {said for word in text.split() if word[:1].islower() for said in normalise.words(normalise.fold(word))}
    return any(timely for timely, _ in read) or small.isdisjoint(left)


@dataclass(frozen=True, slots=True)
class Asked:
    """What decides whether a message is clear: its folded text, confidence, margin, whether an entry was named, and
    whether it may be no need at all."""

    folded: str
    sure: float
    margin: float
    named: bool
    doubtful: bool


def question(message: Asked, reading: fusion.Reading, ready: Prepared) -> str | None:
    """What to ask before answering: nothing, for more words, or which topic."""
    said = substance(message.folded, reading.view.index.language)
    if not said or not reading.topics or (message.sure < thresholds.UNKNOWN and not message.named):
        return "more"
    if message.named:
        return None
    size = normalise.units(message.folded)
    one_word = size == 1 or (len(said) == 1 and size <= 2)
    close = message.margin < thresholds.CLOSE and not _related(reading, ready)
    unclear = one_word or message.doubtful or message.sure < thresholds.ANSWER or close
    return "topic" if unclear else None


def _related(reading: fusion.Reading, ready: Prepared) -> bool:
    """Two close topics whose practices overlap lead to much the same answer: no need to ask."""
    if len(reading.topics) < 2:
        return True
    first, second = reading.topics[0][0], reading.topics[1][0]
    return any(second in entry.topics for entry in ready.about(first))


def asks_more(folded: str, sure: float, topic: str | None, open_topic: str) -> bool:
    """Whether a need in words of its own is more about the open request: short, and not surely about something else.

    `sure` is how sure it is that it is about `topic`.
    """
    size = normalise.units(folded)
    if size > _LONGEST_QUESTION or "also" in signals.seen(folded):
        return False
    spoken = normalise.words(folded)
    back = bool(spoken) and size <= _SHORT and spoken[0] in words.folded(words.table("requests")["back"])
    return back or topic in (None, open_topic) or sure < thresholds.ALONE


def asks_meaning(folded: str) -> bool:
    """Whether a message asks what a word means, and nothing else."""
    return "define" in signals.seen(folded) and normalise.units(folded) <= _SHORT


def place_decides(folded: str, running: Sequence[RunningClock]) -> bool:
    """Whether the country decides the answer: a duty or a deadline is asked about."""
    return bool(running) or "place" in signals.seen(folded)


def second_need(
    folded: str, reading: fusion.Reading, first: str, ready: Prepared, *, is_calm: bool = True
) -> str | None:
    """The other half of a message that asks for two unrelated things, of which the first is about a topic. Where that
    one is calm, the other may be an emergency."""
    parts = [view for view in reading.views if view.label == "clause" and view.index is reading.view.index]
    if len(parts) < 2 or len(reading.topics) < 2:
        return None
    ids = reading.view.index.topic_ids
    joined = _joined(folded, parts)
    for view in parts:
        if is_calm and joined and fusion.alarm(view) > _ALARMING and normalise.units(view.text) >= _LEAST_NEED:
            return view.source
        topic = ids[int(view.topics.argmax())]
        if (
            topic != first
            and view.top >= thresholds.SECOND
            and normalise.units(view.text) >= _LEAST_NEED
            and not _shared(first, topic, ready)
            and (view.top >= thresholds.SECOND_ALONE or joined)
        ):
            return view.source
    return None


def _joined(folded: str, parts: Sequence[fusion.View]) -> bool:
    """Whether a message says itself, within a part, that it asks for several things."""
    # What a part says the message says: most say no such thing.
    return "also" in signals.seen(folded) and any("also" in signals.seen(normalise.fold(view.source)) for view in parts)


def _shared(first: str, second: str, ready: Prepared) -> bool:
    return sum(first in entry.topics[:2] and second in entry.topics[:2] for entry in ready.about(first)) > 1
