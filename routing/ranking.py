"""Which practices, organisations and other entries to show for a topic and a person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing import eligibility, fusion
from routing.board import Board
from routing.catalogue import Kind
from routing.decision import Reason, Scored
from routing.features import Floats
from routing.fusion import Reading
from routing.prepared import Prepared

#: Shares of the score beside that of the topics (1): likeness of the entry's nearest text, what the head has learnt of
#: a practice, being asked for by name.
_NEAR = {Kind.PRACTICE: 0.5}
_NEAR_OTHER, _LEARNT, _NAMED = 1.0, 0.8, 1.2
#: Likeness below this is noise of common words.
_NOISE = 0.08
#: What has less than this of the best one's score is of use once in thirty times: better fewer than strange ones.
_RELATED = 0.3
#: Where it is clear what a message is about: nothing of topics less probable than this share of the first one's
#: probability, and nothing worse than this share of the best entry of any kind.
_PROBABLE, _AS_GOOD = 0.15, 0.25
#: Likeness from which a training or a network may be meant, and the topic of who wants to learn.
_WORTH_JOINING, _TRAINING = 0.2, "capacity-development"
SHOWN, _SHOWN_TOPICS = 6, 5


@dataclass(frozen=True, slots=True)
class Weighing:
    """What is known when entries are ranked."""

    reading: Reading
    topics: Mapping[str, float]
    asker: eligibility.Asker
    ready: Prepared


def _own_fit(kind: Kind, board: Board, weighing: Weighing) -> Floats:
    """How well each entry's own texts fit: nearest text, and for practices what the head has learnt of them."""
    near = weighing.reading.likeness.of_kind(kind)
    own = _NEAR.get(kind, _NEAR_OTHER) * np.maximum(near - np.float32(_NOISE), 0)
    if kind is Kind.PRACTICE:
        own += _LEARNT * _learnt(board, weighing)
    return np.asarray(own, np.float32)


def _learnt(board: Board, weighing: Weighing) -> Floats:
    """The best score of the head for each practice over all readings; 0 for what speaks against it."""
    learnt = np.zeros(len(board.entries), np.float32)
    for index, scores in fusion.strongest((view.index, view.sight.scores) for view in weighing.reading.views):
        links = weighing.ready.links(index)
        learnt[links.practices] = np.maximum(learnt[links.practices], scores[links.columns])
    return learnt


def ranked(kind: Kind, weighing: Weighing) -> tuple[tuple[Scored, ...], list[Reason]]:
    """The best entries of a kind, and why the first ones are there."""
    board = weighing.ready.board(kind)
    if not board.entries:
        return (), []
    allowed, whys = weighing.ready.allowed(kind, weighing.asker)
    fit = board.topic_fit(weighing.topics) + _own_fit(kind, board, weighing)
    value = fit * allowed[board.alike] * board.standing
    for name in weighing.reading.named:
        if name.kind is kind:
            # Somebody who asks for an entry by name gets it, wherever it works.
            row = board.rows[name.id]
            value[row] += _NAMED * name.sure * (0.3 + 0.7 * board.standing[row])
    scores = np.round(np.minimum(value, 1.5) / 1.5, 4)
    near = np.argsort(-scores, kind="stable")[: 2 * SHOWN].tolist()
    best = sorted(near, key=lambda row: (-scores[row], board.entries[row].id))[:SHOWN]
    spoke = ((row, whys[board.alike[row]]) for row in best[:3])
    reasons = [Reason("eligibility", why, board.entries[row].id) for row, why in spoke if why]
    least = max(0.01, _RELATED * float(scores[best[0]]))
    return tuple(
        Scored(board.entries[row].id, round(float(scores[row]), 4)) for row in best if scores[row] > least
    ), reasons


def to_the_point(found: Mapping[Kind, Sequence[Scored]], weighing: Weighing) -> list[tuple[Scored, ...]]:
    """Of the best entries of some kinds those that are about what a message is clearly about, or asked for by name: the
    first of each kind, and others that are not far from the best of all."""
    about = _about(weighing)
    named = {name.id for name in weighing.reading.named}
    fit = [
        [one for one in entries if one.id in named or not about.isdisjoint(_topics(kind, one.id, weighing))]
        for kind, entries in found.items()
    ]
    least = _AS_GOOD * max((one.score for entries in fit for one in entries), default=0.0)
    return [tuple(one for at, one in enumerate(entries) if at == 0 or one.score > least) for entries in fit]


def _topics(kind: Kind, id: str, weighing: Weighing) -> Sequence[str]:
    entry = weighing.ready.entry(kind, id)
    return entry.topics if entry else ()


def _about(weighing: Weighing) -> set[str]:
    """The topics that a message is probably about."""
    enough = _PROBABLE * max(weighing.topics.values(), default=0.0)
    return {topic for topic, share in weighing.topics.items() if share >= enough}


def to_join(kind: Kind, weighing: Weighing) -> tuple[Scored, ...]:
    """Trainings and networks that the message names, or resembles and is about. Who asks for training in anything is
    shown training in all things."""
    about, named = _about(weighing), {name.id for name in weighing.reading.named}
    return tuple(
        one
        for one in by_likeness(kind, weighing, _WORTH_JOINING)
        if _TRAINING in about or one.id in named or not about.isdisjoint(_topics(kind, one.id, weighing))
    )


def by_likeness(kind: Kind, weighing: Weighing, least: float) -> tuple[Scored, ...]:
    """What the message itself resembles so much at least, or names."""
    named = {n.id: n.sure for n in weighing.reading.named if n.kind is kind}
    likeness, board = weighing.reading.likeness.of_kind(kind), weighing.ready.board(kind)
    found = []
    for row in {*np.flatnonzero(likeness >= least).tolist(), *(board.rows[id] for id in named)}:
        entry, near = board.entries[row], float(likeness[row])
        value = max(named.get(entry.id, 0.0), near * eligibility.weight(entry, weighing.asker)[0])
        if value >= least:
            found.append(Scored(entry.id, round(min(1.0, value), 4)))
    return tuple(sorted(found, key=lambda one: (-one.score, one.id))[:3])


def first(
    preferred: Sequence[str], kind: Kind, others: Iterable[Scored], weighing: Weighing, *, grave: bool = False
) -> tuple[Scored, ...]:
    """The entries a crisis names, those fit for the person first, then what the message itself led to; none that may
    be there for others only.

    Where life is in danger the order of the catalogue stands: a coordinator set it.
    """
    own = []
    for at, id in enumerate(preferred):
        entry = weighing.ready.entry(kind, id)
        if entry is None or not eligibility.surely(entry, weighing.asker):
            continue
        allowed, _ = eligibility.weight(entry, weighing.asker)
        near = weighing.reading.likeness.to(kind, id)
        if allowed:
            own.append(
                Scored(id, round((1.0 - 0.1 * at + 0.5 * near) * allowed * (0.4 + 0.6 * entry.standing) / 2.5, 4))
            )
    if grave:
        own = [Scored(one.id, round(1.0 - 0.05 * at, 4)) for at, one in enumerate(own)]
    own.sort(key=lambda one: (-one.score, one.id))
    seen = {one.id for one in own}
    floor = own[-1].score if own else 1.0
    rest = tuple(
        Scored(one.id, round(min(one.score, floor), 4))
        for one in others
        if one.id not in seen
        and (entry := weighing.ready.entry(kind, one.id))
        and eligibility.surely(entry, weighing.asker)
    )
    return (*own, *rest)[:SHOWN]


def scored(topics: Sequence[tuple[str, float]]) -> tuple[Scored, ...]:
    """The topics that are told of, of all with their shares, best first."""
    return tuple(Scored(id, round(min(1.0, share), 4)) for id, share in topics[:_SHOWN_TOPICS])
