"""Patterns of words: short rules a person can read, matched on folded text.

`word` is exact, `word*` any ending, `*word` any beginning, `*word*` both, `a|b` either, `a+b` two words as one choice,
`..` up to four words in between.
Arabic words are also tried without the particles written onto them (و ف ب ل ك ال).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, count, product

from routing import normalise

_GAP = 4
_HEAD = 3
#: So many words are looked through faster than hashed, and in a fifth of the memory.
_FEW = 4
_PARTICLES = ("و", "ف", "ب", "ل", "ك")


def _is_arabic(word: str) -> bool:
    return "\u0621" <= word[:1] <= "\u064a"


@lru_cache(maxsize=8192)
def variants(word: str) -> tuple[str, ...]:
    """A word and, in Arabic, the word without its particles and article."""
    if not _is_arabic(word):
        return (word,)
    forms = [word]
    for _ in range(2):
        forms += [form[1:] for form in forms if form.startswith(_PARTICLES) and len(form) > 3]
    forms += [form[2:] for form in forms if form.startswith(("ال", "لل")) and len(form) > 4]
    return tuple(dict.fromkeys(forms))


@dataclass(frozen=True, slots=True, eq=False)
class _Step:
    """One word of a pattern. `gap` says that other words may come before it."""

    exact: Collection[str]
    starts: tuple[str, ...]
    holds: tuple[str, ...]
    gap: bool

    def fits(self, word: str) -> bool:
        if word in self.exact or (self.starts and word.startswith(self.starts)):
            return True
        if self.holds and any(part in f"{word} " for part in self.holds):
            return True
        if not _is_arabic(word):
            return False
        return any(form in self.exact or (self.starts and form.startswith(self.starts)) for form in variants(word))


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern matched: positions of words, the end exclusive, and the label it was filed under."""

    start: int
    end: int
    label: str
    positions: tuple[int, ...] = ()


def _written_out(pattern: str) -> Iterator[str]:
    """A pattern with choices of several words as the patterns without: `die|be+dead` is `die` and `be dead`."""
    parts = [
        [" ".join(option.split("+")) for option in part.split("|")] if "+" in part else [part]
        for part in pattern.split()
    ]
    for choice in product(*parts):
        yield " ".join(choice)


@cache
def _step(part: str, gap: bool) -> _Step:
    """One for all patterns that share it: there are tens of thousands."""
    options = part.split("|")
    exact = tuple(normalise.spelling(option) for option in options if "*" not in option)
    starts = tuple(normalise.spelling(option[:-1]) for option in options if option[0] != "*" and option[-1] == "*")
    # A blank stands for the end of a word.
    holds = tuple(f"{normalise.spelling(option[1:])} ".removesuffix("* ") for option in options if option[0] == "*")
    return _Step(exact if len(exact) <= _FEW else frozenset(exact), starts, holds, gap)


def _steps(pattern: str) -> tuple[_Step, ...]:
    parts = pattern.split()
    gaps = (part == ".." for part in ("", *parts))
    return tuple(_step(part, gap) for part, gap in zip(parts, gaps, strict=False) if part != "..")


_Filed = tuple[tuple[_Step, ...], str]


@dataclass(slots=True, eq=False)
class Phrasebook:
    """Many labelled patterns, found by their first word. All are filed before the first text is looked through."""

    _patterns: dict[_Step, list[_Filed]] = field(default_factory=lambda: defaultdict(list))
    _exact: dict[str, list[_Step]] = field(default_factory=lambda: defaultdict(list))
    _starts: dict[str, list[_Step]] = field(default_factory=lambda: defaultdict(list))
    _holding: list[_Step] = field(default_factory=list)
    _known: set[_Step] = field(default_factory=set)
    # By their first character, with the order they were added in.
    _chinese: dict[str, list[tuple[int, str, str]]] = field(default_factory=lambda: defaultdict(list))
    _order: Iterator[int] = field(default_factory=count)

    def add(self, label: str, patterns: Iterable[str], chinese: Iterable[str] = ()) -> "Phrasebook":
        """File patterns under a label; Chinese ones are found anywhere in the text."""
        for steps in (_steps(plain) for pattern in patterns for plain in _written_out(pattern)):
            self._patterns[steps[0]].append((steps, label))
            for step in steps:
                self._file(step)
        for part in map(normalise.spelling, chinese):
            self._chinese[part[:1]].append((next(self._order), part, label))
        return self

    def _file(self, step: _Step) -> None:
        if step in self._known:
            return
        self._known.add(step)
        for word in step.exact:
            self._exact[word].append(step)
        for start in step.starts:
            self._starts[start[:_HEAD]].append(step)
        if step.holds:
            self._holding.append(step)

    def matches(self, words: Sequence[str]) -> Iterator[Match]:
        """All matches in the words of a folded text."""
        read = [_read(self, word) for word in words]
        fitting = [steps for steps, _ in read]
        anywhere = frozenset().union(*fitting)
        for start, (word, (_, begun)) in enumerate(zip(words, read, strict=True)):
            for steps, label in begun:
                if steps[-1] in anywhere and (positions := _follow(fitting, start, steps)):
                    yield Match(start, positions[-1] + 1, label, positions)
            if self._chinese and word[0] >= "\u3400":
                yield from (Match(start, start + 1, label, (start,)) for _, label in self.chinese_in(word))

    def read(self, word: str) -> tuple[frozenset[_Step], tuple[_Filed, ...]]:
        """The steps of all patterns that fit a word, and the patterns that begin with one of them."""
        steps = [step for step in self._holding if step.fits(word)]
        for form in variants(word):
            for key in (form[:1], form[:2], form[:3]) if len(form) > 2 else (form[:1], form):
                steps += (step for step in self._starts.get(key, ()) if step.fits(word))
            steps += self._exact.get(form, ())
        begun = (self._patterns.get(step, ()) for step in dict.fromkeys(steps))
        return frozenset(steps), tuple(chain.from_iterable(begun))

    def chinese_in(self, word: str) -> list[tuple[str, str]]:
        """The Chinese parts found in a run of characters, with their labels."""
        found = [one for first in set(word) for one in self._chinese.get(first, ()) if one[1] in word]
        return [(part, label) for _, part, label in sorted(found)]


# People use the same words again and again.
@lru_cache(maxsize=8192)
def _read(book: Phrasebook, word: str) -> tuple[frozenset[_Step], tuple[_Filed, ...]]:
    return book.read(word)


def _follow(fitting: Sequence[Collection[_Step]], start: int, steps: tuple[_Step, ...]) -> tuple[int, ...]:
    """The positions the steps take from a start that the first fits, or nothing, by the steps that fit each word. The
    nearest fitting word is always taken."""
    taken = [start]
    for step in steps[1:]:
        after = taken[-1] + 1
        for at in range(after, min(after + (_GAP + 1 if step.gap else 1), len(fitting))):
            if step in fitting[at]:
                taken.append(at)
                break
        else:
            return ()
    return tuple(taken)
