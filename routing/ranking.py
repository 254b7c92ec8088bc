"""Which practices, organisations and other entries to show for a topic and a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from routing import eligibility
from routing.catalogue import Entry, Kind
from routing.decision import Reason, Scored
from routing.fusion import Reading
from routing.index import Prepared

#: How well an entry fits a topic that it lists first, second, third, later.
_PLACES = (1.0, 0.72, 0.5, 0.4)
#: Shares of the score: topics of the message, likeness of the entry's own texts.
_TOPIC, _OWN, _NAMED = 1.0, 1.0, 1.2
#: Likeness below this is noise of common words.
_NOISE = 0.08
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Weighing:
    """What is known when entries are ranked."""

    reading: Reading
    topics: Mapping[str, float]
    similar: Mapping[tuple[str, str], float]
    best: Mapping[str, float]
    asker: eligibility.Asker
    ready: Prepared


def _topic_fit(entry: Entry, topics: Mapping[str, float]) -> float:
    fit = 0.0
    for at, topic in enumerate(entry.topics):
        fit += topics.get(topic, 0.0) * _PLACES[min(at, 3)]
    return fit


def _own_fit(entry: Entry, weighing: Weighing) -> float:
    near = max(0.0, weighing.similar.get((entry.kind.value, entry.id), 0.0) - _NOISE)
    if entry.kind is Kind.PRACTICE:
        return 0.8 * near + 0.8 * max(0.0, weighing.best.get(f"practice:{entry.id}", 0.0))
    return 1.2 * near


def score(entry: Entry, weighing: Weighing, named: float) -> tuple[float, str | None]:
    """How well an entry answers, and the constraint that mattered. `named` says how surely it was asked for by name."""
    fit = _TOPIC * _topic_fit(entry, weighing.topics) + _OWN * _own_fit(entry, weighing)
    allowed, why = eligibility.weight(entry, weighing.asker)
    # Somebody who asks for an entry by name gets it, wherever it works.
    return max(fit * allowed, 0.0) * entry.standing + _NAMED * named * (0.3 + 0.7 * entry.standing), why


def ranked(kind: Kind, weighing: Weighing) -> tuple[tuple[Scored, ...], list[Reason]]:
    """The best entries of a kind, and why the first ones are there."""
    found = []
    named = {name.id: name.sure for name in weighing.reading.named if name.kind is kind}
    for entry in weighing.ready.of_kind(kind):
        if entry.id in named or (kind.value, entry.id) in weighing.similar or not weighing.topics.keys().isdisjoint(entry.topics):
            value, why = score(entry, weighing, named.get(entry.id, 0.0))
            if value > 0.02:
                found.append((round(min(value, 1.5) / 1.5, 4), entry.id, why))
    found.sort(key=lambda row: (-row[0], row[1]))
    reasons = [Reason("eligibility", why, id, value) for value, id, why in found[:3] if why]
    return tuple(Scored(id, value) for value, id, _ in found[:SHOWN]), reasons


def by_likeness(kind: Kind, weighing: Weighing, least: float) -> tuple[Scored, ...]:
    """Terms, trainings and networks: only what the message itself resembles or names."""
    named = {n.id: n.sure for n in weighing.reading.named if n.kind is kind}
    found = []
    for entry in weighing.ready.of_kind(kind):
        near = weighing.similar.get((kind.value, entry.id), 0.0)
        if near >= least or entry.id in named:
            value = max(named.get(entry.id, 0.0), near * eligibility.weight(entry, weighing.asker)[0])
            if value >= least:
                found.append(Scored(entry.id, round(min(1.0, value), 4)))
    return tuple(sorted(found, key=lambda one: (-one.score, one.id))[:3])


def first(preferred: Sequence[str], kind: Kind, others: Iterable[Scored], weighing: Weighing) -> tuple[Scored, ...]:
    """The entries a crisis names, those fit for the person first, then what the message itself led to."""
    own = []
    for at, id in enumerate(preferred):
        entry = weighing.ready.entry(kind, id)
        if entry is None:
            continue
        allowed, _ = eligibility.weight(entry, weighing.asker)
        near = weighing.similar.get((kind.value, id), 0.0)
        if allowed:
            own.append(Scored(id, round((1.0 - 0.06 * at + near) * allowed * (0.4 + 0.6 * entry.standing) / 2.5, 4)))
    own.sort(key=lambda one: (-one.score, one.id))
    seen = {one.id for one in own}
    floor = own[-1].score if own else 1.0
    rest = tuple(Scored(one.id, round(min(one.score, floor), 4)) for one in others if one.id not in seen)
    return (*own, *rest)[:SHOWN]
