"""Practices, organisations and the rest laid out in columns, so that all of a kind are weighed at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing.catalogue import Entry
from routing.lexical import Floats

#: How well an entry fits a topic that it lists first, second, third, later.
_PLACES = (1.0, 0.72, 0.5, 0.4)


@dataclass(frozen=True, slots=True)
class Board:
    """All entries of a kind as columns: how well each fits each topic, and how it stands."""

    entries: tuple[Entry, ...]
    rows: Mapping[str, int]
    topics: Mapping[str, int]
    fit: Floats
    standing: Floats

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> "Board":
        topics = {topic: at for at, topic in enumerate(sorted({t for entry in entries for t in entry.topics}))}
        fit = np.zeros((len(entries), len(topics)), np.float32)
        for row, entry in enumerate(entries):
            for at, topic in enumerate(entry.topics):
                fit[row, topics[topic]] = _PLACES[min(at, 3)]
        rows = {entry.id: row for row, entry in enumerate(entries)}
        return cls(tuple(entries), rows, topics, fit, np.array([entry.standing for entry in entries], np.float32))

    def topic_fit(self, topics: Mapping[str, float]) -> Floats:
        """Fit of every entry to a message with these topics."""
        shares = np.zeros(len(self.topics), np.float32)
        for topic, share in topics.items():
            if topic in self.topics:
                shares[self.topics[topic]] = share
        return np.asarray(np.einsum("et,t->e", self.fit, shares), np.float32)
