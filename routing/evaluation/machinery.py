"""How well the router's own machinery does on labelled requests: examples in, figures out.

The examples stand in for a catalogue: each label is an entry, its examples the phrases, the label itself the title. A
label `oos` in the test set means that nothing fits; the threshold for saying so is set on the examples alone, by hiding
entries.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from routing import blended, courtesies, embedding, fuzzy, latent, normalise, semantic, thresholds, words
from routing import language as spoken
from routing.features import Floats
from routing.gram import Shorts
from routing.latent import Latent
from routing.lexical import FULL

OUT_OF_SCOPE = "oos"
Row = tuple[str, str]
Rows = NDArray[np.bool_]
#: More examples than this are too many for the head; entries are then told apart by centroid and nearest example.
MOST_EXAMPLES = 6_000
_FOLDS = 5
#: So many clauses are read apart, and so many parts around conjunctions; those of fewer words say too little.
_MOST_PARTS, _FEWEST_WORDS = 5, 3
#: What calling a known text unknown costs beside calling an unknown one known.
_WEIGHT = 2.5


class Figures(TypedDict):
    """What came out, shares 0..1. In scope counts an answer only if it is right and was given."""

    examples: int
    tests: int
    top1: float
    top3: float
    in_scope_accuracy: float
    oos_recall: float | None
    build_s: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class _Model:
    labels: tuple[str, ...]
    index: blended.Index
    speller: fuzzy.Speller
    score: Callable[[Floats], Floats]
    threshold: float

    def answer(self, text: str) -> tuple[list[str], float]:
        """Labels, best first, and how sure the first is."""
        written, corrected, *parts = _views(text, self.speller)
        found = {view: self._scores(view) for view in (written, corrected, *parts)}
        # What any part of the text says of a label counts beside what all of it says.
        whole = (found[written][0] + found[corrected][0]) / 2
        best = np.max([scores for scores, _ in found.values()], axis=0)
        mixed = thresholds.WHOLE * whole + (1 - thresholds.WHOLE) * best
        order = np.argsort(-mixed, kind="stable")[:3]
        return [self.labels[at] for at in order.tolist()], _known(mixed, max(near for _, near in found.values()))

    def _scores(self, folded: str) -> tuple[Floats, float]:
        similar = self.index.similarities([folded])[0]
        return self.score(similar), float(similar.max(initial=0.0))


def _views(text: str, speller: fuzzy.Speller) -> list[str]:
    """A text as it is, with its spelling corrected, and its parts."""
    telling = _telling(text)
    whole = normalise.fold(". ".join(telling))
    clauses = [normalise.fold(part) for part in telling][:_MOST_PARTS]
    parts = [part for part in (*clauses, *_joined(whole)[:_MOST_PARTS]) if normalise.units(part) >= _FEWEST_WORDS]
    return [whole, *(speller.correct(part)[0] for part in (whole, *parts))]


def _joined(folded: str) -> list[str]:
    """What stands before and behind each "and", "but" or "because" of a text."""
    spoken = folded.split()
    places = [at for at, word in enumerate(spoken) if word in _conjunctions()]
    return [" ".join(part) for at in places for part in (spoken[:at], spoken[at + 1 :])]


@cache
def _conjunctions() -> frozenset[str]:
    return frozenset(words.folded(words.table("requests")["conjunctions"]))


@cache
def _everyday(language: str) -> frozenset[str]:
    """Words that people write whatever they ask: spelt as they are, they are no slip of another one."""
    return normalise.words_of([text for texts in words.examples(language).values() for text in texts])


def _telling(text: str) -> list[str]:
    """The parts of a text that are more than courtesy; of one that is nothing else, all of it."""
    parts = normalise.clauses(text)
    return [part for part in parts if courtesies.small_talk(part, normalise.fold(part)) is None] or [text]


def _known(scores: Floats, nearest: float) -> float:
    """How far a text is known at all: the head's best score, its lead, and the nearest example."""
    best = np.sort(scores)[::-1]
    return float(best[0] + 0.5 * (best[0] - best[1] if len(best) > 1 else best[0]) + 0.6 * nearest)


def evaluate(train: Iterable[Row], test: Iterable[Row], language: str | None = None) -> Figures:
    """Build from `(text, label)` examples, answer the test texts, and count.

    Without a language the texts are read as is usual for their script.
    """
    examples = [row for row in train if row[1] != OUT_OF_SCOPE]
    started = time.perf_counter()
    model = _built(examples, language or _spoken(examples))
    build = time.perf_counter() - started
    asked = list(test)
    took: list[float] = []
    answers: list[tuple[list[str], float]] = []
    for text, _ in asked:
        before = time.perf_counter()
        answers.append(model.answer(text))
        took.append(time.perf_counter() - before)
    return _counted(len(examples), asked, answers, model.threshold, build, took)


def _spoken(examples: Sequence[Row]) -> str:
    scripts = Counter(spoken.script(text) for text, _ in examples)
    return next((script for script, _ in scripts.most_common(1) if script), "en")


def _counted(
    examples: int,
    asked: Sequence[Row],
    answers: Sequence[tuple[list[str], float]],
    threshold: float,
    build: float,
    took: Sequence[float],
) -> Figures:
    scope = [(label, *answer) for (_, label), answer in zip(asked, answers, strict=True) if label != OUT_OF_SCOPE]
    outside = [sure for (_, label), (_, sure) in zip(asked, answers, strict=True) if label == OUT_OF_SCOPE]
    inside = max(1, len(scope))
    return Figures(
        examples=examples,
        tests=len(asked),
        top1=round(sum(label == found[0] for label, found, _ in scope) / inside, 4),
        top3=round(sum(label in found for label, found, _ in scope) / inside, 4),
        in_scope_accuracy=round(
            sum(label == found[0] and sure >= threshold for label, found, sure in scope) / inside, 4
        ),
        oos_recall=round(sum(sure < threshold for sure in outside) / len(outside), 4) if outside else None,
        build_s=round(build, 3),
        p50_ms=round(float(np.percentile(took, 50)) * 1000, 3) if took else 0.0,
        p95_ms=round(float(np.percentile(took, 95)) * 1000, 3) if took else 0.0,
    )


def _built(examples: Sequence[Row], language: str) -> _Model:
    labels = tuple(sorted({label for _, label in examples}))
    at = {label: number for number, label in enumerate(labels)}
    titles = [(label.replace("_", " "), label) for label in labels]
    rows = sorted([*examples, *titles], key=lambda row: at[row[1]])
    folded = normalise.fold_all([text for text, _ in rows])
    owner = np.array([at[label] for _, label in rows], np.int32)
    index = blended.index_of(folded, language, owner, embedding.used(language))
    speller = fuzzy.Speller.of(language, folded, _everyday(language))
    if len(rows) > MOST_EXAMPLES:
        return _Model(labels, index, speller, _centroids(owner, len(labels)), _WITHOUT_HEAD)
    similarities = blended.compare(index, len(rows))
    shared = Latent.of(index, len(rows))
    lesson = _Lesson.of(similarities, shared, index.sharpness)
    targets = np.eye(len(labels), dtype=np.float32)[owner]
    head = lesson.head(targets)

    def score(similar: Floats) -> Floats:
        kernel = semantic.kernel(latent.refined(similar[None], shared), index.sharpness)
        found: Floats = np.einsum("n,nc->c", kernel[0], head)
        return found

    return _Model(labels, index, speller, score, _threshold(lesson, targets, owner))


#: Where no head is fitted there is nothing to hide entries from: a fixed cut.
_WITHOUT_HEAD = 0.5


def _centroids(owner: np.ndarray, labels: int) -> Callable[[Floats], Floats]:
    sizes = np.maximum(np.bincount(owner, minlength=labels), 1)

    def score(similar: Floats) -> Floats:
        nearest = np.zeros(labels, np.float32)
        np.maximum.at(nearest, owner, similar)
        mean = np.bincount(owner, similar, minlength=labels) / sizes
        return np.asarray(nearest + 2 * mean, np.float32)

    return score


@dataclass(frozen=True, slots=True)
class _Lesson:
    """The examples compared with each other: how alike they are, and the kernel the head learns from."""

    similarities: Shorts
    matrix: Shorts

    @classmethod
    def of(cls, similarities: Shorts, shared: Latent | None, sharpness: float) -> "_Lesson":
        refined = similarities.copy()
        return cls(similarities, semantic.matrix(shared.refine(refined) if shared else refined, sharpness))

    def head(self, targets: Floats, kept: Rows | slice = slice(None)) -> Floats:
        """What some of the examples teach."""
        some = self.matrix[kept][:, kept]
        return semantic.fit(some, targets, np.ones(len(targets), np.float32))

    def known(self, targets: Floats, kept: Rows, asked: Rows) -> list[float]:
        """How far some examples are known to those that are kept."""
        head = self.head(targets[kept], kept)
        scores = self.matrix[np.ix_(asked, kept)].astype(np.float32) / np.float32(FULL) @ head
        near = self.similarities[np.ix_(asked, kept)].max(axis=1) / FULL
        return [_known(row, float(one)) for row, one in zip(scores, near, strict=True)]


def _threshold(lesson: _Lesson, targets: Floats, owner: np.ndarray) -> float:
    """Where to say "nothing fits", from the examples alone: entries hidden fold by fold play the unknown.

    The known side is every example scored without itself, which is harder than a real request with all examples there;
    the cut keeps all but a small share of those and is raised as long as that costs fewer known than it finds unknown.
    """
    known, hidden = [], []
    for fold in range(_FOLDS):
        out = np.arange(targets.shape[1]) % _FOLDS == fold
        rows = out[owner]
        hidden += lesson.known(targets[:, ~out], ~rows, rows)
        held = np.arange(len(owner)) % _FOLDS == fold
        known += lesson.known(targets, ~held, held)
    cuts = np.quantile(known, np.linspace(0.01, 0.35, 35))
    gain = [np.mean(np.array(hidden) < cut) - _WEIGHT * np.mean(np.array(known) < cut) for cut in cuts]
    return float(cuts[int(np.argmax(gain))])
