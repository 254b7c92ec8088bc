"""Several readings of a message become one: the message, its corrected spelling, its clauses, and names found in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from routing import fuzzy, language, normalise, signals, thresholds
from routing.catalogue import Kind
from routing.counted import Reader
from routing.decision import Reason
from routing.features import Floats
from routing.lessons import ANY
from routing.likeness import Likeness
from routing.prepared import Prepared
from routing.sight import Sight

Changes = tuple[tuple[str, str], ...]

#: What is said in place of an example that may not be quoted.
UNQUOTED = "(a request that was corrected or confirmed)"
_MOST_CLAUSES = 5
#: Similarity below this is what any two sentences of a language have in common.
_NOISE = 0.08
#: How much a name found in the text adds to the topics of what it names.
_NAME_TOPIC = (0.45, 0.2, 0.1)
_TERRORISM = "violent-extremism"
#: A practice asked for by name nearly settles the topic; an organisation does many things; a term is often only a word.
_NAME_WEIGHT = {Kind.PRACTICE: 1.0, Kind.ORGANISATION: 0.5, Kind.TERM: 0.2}


@dataclass(frozen=True, slots=True)
class View:
    """One reading: which text, which language's texts, and what they show in it."""

    label: str
    source: str
    text: str
    index: Reader
    sight: Sight
    changes: Changes = ()

    @property
    def topics(self) -> Floats:
        """Shares of the topics."""
        return self.sight.topics

    @property
    def top(self) -> float:
        """Share of the best topic."""
        return float(self.topics.max(initial=0.0))


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole message, read: topics with probabilities, the view that decided, and how near the catalogue comes.

    `nearest` is the likeness of the nearest example, `strength` the highest score of the head for a topic, `likeness`
    that of the nearest example of each entry. `alarms` says how surely (-1 .. 1) any part of the message shows each
    crisis and `whole` how surely all of it does, `asides` how much it resembles each kind of message that is no need.
    """

    topics: tuple[tuple[str, float], ...]
    view: View
    views: tuple[View, ...]
    nearest: float
    strength: float
    example: str
    named: tuple[fuzzy.Named, ...]
    likeness: Likeness
    alarms: Mapping[str, float]
    whole: Mapping[str, float]
    asides: Mapping[str, float]

    @property
    def alarm(self) -> float:
        """How surely (-1 .. 1) any part of the message shows any crisis."""
        return self.alarms.get(ANY, -1.0)


def _likeness(views: Sequence[View], ready: Prepared) -> Likeness:
    found = strongest((view.index, view.sight.likeness) for view in views)
    return ready.numbering.best([(ready.links(one).numbers, likeness) for one, likeness in found], _NOISE)


def alarm(view: View) -> float:
    """How surely (-1 .. 1) one reading of a message shows any crisis."""
    return _alarms([view]).get(ANY, -1.0)


def _alarms(views: Iterable[View]) -> dict[str, float]:
    found: dict[str, float] = {}
    for index, alarms in strongest((view.index, view.sight.alarms) for view in views):
        for column, score in zip(index.crises, alarms.tolist(), strict=True):
            found[column] = max(found.get(column, score), score)
    return found


def _whole(views: Iterable[View]) -> Iterator[View]:
    return (view for view in views if view.label != "clause")


def _asides(views: Iterable[View]) -> dict[str, float]:
    # Without topics there is nothing a message could resemble more. "Hello, hope you are well" and "nobody answered"
    # may be a part of anything: only a whole message is no need.
    found = _alarms(_whole(view for view in views if len(view.topics)))
    sides = ((column.partition("aside:")[2], score) for column, score in found.items())
    return {kind: max(score, -1.0) for kind, score in sides if kind}


def strongest(values: Iterable[tuple[Reader, Floats]]) -> Iterable[tuple[Reader, Floats]]:
    """Element by element the largest value, for each index apart."""
    best: dict[int, tuple[Reader, Floats]] = {}
    for index, value in values:
        known = best.get(id(index))
        best[id(index)] = (index, value if known is None else np.maximum(known[1], value))
    return best.values()


@dataclass(frozen=True, slots=True)
class _Text:
    """A text to be read: what it is of the message, the person's words, the folded form, what was corrected."""

    label: str
    source: str
    folded: str
    changes: Changes = ()


def _texts(text: str, index: Reader) -> Iterable[_Text]:
    """A message in one language: as it is, with its spelling corrected, and its clauses."""
    folded = normalise.fold(text)
    yield _Text("message", text, folded)
    corrected, changes = index.speller.correct(folded)
    if changes:
        yield _Text("corrected", text, corrected, changes)
    parts = normalise.clauses(text)
    if len(parts) > 1:
        spoken = sorted(parts, key=normalise.units, reverse=True)[:_MOST_CLAUSES]
        for part in parts:
            if part in spoken and normalise.units(part) >= 3:
                yield _Text("clause", part, *index.speller.correct(normalise.fold(part)))


def _views(texts: Sequence[_Text], index: Reader) -> list[View]:
    sights = index.views([text.folded for text in texts])
    return [
        View(text.label, text.source, text.folded, index, sight, text.changes)
        for text, sight in zip(texts, sights, strict=True)
    ]


def views(text: str, languages: Sequence[str], ready: Prepared) -> list[View]:
    """All readings of a text in the languages it may be in."""
    found: list[View] = []
    indexes = {index.language: index for index in map(ready.language, languages)}
    for index in indexes.values():
        different: dict[str, _Text] = {}
        for one in _texts(text, index):
            different.setdefault(one.folded, one)
        different.pop("", None)
        found += _views([*different.values()], index) if different else []
    return found


def _preference(view: View, first: str) -> float:
    bonus = {"message": view.index.bonus, "corrected": view.index.bonus / 2}.get(view.label, 0.0)
    return view.top + bonus + (0.04 if view.index.language == first else 0.0)


def read(text: str, guess: language.Guess, ready: Prepared) -> Reading:
    """Read a message. The most confident view leads, the whole message keeps a say."""
    found = views(text, guess.search, ready)
    if guess.language.endswith("_latin"):
        found = [*views(language.native(text, guess.language), guess.search[:1], ready), *found]
    found = found or _views([_Text("message", "", "")], ready.language(guess.search[0]))
    first = found[0].index.language
    lead = max(found, key=lambda view: _preference(view, first))
    whole = next((view for view in reversed([*_whole(found)]) if view.index is lead.index), lead)
    mixed = thresholds.WHOLE * whole.topics + (1 - thresholds.WHOLE) * lead.topics
    shares = {lead.index.topic_ids[at]: float(mixed[at]) for at in np.flatnonzero(mixed).tolist()}
    folded = normalise.fold(text)
    named = tuple(ready.names.found(folded))
    _name_topics(shares, named, ready)
    if "not_terrorism" in signals.seen(folded):
        shares.pop(_TERRORISM, None)
    total = sum(shares.values()) or 1.0
    ranked = sorted(
        ((id, share / total) for id, share in shares.items()), key=lambda pair: (-round(pair[1], 6), pair[0])
    )
    nearest = max((view.sight for view in found), key=lambda sight: sight.nearest)
    example = UNQUOTED if nearest.example in ready.catalogue.unquoted else nearest.example
    strength = max(float(view.sight.scores[view.index.topics].max(initial=0.0)) for view in found)
    return Reading(
        tuple(ranked),
        lead,
        tuple(found),
        nearest.nearest,
        strength,
        example,
        named,
        _likeness(found, ready),
        _alarms(found),
        _alarms(_whole(found)),
        _asides(found),
    )


def _name_topics(shares: dict[str, float], named: Iterable[fuzzy.Named], ready: Prepared) -> None:
    for name in named:
        entry = ready.entry(name.kind, name.id)
        for topic, lift in zip(entry.topics if entry else (), _NAME_TOPIC, strict=False):
            if ready.entry(Kind.TOPIC, topic):
                lifted = lift * name.sure * _NAME_WEIGHT.get(name.kind, 0.5)
                shares[topic] = shares.get(topic, 0.0) + lifted


def reasons(reading: Reading) -> list[Reason]:
    """Why this topic: words that count, corrections, the nearest example, names."""
    found: list[Reason] = []
    top = reading.topics[0][0] if reading.topics else None
    # The whole message has a say as it was corrected, whichever part of it leads.
    corrected = (
        view.changes for view in reading.views if view.label == "corrected" and view.index is reading.view.index
    )
    if changes := reading.view.changes or next(corrected, ()):
        listed = ", ".join(f"{old} → {new}" for old, new in changes[:6])
        found.append(Reason("correction", listed))
    shared = telling_words(reading, top)
    if shared:
        found.append(Reason("words", ", ".join(shared), top))
    if reading.example and reading.nearest > 0.12:
        found.append(Reason("phrase", reading.example, top, round(reading.nearest, 3)))
    found += [
        Reason("name", n.written if n.written == n.name else f"{n.written} → {n.name}", n.id, n.sure)
        for n in reading.named
    ]
    return found


def telling_words(reading: Reading, topic: str | None) -> list[str]:
    """The words of the deciding view that the topic's examples use most, rarest in the language first."""
    view = reading.view
    spoken = dict.fromkeys(word for word in view.text.split() if len(word) > 2 and word not in view.index.speller.known)
    used = view.index.words(topic) if topic else frozenset()
    counts = view.index.speller.counts
    return sorted((w for w in spoken if w in used), key=lambda w: (counts.get(w, 0), w))[:6]
