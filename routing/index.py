"""A catalogue compiled for searching: one language at a time, kept as long as its texts do not change."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from routing import algebra, eligibility, fuzzy, gram, language, lexical, normalise, places, semantic, words
from routing.board import Board
from routing.catalogue import Catalogue, Entry, Kind
from routing.lexical import Floats, Places
from routing.likeness import Numbering, Owner

#: Finds what was learnt earlier by its mark.
Recall = Callable[[str], bytes | None]
#: The column of the alarms that stands for any crisis.
ANY = "any"
#: How much of an example's weight its first, second and third topic get.
SHARES = (1.0, 0.45, 0.25)
#: How far an ordinary way of asking is believed to be no emergency, and one of a topic that has emergencies.
_CALM_BELIEF, _UNMARKED_BELIEF = 0.5, 0.05
#: How far examples of emergencies, of which there are many, and of what is no need teach the topics.
_CRISIS_WEIGHT, _ASIDE_WEIGHT = 0.3, 0.2
#: How many kinds of asker are remembered with what each entry is worth to them.
_ASKERS = 256


@dataclass(frozen=True, slots=True)
class Example:
    """One text that teaches something: what it says, whose it is, how much it says about which columns."""

    text: str
    kind: str
    id: str
    targets: tuple[tuple[str, float], ...] = ()
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class LanguageIndex:
    """Everything searchable in one language, with a mark of what it was made from.

    The first `trained` examples carry the heads; `is_new` says that those were learnt now, not recalled. The examples
    of an owner stand together: those of `owners[i]` begin at `starts[i]`.
    """

    key: tuple[str, str]
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
    is_new: bool
    _words: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.key[0]

    def views(self, folded: Sequence[str]) -> tuple[Floats, Floats, Floats]:
        """A row for each folded text: its similarity to each example, and the scores of the columns and alarms."""
        similar = self.index.similarities(folded)
        scores = algebra.product(semantic.kernel(similar[:, : self.trained]), self.heads.whole)
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


def _entry_examples(entry: Entry, lang: str) -> Iterable[Example]:
    """Name, summary and phrases of an entry as examples of itself and of its topics."""
    own = {Kind.TOPIC: ((f"topic:{entry.id}", 1.0),), Kind.PRACTICE: ((f"practice:{entry.id}", 1.0),)}.get(
        entry.kind, ()
    )
    about = tuple((f"topic:{topic}", 0.6 * share) for topic, share in zip(entry.topics, SHARES, strict=False))
    targets = own + (() if entry.kind is Kind.TOPIC else about)
    for phrase in entry.phrases.get(lang, ()):
        yield Example(phrase, entry.kind.value, entry.id, targets, 1.0 if entry.kind is Kind.TOPIC else 0.5)
    for text in (entry.names.get(lang), entry.summaries.get(lang)):
        if text:
            yield Example(text, entry.kind.value, entry.id, targets, 0.7)


def examples_of(catalogue: Catalogue, lang: str) -> tuple[list[Example], list[Example]]:
    """What the head learns from, and what is only compared with."""
    taught: list[Example] = []
    shown: list[Example] = []
    for entry in catalogue.entries:
        teaches = entry.kind in (Kind.TOPIC, Kind.PRACTICE)
        (taught if teaches else shown).extend(_entry_examples(entry, lang))
    for crisis in catalogue.crises:
        about = tuple((f"topic:{t}", 0.6 * s) for t, s in zip(crisis.topics, SHARES, strict=False))
        taught += [Example(text, "crisis", crisis.id, about, _CRISIS_WEIGHT) for text in crisis.phrases.get(lang, ())]
        taught += [Example(text, "near_miss", crisis.id, about, 0.5) for text in crisis.near_misses.get(lang, ())]
    for kind, texts in words.examples(lang).items():
        taught += [Example(text, "aside", kind, (), _ASIDE_WEIGHT) for text in texts]
    for clock in catalogue.clocks:
        shown += [Example(text, "clock", clock.id) for text in clock.phrases.get(lang, ())]
    for id, phrases in catalogue.not_clocks.items():
        shown += [Example(text, "not_clock", id) for text in phrases.get(lang, ())]
    return taught, shown


def _alarm_targets(taught: list[Example], catalogue: Catalogue) -> tuple[tuple[str, ...], Floats, Floats]:
    """Crises, any crisis and asides as columns, what each example says of them (+1 or -1), and how far it is believed.

    Topics that have emergencies hold some unmarked ones among their phrases: those say nothing either way.
    """
    crises = (*(crisis.id for crisis in catalogue.crises), ANY, *(f"aside:{kind}" for kind in words.examples("en")))
    alarming = {f"topic:{topic}" for crisis in catalogue.crises for topic in crisis.topics[:3]}
    targets = np.full((len(taught), len(crises)), -1.0, np.float32)
    belief = np.full(len(taught), _CALM_BELIEF, np.float32)
    for row, example in enumerate(taught):
        if example.kind in ("crisis", "aside"):
            targets[row, crises.index(example.id if example.kind == "crisis" else f"aside:{example.id}")] = 1.0
            belief[row] = 1.0
            targets[row, crises.index(ANY)] = 1.0 if example.kind == "crisis" else -1.0
        elif example.kind == "near_miss":
            belief[row] = 1.0
        elif any(column in alarming for column, _ in example.targets):
            belief[row] = _UNMARKED_BELIEF
    return crises, targets, belief


def _compile(
    key: tuple[str, str],
    taught: list[Example],
    shown: list[Example],
    names: Iterable[str],
    catalogue: Catalogue,
    recall: Recall,
) -> LanguageIndex:
    lang, mark = key
    examples = (*taught, *shown)
    folded = normalise.fold_all([example.text for example in examples])
    index = lexical.Index.of(folded, lexical.recipe_for(lang))
    columns = tuple(sorted({column for example in taught for column, _ in example.targets}))
    at = {column: number for number, column in enumerate(columns)}
    targets = np.zeros((len(taught), len(columns)), np.float32)
    for row, example in enumerate(taught):
        for column, value in example.targets:
            targets[row, at[column]] = value
    crises, shown_by, belief = _alarm_targets(taught, catalogue)
    known = recall(mark)
    if known:
        heads = semantic.Heads.unpacked(known)
    else:
        weights = np.array([example.weight for example in taught], np.float32)
        matrix = semantic.matrix(gram.compare(index, len(taught)))
        heads = semantic.Heads.rounded(semantic.fit(matrix, targets, weights), semantic.fit(matrix, shown_by, belief))
    speller = fuzzy.Speller.of(lang, folded, names)
    owner = [(example.kind, example.id) for example in examples]
    starts = [at for at, one in enumerate(owner) if not at or one != owner[at - 1]]
    topics = [at for at, column in enumerate(columns) if column.startswith("topic:")]
    return LanguageIndex(
        key,
        examples,
        len(taught),
        index,
        columns,
        heads,
        crises,
        np.array(topics, np.intp),
        tuple(columns[at].removeprefix("topic:") for at in topics),
        speller,
        tuple(owner[at] for at in starts),
        np.array(starts, np.intp),
        not known,
    )


_compiled: "OrderedDict[tuple[str, str], LanguageIndex]" = OrderedDict()
_compiling = threading.Lock()
#: Languages × recent versions of the catalogue that stay in memory.
_KEPT = 12


@cache
def method() -> str:
    """A mark of the router itself: what another version of it has learnt is not used."""
    mark = hashlib.blake2b(digest_size=16)
    for file in sorted(Path(__file__).parent.rglob("*.*")):
        if file.suffix in (".py", ".toml"):
            mark.update(file.read_bytes())
    return mark.hexdigest()


def _digest(taught: list[Example], shown: list[Example], names: Iterable[str]) -> str:
    mark = hashlib.blake2b(method().encode(), digest_size=16)
    for example in (*taught, *shown):
        mark.update(repr((example.text, example.kind, example.id, example.targets, example.weight)).encode())
    mark.update(repr(sorted(names)).encode())
    return mark.hexdigest()


def _language_index(lang: str, catalogue: Catalogue, names: frozenset[str], recall: Recall) -> LanguageIndex:
    """The index of a language, compiled anew only when something in that language has changed."""
    taught, shown = examples_of(catalogue, lang)
    key = (lang, _digest(taught, shown, names))
    with _compiling:
        found = _compiled.get(key) or _compile(key, taught, shown, names, catalogue, recall)
        _compiled[key] = found
        _compiled.move_to_end(key)
        while len(_compiled) > _KEPT:
            _compiled.popitem(last=False)
    return found


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
    _links: dict[tuple[str, str], Links] = field(default_factory=dict)
    _allowed: dict[tuple[Kind, eligibility.Asker], tuple[Floats, tuple[str | None, ...]]] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Prepared":
        spoken = {lang for entry in catalogue.entries if entry.kind is Kind.TOPIC for lang in entry.phrases}
        languages = tuple(sorted(spoken)) or ("en",)
        texts = {
            lang: normalise.fold_all(
                [
                    *(p for e in catalogue.entries if e.kind is Kind.TOPIC for p in e.phrases.get(lang, ())),
                    *(p for c in catalogue.crises for p in c.phrases.get(lang, ())),
                ]
            )
            for lang in languages
            if lang in language.LATIN
        }
        return cls(
            catalogue,
            {(entry.kind, entry.id): entry for entry in catalogue.entries},
            {kind: Board.of([entry for entry in catalogue.entries if entry.kind is kind]) for kind in Kind},
            languages,
            language.Model.of(texts),
            fuzzy.Names.of(catalogue),
            places.Gazetteer.of(catalogue),
            Numbering.of(catalogue, words.examples("en")),
        )

    def language(self, lang: str) -> LanguageIndex:
        """The index of a language; English, or the first there is, for one without phrases."""
        if lang not in self.languages:
            lang = "en" if "en" in self.languages else self.languages[0]
        found = self._indexes.get(lang)
        if found is not None:
            return found
        with self._lock:
            if lang not in self._indexes:
                self._indexes[lang] = _language_index(lang, self.catalogue, self.names.words, self.recall)
            return self._indexes[lang]

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


_prepared: "OrderedDict[str, Prepared]" = OrderedDict()
_preparing = threading.Lock()


def prepared(catalogue: Catalogue) -> Prepared:
    """The prepared form of a catalogue, remembered by version (and checked, should two share one)."""
    with _preparing:
        found = _prepared.get(catalogue.version)
        if found is None or (found.catalogue is not catalogue and found.catalogue != catalogue):
            found = Prepared.of(catalogue)
            _prepared[catalogue.version] = found
        _prepared.move_to_end(catalogue.version)
        while len(_prepared) > 3:
            _prepared.popitem(last=False)
        return found


def prepare(
    catalogue: Catalogue, languages: Iterable[str] | None = None, recall: Recall = lambda mark: None
) -> dict[str, bytes]:
    """Compile ahead of the first message: all languages of the catalogue, or those named.

    `recall` finds what an earlier call returned, in this process or another, by its mark: that spares most of the work.
    Returns what had to be learnt anew, by marks that change with everything it was learnt from.
    """
    ready = prepared(catalogue)
    ready.recall = recall
    indexes = map(ready.language, languages if languages is not None else ready.languages)
    return {index.key[1]: index.heads.packed() for index in indexes if index.is_new}


def languages_of(text: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The languages of the catalogue that a message may be in, best first."""
    ready = prepared(catalogue)
    return tuple(lang for lang in language.detect(text, ready.model, None).search if lang in ready.languages)
