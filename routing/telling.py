"""The words of a message that tell something: neither small ones, nor courteous ones."""

import re
from functools import cache, lru_cache

from routing import normalise, words
from routing.language import small_words
from routing.phrasebook import variants

#: In fewer words than these there is hardly anything beside what a message asks for.
FEWEST_WORDS = 4
#: Small or courteous somewhere, but the very subject of many requests.
_NEVER_SMALL = frozenset(["ai", "app", "apps", "data", "ia", "ip", "job", "net", "pro", "site", "sites", "son"])
_DOUBLED = re.compile(r"(.)\1+")


@lru_cache(maxsize=256)
def content_words(folded: str, language: str | None = None) -> tuple[str, ...]:
    """The words of a folded text that are neither small nor courteous; of Chinese, what is left between small words.

    In a known language only its own small words are small: "ai" is a verb in French and a subject in English.
    """
    known = language if language in small_words() else None
    left: list[str] = []
    for word in normalise.words(folded):
        if word[0] >= "\u3400":
            left += chinese_left(word)
        elif not _is_small(word, known):
            left.append(word)
    return tuple(left)


@cache
def vague() -> frozenset[str]:
    """Words of a need that does not say which: "problem", "urgent"."""
    return frozenset(words.folded(words.table("requests")["vague"]))


def chinese_left(run: str) -> list[str]:
    return [part for part in _chinese_fillers().split(run) if part]


@lru_cache(maxsize=4096)
def loose(word: str) -> tuple[str, ...]:
    """A word as written and with every doubled letter single: "thaanks", "pleasee"."""
    return (*variants(word), _DOUBLED.sub(r"\1", word))


@lru_cache(maxsize=8192)
def _is_small(word: str, language: str | None) -> bool:
    return word.isdigit() or not _fillers(language).isdisjoint(loose(word))


@cache
def _fillers(language: str | None) -> frozenset[str]:
    """Words that may stand around a control message without making it about something else."""
    courteous = (word for part in words.table("smalltalk").values() for word in words.folded(part["words"]))
    if language:
        return frozenset(courteous).union(_desk_nouns()) - _NEVER_SMALL | small_words()[language]
    return frozenset(courteous).union(_desk_nouns(), *small_words().values()) - _NEVER_SMALL


@cache
def _desk_nouns() -> tuple[str, ...]:
    return words.folded(words.table("requests")["desk"])


@cache
def _chinese_fillers() -> re.Pattern[str]:
    listed = set(words.table("function_words")["zh"].split())
    for part in words.table("smalltalk").values():
        listed.update(part["chinese"])
    listed.update(words.table("requests")["small_chinese"])
    return re.compile("|".join(sorted(map(re.escape, listed), key=lambda part: (-len(part), part))))
