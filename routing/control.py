"""Messages to the desk itself: to talk to a person, to be forgotten, how a ticket stands."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from routing import courtesies, normalise, refusals, signals, telling, thresholds, words
from routing.fusion import Reading
from routing.phrasebook import Match

_ORDER = ("forget", "stop", "solved", "no_reply", "human", "language", "status", "about")
#: Of these nothing is learnt: a message asks for them in their own words, and says hardly anything else.
#: "Stop the referral" takes a consent back: that goes first.
_OUTRIGHT = ("withdraw", "refer", "fewer", "anonymous", "nameless", "not_it")
#: Whoever is told that nobody will write may give up, and needs may be about languages or who does not answer.
_DOUBTFUL = ("stop", "language", "no_reply")
#: A longer message (in words) says more than a command.
_LONGEST = 36
#: In fewer words than these there is nothing beside what speaks against a command, and nothing beside the things it
#: speaks of.
_FEW_WORDS, _MANY_WORDS = 6, 10
#: What cannot be taken back.
_ENDING = frozenset({"forget", "stop"})
#: What a rule adds to the likeness of a command.
_RULE = 0.3


@dataclass(frozen=True, slots=True)
class Command:
    """What a message asks of the desk itself, how like such a message it is (higher is surer), and how probable it is.

    `ruled`: in words of this command and hardly any others; `spelt`: in such words, whatever else it says.
    """

    kind: str
    likeness: float
    ruled: bool = False
    spelt: bool = False
    chance: float = 1.0


def command(folded: str, reading: Reading, language: str | None = None) -> Command | None:
    """What the message asks of the desk itself: by its likeness to such messages, and by rules where little else is
    said."""
    if not 0 < normalise.units(folded) <= _LONGEST:
        return None
    seen = signals.seen(folded)
    denied, elsewhere = _denied(seen), _lying_elsewhere(seen)
    doubtful = denied | elsewhere
    ruled = {kind: added for kind, added in _ruled(folded, language).items() if kind not in doubtful}
    outright = next((kind for kind in _OUTRIGHT if kind in ruled), None)
    if outright:
        return Command(outright, ruled[outright], ruled=True, spelt=True)
    others = max(reading.asides.get(kind, -1.0) for kind in (*refusals.KINDS, *courtesies.KINDS))
    never = _never(normalise.units(folded), denied, elsewhere)
    likeness = {kind: reading.asides.get(kind, -1.0) + ruled.get(kind, 0.0) for kind in _ORDER}
    found = (
        Command(
            kind,
            likeness[kind],
            kind in ruled,
            f"control:{kind}" in seen,
            _chance(kind, folded, reading, ruled, others),
        )
        for kind in sorted(likeness, key=lambda kind: -likeness[kind])
        if kind not in never
    )
    best = next((one for one in found if one.kind not in doubtful or one.chance > thresholds.DENIED_COMMAND), None)
    if best is None or best.likeness < others or best.chance <= _enough(best, folded, reading):
        return None
    return best if _is_said(best, folded, reading, language) else None


def _denied(seen: Mapping[str, tuple[Match, ...]]) -> set[str]:
    """The commands that words of a message speak against: "it is not solved", "an English-speaking lawyer"."""
    found = {kind for kind in _ORDER if f"unless:{kind}" in seen}
    signs = (("solved", "unsolved"), ("stop", "control:withdraw"), ("forget", "control:not_it"))
    return found | {kind for kind, sign in signs if sign in seen}


def _lying_elsewhere(seen: Mapping[str, tuple[Match, ...]]) -> set[str]:
    """The commands that a message speaks of things for that are not at the desk: "remove the photos there"."""
    return {kind for kind in _ORDER if f"things:{kind}" in seen and f"own:{kind}" not in seen}


def _never(size: int, denied: set[str], elsewhere: set[str]) -> set[str]:
    """Of these the ones that a message of so many words cannot be: in few nothing stands beside what speaks against it,
    and what is told of deleting looks like the wish for it."""
    if size < _FEW_WORDS:
        return denied | elsewhere
    return (denied | elsewhere if size < _MANY_WORDS else denied) & _ENDING


def _chance(kind: str, folded: str, reading: Reading, ruled: Mapping[str, float], others: float) -> float:
    """How probable it is that a message is a command of a kind."""
    return thresholds.command(
        reading.asides.get(kind, -1.0),
        ruled.get(kind, 0.0),
        reading.likeness.to("aside", kind),
        max(map(reading.likeness.most, ("topic", "practice", "crisis"))),
        reading.strength,
        others,
        math.log(normalise.units(folded)),
    )


def _enough(best: Command, folded: str, reading: Reading) -> float:
    """How probable a command must be."""
    short = normalise.units(folded) < telling.FEWEST_WORDS
    doubtful = short or reading.alarm > thresholds.UNEASY or (best.kind in _DOUBTFUL and not best.ruled)
    return thresholds.DOUBTFUL_COMMAND if doubtful else thresholds.COMMAND


def _is_said(best: Command, folded: str, reading: Reading, language: str | None) -> bool:
    """Whether the words of a message tell of a command: "where are we with this" has none that does, and says it."""
    content = telling.content_words(folded, language)
    if not content and best.chance > thresholds.SURE_COMMAND and normalise.units(folded) >= telling.FEWEST_WORDS:
        return telling.vague().isdisjoint(normalise.words(folded))
    likely = reading.asides.get(best.kind, -1.0) > thresholds.LIKE_COMMAND
    return best.ruled or (likely and not telling.vague().issuperset(content))


def question(folded: str, language: str | None = None) -> str | None:
    """What a message asks about the desk itself ("about") or its last words ("explain"), if nothing else."""
    if not 0 < normalise.units(folded) <= _LONGEST:
        return None
    seen = signals.seen(folded)
    for kind, listed in words.table("questions").items():
        matches = seen.get(f"question:{kind}", ())
        taken = {at for match in matches for at in match.positions}
        # "Are you a robot? I want a person" wants a person.
        called = any(taken.isdisjoint(match.positions) for match in seen.get("control:human", ()))
        if taken and not called and _around(folded, taken, kind, language).issubset(words.folded(listed["around"])):
            return kind
    return None


def _around(folded: str, taken: set[int], kind: str, language: str | None) -> set[str]:
    """The telling words around those that a question took; of Chinese, what is left of a run."""
    rest = [
        _chinese_around(word, kind) if word[0] >= "\u3400" else word
        for at, word in enumerate(normalise.words(folded))
        if at not in taken or word[0] >= "\u3400"
    ]
    return set(telling.content_words(" ".join(rest), language))


def _chinese_around(run: str, kind: str) -> str:
    listed = words.table("questions")[kind]
    for part in sorted((*listed["chinese"], *listed["around_chinese"]), key=len, reverse=True):
        run = run.replace(normalise.spelling(part), "了")
    return run


def says_only(kind: str, folded: str, language: str | None = None) -> bool:
    """Whether a folded text is in words of a kind of command, with hardly any others."""
    return kind in _ruled(folded, language)


def turns_down(folded: str) -> bool:
    """Whether a message says that the answer was not what it asked for."""
    return "control:not_it" in signals.seen(folded)


def is_unanswered(text: str) -> bool:
    """Whether a message says that nobody has answered."""
    return "control:no_reply" in signals.seen(normalise.fold(text))


def asks_what_next(text: str) -> bool:
    """Whether a message asks what comes next, or whether something was sent."""
    return "next" in signals.seen(normalise.fold(text))


def asks_another(text: str) -> bool:
    """Whether a message says that it asks for something else."""
    return "another" in signals.seen(normalise.fold(text))


def is_not_over(text: str) -> bool:
    """Whether a message says that something is not over, or has begun again."""
    return "not_over" in signals.seen(normalise.fold(text))


def _ruled(folded: str, language: str | None) -> dict[str, float]:
    """What the rules add to each kind of command: more the more of its words they explain."""
    spoken = normalise.words(folded)
    found: dict[str, float] = {}
    seen = signals.seen(folded)
    for kind in (*_ORDER, *_OUTRIGHT):
        matches = seen.get(f"control:{kind}", ())
        if matches and _little_else(spoken, matches, language):
            longest = max(len(m.positions) + 2 * (spoken[m.start][0] >= "\u3400") for m in matches)
            found[kind] = _RULE + 0.1 * min(longest, 4)
    return found


def _little_else(spoken: Sequence[str], matches: Sequence[Match], language: str | None) -> bool:
    if any(spoken[match.start][0] >= "\u3400" for match in matches):
        return _little_else_chinese(spoken, next(match for match in matches if spoken[match.start][0] >= "\u3400"))
    taken = {at for match in matches for at in match.positions}
    other = telling.content_words(" ".join(word for at, word in enumerate(spoken) if at not in taken), language)
    strong = max(len(match.positions) for match in matches)
    return len(other) <= (0 if len(spoken) <= 3 or strong == 1 else 1)


def _little_else_chinese(spoken: Sequence[str], match: Match) -> bool:
    run = spoken[match.start]
    parts = [part for part, label in signals.book().chinese_in(run) if label == match.label]
    longest = max(parts, key=lambda part: (len(part), part))
    left = run
    for part in sorted(parts, key=lambda part: (-len(part), part)):
        left = left.replace(part, "|")
    others = "".join(word for at, word in enumerate(spoken) if at != match.start)
    remaining = sum(map(len, telling.chinese_left(left.replace("|", "了")))) + len(
        "".join(telling.content_words(others))
    )
    return remaining <= (2 if len(longest) <= 2 else 5)
