"""What the examples of a language are to teach, and the two ways of learning it.

All at once takes seconds. After a change what was known before is amended within a tenth of one: the coefficients of
examples that are still there stay, and only those of the new examples and of the ones near a change are solved for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from routing import blended, latent, normalise, semantic, words
from routing.blended import Index
from routing.catalogue import Catalogue, Kind
from routing.examples import UNMARKED, Example
from routing.features import Floats, Places
from routing.latent import Latent
from routing.semantic import Change, Heads

#: The column of the alarms that stands for any crisis.
ANY = "any"
#: How far an ordinary way of asking is believed to be no emergency, and one of a topic that has emergencies.
_CALM_BELIEF, _UNMARKED_BELIEF = 0.5, 0.05
#: A need told in so many words is no emergency if it is not marked as one.
_STORY = 28
#: A change of more examples than this is learnt with everything else.
_MOST_CHANGED = 200
#: Examples this like a changed one are solved for anew with it, the nearest so many.
_NEAR, _NEIGHBOURS = 0.25, 150
#: So many examples tell what all have in common.
_SAMPLE = 48
#: Texts that are compared with all examples at once.
_TEXTS = 16


@dataclass(frozen=True, slots=True)
class Known:
    """What was learnt of an earlier state of a language: its coefficients by example and by column."""

    examples: Sequence[Example]
    columns: Sequence[str]
    heads: Heads


@dataclass(frozen=True, slots=True)
class Lesson:
    """Examples, the columns they teach (practices, topics, emergencies, asides), what each example says of each column,
    and for each of the four which columns those are and how far each example is believed about them.

    About practices only their own examples say anything: somebody who asks about a topic may well need one.
    """

    examples: Sequence[Example]
    columns: tuple[str, ...]
    crises: tuple[str, ...]
    targets: Floats
    parts: tuple[tuple[slice, Floats], ...]

    @classmethod
    def of(cls, taught: Sequence[Example], catalogue: Catalogue) -> "Lesson":
        columns = columns_of(taught)
        at = {column: number for number, column in enumerate(columns)}
        targets = np.zeros((len(taught), len(columns)), np.float32)
        for row, example in enumerate(taught):
            for column, value in example.targets:
                targets[row, at[column]] = value
        crises = alarms_of(catalogue)
        says, belief, aside_belief = _alarms(taught, crises, catalogue)
        weights = np.array([example.weight for example in taught], np.float32)
        own = weights * np.array([example.kind == Kind.PRACTICE for example in taught])
        practices = sum(column.startswith("practice:") for column in columns)
        ends = (0, practices, len(columns), len(columns) + crises.index(ANY) + 1, len(columns) + len(crises))
        beliefs = own.astype(np.float32), weights, belief, aside_belief
        parts = zip(map(slice, ends, ends[1:]), beliefs, strict=True)
        return cls(taught, columns, crises, np.hstack([targets, says]), tuple(parts))

    def learnt(self, index: Index, shared: Latent | None) -> Heads:
        """Everything anew, from all examples compared with each other."""
        compared = blended.compare(index, len(self.examples))
        matrix = semantic.matrix(shared.refine(compared) if shared else compared, index.sharpness)
        return Heads.of([semantic.fit(matrix, self.targets[:, columns], belief) for columns, belief in self.parts])

    def amended(self, known: Known, index: Index, shared: Latent | None) -> Heads | None:
        """What was known before, put right where the examples have changed; None when too much has.

        A new alarm is too much: it would begin at nothing, which is half way to an emergency.
        """
        places, present = self._places(known), set(self.examples)
        fresh, size = np.flatnonzero(places < 0), len(self.examples)
        gone = [row for row, example in enumerate(known.examples) if example not in present]
        if len(fresh) + len(gone) > _MOST_CHANGED or not set(self.crises) <= set(known.columns):
            return None
        before = self._columns(known)
        heads = np.where((places < 0)[:, None], np.float32(0), before[places])
        changed = _compared(index, [*self._texts(fresh), *(known.examples[row].text for row in gone)], size)
        rows = _near(fresh, changed)
        near = _kernel(_compared(index, self._texts(rows), size), index, shared)
        lost = _kernel(changed[len(fresh) :], index, shared).T @ before[gone]
        new = np.isin(rows, fresh)[:, None]
        missing = np.where(new, self.targets[rows] - near @ heads, lost[rows])
        change = Change(rows, near, missing, lost.mean(axis=0, keepdims=True), self._common(index, shared))
        return Heads.of([change.made(heads, belief, columns) for columns, belief in self.parts])

    def _common(self, index: Index, shared: Latent | None) -> float:
        """The average of the kernel, from some examples all over the catalogue."""
        some = np.arange(0, len(self.examples), max(1, len(self.examples) // _SAMPLE))
        return float(_kernel(_compared(index, self._texts(some), len(self.examples)), index, shared).mean())

    def _places(self, known: Known) -> Places:
        """Where each example was before; -1 for a new one."""
        before = {example: row for row, example in enumerate(known.examples)}
        return np.array([before.get(example, -1) for example in self.examples], np.intp)

    def _columns(self, known: Known) -> Floats:
        """What was known before, in the columns of now."""
        columns = {column: at for at, column in enumerate((*self.columns, *self.crises))}
        heads = np.zeros((len(known.examples), len(columns)), np.float32)
        for at, column in enumerate(known.columns):
            if column in columns:
                heads[:, columns[column]] = known.heads.column(at)
        return heads

    def _texts(self, rows: Places) -> list[str]:
        return [self.examples[at].text for at in rows.tolist()]


def _kernel(similar: Floats, index: Index, shared: Latent | None) -> Floats:
    return semantic.kernel(latent.refined(similar, shared), index.sharpness)


def _near(fresh: Places, similar: Floats) -> Places:
    """The rows of the new examples and of those nearest to a change."""
    best = similar.max(axis=0, initial=0.0)
    best[fresh] = 0.0
    order = np.argsort(-best, kind="stable")[:_NEIGHBOURS]
    return np.sort(np.concatenate([fresh, order[best[order] > _NEAR]]))


def columns_of(taught: Sequence[Example]) -> tuple[str, ...]:
    """The columns that examples teach: topics and practices."""
    return tuple(sorted({column for example in taught for column, _ in example.targets}))


def alarms_of(catalogue: Catalogue) -> tuple[str, ...]:
    """The columns of the alarms: crises, any crisis, asides."""
    return (*(crisis.id for crisis in catalogue.crises), ANY, *(f"aside:{kind}" for kind in words.examples("en")))


def alarming(catalogue: Catalogue) -> frozenset[str]:
    """The columns of the topics that have emergencies, and of the practices for them."""
    topics = (f"topic:{topic}" for crisis in catalogue.crises for topic in crisis.topics[:3])
    return frozenset(chain(topics, (f"practice:{one}" for crisis in catalogue.crises for one in crisis.practices)))


def _alarms(taught: Sequence[Example], crises: tuple[str, ...], catalogue: Catalogue) -> tuple[Floats, Floats, Floats]:
    """What each example says of each alarm (+1 or -1), and how far it is believed: about emergencies, and about asides.

    Topics that have emergencies, and practices for them, hold some unmarked ones among their shorter phrases: those say
    nothing either way. That they are no asides is as sure as of all others.
    """
    unmarked = alarming(catalogue)
    targets = np.full((len(taught), len(crises)), -1.0, np.float32)
    aside_belief = np.full(len(taught), _CALM_BELIEF, np.float32)
    belief = aside_belief.copy()
    for row, example in enumerate(taught):
        if example.kind in ("crisis", "aside"):
            targets[row, crises.index(example.id if example.kind == "crisis" else f"aside:{example.id}")] = 1.0
            belief[row] = aside_belief[row] = 1.0
            targets[row, crises.index(ANY)] = 1.0 if example.kind == "crisis" else -1.0
        elif example.kind == "near_miss":
            belief[row] = aside_belief[row] = 1.0
        elif normalise.units(example.text) >= _STORY and example.kind != UNMARKED[0]:
            continue
        elif example.kind == UNMARKED[0] or any(column in unmarked for column, _ in example.targets):
            belief[row] = _UNMARKED_BELIEF
    return targets, belief, aside_belief


def _compared(index: Index, texts: Sequence[str], size: int) -> Floats:
    """The likeness of texts to the first `size` documents, a few texts at a time because that takes memory."""
    folded = normalise.fold_all(texts)
    some = (folded[at : at + _TEXTS] for at in range(0, len(folded), _TEXTS))
    return np.concatenate([np.zeros((0, size), np.float32), *(index.similarities(part)[:, :size] for part in some)])
