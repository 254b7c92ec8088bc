"""How alike a message is to each thing in the catalogue: one number for each, in the catalogue's own order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.catalogue import Catalogue
from routing.features import Floats

#: What an example belongs to: a kind and an id.
Owner = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Numbering:
    """A number for every owner of examples in a catalogue, those of a kind together and in the catalogue's order."""

    places: Mapping[Owner, int]
    kinds: Mapping[str, slice]

    @classmethod
    def of(cls, catalogue: Catalogue, asides: Iterable[str]) -> "Numbering":
        owners: dict[str, list[str]] = {}
        for entry in catalogue.entries:
            owners.setdefault(entry.kind.value, []).append(entry.id)
        owners["crisis"] = owners["near_miss"] = [crisis.id for crisis in catalogue.crises]
        owners["clock"] = [clock.id for clock in catalogue.clocks]
        owners["not_clock"] = list(catalogue.not_clocks)
        owners["aside"] = list(asides)
        places: dict[Owner, int] = {}
        kinds: dict[str, slice] = {}
        size = 0
        for kind, ids in owners.items():
            places |= {(kind, id): size + at for at, id in enumerate(ids)}
            kinds[kind] = slice(size, size + len(ids))
            size += len(ids)
        return cls(places, kinds)

    def numbers(self, owners: Iterable[Owner]) -> NDArray[np.intp]:
        """The numbers of some owners."""
        return np.array([self.places[owner] for owner in owners], np.intp)

    def best(self, found: Sequence[tuple[NDArray[np.intp], Floats]], noise: float) -> "Likeness":
        """The largest value each owner has in any of several lists; what is not above the noise is none."""
        values = np.zeros(sum(some.stop - some.start for some in self.kinds.values()), np.float32)
        for numbers, value in found:
            np.maximum.at(values, numbers, value)
        values[values <= noise] = 0.0
        return Likeness(self, values)


@dataclass(frozen=True, slots=True)
class Likeness:
    """The likeness (0 .. 1) of the nearest example of each owner, 0 where it is noise."""

    numbering: Numbering
    values: Floats

    def to(self, kind: str, id: str) -> float:
        """That of one owner; 0 when there is no such."""
        place = self.numbering.places.get((kind, id))
        return 0.0 if place is None else float(self.values[place])

    def of_kind(self, kind: str) -> Floats:
        """Those of a kind, in the catalogue's order."""
        return self.values[self.numbering.kinds.get(kind, slice(0, 0))]

    def most(self, kind: str) -> float:
        """The largest of a kind."""
        return float(self.of_kind(kind).max(initial=0.0))
