"""What a question in an emergency asks about, and which lines of a card speak of the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from routing import normalise, replies, telling, words
from routing.phrasebook import Phrasebook

_GROUPS = ("deeds", "handling", "things", "turning", "people", "others")
#: A question that names a thing and no deed says hardly more than so many words besides.
_BESIDES = 1


@dataclass(frozen=True, slots=True)
class Subject:
    """How many telling words say something else; what is done; what is done to things only, and these; what is done to
    people only, and these; whether others do it."""

    besides: int
    deeds: frozenset[str]
    handling: frozenset[str]
    things: frozenset[str]
    turning: frozenset[str]
    people: frozenset[str]
    others: frozenset[str]


def shared(question: str, lines: Sequence[str], language: str | None = None) -> list[int]:
    """The places of those lines that speak of what a question asks about; none where that is not sure."""
    sentences = normalise.sentences(question)
    asking = [one for one in sentences if replies.is_marked(one)]
    asked = _subject(" ".join(asking), language)
    if not asked.deeds and not asked.things and not asked.people:  # "He wants to pay. Should he?"
        asked = _subject(" ".join(sentences), language)
    if asked.others:
        return []
    told = [[_subject(part) for part in normalise.sentences(line)] for line in lines]
    return [at for at, parts in enumerate(told) if any(_speaks(said, asked) for said in parts)]


def _speaks(said: Subject, asked: Subject) -> bool:
    """Whether a sentence is about what is asked. What holds for one thing says nothing of another."""
    same = said.things & asked.things
    if asked.deeds:
        return bool(said.deeds & asked.deeds) and bool(same or not said.things or not asked.things)
    concerned = said.people & asked.people
    if asked.handling or asked.turning:
        return bool((same and said.handling & asked.handling) or (concerned and said.turning & asked.turning))
    return bool(same or concerned) and asked.besides <= _BESIDES


def _subject(text: str, language: str | None = None) -> Subject:
    spoken = normalise.words(normalise.fold(text))
    matches = list(_book().matches(spoken))
    taken = {at for match in matches for at in match.positions}
    rest = " ".join(word for at, word in enumerate(spoken) if at not in taken)
    labels = [match.label.split(".") for match in matches]
    groups = (frozenset(name for kind, name in labels if kind == group) for group in _GROUPS)
    return Subject(len(telling.content_words(rest, language)), *groups)


@cache
def _book() -> Phrasebook:
    book = Phrasebook()
    for group in _GROUPS:
        for label, listed in words.table("subjects")[group].items():
            book.add(f"{group}.{label}", listed["patterns"], listed["chinese"])
    return book
