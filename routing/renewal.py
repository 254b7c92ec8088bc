"""A tally after a change of some documents: the same as one counted anew, without reading what has not changed."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from routing import normalise
from routing.features import Ints, Places
from routing.tally import FEATURES, Document, Forms, Lists, Tally, counted, runs, spread


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
    size, new = max(1, len(before)), np.flatnonzero(before < 0)
    known = _renumbered(tally.lists, len(tally.documents), before)
    keys, uses = counted(fresh, np.repeat(new, sizes[new]), size)
    features, owners = np.divmod(keys, size)
    gone, places = np.flatnonzero(known.owners < 0), _places(known, features, keys, size)
    # Between what is gone and the places of what is new everything stays.
    cuts = np.unique(np.concatenate([[0, len(known.owners)], gone, gone + 1, places]))
    stays = known.owners[cuts[:-1]] >= 0
    fresh_at = len(known.owners) + np.arange(len(places))
    order = np.argsort(np.concatenate([places, cuts[:-1][stays]]), kind="stable")
    starts = np.concatenate([fresh_at, cuts[:-1][stays]])[order]
    ends = np.concatenate([fresh_at + 1, cuts[1:][stays]])[order]
    more = np.bincount(features, minlength=FEATURES)
    more -= np.bincount(known.starts.searchsorted(gone, "right") - 1, minlength=FEATURES)
    return Lists(
        known.starts + np.append(0, np.cumsum(more)).astype(np.int32),
        runs(np.append(known.owners, owners.astype(np.int32)), starts, ends),
        runs(np.append(known.uses, uses), starts, ends),
    )


def _renumbered(lists: Lists, documents: int, before: Places) -> Lists:
    """The lists with the new numbers of the documents, -1 for those that are gone."""
    rows: Ints = np.full(documents + 1, -1, np.int32)
    rows[before] = np.arange(len(before))
    owners, uses = rows[:-1][lists.owners], lists.uses
    stayed = before[before >= 0]
    if np.any(stayed[1:] < stayed[:-1]):
        order = np.lexsort((owners, np.repeat(np.arange(FEATURES), np.diff(lists.starts))))
        owners, uses = owners[order], uses[order]
    return Lists(lists.starts, owners, uses)


def _places(known: Lists, features: Places, keys: Places, size: int) -> Places:
    """Where in the lists of their features some keys belong."""
    some = np.flatnonzero(np.bincount(features, minlength=1))
    lengths = known.starts[some + 1] - known.starts[some]
    where = spread(known.starts[some], lengths)
    listed, stays = np.repeat(some * size, lengths) + known.owners[where], known.owners[where] >= 0
    at = listed[stays].searchsorted(keys)
    found = np.append(where[stays], len(known.owners))[at]
    return np.asarray(np.minimum(found, known.starts[features + 1]), np.intp)
