"""The texts of a language compiled for searching and learnt from, kept as long as they do not change."""

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from routing import blended, fuzzy, latent, lessons, normalise, semantic, thresholds
from routing.catalogue import Catalogue
from routing.embedding import Embedding
from routing.examples import Example
from routing.features import Floats, Places
from routing.latent import Latent
from routing.likeness import Owner
from routing.sight import Sight

#: Finds what was learnt earlier by its mark.
Recall = Callable[[str], bytes | None]


#: What share of what the examples of a language say on average, found from so many of them, is enough: "they are twins"
#: shares most of its few words with many an emergency.
_ENOUGH, _SAMPLE = 0.8, 64


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


class Key(NamedTuple):
    """What the index of a language was made from: a mark of all that is learnt from, and the words of names."""

    language: str
    mark: str
    names: frozenset[str]


class Wanted(NamedTuple):
    """What an index is to be made from: what the heads learn from, what is only compared with, the catalogue with the
    words of its names, and the embedding that is to compare too."""

    language: str
    taught: Sequence[Example]
    shown: Sequence[Example]
    catalogue: Catalogue
    names: frozenset[str]
    embedding: Embedding | None = None

    @property
    def key(self) -> Key:
        """A mark of everything that is learnt from."""
        mark = hashlib.blake2b(method().encode(), digest_size=16)
        mark.update(self.embedding.name.encode() if self.embedding else b"")
        for example in (*self.taught, *self.shown):
            mark.update(repr((example.text, example.kind, example.id, example.targets, example.weight)).encode())
        mark.update(repr((lessons.alarms_of(self.catalogue), sorted(lessons.alarming(self.catalogue)))).encode())
        return Key(self.language, mark.hexdigest(), self.names)


@dataclass(frozen=True, slots=True)
class LanguageIndex:
    """Everything searchable in one language, with a mark of what it was made from.

    The first `trained` examples carry the heads. The examples of an owner stand together: those of `owners[i]` begin at
    `starts[i]`. A message that says less than `enough` is that much less like any need.
    """

    key: Key
    examples: tuple[Example, ...]
    trained: int
    index: blended.Index
    enough: float
    shared: Latent | None
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

    @property
    def needs(self) -> int:
        """How many of the scores are those of needs: all but the asides."""
        return len(self.columns) + self.crises.index(lessons.ANY) + 1

    @property
    def alarm(self) -> float:
        """The probability of a crisis from which a message is taken for one."""
        return thresholds.CRISIS

    @property
    def bonus(self) -> float:
        """How much surer a part of a message must be than the whole to speak for it."""
        return thresholds.ORIGINAL_BONUS

    def packed(self) -> bytes:
        """What took long to make, as bytes."""
        return self.heads.packed() + blended.packed(self.index)

    def confidence(self, top: float, margin: float, nearest: float, strength: float) -> float:
        """Probability that the first topic is right."""
        return thresholds.confidence(top, margin, nearest, strength)

    def views(self, folded: Sequence[str]) -> list[Sight]:
        """Each folded text beside the examples."""
        similar, said = self.index.read(folded)
        likeness = np.maximum.reduceat(similar.max(axis=0), self.starts)
        similar = similar[:, : self.trained]
        if (said >= self.enough).all():
            scores = self._scores(similar, slice(None))
        else:  # a command or a courtesy needs few words
            weak = similar * np.minimum(said / self.enough, 1)[:, None]
            scores = np.hstack([self._scores(weak, slice(self.needs)), self._scores(similar, slice(self.needs, None))])
        return [self._sight(likeness, *one) for one in zip(similar, scores, strict=True)]

    def _scores(self, similar: Floats, classes: slice) -> Floats:
        return self.heads.scores(semantic.kernel(latent.refined(similar, self.shared), self.index.sharpness), classes)

    def _sight(self, likeness: Floats, similar: Floats, scores: Floats) -> Sight:
        at = int(similar.argmax()) if self.trained else -1
        nearest, example = (float(similar[at]), self.examples[at].text) if self.trained else (0.0, "")
        scores, alarms = scores[: len(self.columns)], scores[len(self.columns) :]
        topics = semantic.softmax(scores[self.topics], thresholds.SHARPNESS)
        return Sight(likeness, nearest, example, scores, topics, alarms)

    def words(self, topic: str) -> frozenset[str]:
        """The words that a topic's own examples use, for saying which words of a message counted."""
        if topic not in self._words:
            self._words[topic] = normalise.words_of([one.text for one in self._own("topic", topic)])
        return self._words[topic]

    def _own(self, kind: str, id: str) -> Sequence[Example]:
        """The examples of an owner."""
        if (kind, id) not in self.owners:
            return ()
        at = self.owners.index((kind, id))
        return self.examples[self.starts[at] : self.starts[at + 1] if at + 1 < len(self.starts) else None]


def _enough(index: blended.Index, folded: Sequence[str]) -> float:
    """How much a message must say to be taken at its word, from some examples all over the language."""
    said = index.said(folded[:: len(folded) // _SAMPLE + 1])
    return max(_ENOUGH * float(said.mean()), 1.0) if len(said) else 1.0


def _draft(key: Key, wanted: Wanted, vectors: blended.Vectors | None) -> LanguageIndex:
    """Everything but what has to be learnt, with what the texts mean as far as that is known."""
    taught, examples = wanted.taught, (*wanted.taught, *wanted.shown)
    folded = normalise.fold_all([example.text for example in examples])
    columns = lessons.columns_of(taught)
    topics = [at for at, column in enumerate(columns) if column.startswith("topic:")]
    owner = [(example.kind, example.id) for example in examples]
    starts = [at for at, one in enumerate(owner) if not at or one != owner[at - 1]]
    owners = np.repeat(np.arange(len(starts), dtype=np.int32), np.diff(starts, append=len(owner)))
    vectors = _carried(wanted, folded) if vectors is None else vectors
    index = blended.index_of(folded, key.language, owners, wanted.embedding, vectors)
    return LanguageIndex(
        key,
        examples,
        len(taught),
        index,
        _enough(index, folded),
        Latent.of(index, len(taught)),
        columns,
        semantic.NO_HEADS,
        lessons.alarms_of(wanted.catalogue),
        np.array(topics, np.intp),
        tuple(columns[at].removeprefix("topic:") for at in topics),
        fuzzy.Speller.of(key.language, folded, key.names),
        tuple(owner[at] for at in starts),
        np.array(starts, np.intp),
        Source.AMENDED,
    )


def _carried(wanted: Wanted, folded: Sequence[str]) -> blended.Vectors | None:
    """What the texts mean, read anew only where they have changed; None when nothing is known of any."""
    texts = [example.text for example in (*wanted.taught, *wanted.shown)]
    for last in reversed([*_compiled.values()]):
        index = last.index if last.language == wanted.language else None
        if isinstance(index, blended.Blended) and index.embedding is wanted.embedding:
            return blended.carried(index, [example.text for example in last.examples], texts, folded)
    return None


#: By language and what they were made from, those used last at the end.
_compiled: "OrderedDict[Key, LanguageIndex]" = OrderedDict()
_compiling: dict[str, threading.Lock] = {}
#: Languages × recent versions of the catalogue that stay in memory.
_KEPT = 16


@cache
def method() -> str:
    """A mark of the router itself: what another version of it has learnt is not used."""
    mark, room = hashlib.blake2b(digest_size=16), Path(__file__).parent
    # Measuring the router changes nothing about it.
    for file in sorted(set(room.rglob("*.*")) - set((room / "evaluation").rglob("*.*"))):
        if file.suffix in (".py", ".toml"):
            mark.update(file.read_bytes())
    return mark.hexdigest()


def obtained(wanted: Wanted, recall: Recall, effort: Effort) -> LanguageIndex | None:
    """The index of a language, compiled anew only when something in that language has changed."""
    key = wanted.key
    with _compiling.setdefault(key.language, threading.Lock()):
        found = _compiled.get(key) or _renamed(key)
        if found is None or found.source is Source.AMENDED:
            work = _Work(key, wanted, found)
            found = work.recalled(recall) or work.done(effort) or found
        if found is not None:
            remember(found)
    return found


def release(used: Iterable[LanguageIndex]) -> None:
    """Let go of all others."""
    keys = {index.key for index in used}
    for key in [key for key in [*_compiled] if key not in keys]:
        _compiled.pop(key, None)


def remember(index: LanguageIndex) -> None:
    """Keep an index for the next states: one that was learnt, to amend it."""
    if index.source is Source.AMENDED:  # the next state is amended from what was learnt, never from this
        passing = [one.key for one in [*_compiled.values()] if one.source is Source.AMENDED]
        for key in [key for key in passing if key.language == index.language]:
            _compiled.pop(key, None)
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
    wanted: Wanted
    present: LanguageIndex | None

    def recalled(self, recall: Recall) -> LanguageIndex | None:
        kept = io.BytesIO(recall(self.key.mark) or b"")
        if not kept.getbuffer():
            return None
        heads, vectors = semantic.Heads.unpacked(kept), blended.unpacked(kept)
        return replace(self._draft(vectors), heads=heads, source=Source.KEPT)

    def done(self, effort: Effort) -> LanguageIndex | None:
        """As much as the effort allows."""
        if effort is Effort.LEARN:
            draft = self._draft()
            return replace(draft, heads=self._lesson().learnt(draft.index, draft.shared), source=Source.LEARNT)
        known = self._known() if effort is Effort.AMEND and self.present is None else None
        if known is None:
            return None
        draft = self._draft()
        heads = self._lesson().amended(known, draft.index, draft.shared)
        return replace(draft, heads=heads) if heads else None

    def _draft(self, vectors: blended.Vectors | None = None) -> LanguageIndex:
        return self.present or _draft(self.key, self.wanted, vectors)

    def _lesson(self) -> lessons.Lesson:
        return lessons.Lesson.of(self.wanted.taught, self.wanted.catalogue)

    def _known(self) -> lessons.Known | None:
        """What was learnt last of this language: never what was itself only amended."""
        learnt = [one for one in [*_compiled.values()] if one.source is not Source.AMENDED]
        last = next((one for one in reversed(learnt) if one.language == self.key.language), None)
        if last is None:
            return None
        return lessons.Known(last.examples[: last.trained], (*last.columns, *last.crises), last.heads)
