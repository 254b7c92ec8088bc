"""What the router searches: an immutable snapshot of everything the desk knows, with no database behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What an entry of the catalogue is."""

    TOPIC = "topic"
    PRACTICE = "practice"
    ORGANISATION = "organisation"
    TERM = "term"
    TRAINING = "training"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a request can be routed to.

    Texts are keyed by language (ISO 639-1). An empty `serves`, `countries` or `languages` means no restriction.
    `countries` holds ISO 3166-1 alpha-2 codes with regions already expanded; `is_global` says that no place was named.
    `standing` in 0..1 lowers what is stale, unconfirmed or full without hiding it.
    """

    kind: Kind
    id: str
    names: Mapping[str, str]
    phrases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    summaries: Mapping[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    serves: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    standing: float = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """A country (its ISO code as id) or a region, with the names people use for it in each language."""

    id: str
    countries: frozenset[str]
    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Clock:
    """A statutory deadline: the event that starts it, how long it runs (ISO 8601) and where it applies."""

    id: str
    event: str
    duration: str | None
    countries: frozenset[str]
    phrases: Mapping[str, tuple[str, ...]]
    practice: str | None = None
    follows: str | None = None
    confident: bool = True


@dataclass(frozen=True, slots=True)
class Crisis:
    """A kind of emergency with the messages that show it and the ones that only look like it."""

    id: str
    priority: int
    topics: tuple[str, ...]
    practices: tuple[str, ...]
    organisations: tuple[str, ...]
    phrases: Mapping[str, tuple[str, ...]]
    near_misses: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The searchable snapshot. `version` changes whenever anything in it does.

    `unquoted` are phrases that teach but are shown to nobody: somebody's own words.
    """

    version: str
    entries: tuple[Entry, ...]
    places: tuple[Place, ...] = ()
    clocks: tuple[Clock, ...] = ()
    not_clocks: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    crises: tuple[Crisis, ...] = ()
    unquoted: frozenset[str] = frozenset()
    _found: dict[tuple[Kind, str], Entry] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # The first of two, as if they were looked for one by one.
        object.__setattr__(self, "_found", {(one.kind, one.id): one for one in reversed(self.entries)})

    def entry(self, kind: Kind, id: str) -> Entry | None:
        """The entry of that kind and id, if the catalogue has it."""
        return self._found.get((kind, id))
