"""All word rules of the router, looked for in one pass over a message."""

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from routing import normalise, words
from routing.phrasebook import Match, Phrasebook

_LONGEST = 300
#: The ages of those who are no children any more, as a choice of words.
_ADULT = "|".join(map(str, range(18, 100)))


@cache
def book() -> Phrasebook:
    """Every rule, filed under `table:label`."""
    book = Phrasebook()
    for label, listed in words.table("control").items():
        book.add(f"control:{label}", listed["patterns"], listed["chinese"])
        for why in ("unless", "things", "own"):
            book.add(f"{why}:{label}", listed.get(why, ()), listed.get(f"{why}_chinese", ()))
    for label, listed in words.table("smalltalk").items():
        book.add(f"courtesy:{label}", listed.get("phrases", ()))
    for label, listed in words.table("questions").items():
        book.add(f"question:{label}", listed["patterns"], listed["chinese"])
    solved = words.table("control")["solved"]
    book.add("unsolved", solved["negations"], solved["negations_chinese"])
    for kind, listed in words.table("unwanted").items():
        book.add(f"unwanted:{kind}", listed["sure"], listed["chinese"])
        book.add(f"unless:{kind}", *_by_script(listed["unless"]))
    _add_crises(book, words.table("crisis"))
    for label, listed in words.table("serves").items():
        book.add(f"serves:{label}", listed["patterns"], listed["chinese"])
    for label in ("own", "another", "harmed", "moderates", "runs", "vital"):
        listed = words.table("concerned")[label]
        book.add(f"concerned:{label}", listed["patterns"], listed.get("chinese", ()))
    adult = words.table("concerned")["adult"]
    for label, why in (("concerned:adult", "patterns"), ("unless:adult", "unless")):
        book.add(label, (pattern.replace("AGE", _ADULT) for pattern in adult[why]))
    book.add("concerned:adult", (), adult["chinese"])
    for label, listed in words.table("requests").items():
        if isinstance(listed, dict):
            book.add(label, listed["patterns"], listed["chinese"])
    return book


def _add_crises(book: Phrasebook, crises: Mapping[str, Any]) -> None:
    for id, listed in crises.items():
        if isinstance(listed, dict) and "patterns" in listed:
            book.add(f"crisis:{id}", listed["patterns"], listed["chinese"])
            for why in ("unless", "figure"):
                book.add(f"{why}:{id}", listed.get(why, ()), listed.get(f"{why}_chinese", ()))
    book.add("calm", crises["calm"], crises["calm_chinese"])
    book.add("sexual", crises["minor-sexual"]["sexual"], crises["minor-sexual"]["sexual_chinese"])


def _by_script(patterns: Sequence[str]) -> tuple[list[str], list[str]]:
    chinese = [pattern for pattern in patterns if pattern[:1] >= "\u3400"]
    return [pattern for pattern in patterns if pattern not in chinese], chinese


@lru_cache(maxsize=64)
def seen(folded: str) -> Mapping[str, tuple[Match, ...]]:
    """The matches of every rule in a folded text, by `table:label`."""
    found: dict[str, list[Match]] = {}
    for match in book().matches(normalise.words(folded)[:_LONGEST]):
        found.setdefault(match.label, []).append(match)
    return {label: tuple(matches) for label, matches in found.items()}


def spoken(folded: str, match: Match) -> str:
    """The words a match took."""
    said = normalise.words(folded)
    return " ".join(said[at] for at in match.positions)
