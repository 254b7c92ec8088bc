"""Cross-validation of a catalogue's own examples: each fold is taken out, learnt without, and asked.

Two examples that say nearly the same must not be on both sides, or the desk is asked what it was told. So
near-duplicates are joined to groups, chains of them too, and a group is in one fold as a whole.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np

from routing import gram, lexical
from routing.catalogue import Catalogue, Crisis, Entry, Kind
from routing.decision import Context
from routing.evaluation.judging import Judged, Labelled, judge
from routing.evaluation.reports import Pull
from routing.gram import Shorts
from routing.lexical import FULL
from routing.prepared import prepare

#: From this similarity (0..1) on two examples say nearly the same.
NEAR_DUPLICATE = 0.5
_PULLED = 3


@dataclass(frozen=True, slots=True)
class Example:
    """A phrase of the catalogue: whose it is (`kind` is an entry's, "crisis" or "near_miss"), and which topics'."""

    text: str
    language: str
    kind: str
    id: str
    topics: tuple[str, ...]

    @property
    def question(self) -> Labelled | None:
        """The example as a message; those of practices only help to learn."""
        if self.kind == Kind.TOPIC:
            return Labelled(self.text, self.topics, "help", language=self.language)
        kind = {"crisis": "crisis", "near_miss": "calm"}.get(self.kind)
        return (
            Labelled(self.text, (self.id,) if kind == "crisis" else (), kind, language=self.language) if kind else None
        )


def examples_of(catalogue: Catalogue, languages: Sequence[str] = ()) -> list[Example]:
    """The phrases that the router learns from and that may be shown, by language; of all when none is named."""
    shown = (one for one in _examples(catalogue) if one.text not in catalogue.unquoted)
    found = [one for one in shown if not languages or one.language in languages]
    # Twice the same phrase under one entry is one example.
    return sorted(dict.fromkeys(found), key=lambda one: one.language)


def _examples(catalogue: Catalogue) -> Iterator[Example]:
    for entry in catalogue.entries:
        if entry.kind in (Kind.TOPIC, Kind.PRACTICE):
            topics = (entry.id,) if entry.kind is Kind.TOPIC else entry.topics
            yield from _phrases(entry.phrases, entry.kind.value, entry.id, topics)
    for crisis in catalogue.crises:
        yield from _phrases(crisis.phrases, "crisis", crisis.id, crisis.topics)
        yield from _phrases(crisis.near_misses, "near_miss", crisis.id, crisis.topics)


def _phrases(phrases: Mapping[str, tuple[str, ...]], kind: str, id: str, topics: tuple[str, ...]) -> Iterator[Example]:
    for language, texts in phrases.items():
        for text in texts:
            yield Example(text, language, kind, id, topics)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which example is asked in which fold, and for each the nearest example of another fold (-1: there is none)."""

    examples: Sequence[Example]
    fold: Sequence[int]
    nearest: Sequence[int]
    groups: int


def plan(examples: Sequence[Example], folds: int) -> Plan:
    """Divide examples, sorted by language, into folds of about the same size. The same examples give the same folds."""
    fold: list[int] = []
    nearest: list[int] = []
    groups = 0
    for language, same in groupby(examples, key=lambda one: one.language):
        alike = _compared([one.text for one in same], language)
        joined = _groups(alike)
        groups += len(set(joined))
        own = _spread(joined, folds)
        nearest += [at + len(fold) if at >= 0 else -1 for at in _nearest(alike, own)]
        fold += own
    return Plan(examples, fold, nearest, groups)


def _compared(texts: Sequence[str], language: str) -> Shorts:
    """How alike the texts are, in 65,535ths."""
    return gram.compare(lexical.index_of(texts, language), len(texts))


def _groups(alike: Shorts) -> list[int]:
    """For each text the first text that it is joined with, directly or by others between."""
    first = list(range(len(alike)))

    def root(at: int) -> int:
        while first[at] != at:
            first[at] = first[first[at]]
            at = first[at]
        return at

    for row, other in np.argwhere(alike >= NEAR_DUPLICATE * FULL).tolist():
        low, high = sorted((root(row), root(other)))
        first[high] = low
    return [root(at) for at in first]


def _nearest(alike: Shorts, fold: Sequence[int]) -> list[int]:
    """For each text the nearest one of another fold."""
    folds = np.array(fold)
    found = []
    for row, own in zip(alike, fold, strict=True):
        others = np.where(folds == own, 0, row)
        found.append(int(others.argmax()) if others.any() else -1)
    return found


def _spread(groups: Sequence[int], folds: int) -> list[int]:
    """A fold for each group, always the smallest one so far; large groups first. Returns it for each member."""
    sizes = Counter(groups)
    filled = [0] * folds
    chosen: dict[int, int] = {}
    for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
        chosen[group] = min(range(folds), key=lambda at: (filled[at], at))
        filled[chosen[group]] += sizes[group]
    return [chosen[group] for group in groups]


def without(catalogue: Catalogue, held: Iterable[Example], name: str) -> Catalogue:
    """The catalogue lacking some examples; `name` sets its version apart."""
    gone = {(one.kind, one.id, one.language, one.text) for one in held}

    def kept(phrases: Mapping[str, tuple[str, ...]], kind: str, id: str) -> dict[str, tuple[str, ...]]:
        return {
            language: tuple(text for text in texts if (kind, id, language, text) not in gone)
            for language, texts in phrases.items()
        }

    def entry_kept(entry: Entry) -> Entry:
        return replace(entry, phrases=kept(entry.phrases, entry.kind.value, entry.id))

    def crisis_kept(crisis: Crisis) -> Crisis:
        near = kept(crisis.near_misses, "near_miss", crisis.id)
        return replace(crisis, phrases=kept(crisis.phrases, "crisis", crisis.id), near_misses=near)

    return replace(
        catalogue,
        version=f"{catalogue.version} without {name}",
        entries=tuple(map(entry_kept, catalogue.entries)),
        crises=tuple(map(crisis_kept, catalogue.crises)),
    )


Heard = Callable[[int, str], None]


def cross(
    catalogue: Catalogue, planned: Plan, context: Context, heard: Heard = lambda fold, language: None
) -> list[tuple[int, Judged]]:
    """Ask every example of a catalogue that has learnt without its fold. Gives its place in the plan with each answer.

    `heard` is told the fold and the language that are begun.
    """
    found: list[tuple[int, Judged]] = []
    for fold in sorted(set(planned.fold)):
        held = [at for at, own in enumerate(planned.fold) if own == fold]
        smaller = without(
            catalogue, (planned.examples[at] for at in held), f"fold {fold + 1} of {planned.groups} groups"
        )
        for language, some in groupby(held, key=lambda at: planned.examples[at].language):
            heard(fold, language)
            prepare(smaller, [language])
            asked = [(at, question) for at in some if (question := planned.examples[at].question)]
            answers = judge((question for _, question in asked), context, smaller)
            found += zip((at for at, _ in asked), answers, strict=True)
    return sorted(found, key=lambda pair: pair[0])


def pulls(planned: Plan, answers: Iterable[tuple[int, Judged]]) -> list[Pull]:
    """The examples that hurt, worst first.

    An example pulls a held-out one when it is the nearest to it, is about other topics, and the held-out one was taken
    for one of those. It helps when the held-out one shares its first topic and came out right.
    """
    pulled: defaultdict[int, list[str]] = defaultdict(list)
    helped: Counter[int] = Counter()
    for at, judged in answers:
        near = planned.nearest[at]
        if near < 0:
            continue
        mine, its = planned.examples[at], planned.examples[near]
        if judged.is_right:
            helped[near] += mine.topics[:1] == its.topics[:1]
        elif judged.asked.kind == "help" and mine.id not in its.topics and _taken_for(judged, its):
            pulled[near].append(mine.text)
    found = [_pull(planned.examples[at], texts, helped[at]) for at, texts in pulled.items()]
    return sorted(found, key=lambda one: (one["helps"] - one["pulls"], one["language"], one["text"]))


def _taken_for(judged: Judged, example: Example) -> bool:
    if example.kind == "crisis" and judged.decision.intent == example.id:
        return True
    return any(topic.id in example.topics[:1] for topic in judged.decision.topics[:1])


def _pull(example: Example, texts: Sequence[str], helps: int) -> Pull:
    owner = example.id if example.kind == Kind.TOPIC else f"{example.kind}: {example.id}"
    return Pull(
        text=example.text,
        language=example.language,
        owner=owner,
        pulls=len(texts),
        helps=helps,
        pulled=list(texts[:_PULLED]),
    )
