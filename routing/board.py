"""Practices, organisations and the rest laid out in columns, so that all of a kind are weighed at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.catalogue import Entry
from routing.features import Floats, Places

#: How well an entry fits a topic that it lists first, second, third, later.
_PLACES = (1.0, 0.72, 0.5, 0.4)


#: What decides how far an entry is for somebody: whom it serves, where, and in which languages.
_Constraints = tuple[frozenset[str], frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Board:
    """All entries of a kind as columns: which topics each lists and how well it fits each, and how it stands.

    `listed` (entries × most topics of one) holds the places of topics in `topics`, and that of none where an entry has
    fewer. Entries with the same constraints have the same number in `alike`; `types` has one entry of each.
    """

    entries: tuple[Entry, ...]
    rows: Mapping[str, int]
    topics: Mapping[str, int]
    listed: Places
    fit: Floats
    standing: Floats
    alike: Places
    types: tuple[Entry, ...]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Board":
        topics = {topic: at for at, topic in enumerate(sorted({t for entry in entries for t in entry.topics}))}
        most = max((len(entry.topics) for entry in entries), default=0)
        listed = np.full((len(entries), most), len(topics), np.intp)
        fit = np.zeros((len(entries), most), np.float32)
        for row, entry in enumerate(entries):
            for at, topic in enumerate(entry.topics):
                listed[row, at], fit[row, at] = topics[topic], _PLACES[min(at, 3)]
        numbers: dict[_Constraints, int] = {}
        alike = [numbers.setdefault((one.serves, one.countries, one.languages), len(numbers)) for one in entries]
        first = dict(zip(reversed(alike), reversed(entries), strict=True))
        return cls(
            tuple(entries),
            {entry.id: row for row, entry in enumerate(entries)},
            topics,
            listed,
            fit,
            np.array([entry.standing for entry in entries], np.float32),
            np.array(alike, np.intp),
            tuple(first[number] for number in range(len(numbers))),
        )

    def topic_fit(self, topics: Mapping[str, float]) -> Floats:
        """Fit of every entry to a message with these topics."""
        shares = np.zeros(len(self.topics) + 1, np.float32)
        for topic, share in topics.items():
            if topic in self.topics:
                shares[self.topics[topic]] = share
        return np.asarray(np.einsum("et,et->e", self.fit, shares[self.listed]), np.float32)
