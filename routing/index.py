"""A catalogue compiled for searching: one language at a time, kept as long as its texts do not change."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import cache
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from routing import eligibility, fuzzy, language, lessons, lexical, normalise, places, semantic, words
from routing.board import Board
from routing.catalogue import Catalogue, Entry, Kind
from routing.examples import Example, examples_of
from routing.lexical import Floats, Places
from routing.likeness import Numbering, Owner

#: Finds what was learnt earlier by its mark.
Recall = Callable[[str], bytes | None]


class Effort(IntEnum):
    """What may be done for a language that nothing is kept of: nothing, a tenth of a second's work, or seconds'."""

    RECALL = 0
    AMEND = 1
    LEARN = 2


class Source(StrEnum):
    """Where the coefficients of a language come from: kept by somebody who learnt them, learnt here, or those of an
    earlier state put right where the texts have changed."""

    KEPT = "kept"
    LEARNT = "learnt"
    AMENDED = "amended"


#: How many kinds of asker are remembered with what each entry is worth to them.
_ASKERS = 256


class Key(NamedTuple):
    """What the index of a language was made from: a mark of all that is learnt from, and the words of names."""

    language: str
    mark: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class LanguageIndex:
    """Everything searchable in one language, with a mark of what it was made from.

    The first `trained` examples carry the heads. The examples of an owner stand together: those of `owners[i]` begin at
    `starts[i]`.
    """

    key: Key
    examples: tuple[Example, ...]
    trained: int
    index: lexical.Index
    columns: tuple[str, ...]
    heads: semantic.Heads
    crises: tuple[str, ...]
    topics: Places
    topic_ids: tuple[str, ...]
    speller: fuzzy.Speller
    owners: tuple[Owner, ...]
    starts: Places
    source: Source
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.key.language

    def views(self, folded: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """A row for each folded text: its similarity to each example, and the scores of the columns and alarms."""
        similar = self.index.similarities(folded)
        scores = self.heads.scores(semantic.kernel(similar[:, : self.trained]))
        return similar, scores[:, : len(self.columns)], scores[:, len(self.columns) :]

    def words(self, topic: str) -> frozenset[str]:
        """The words that a topic's own examples use, for saying which words of a message counted."""
        if topic not in self._words:
            own = [one.text for one in self._own("topic", topic)]
            self._words[topic] = frozenset(word for text in normalise.fold_all(own) for word in text.split())
        return self._words[topic]

    def _own(self, kind: str, id: str) -> Sequence[Example]:
        """The examples of an owner."""
        if (kind, id) not in self.owners:
            return ()
        at = self.owners.index((kind, id))
        return self.examples[self.starts[at] : self.starts[at + 1] if at + 1 < len(self.starts) else None]

    def nearest(self, similar: Floats) -> Floats:
        """From the similarity to each example to that of the best example of each owner."""
        return np.maximum.reduceat(similar, self.starts)


def _draft(key: Key, taught: Sequence[Example], shown: Sequence[Example], catalogue: Catalogue) -> LanguageIndex:
    """Everything but what has to be learnt."""
    examples = (*taught, *shown)
    folded = normalise.fold_all([example.text for example in examples])
    columns = lessons.columns_of(taught)
    topics = [at for at, column in enumerate(columns) if column.startswith("topic:")]
    owner = [(example.kind, example.id) for example in examples]
    starts = [at for at, one in enumerate(owner) if not at or one != owner[at - 1]]
    return LanguageIndex(
        key,
        examples,
        len(taught),
        lexical.Index.of(folded, lexical.recipe_for(key.language)),
        columns,
        semantic.NO_HEADS,
        lessons.alarms_of(catalogue),
        np.array(topics, np.intp),
        tuple(columns[at].removeprefix("topic:") for at in topics),
        fuzzy.Speller.of(key.language, folded, key.names),
        tuple(owner[at] for at in starts),
        np.array(starts, np.intp),
        Source.AMENDED,
    )


#: By language and what they were made from, those used last at the end.
_compiled: "OrderedDict[Key, LanguageIndex]" = OrderedDict()
_compiling: dict[str, threading.Lock] = {}
#: Languages × recent versions of the catalogue that stay in memory.
_KEPT = 12


@cache
def method() -> str:
    """A mark of the router itself: what another version of it has learnt is not used."""
    mark, room = hashlib.blake2b(digest_size=16), Path(__file__).parent
    # Measuring the router changes nothing about it.
    for file in sorted(set(room.rglob("*.*")) - set((room / "evaluation").rglob("*.*"))):
        if file.suffix in (".py", ".toml"):
            mark.update(file.read_bytes())
    return mark.hexdigest()


def _mark(taught: Sequence[Example], shown: Sequence[Example], catalogue: Catalogue) -> str:
    """A mark of everything that is learnt from."""
    mark = hashlib.blake2b(method().encode(), digest_size=16)
    for example in (*taught, *shown):
        mark.update(repr((example.text, example.kind, example.id, example.targets, example.weight)).encode())
    mark.update(repr((lessons.alarms_of(catalogue), sorted(lessons.alarming(catalogue)))).encode())
    return mark.hexdigest()


def _obtained(
    lang: str, catalogue: Catalogue, names: frozenset[str], recall: Recall, effort: Effort
) -> LanguageIndex | None:
    """The index of a language, compiled anew only when something in that language has changed."""
    taught, shown = examples_of(catalogue, lang)
    key = Key(lang, _mark(taught, shown, catalogue), names)
    with _compiling.setdefault(lang, threading.Lock()):
        found = _compiled.get(key) or _renamed(key)
        if found is None or found.source is Source.AMENDED:
            work = _Work(key, taught, shown, catalogue, found)
            found = work.recalled(recall) or work.done(effort) or found
        if found is not None:
            _remember(found)
    return found


def _remember(index: LanguageIndex) -> None:
    _compiled[index.key] = index
    _compiled.move_to_end(index.key)
    while len(_compiled) > _KEPT:
        _compiled.popitem(last=False)


def _renamed(key: Key) -> LanguageIndex | None:
    """The index of the same texts, made when the entries had other names."""
    same = (one for one in [*_compiled.values()] if (one.key.language, one.key.mark) == (key.language, key.mark))
    found = next(same, None)
    return found and replace(found, key=key, speller=found.speller.knowing(key.names))


@dataclass(frozen=True, slots=True)
class _Work:
    """A language that has to be learnt, and what is there of it."""

    key: Key
    taught: Sequence[Example]
    shown: Sequence[Example]
    catalogue: Catalogue
    present: LanguageIndex | None

    def recalled(self, recall: Recall) -> LanguageIndex | None:
        kept = recall(self.key.mark)
        return replace(self._draft(), heads=semantic.Heads.unpacked(kept), source=Source.KEPT) if kept else None

    def done(self, effort: Effort) -> LanguageIndex | None:
        """As much as the effort allows."""
        if effort is Effort.LEARN:
            draft = self._draft()
            return replace(draft, heads=self._lesson().learnt(draft.index), source=Source.LEARNT)
        known = self._known() if effort is Effort.AMEND and self.present is None else None
        if known is None:
            return None
        draft = self._draft()
        heads = self._lesson().amended(known, draft.index)
        return replace(draft, heads=heads) if heads else None

    def _draft(self) -> LanguageIndex:
        return self.present or _draft(self.key, self.taught, self.shown, self.catalogue)

    def _lesson(self) -> lessons.Lesson:
        return lessons.Lesson.of(self.taught, self.catalogue)

    def _known(self) -> lessons.Known | None:
        """What was learnt last of this language: never what was itself only amended."""
        learnt = [one for one in [*_compiled.values()] if one.source is not Source.AMENDED]
        last = next((one for one in reversed(learnt) if one.language == self.key.language), None)
        if last is None:
            return None
        return lessons.Known(last.examples[: last.trained], (*last.columns, *last.crises), last.heads)


@dataclass(frozen=True, slots=True)
class Links:
    """Where in a catalogue the things stand that an index speaks of: the numbers of its owners, and for each of its
    `columns` that is about a practice the row of that practice."""

    numbers: Places
    columns: Places
    practices: Places

    @classmethod
    def of(cls, index: LanguageIndex, numbering: Numbering, rows: Mapping[str, int]) -> "Links":
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
    _indexes: dict[str, LanguageIndex] = field(default_factory=dict)
    _links: dict[Key, Links] = field(default_factory=dict)
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
            language.Model.of({lang: _spoken(catalogue, lang) for lang in languages if lang in language.LATIN}),
            fuzzy.Names.of(catalogue),
            before.gazetteer if before is not None and known else places.Gazetteer.of(catalogue),
            Numbering.of(catalogue, words.examples("en")),
        )

    def language(self, lang: str) -> LanguageIndex:
        """The index of a language; English, or the first there is, for one without phrases."""
        if lang not in self.languages:
            lang = "en" if "en" in self.languages else self.languages[0]
        found = self._indexes.get(lang) or self.obtain(lang, Effort.LEARN)
        assert found is not None
        return found

    def obtain(self, lang: str, effort: Effort) -> LanguageIndex | None:
        """The index of one of the languages, as good as the effort makes it; None when that is not enough for any."""
        found = self._indexes.get(lang)
        if found is None or found.source is Source.AMENDED:
            found = _obtained(lang, self.catalogue, self.names.words, self.recall, effort)
            if found is not None:
                self._indexes[lang] = found
        return found

    @property
    def indexes(self) -> list[LanguageIndex]:
        """Those that are there."""
        return [*self._indexes.values()]

    def links(self, index: LanguageIndex) -> Links:
        """Where the things stand that one of this catalogue's indexes speaks of."""
        if index.key not in self._links:
            self._links[index.key] = Links.of(index, self.numbering, self.board(Kind.PRACTICE).rows)
        return self._links[index.key]

    def entry(self, kind: Kind, id: str) -> Entry | None:
        """The entry of that kind and id, if there is one."""
        return self.entries.get((kind, id))

    def board(self, kind: Kind) -> Board:
        """All entries of a kind, in columns."""
        return self.boards[kind]

    def of_kind(self, kind: Kind) -> tuple[Entry, ...]:
        """All entries of a kind."""
        return self.boards[kind].entries

    def allowed(self, kind: Kind, asker: eligibility.Asker) -> tuple[Floats, tuple[str | None, ...]]:
        """How far each entry of a kind is for this asker, and which constraint spoke. Few askers differ: remembered."""
        known = self._allowed.get((kind, asker))
        if known is None:
            pairs = [eligibility.weight(entry, asker) for entry in self.of_kind(kind)]
            known = (np.array([value for value, _ in pairs], np.float32), tuple(why for _, why in pairs))
            if len(self._allowed) >= _ASKERS:
                self._allowed.clear()
            self._allowed[kind, asker] = known
        return known


def _spoken(catalogue: Catalogue, lang: str) -> tuple[str, ...]:
    """How people ask in a language, for knowing it again."""
    topics = (entry.phrases.get(lang, ()) for entry in catalogue.entries if entry.kind is Kind.TOPIC)
    return tuple(chain(*topics, *(crisis.phrases.get(lang, ()) for crisis in catalogue.crises)))


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
    """Let go of everything that was made from other catalogues."""
    ready = prepared(catalogue)
    with _preparing:
        for version in [version for version, one in _prepared.items() if one is not ready]:
            del _prepared[version]
    used = {index.key for index in ready.indexes}
    for key in [key for key in [*_compiled] if key not in used]:
        _compiled.pop(key, None)


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
    return {index.key.mark: index.heads.packed() for index in indexes if index and index.source is Source.LEARNT}


def source(catalogue: Catalogue, lang: str) -> Source | None:
    """Where what the router knows of a language comes from; None when it is not prepared."""
    return next((one.source for one in prepared(catalogue).indexes if one.language == lang), None)


def languages_of(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The languages of the catalogue that a message may be in, best first."""
    ready = prepared(catalogue)
    return tuple(lang for lang in language.detect(text, ready.model, None).search if lang in ready.languages)
