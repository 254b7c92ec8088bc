"""The texts of a language with a large catalogue: its entries counted, its emergencies learnt as ever.

Learning compares every example with every other. What that is for is small in every catalogue: emergencies, what only
looks like one, and messages that are no need. Those are learnt beside some ordinary requests of all over the catalogue.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

import numpy as np

from routing import embedding, fuzzy, index, lessons, normalise, semantic, thresholds
from routing.catalogue import Catalogue, Kind
from routing.examples import CALM, SHARES, UNMARKED, Example, core_of, drawn, examples_of
from routing.features import Floats, Ints, Places
from routing.index import Effort, Key, LanguageIndex, Recall, Source, Wanted
from routing.likeness import Owner
from routing.renewal import Change, renewed
from routing.sight import Sight
from routing.tally import Document, Tally

#: With more phrases than this in a language its entries are counted. Learning 4,000 takes 8 s and 150 MB, 8,000 38 s
#: and 400 MB: see docs/decisions/0014.
LEARNT_AT_MOST = 8_000
#: So many ordinary requests show what is no emergency: of topics without any, and of those that have some, which are
#: harder to tell.
_ORDINARY = {CALM: 1_000, UNMARKED: 1_500}
#: So many entries of each kind are looked at closely. The documents stand in the order of the kinds.
_LOOKED_AT = [{Kind.TOPIC: 16, Kind.PRACTICE: 8}.get(kind, 4) for kind in Kind]
#: How much the nearest text of an entry adds to the share of a text that all of them account for.
_NEAREST = 0.25
#: A practice says this much of its topics.
_OF_TOPIC = 0.6
#: The score of what was not looked at: its share of the probability is nothing.
_NO_SCORE = -20.0


@dataclass(frozen=True, eq=False)
class Counted:
    """The entries of a language counted, and beside them what is learnt of emergencies and of what is no need.

    `about` holds for each practice, in their order, the rows of its first three topics, -1 for none.
    """

    core: LanguageIndex
    tally: Tally
    speller: fuzzy.Speller
    about: Ints

    @classmethod
    def of(cls, core: LanguageIndex, catalogue: Catalogue, last: "Counted | None") -> "Counted":
        """From what was learnt and a catalogue; only what has changed since the last state is counted."""
        documents = _documents(catalogue, core.language)
        change = Change.between(last.tally.documents if last else (), documents)
        tally = last.tally if last else Tally.of(core.language, documents)
        if last and change.is_any:
            tally = renewed(tally, documents, change)
        return cls(core, tally, _speller(core, change, last), _about(catalogue, documents))

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return self.core.language

    @property
    def key(self) -> Key:
        """What the learnt part was made from."""
        return self.core.key

    @property
    def source(self) -> Source:
        """Where the coefficients of the learnt part come from."""
        return self.core.source

    def packed(self) -> bytes:
        """The learnt part, as bytes."""
        return self.core.packed()

    @property
    def crises(self) -> tuple[str, ...]:
        """The columns of the alarms."""
        return self.core.crises

    @property
    def alarm(self) -> float:
        """The probability of a crisis from which a message is taken for one."""
        return thresholds.COUNTED_CRISIS

    @property
    def bonus(self) -> float:
        """How much surer a part of a message must be than the whole to speak for it."""
        return thresholds.COUNTED_BONUS

    def confidence(self, top: float, margin: float, nearest: float, strength: float) -> float:
        """Probability that the first topic is right."""
        return thresholds.counted_confidence(margin)

    @cached_property
    def owners(self) -> tuple[Owner, ...]:
        """What the likenesses are of: first of the learnt part, then of the documents."""
        return (*self.core.owners[self._first :], *(document.owner for document in self.tally.documents))

    @property
    def _first(self) -> int:
        """The ordinary requests of the learnt part stand first and are nobody's."""
        return sum(owner in (CALM, UNMARKED) for owner in self.core.owners[:2])

    @cached_property
    def kinds(self) -> tuple[slice, ...]:
        """Where the documents of each kind stand."""
        sizes = Counter(document.owner[0] for document in self.tally.documents)
        ends = np.cumsum([sizes[kind] for kind in Kind]).tolist()
        return tuple(map(slice, [0, *ends], ends))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The topics and practices: the first documents."""
        return tuple(f"{kind}:{id}" for (kind, id), _ in self.tally.documents[: self.kinds[1].stop])

    @cached_property
    def topics(self) -> Places:
        """Those of the columns that are topics."""
        return np.arange(self.kinds[0].stop)

    @cached_property
    def topic_ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(id for (_, id), _ in self.tally.documents[self.kinds[0]])

    def words(self, topic: str) -> frozenset[str]:
        """The words that a topic's own texts use, for saying which words of a message counted."""
        row = self._rows.get((Kind.TOPIC.value, topic))
        return frozenset() if row is None else _words_of(self.tally.documents[row].texts)

    @cached_property
    def _rows(self) -> dict[Owner, int]:
        return {document.owner: row for row, document in enumerate(self.tally.documents)}

    def views(self, folded: Sequence[str]) -> list[Sight]:
        """Each of some readings of one message beside the texts."""
        seen = self.tally.seen(folded, [*zip(self.kinds, _LOOKED_AT, strict=True)])
        own = len(self.owners) - len(self.tally.documents)
        likeness = np.zeros(len(self.owners), np.float32)
        likeness[own + seen.rows] = seen.near.max(axis=0)
        teaching = int((seen.rows < len(self.columns)).sum())
        shares = seen.shares[:, :teaching] + np.float32(_NEAREST) * seen.near[:, :teaching]
        scores = self._scores(seen.rows[:teaching], shares)
        found: list[Sight] = []
        for at, core in enumerate(self.core.views(folded)):
            likeness[:own] = core.likeness[self._first :]
            topics = semantic.softmax(scores[at, : self.kinds[0].stop], thresholds.COUNTED_SHARPNESS)
            nearest, example = core.nearest, core.example
            if teaching and seen.near[at, :teaching].max() > nearest:
                best = seen.near[at, :teaching].argmax()
                nearest, example = float(seen.near[at, best]), self.tally.text(int(seen.texts[at, best]))
            found.append(Sight(likeness, nearest, example, scores[at], topics * np.float32(teaching > 0), core.alarms))
        return found

    def _scores(self, rows: Places, shares: Floats) -> Floats:
        """On the scale of what is learnt (readings × columns); a practice speaks for its topics too."""
        scores = np.full((len(shares), len(self.columns)), _NO_SCORE, np.float32)
        scores[:, rows] = thresholds.COUNTED_SCALE * shares
        practices = rows[rows >= self.kinds[0].stop]
        topics = self.about[practices - self.kinds[0].stop]
        lifted = scores[:, practices, None] * np.multiply(_OF_TOPIC, SHARES, dtype=np.float32)
        np.maximum.at(scores.T, topics[topics >= 0], lifted[:, topics >= 0].T)
        return scores


@lru_cache(maxsize=512)
def _words_of(texts: tuple[str, ...]) -> frozenset[str]:
    return normalise.words_of(texts)


#: What the texts of a language are compared by, learnt or counted.
Reader: TypeAlias = LanguageIndex | Counted


def _documents(catalogue: Catalogue, lang: str) -> list[Document]:
    """The texts of each entry: its phrases, its name, its summary. Topics first, then practices, then the rest."""
    found: dict[Kind, dict[str, tuple[str, ...]]] = {kind: {} for kind in Kind}
    for entry in catalogue.entries:
        said = (*entry.phrases.get(lang, ()), entry.names.get(lang, ""), entry.summaries.get(lang, ""))
        if texts := tuple(filter(None, said)):
            found[entry.kind].setdefault(entry.id, texts)
    return [Document((kind.value, id), texts) for kind, own in found.items() for id, texts in own.items()]


def _about(catalogue: Catalogue, documents: Sequence[Document]) -> Ints:
    rows = {id: row for row, ((kind, id), _) in enumerate(documents) if kind == Kind.TOPIC}
    practices = [id for (kind, id), _ in documents if kind == Kind.PRACTICE]
    about = np.full((len(practices), len(SHARES)), -1, np.int32)
    for row, id in enumerate(practices):
        entry = catalogue.entry(Kind.PRACTICE, id)
        for place, topic in enumerate(entry.topics[: len(SHARES)] if entry else ()):
            about[row, place] = rows.get(topic, -1)
    return about


def _speller(core: LanguageIndex, change: Change, last: Counted | None) -> fuzzy.Speller:
    """What people write, corrected by the words of all texts."""
    if last and core is last.core and not change.is_any:
        return last.speller
    counts = Counter(last.speller.counts if last else {})
    if last:
        counts.subtract(_words(change.gone) + _words(_own(last.core)))
    counts.update(_words(change.fresh) + _words(_own(core)))
    return fuzzy.Speller.counting(core.language, +counts, core.key.names)


def _own(core: LanguageIndex) -> list[str]:
    """The texts of the learnt part that no document has."""
    return [example.text for example in core.examples if (example.kind, example.id) not in (CALM, UNMARKED)]


def _words(texts: Sequence[str]) -> Counter[str]:
    return fuzzy.words_in(normalise.fold_all(texts))


def _ordinary(catalogue: Catalogue, lang: str) -> list[Example]:
    """Requests of all over the catalogue, the same as long as they are there: of topics without emergencies and of
    topics that have some."""
    alarming = lessons.alarming(catalogue)
    texts: dict[Owner, list[str]] = {CALM: [], UNMARKED: []}
    for entry in catalogue.entries:
        if entry.kind in (Kind.TOPIC, Kind.PRACTICE):
            marked = any(f"topic:{id}" in alarming for id in (entry.id, *entry.topics[:3]))
            texts[UNMARKED if marked else CALM] += entry.phrases.get(lang, ())
    return [Example(text, *owner) for owner, own in texts.items() for text in drawn(own, _ORDINARY[owner])]


_last: dict[str, Counted] = {}
_counting = threading.Lock()


def obtained(lang: str, catalogue: Catalogue, names: frozenset[str], recall: Recall, effort: Effort) -> Reader | None:
    """The index of a language, counted when there is too much to learn; None when the effort is not enough for any."""
    learnt = sum(len(entry.phrases.get(lang, ())) for entry in catalogue.entries) <= LEARNT_AT_MOST
    texts = examples_of(catalogue, lang) if learnt else core_of(catalogue, lang, _ordinary(catalogue, lang))
    model = embedding.used(lang) if learnt else None
    core = index.obtained(Wanted(lang, *texts, catalogue, names, model), recall, effort)
    if learnt or core is None:
        return core
    with _counting:
        _last[lang] = Counted.of(core, catalogue, _last.get(lang))
        return _last[lang]


def remember(found: Reader) -> None:
    """Keep an index for the next states."""
    index.remember(found.core if isinstance(found, Counted) else found)


def release(used: Iterable[Reader]) -> None:
    """Let go of all others."""
    kept = [*used]
    index.release(one.core if isinstance(one, Counted) else one for one in kept)
    for lang in [lang for lang, one in [*_last.items()] if one not in kept]:
        _last.pop(lang, None)
