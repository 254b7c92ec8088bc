"""The texts of a catalogue in one language as examples: what each says, whose it is, and what it teaches."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import methodcaller

import numpy as np

from routing import words
from routing.catalogue import Catalogue, Entry, Kind

#: How much of an example's weight its first, second and third topic get.
SHARES = (1.0, 0.45, 0.25)
#: Whose the phrases are that show what is no emergency, where the entries are not among the examples: of topics without
#: emergencies, and of topics that have some.
CALM, UNMARKED = ("calm", ""), ("unmarked", "")
#: How far examples of emergencies, of which there are many, of what only looks like one, and of what is no need teach
#: the topics.
_CRISIS_WEIGHT, _NEAR_WEIGHT, _ASIDE_WEIGHT = 0.1, 0.15, 0.2


@dataclass(frozen=True, slots=True)
class Example:
    """One text that teaches something: what it says, whose it is, how much it says about which columns."""

    text: str
    kind: str
    id: str
    targets: tuple[tuple[str, float], ...] = ()
    weight: float = 1.0


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


def drawn(texts: Sequence[str], most: int) -> Sequence[str]:
    """At most so many texts, always the same ones as long as they are there."""
    if len(texts) <= most:
        return texts
    spelt = map(methodcaller("encode", "utf-8", "surrogatepass"), texts)
    lots = np.fromiter(map(zlib.crc32, spelt), np.uint32, len(texts))
    lowest = np.flatnonzero(lots <= np.partition(lots, most)[most]).tolist()
    return [text for _, text in sorted((int(lots[at]), texts[at]) for at in lowest)[:most]]


def examples_of(catalogue: Catalogue, lang: str) -> tuple[list[Example], list[Example]]:
    """What the head learns from, and what is only compared with."""
    taught: list[Example] = []
    shown: list[Example] = []
    for entry in catalogue.entries:
        teaches = entry.kind in (Kind.TOPIC, Kind.PRACTICE)
        (taught if teaches else shown).extend(_entry_examples(entry, lang))
    return [*taught, *_emergencies(catalogue, lang)], [*shown, *_clocks(catalogue, lang)]


def core_of(catalogue: Catalogue, lang: str, ordinary: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    """The same without the entries, but for some of their phrases that show what is no emergency."""
    return [*ordinary, *_emergencies(catalogue, lang)], _clocks(catalogue, lang)


def _emergencies(catalogue: Catalogue, lang: str) -> list[Example]:
    """Emergencies, what only looks like one, and what is no need at all."""
    taught: list[Example] = []
    for crisis in catalogue.crises:
        # Where nobody but a helpline helps, what is said is about no topic.
        topics = crisis.topics if crisis.practices else ()
        about = tuple((f"topic:{t}", 0.6 * s) for t, s in zip(topics, SHARES, strict=False))
        taught += [Example(text, "crisis", crisis.id, about, _CRISIS_WEIGHT) for text in crisis.phrases.get(lang, ())]
        taught += [
            Example(text, "near_miss", crisis.id, about, _NEAR_WEIGHT) for text in crisis.near_misses.get(lang, ())
        ]
    for kind, texts in words.examples(lang).items():
        taught += [Example(text, "aside", kind, (), _ASIDE_WEIGHT) for text in texts]
    return taught


def _clocks(catalogue: Catalogue, lang: str) -> list[Example]:
    shown: list[Example] = []
    for clock in catalogue.clocks:
        shown += [Example(text, "clock", clock.id) for text in clock.phrases.get(lang, ())]
    for id, phrases in catalogue.not_clocks.items():
        shown += [Example(text, "not_clock", id) for text in phrases.get(lang, ())]
    return shown
