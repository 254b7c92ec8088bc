"""A tally after a change of some documents: the same as one counted anew, without reading what has not changed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from routing import normalise
from routing.lexical import Ints, Places
from routing.tally import FEATURES, Document, Forms, Lists, Tally, counted, spread


class Change(NamedTuple):
    """Where each document was before (-1 for one that is new or says something else), and the texts that came and
    went."""

    before: Places
    fresh: tuple[str, ...]
    gone: tuple[str, ...]

    @property
    def is_any(self) -> bool:
        """Whether anything is new, gone or elsewhere."""
        return bool(self.fresh or self.gone or np.any(self.before[1:] < self.before[:-1]))

    @classmethod
    def between(cls, old: Sequence[Document], new: Sequence[Document]) -> "Change":
        known = {document: at for at, document in enumerate(old)}
        before = np.array([known.get(document, -1) for document in new], np.intp)
        stayed = np.zeros(len(old), np.bool_)
        stayed[before[before >= 0]] = True
        fresh = [text for at in np.flatnonzero(before < 0).tolist() for text in new[at].texts]
        gone = [text for at in np.flatnonzero(~stayed).tolist() for text in old[at].texts]
        return cls(before, tuple(fresh), tuple(gone))


def renewed(tally: Tally, documents: Sequence[Document], change: Change) -> Tally:
    """The tally of these documents, made from that of earlier ones."""
    forms = Forms.of(normalise.fold_all(change.fresh), tally.recipe)
    sizes = np.array([len(one.texts) for one in documents], np.intp)
    firsts = np.append(0, np.cumsum(sizes)).astype(np.int32)
    lists = _lists(tally, change.before, forms, sizes)
    return Tally(tally.language, tuple(documents), firsts, _forms(tally, change.before, forms, sizes), lists)


def _forms(tally: Tally, before: Places, fresh: Forms, sizes: Places) -> Forms:
    """The features of the texts that stayed and of the new ones, each in its place."""
    known = tally.forms
    both = Forms(
        np.concatenate([known.features, fresh.features]),
        np.concatenate([known.starts, known.starts[-1] + fresh.starts[1:]]),
    )
    firsts = np.where(before < 0, 0, tally.firsts[before])
    new = before < 0
    firsts[new] = len(known.starts) - 1 + np.cumsum(sizes[new]) - sizes[new]
    return both.taken(spread(firsts, sizes))


def _lists(tally: Tally, before: Places, fresh: Forms, sizes: Places) -> Lists:
    """The lists without what is gone, and with what is new put in."""
    size = max(1, len(before))
    rows: Ints = np.full(len(tally.documents) + 1, -1, np.int32)
    rows[before] = np.arange(len(before))
    owners = rows[:-1][tally.lists.owners]
    stay = owners >= 0
    keys = np.repeat(np.arange(FEATURES) * size, np.diff(tally.lists.starts))[stay]
    keys += owners[stay]
    uses = tally.lists.uses[stay]
    if np.any(keys[1:] < keys[:-1]):
        order = np.argsort(keys, kind="stable")
        keys, uses = keys[order], uses[order]
    new = np.flatnonzero(before < 0)
    more, further = counted(fresh, np.repeat(new, sizes[new]), size)
    at = keys.searchsorted(more)
    return Lists.of(np.insert(keys, at, more), np.insert(uses, at, further), size)
