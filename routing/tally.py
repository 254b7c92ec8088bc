"""The second view for large catalogues: counted instead of learnt.

Which entries use the features of a text, in how many of their phrases, and how rare each feature is: that needs one
pass over the phrases, and a change of one entry touches only what that entry uses.

A feature is a number of 18 bits: the hash of a word, of a pair of words (even) or of a character n-gram (odd). Two of
them may share one; among the dozens of a text that changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing import normalise
from routing.features import PIECE, Floats, Hashes, Ints, Places, Recipe, spelt, spelt_again
from routing.likeness import Owner

_BITS = 18
FEATURES = 1 << _BITS
_MIX = np.uint64(0x9E3779B97F4A7C15)
#: One size of n-gram decides nearly as well as three and needs half the room; Chinese and Arabic want short ones.
_SIZES = {"zh": (1, 2), "ja": (1, 2), "ar": (3,)}
#: A word says so many times as much as an n-gram. Chinese words are whole runs of characters.
_WORDS = {"zh": 0.4, "ja": 0.4}
#: In so many phrases an entry of ten must use a feature until it counts half, and how far other sizes change that.
_HALF, _BY_SIZE, _USUAL = 2.0, 0.75, 10
#: How much of the lists is read for a text at most, the rarest features first; how many texts of a kind it is compared
#: with, but for the first few entries.
_READ, _COMPARED, _FIRST = 60_000, 3_000, 5
#: A short text is accounted for by chance: this much more would have to be.
_DOUBT = 50.0


def recipe_for(language: str) -> Recipe:
    """How texts of a language are read for counting."""
    return Recipe(_SIZES.get(language, (4,)), inside_words=language not in ("zh", "ja"))


class Document(NamedTuple):
    """All texts of an entry in one language."""

    owner: Owner
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """The features of some texts: those of text i are `features[starts[i]:starts[i + 1]]`, each once and in order."""

    features: Ints
    starts: Ints

    @classmethod
    def of(cls, folded: Sequence[str], recipe: Recipe) -> "Forms":
        """Take folded texts apart, some at a time: what that leaves behind is larger than they are."""
        pieces = [folded[at : at + PIECE] for at in range(0, len(folded), PIECE)]
        found = [_forms(*spelt(some, recipe), len(some)) for some in pieces]
        sizes = np.concatenate([np.zeros(1, np.int64), *(sizes for _, sizes in found)])
        return cls(np.concatenate([np.zeros(0, np.int32), *(features for features, _ in found)]), _ends(sizes))

    @classmethod
    def of_message(cls, folded: Sequence[str], language: str) -> "Forms":
        """Those of the readings of a message that is compared with an index of the language too."""
        features, sizes = _forms(*spelt_again(folded, language, recipe_for(language)), len(folded))
        return cls(features, _ends(np.append(0, sizes)))

    def taken(self, texts: Places) -> "Forms":
        """Those of some texts, in the order given."""
        starts, ends = self.starts[texts], self.starts[texts + 1]
        return Forms(runs(self.features, starts, ends), _ends(np.append(0, ends - starts)))


def _ends(sizes: Places) -> Ints:
    return np.cumsum(sizes).astype(np.int32)


def _forms(hashes: Hashes, parts: Places, texts: int) -> tuple[Ints, Places]:
    """The features of some texts, each once, and how many each has."""
    key = (parts >> 1 << _BITS) | _numbered(hashes) | (parts & 1)
    key.sort()
    key = key[np.flatnonzero(np.diff(key, prepend=-1))]
    return (key & (FEATURES - 1)).astype(np.int32), np.bincount(key >> _BITS, minlength=texts)


def _numbered(hashes: Hashes) -> Places:
    return ((hashes * _MIX) >> np.uint64(64 - _BITS)).astype(np.intp) & ~1


def runs(array: NDArray[Any], starts: NDArray[np.signedinteger[Any]], ends: NDArray[np.signedinteger[Any]]) -> Any:
    """Some runs of an array, one after the other. Those that stand side by side are one."""
    apart = np.flatnonzero(starts[1:] != ends[:-1])
    starts, ends = np.append(starts[:1], starts[apart + 1]), np.append(ends[apart], ends[-1:])
    return np.concatenate([array[:0], *map(array.__getitem__, map(slice, starts.tolist(), ends.tolist()))])


def spread(starts: NDArray[np.signedinteger[Any]], sizes: NDArray[np.signedinteger[Any]]) -> Places:
    """The places of several runs, one after the other: each from its start on."""
    ends = np.cumsum(sizes, dtype=np.intp)
    return np.asarray(np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - ends + sizes, sizes), np.intp)


class Lists(NamedTuple):
    """Who uses what: the entries of feature f are `owners[starts[f]:starts[f + 1]]` in rising order, and `uses` says
    how far each uses it (0 .. 1)."""

    starts: Ints
    owners: Ints
    uses: Floats

    @classmethod
    def of(cls, keys: Places, uses: Floats, size: int) -> "Lists":
        """From keys (feature × size + entry) in rising order."""
        starts = keys.searchsorted(np.arange(FEATURES + 1) * size)
        return cls(starts.astype(np.int32), (keys % size).astype(np.int32), uses)


def counted(forms: Forms, owners: Places, size: int) -> tuple[Places, Floats]:
    """The keys (feature × size + entry) of all texts of these owners, in rising order, and how far each is used: in
    more texts the further, the more so the fewer the owner has."""
    keys = forms.features.astype(np.intp) * size + np.repeat(owners, np.diff(forms.starts))
    keys, counts = np.unique(keys, return_counts=True)
    often = counts.astype(np.float32)
    halves = _HALF * (1 - _BY_SIZE + _BY_SIZE * np.bincount(owners, minlength=size) / _USUAL)
    return keys, often / (often + halves.astype(np.float32)[keys % size])


@dataclass(frozen=True, slots=True)
class _Message:
    """The features of all readings of a message, each once. Those that the same readings share are one group:
    `members` (readings × groups) says whose each group is."""

    features: Ints
    weights: Floats
    groups: Places
    members: Floats

    @classmethod
    def of(cls, readings: Forms, weights: Floats) -> "_Message":
        count = len(readings.starts) - 1
        features, which = np.unique(readings.features, return_inverse=True)
        bits = np.repeat(2.0 ** np.arange(count), np.diff(readings.starts))
        whose, groups = np.unique(np.bincount(which, bits).astype(np.int64), return_inverse=True)
        members = (whose >> np.arange(count)[:, None]) & 1
        return cls(features, weights[features], groups, members.astype(np.float32))

    def summed(self, groups: Places, owners: Places | Ints, values: Floats, size: int) -> Floats:
        """Values of some features of these groups by owner, added up for each reading (readings × owners)."""
        count = len(self.members.T)
        found = np.bincount(groups * size + owners, values, count * size).reshape(count, size)
        return self.members @ found.astype(np.float32)


class Seen(NamedTuple):
    """What some readings of a message are like: the documents that are worth looking at, how much of each reading each
    accounts for, the likeness (0 .. 1) of the nearest text of each, and which that is (readings × rows)."""

    rows: Places
    shares: Floats
    near: Floats
    texts: Places


@dataclass(frozen=True, eq=False)
class Tally:
    """The documents of one language, counted: `firsts[i]` is the first text of document i, with one more at the end."""

    language: str
    documents: tuple[Document, ...]
    firsts: Ints
    forms: Forms
    lists: Lists

    @classmethod
    def of(cls, language: str, documents: Sequence[Document]) -> "Tally":
        """Count everything."""
        forms = Forms.of(normalise.fold_all([text for one in documents for text in one.texts]), recipe_for(language))
        sizes = np.array([len(one.texts) for one in documents], np.intp)
        keys, uses = counted(forms, np.repeat(np.arange(len(sizes)), sizes), max(1, len(sizes)))
        lists = Lists.of(keys, uses, max(1, len(sizes)))
        return cls(language, tuple(documents), _ends(np.append(0, sizes)), forms, lists)

    @property
    def recipe(self) -> Recipe:
        """How texts are read."""
        return recipe_for(self.language)

    def text(self, at: int) -> str:
        """One of all texts."""
        row = int(self.firsts.searchsorted(at, "right")) - 1
        return self.documents[row].texts[at - int(self.firsts[row])]

    @cached_property
    def weights(self) -> Floats:
        """What each feature is worth: the rarer the more, and as much as the rarest when no entry has it."""
        frequency = np.maximum(np.diff(self.lists.starts), 1)
        rarity = np.log(1 + (len(self.documents) - frequency + 0.5) / (frequency + 0.5))
        rarity[::2] *= _WORDS.get(self.language, 1.2)
        return rarity.astype(np.float32)

    @cached_property
    def _lengths(self) -> Floats:
        """The length of each text as a vector of weights."""
        squares = np.append(self.weights[self.forms.features] ** 2, np.float32(0))
        return np.sqrt(np.add.reduceat(squares, self.forms.starts[:-1])) + np.float32(1e-9)

    def seen(self, folded: Sequence[str], kinds: Sequence[tuple[slice, int]]) -> Seen:
        """Some readings of one message beside the documents: for each slice of them at most so many that account for
        most of them all."""
        message = _Message.of(Forms.of_message(folded, self.language), self.weights)
        shares = self._shares(message)
        most = shares.mean(axis=0)
        rows = np.concatenate([self._best(most, *kind) for kind in kinds])
        near, texts = self._nearest(message, rows)
        return Seen(rows, shares[:, rows], near, texts)

    def _shares(self, message: "_Message") -> Floats:
        """How much of each reading (readings × documents) the documents account for, 0..1."""
        starts, ends = self.lists.starts[message.features], self.lists.starts[message.features + 1]
        order = np.argsort(ends - starts, kind="stable")
        read = order[np.cumsum((ends - starts)[order]) <= _READ]
        starts, ends = starts[read], ends[read]
        owners, values = runs(self.lists.owners, starts, ends), runs(self.lists.uses, starts, ends)
        values *= np.repeat(message.weights[read], ends - starts)
        found = message.summed(np.repeat(message.groups[read], ends - starts), owners, values, len(self.documents))
        totals = message.members @ np.bincount(message.groups, message.weights, len(message.members.T))
        return found / (totals + _DOUBT).astype(np.float32)[:, None]

    def _nearest(self, message: "_Message", rows: Places) -> tuple[Floats, Places]:
        """The likeness of the nearest text of some documents, and which it is (readings × rows)."""
        if not len(rows):
            shape = len(message.members), 0
            return np.zeros(shape, np.float32), np.zeros(shape, np.intp)
        firsts, lasts = self.firsts[rows], self.firsts[rows + 1]
        sizes, begin = lasts - firsts, self.forms.starts
        texts, starts = spread(firsts, sizes), np.cumsum(sizes) - sizes
        known = np.zeros(FEATURES, np.int16)
        known[message.features] = np.arange(1, len(message.features) + 1)
        at = known.take(runs(self.forms.features, begin[firsts], begin[lasts]))
        shared = np.flatnonzero(at)
        at = at[shared] - 1
        squares = message.weights * message.weights
        owners = np.cumsum(begin[texts + 1] - begin[texts]).searchsorted(shared, "right")
        found = message.summed(message.groups[at], owners, squares[at], len(texts))
        totals = message.members @ np.bincount(message.groups, squares, len(message.members.T))
        found /= np.sqrt(totals + 1e-9).astype(np.float32)[:, None] * self._lengths[texts]
        near = np.maximum.reduceat(found, starts, axis=1)
        best = found == np.repeat(near, sizes, axis=1)
        nearest = [texts[at[at.searchsorted(starts)]] for at in map(np.flatnonzero, best)]
        return near, np.array(nearest, np.intp)

    def _best(self, share: Floats, some: slice, most: int) -> Places:
        """The rows of a slice with the largest shares, the largest first; equal ones in their order."""
        own = share[some]
        if not len(own):
            return np.zeros(0, np.intp)
        least = np.partition(own, -most)[-most] if len(own) > most else 0.0
        at = np.flatnonzero((own >= least) & (own > 0))
        rows = some.start + at[np.argsort(-own[at], kind="stable")[:most]]
        texts = np.cumsum(self.firsts[rows + 1] - self.firsts[rows])
        return np.asarray(rows[: max(_FIRST, int(texts.searchsorted(_COMPARED, "right")))], np.intp)
