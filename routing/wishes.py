"""The language that a message asks to be answered in, told from what else it says."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import chain

from routing import normalise, telling, words
from routing.phrasebook import variants

_PART = re.compile(r"[,.;:!?\n()،؛؟。，！？；、।።፣]+|\s[-–—]\s")
#: A longer message (in words) that names one language in passing asks for none.
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """A wished language, None where only others are turned down, and the message without the words that say so."""

    language: str | None
    rest: str


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a message: whether it is only about languages, which it asks for, whether it names any."""

    text: str
    about_language: bool
    asked: tuple[str, ...]
    named: bool


def found(text: str, spoken: str | None = None) -> Wish | None:
    """What language a message asks for or cannot be answered in, if it says so in a part of its own. Of several that
    would do it is the one that is `spoken` already."""
    if normalise.units(text) > _LONGEST or not _names_any(normalise.fold(text)):
        return None
    parts = [_read(piece.strip()) for piece in _PART.split(normalise.clean(text)) if piece.strip()]
    rest = [part for part in parts if not part.about_language]
    spoken_of = [part for part in parts if part.about_language and part.named]
    asked = {language for part in spoken_of for language in part.asked}
    asked = {spoken} if spoken in asked else asked
    if not spoken_of or len(asked) > 1 or any(part.named for part in rest):
        return None
    said = ", ".join(part.text for part in rest if telling.content_words(normalise.fold(part.text)))
    return Wish(next(iter(asked), None), said) if asked or said else None


def _names_any(folded: str) -> bool:
    """Whether a text names a language at all: most do not."""
    forms = {form for word in normalise.words(folded) for form in variants(word)}
    if any(not names.isdisjoint(forms) for names in _names().values()):
        return True
    chinese = () if folded.isascii() else (name for name in chain(*_names().values()) if name >= "\u3400")
    return any(name in folded for name in chinese)


def _read(text: str) -> _Part:
    asked: list[str] = []
    others: list[str] = []
    named = refused = False
    for word in normalise.words(normalise.fold(text)):
        languages, left, against = _chinese(word) if word[0] >= "\u3400" else _word(word)
        refused = refused or against
        named = named or bool(languages)
        if not _listed("refusals_after").isdisjoint(variants(word)):
            asked.clear()
        if languages and not refused:
            asked += languages
        refused = refused and not languages
        others += left
    if others:
        return _Part(text, False, (), named)
    return _Part(text, True, tuple(asked), named)


def _word(word: str) -> tuple[list[str], list[str], bool]:
    """The language a word names, the word itself if it is about something else, whether it turns a wish down."""
    forms = variants(word)
    named = [language for language, names in _names().items() if not names.isdisjoint(forms)]
    against = not _listed("refusals").isdisjoint(forms)
    after = not _listed("refusals_after").isdisjoint(forms)
    small = named or against or after or not _listed("cues").isdisjoint(forms) or not telling.content_words(word)
    return named, [] if small else [word], against


def _chinese(run: str) -> tuple[list[str], list[str], bool]:
    """The same for a run of Chinese characters, where a refusal and what it refuses stand together."""
    table = words.table("control")["language"]
    names = {language: [name for name in listed if name >= "\u3400"] for language, listed in _names().items()}
    named = [language for language, listed in names.items() if any(name in run for name in listed)]
    against = any(part in run for part in table["refusals_chinese"])
    known = {*chain.from_iterable(names.values()), *table["cues_chinese"], *table["refusals_chinese"]}
    for part in sorted(known, key=lambda part: (-len(part), part)):
        run = run.replace(normalise.spelling(part), "的")
    return named, [*telling.content_words(run)], against


@cache
def _names() -> dict[str, frozenset[str]]:
    table = words.table("requests")["languages"]
    return {language: frozenset(words.folded(names)) for language, names in table.items() if isinstance(names, str)}


@cache
def _listed(name: str) -> frozenset[str]:
    """Words around the name of a language."""
    return frozenset(words.folded(words.table("control")["language"][name]))
