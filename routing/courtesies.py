"""Greetings, thanks, goodbyes: messages that ask for nothing."""

import math
from functools import cache

from routing import normalise, signals, telling, thresholds, words
from routing.fusion import Reading

KINDS = ("thanks", "bye", "greeting", "ok", "doubt")
#: A longer message (in words) says more than a courtesy.
_LONGEST = 32


def small_talk(text: str, folded: str) -> str | None:
    """Greeting, thanks, ok, bye or a lone emoji: messages made of nothing else."""
    if not folded:
        return "emoji" if any(ord(letter) > 0x2000 for letter in normalise.clean(text)) else None
    spoken = normalise.words(folded)
    said = _said_in_a_phrase(folded)
    if said:
        return said
    if spoken[0][0] >= "\u3400":
        return _small_talk_chinese("".join(spoken))
    if len(spoken) > 14:
        return None
    for label in KINDS:
        allowed, needed = _courteous()[label]
        forms = [(*telling.loose(word),) for word in spoken]
        fits = any(f in needed for form in forms for f in form) if needed else len(spoken) <= 5
        if fits and all(any(f in allowed for f in form) for form in forms):
            return label
    return None


def like_small_talk(folded: str, reading: Reading) -> str | None:
    """The courtesy that a message resembles more than anything else, with no need beside it."""
    asides, size = reading.asides, normalise.units(folded)
    kind = max(KINDS, key=lambda kind: asides.get(kind, -1.0))
    chance = thresholds.courtesy(
        asides.get(kind, -1.0),
        max((score for other, score in asides.items() if other not in KINDS), default=-1.0),
        reading.strength,
        reading.likeness.to("aside", kind),
        max(map(reading.likeness.most, ("topic", "practice", "crisis"))),
        math.log(size + 1),
    )
    is_like_one = asides.get(kind, -1.0) > thresholds.LIKE_COURTESY
    fits = is_like_one and size <= _LONGEST and telling.vague().isdisjoint(telling.content_words(folded))
    enough = thresholds.COURTESY if size >= telling.FEWEST_WORDS else thresholds.SHORT_COURTESY
    return kind if fits and chance > enough else None


def after(folded: str) -> str:
    """What a folded text says after the courteous words that it begins with."""
    words_of_all, spoken = _words_of_all(), normalise.words(folded)
    first = next((at for at, word in enumerate(spoken) if word not in words_of_all), len(spoken))
    return " ".join(spoken[first:])


@cache
def _words_of_all() -> frozenset[str]:
    return frozenset().union(*(allowed for allowed, _ in _courteous().values()))


@cache
def _courteous() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Label -> (words it may be made of, words of which it needs one)."""
    return {
        label: (frozenset(words.folded(part["words"])), frozenset(words.folded(part.get("need", ""))))
        for label, part in words.table("smalltalk").items()
    }


def _said_in_a_phrase(folded: str) -> str | None:
    """The courtesy of which phrases are all that a message says."""
    seen, spoken = signals.seen(folded), normalise.words(folded)
    for label in KINDS:
        taken = {at for match in seen.get(f"courtesy:{label}", ()) for at in match.positions}
        if taken and not telling.content_words(" ".join(word for at, word in enumerate(spoken) if at not in taken)):
            return label
    return None


def _small_talk_chinese(run: str) -> str | None:
    for label in KINDS:
        part = words.table("smalltalk")[label]
        left = run
        for known in sorted(part["chinese"], key=lambda known: (-len(known), known)):
            left = left.replace(normalise.fold(known), "")
        if not left and ("need_chinese" not in part or any(needed in run for needed in part["need_chinese"])):
            return label
    return None
