"""A catalogue with everything the router derives from it, kept as long as it does not change."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np

from routing import counted, eligibility, fuzzy, language, places, words
from routing.board import Board
from routing.catalogue import Catalogue, Entry, Kind
from routing.counted import Reader
from routing.examples import drawn
from routing.features import Floats, Places
from routing.index import Effort, Recall, Source
from routing.likeness import Numbering

#: How many kinds of asker are remembered with what each entry is worth to them.
_ASKERS = 256
#: A language is known again by so many phrases; more tell little that is new.
_SPOKEN = 2_000


@dataclass(frozen=True, slots=True)
class Links:
    """Where in a catalogue the things stand that an index speaks of: the numbers of its owners, and for each of its
    `columns` that is about a practice the row of that practice."""

    numbers: Places
    columns: Places
    practices: Places

    @classmethod
    def of(cls, index: Reader, numbering: Numbering, rows: Mapping[str, int]) -> "Links":
        about = {at: column.removeprefix("practice:") for at, column in enumerate(index.columns)}
        known = {at: rows[id] for at, id in about.items() if index.columns[at] != id and id in rows}
        columns, practices = np.array([*known], np.intp), np.array([*known.values()], np.intp)
        return cls(numbering.numbers(index.owners), columns, practices)


@dataclass(slots=True)
class Prepared:
    """A catalogue with everything the router derives from it. Languages are compiled when first needed."""

    catalogue: Catalogue
    entries: Mapping[tuple[Kind, str], Entry]
    boards: Mapping[Kind, Board]
    languages: tuple[str, ...]
    model: language.Model
    names: fuzzy.Names
    gazetteer: places.Gazetteer
    numbering: Numbering
    recall: Recall = lambda mark: None
    #: An earlier state that everything was learnt from, as long as this one is being learnt.
    before: "Prepared | None" = None
    _indexes: dict[str, Reader] = field(default_factory=dict)
    _links: dict[str, Links] = field(default_factory=dict)
    _about: dict[str, list[Entry]] = field(default_factory=dict)
    _allowed: dict[tuple[Kind, eligibility.Asker], tuple[Floats, tuple[str | None, ...]]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue, before: "Prepared | None" = None) -> "Prepared":
        """Places seldom change and take longest: those of an earlier state are used again."""
        spoken = {lang for entry in catalogue.entries if entry.kind is Kind.TOPIC for lang in entry.phrases}
        languages = tuple(sorted(spoken)) or ("en",)
        known = before is not None and before.catalogue.places == catalogue.places
        return cls(
            catalogue,
            {(entry.kind, entry.id): entry for entry in catalogue.entries},
            {kind: Board.of([entry for entry in catalogue.entries if entry.kind is kind]) for kind in Kind},
            languages,
            language.Model.of({lang: _spoken(catalogue, lang) for lang in languages}),
            fuzzy.Names.of(catalogue),
            before.gazetteer if before is not None and known else places.Gazetteer.of(catalogue),
            Numbering.of(catalogue, words.examples("en")),
            before=before and (before.before or before),
        )

    def language(self, lang: str) -> Reader:
        """The index of a language; English, or the first there is, for one without phrases."""
        if lang not in self.languages:
            lang = "en" if "en" in self.languages else self.languages[0]
        found = self._indexes.get(lang) or self.obtain(lang, Effort.LEARN)
        assert found is not None
        return found

    def obtain(self, lang: str, effort: Effort) -> Reader | None:
        """The index of one of the languages, as good as the effort makes it; None when that is not enough for any."""
        found = self._indexes.get(lang)
        if found is None or found.source is Source.AMENDED:
            found = self._obtained(lang, effort)
            if found is None and effort is Effort.AMEND and self._recall_earlier(lang):
                found = self._obtained(lang, effort)
            if found is not None:
                self._indexes[lang] = found
        return found

    def _recall_earlier(self, lang: str) -> bool:
        """Whether there is something to amend of a language that nobody has asked in since before the change."""
        earlier = self.before.obtain(lang, Effort.RECALL) if self.before and lang in self.before.languages else None
        if earlier is not None:
            counted.remember(earlier)
        return earlier is not None

    def _obtained(self, lang: str, effort: Effort) -> Reader | None:
        return counted.obtained(lang, self.catalogue, self.names.words, self.recall, effort)

    @property
    def indexes(self) -> list[Reader]:
        """Those that are there."""
        return [*self._indexes.values()]

    def links(self, index: Reader) -> Links:
        """Where the things stand that one of this catalogue's indexes speaks of."""
        if index.language not in self._links:
            self._links[index.language] = Links.of(index, self.numbering, self.board(Kind.PRACTICE).rows)
        return self._links[index.language]

    def entry(self, kind: Kind, id: str) -> Entry | None:
        """The entry of that kind and id, if there is one."""
        return self.entries.get((kind, id))

    def about(self, topic: str) -> Sequence[Entry]:
        """The entries that list a topic."""
        if not self._about:
            for entry in self.catalogue.entries:
                for listed in entry.topics:
                    self._about.setdefault(listed, []).append(entry)
        return self._about.get(topic, ())

    def board(self, kind: Kind) -> Board:
        """All entries of a kind, in columns."""
        return self.boards[kind]

    def of_kind(self, kind: Kind) -> tuple[Entry, ...]:
        """All entries of a kind."""
        return self.boards[kind].entries

    def allowed(self, kind: Kind, asker: eligibility.Asker) -> tuple[Floats, tuple[str | None, ...]]:
        """How far entries of each type of a kind are for this asker, and which constraint spoke. Few askers differ:
        remembered."""
        known = self._allowed.get((kind, asker))
        if known is None:
            pairs = [eligibility.weight(entry, asker) for entry in self.board(kind).types]
            known = (np.array([value for value, _ in pairs], np.float32), tuple(why for _, why in pairs))
            if len(self._allowed) >= _ASKERS:
                self._allowed.clear()
            self._allowed[kind, asker] = known
        return known


def _spoken(catalogue: Catalogue, lang: str) -> tuple[str, ...]:
    """How people ask in a language, for knowing it again."""
    topics = (entry.phrases.get(lang, ()) for entry in catalogue.entries if entry.kind is Kind.TOPIC)
    crises = (crisis.phrases.get(lang, ()) for crisis in catalogue.crises)
    return tuple(drawn([*chain(*topics, *crises)], _SPOKEN))


_prepared: "OrderedDict[str, Prepared]" = OrderedDict()
_preparing = threading.Lock()


def prepared(catalogue: Catalogue) -> Prepared:
    """The prepared form of a catalogue, remembered by version (and checked, should two share one)."""
    with _preparing:
        found = _prepared.get(catalogue.version)
        if found is None or (found.catalogue is not catalogue and found.catalogue != catalogue):
            found = Prepared.of(catalogue, next(reversed(_prepared.values()), None))
            _prepared[catalogue.version] = found
        _prepared.move_to_end(catalogue.version)
        while len(_prepared) > 3:
            _prepared.popitem(last=False)
        return found


def release(catalogue: Catalogue) -> None:
    """Let go of everything that was made from other catalogues, now that everything is learnt from this one."""
    ready = prepared(catalogue)
    with _preparing:
        for version in [version for version, one in _prepared.items() if one is not ready]:
            del _prepared[version]
    ready.before = None
    counted.release(ready.indexes)


def prepare(
    catalogue: Catalogue,
    languages: Iterable[str] | None = None,
    recall: Recall = lambda mark: None,
    effort: Effort = Effort.LEARN,
) -> dict[str, bytes]:
    """Compile ahead of the first message: all languages of the catalogue, or those named.

    `recall` finds what an earlier call returned, in this process or another, by its mark: that spares most of the work.
    Returns what had to be learnt anew, by marks that change with everything it was learnt from.
    """
    ready = prepared(catalogue)
    ready.recall = recall
    indexes = [ready.obtain(lang, effort) for lang in (ready.languages if languages is None else languages)]
    return {index.key.mark: index.packed() for index in indexes if index and index.source is Source.LEARNT}


def source(catalogue: Catalogue, lang: str) -> Source | None:
    """Where what the router knows of a language comes from; None when it is not prepared."""
    return next((one.source for one in prepared(catalogue).indexes if one.language == lang), None)


def languages_of(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The languages of the catalogue that a message may be in, best first."""
    ready = prepared(catalogue)
    return tuple(lang for lang in language.detect(text, ready.model, None).search if lang in ready.languages)
