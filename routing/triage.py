"""What comes before any topic: messages to the desk itself, courtesies, and what the desk turns down."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from routing import daytime, normalise, signals, thresholds, words
from routing.fusion import Reading
from routing.language import small_words
from routing.phrasebook import Match, variants

_CONTROL_ORDER = ("forget", "stop", "solved", "no_reply", "human", "language", "status", "about")
#: Of these nothing is learnt: a message asks for them in their own words, and says hardly anything else.
#: "Stop the referral" takes a consent back: that goes first.
_OUTRIGHT = ("withdraw", "refer", "fewer", "anonymous", "nameless", "not_it")
#: Whoever is told that nobody will write may give up, and needs may be about languages or who does not answer.
_DOUBTFUL = ("stop", "language", "no_reply")
_COURTESIES = ("thanks", "bye", "greeting", "ok", "doubt")
#: What the desk turns down, the gravest first.
_REFUSED = ("injection", "other_people", "hacking", "spam", "homework", "out_of_scope", "abuse")
#: What people add, of which nothing can be told by itself.
_DETAIL = "detail"
#: A longer message (in words) says more than a command, and more than a courtesy.
_LONGEST_COMMAND, _LONGEST_COURTESY = 36, 32
#: In fewer words than these there is hardly anything beside what it asks for, nothing beside what speaks against that,
#: and nothing beside the things it speaks of.
_FEWEST_WORDS, _FEW_WORDS, _MANY_WORDS = 4, 6, 10
#: What cannot be taken back.
_ENDING = frozenset({"forget", "stop"})
#: What a rule adds to the likeness of a command.
_RULE = 0.3
_DOUBLED = re.compile(r"(.)\1+")
_REFERENCE = re.compile(
    r"(?:ticket|case|request|no|nr|number|id|caso|solicitud|demande|dossier|заявк\w*|тикет\w*|обращени\w*|номер|تذكرة|طلب|رقم"
    r"|chamado|pedido|tiketi|ombi|工单|编号|#)\W{0,3}(?:no|nr|number|id|号)?\W{0,2}([A-Za-z]{0,4}-?\d{1,8})",
    re.IGNORECASE,
)

#: The desk's own numbers: GP- and five characters of Crockford's base 32.
_OWN_REFERENCE = re.compile(r"\b(GP-?[0-9A-Z]{5})\b", re.IGNORECASE)


def reference(text: str) -> str | None:
    """The number of a ticket, if the message names one."""
    own = _OWN_REFERENCE.search(normalise.clean(text)[:600])
    found = own or _REFERENCE.search(normalise.clean(text)[:600])
    return found.group(1) if found else None


def plainly(text: str) -> str:
    """The text with the desk's own ticket numbers as plain words, so that a number is not taken for a name, and
    without times of day, so that none is taken for an age."""
    return daytime.without(_OWN_REFERENCE.sub("ticket 1", text))


@cache
def _fillers(language: str | None) -> frozenset[str]:
    """Words that may stand around a control message without making it about something else."""
    courteous = (word for part in words.table("smalltalk").values() for word in words.folded(part["words"]))
    if language:
        return frozenset(courteous).union(_desk_nouns()) - _NEVER_SMALL | small_words()[language]
    return frozenset(courteous).union(_desk_nouns(), *small_words().values()) - _NEVER_SMALL


@cache
def _desk_nouns() -> tuple[str, ...]:
    return words.folded(words.table("requests")["desk"])


#: Small or courteous somewhere, but the very subject of many requests.
_NEVER_SMALL = frozenset(["ai", "app", "apps", "data", "ia", "ip", "job", "net", "pro", "site", "sites", "son"])


@lru_cache(maxsize=4096)
def _loose(word: str) -> tuple[str, ...]:
    """A word as written and with every doubled letter single: "thaanks", "pleasee"."""
    return (*variants(word), _DOUBLED.sub(r"\1", word))


@lru_cache(maxsize=8192)
def _is_small(word: str, language: str | None) -> bool:
    return word.isdigit() or not _fillers(language).isdisjoint(_loose(word))


@lru_cache(maxsize=256)
def content_words(folded: str, language: str | None = None) -> tuple[str, ...]:
    """The words of a folded text that are neither small nor courteous; of Chinese, what is left between small words.

    In a known language only its own small words are small: "ai" is a verb in French and a subject in English.
    """
    known = language if language in small_words() else None
    left: list[str] = []
    for word in normalise.words(folded):
        if word[0] >= "\u3400":
            left += _chinese_left(word)
        elif not _is_small(word, known):
            left.append(word)
    return tuple(left)


@cache
def _chinese_fillers() -> re.Pattern[str]:
    listed = set(words.table("function_words")["zh"].split())
    for part in words.table("smalltalk").values():
        listed.update(part["chinese"])
    listed.update(words.table("requests")["small_chinese"])
    return re.compile("|".join(sorted(map(re.escape, listed), key=lambda part: (-len(part), part))))


def _chinese_left(run: str) -> list[str]:
    return [part for part in _chinese_fillers().split(run) if part]


# --- messages to the desk -------------------------------------------------------------------------------------------


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
    if not 0 < normalise.units(folded) <= _LONGEST_COMMAND:
        return None
    seen = signals.seen(folded)
    denied, elsewhere = _denied(seen), _lying_elsewhere(seen)
    doubtful = denied | elsewhere
    ruled = {kind: added for kind, added in _ruled(folded, language).items() if kind not in doubtful}
    outright = next((kind for kind in _OUTRIGHT if kind in ruled), None)
    if outright:
        return Command(outright, ruled[outright], ruled=True, spelt=True)
    others = max(reading.asides.get(kind, -1.0) for kind in (*_REFUSED, *_COURTESIES))
    never = _never(normalise.units(folded), denied, elsewhere)
    likeness = {kind: reading.asides.get(kind, -1.0) + ruled.get(kind, 0.0) for kind in _CONTROL_ORDER}
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
    found = {kind for kind in _CONTROL_ORDER if f"unless:{kind}" in seen}
    signs = (("solved", "unsolved"), ("stop", "control:withdraw"), ("forget", "control:not_it"))
    return found | {kind for kind, sign in signs if sign in seen}


def _lying_elsewhere(seen: Mapping[str, tuple[Match, ...]]) -> set[str]:
    """The commands that a message speaks of things for that are not at the desk: "remove the photos there"."""
    return {kind for kind in _CONTROL_ORDER if f"things:{kind}" in seen and f"own:{kind}" not in seen}


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
    short = normalise.units(folded) < _FEWEST_WORDS
    doubtful = short or reading.alarm > thresholds.UNEASY or (best.kind in _DOUBTFUL and not best.ruled)
    return thresholds.DOUBTFUL_COMMAND if doubtful else thresholds.COMMAND


def _is_said(best: Command, folded: str, reading: Reading, language: str | None) -> bool:
    """Whether the words of a message tell of a command: "where are we with this" has none that does, and says it."""
    content = content_words(folded, language)
    if not content and best.chance > thresholds.SURE_COMMAND and normalise.units(folded) >= _FEWEST_WORDS:
        return vague().isdisjoint(normalise.words(folded))
    likely = reading.asides.get(best.kind, -1.0) > thresholds.LIKE_COMMAND
    return best.ruled or (likely and not vague().issuperset(content))


def question(folded: str, language: str | None = None) -> str | None:
    """What a message asks about the desk itself ("about") or its last words ("explain"), if nothing else."""
    if not 0 < normalise.units(folded) <= _LONGEST_COMMAND:
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
    return set(content_words(" ".join(rest), language))


def _chinese_around(run: str, kind: str) -> str:
    listed = words.table("questions")[kind]
    for part in sorted((*listed["chinese"], *listed["around_chinese"]), key=len, reverse=True):
        run = run.replace(normalise.spelling(part), "了")
    return run


def says_only(kind: str, folded: str, language: str | None = None) -> bool:
    """Whether a folded text is in words of a kind of command, with hardly any others."""
    return kind in _ruled(folded, language)


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


@cache
def vague() -> frozenset[str]:
    """Words of a need that does not say which: "problem", "urgent"."""
    return frozenset(words.folded(words.table("requests")["vague"]))


def _ruled(folded: str, language: str | None) -> dict[str, float]:
    """What the rules add to each kind of command: more the more of its words they explain."""
    spoken = normalise.words(folded)
    found: dict[str, float] = {}
    seen = signals.seen(folded)
    for kind in (*_CONTROL_ORDER, *_OUTRIGHT):
        matches = seen.get(f"control:{kind}", ())
        if matches and _little_else(spoken, matches, language):
            longest = max(len(m.positions) + 2 * (spoken[m.start][0] >= "\u3400") for m in matches)
            found[kind] = _RULE + 0.1 * min(longest, 4)
    return found


def aside(reading: Reading) -> tuple[str, float]:
    """The kind of message that is no need which a reading resembles most, and how much (-1 .. 1)."""
    scores = reading.asides
    kind = max(scores, key=lambda kind: (scores[kind], kind), default="")
    return kind, scores.get(kind, -1.0)


def _little_else(spoken: Sequence[str], matches: Sequence[Match], language: str | None) -> bool:
    if any(spoken[match.start][0] >= "\u3400" for match in matches):
        return _little_else_chinese(spoken, next(match for match in matches if spoken[match.start][0] >= "\u3400"))
    taken = {at for match in matches for at in match.positions}
    other = content_words(" ".join(word for at, word in enumerate(spoken) if at not in taken), language)
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
    remaining = sum(map(len, _chinese_left(left.replace("|", "了")))) + len("".join(content_words(others)))
    return remaining <= (2 if len(longest) <= 2 else 5)


def turns_down(folded: str) -> bool:
    """Whether a message says that the answer was not what it asked for."""
    return "control:not_it" in signals.seen(folded)


# --- courtesies -----------------------------------------------------------------------------------------------------


@cache
def _courteous() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Label -> (words it may be made of, words of which it needs one)."""
    return {
        label: (frozenset(words.folded(part["words"])), frozenset(words.folded(part.get("need", ""))))
        for label, part in words.table("smalltalk").items()
    }


def small_talk(text: str, folded: str) -> str | None:
    """Greeting, thanks, ok, bye or a lone emoji: messages made of nothing else."""
    if not folded:
        return "emoji" if any(ord(letter) > 0x2000 for letter in normalise.clean(text)) else None
    spoken = normalise.words(folded)
    said = _said_in_a_phrase(folded)
    if said:
        return said
    if spoken[0][0] >= "\u3400":
        return _small_talk_chinese("".join(spoken))
    if len(spoken) > 14:
        return None
    for label in _COURTESIES:
        allowed, needed = _courteous()[label]
        forms = [(*_loose(word),) for word in spoken]
        fits = any(f in needed for form in forms for f in form) if needed else len(spoken) <= 5
        if fits and all(any(f in allowed for f in form) for form in forms):
            return label
    return None


def _said_in_a_phrase(folded: str) -> str | None:
    """The courtesy of which phrases are all that a message says."""
    seen, spoken = signals.seen(folded), normalise.words(folded)
    for label in _COURTESIES:
        taken = {at for match in seen.get(f"courtesy:{label}", ()) for at in match.positions}
        if taken and not content_words(" ".join(word for at, word in enumerate(spoken) if at not in taken)):
            return label
    return None


def like_small_talk(folded: str, reading: Reading) -> str | None:
    """The courtesy that a message resembles more than anything else, with no need beside it."""
    asides, size = reading.asides, normalise.units(folded)
    kind = max(_COURTESIES, key=lambda kind: asides.get(kind, -1.0))
    chance = thresholds.courtesy(
        asides.get(kind, -1.0),
        max((score for other, score in asides.items() if other not in _COURTESIES), default=-1.0),
        reading.strength,
        reading.likeness.to("aside", kind),
        max(map(reading.likeness.most, ("topic", "practice", "crisis"))),
        math.log(size + 1),
    )
    is_like_one = asides.get(kind, -1.0) > thresholds.LIKE_COURTESY
    fits = is_like_one and size <= _LONGEST_COURTESY and vague().isdisjoint(content_words(folded))
    enough = thresholds.COURTESY if size >= _FEWEST_WORDS else thresholds.SHORT_COURTESY
    return kind if fits and chance > enough else None


def _small_talk_chinese(run: str) -> str | None:
    for label in _COURTESIES:
        part = words.table("smalltalk")[label]
        left = run
        for known in sorted(part["chinese"], key=lambda known: (-len(known), known)):
            left = left.replace(normalise.fold(known), "")
        if not left and ("need_chinese" not in part or any(needed in run for needed in part["need_chinese"])):
            return label
    return None


def tells_nothing(reading: Reading) -> bool:
    """Whether a message resembles what people add, a colour, an age, who is with them, far more than any need."""
    kind, likeness = aside(reading)
    return kind == _DETAIL and likeness > thresholds.DETAIL and reading.strength < likeness + 1


def perhaps_no_need(reading: Reading, sure: float) -> bool:
    """Whether a message is about as like what the desk turns down, or a command, as like a need. `sure` is how probable
    its first topic is: where that is clear it is no command. What resembles a courtesy was weighed as one before."""
    scores = {kind: score for kind, score in reading.asides.items() if kind not in _COURTESIES}
    kind = max(scores, key=lambda kind: (scores[kind], kind), default="")
    least = max(thresholds.PERHAPS_UNWANTED, reading.strength - thresholds.NEED_STRONGER)
    return scores.get(kind, -1.0) > least and (kind in _REFUSED or sure < thresholds.NO_COMMAND)


# --- what the desk turns down ---------------------------------------------------------------------------------------


def unwanted(folded: str) -> tuple[str, str] | None:
    """The kind of message the desk turns down, and the words that show it."""
    seen = signals.seen(folded)
    for kind in _REFUSED:
        if f"unwanted:{kind}" in seen and f"unless:{kind}" not in seen:
            return kind, signals.spoken(folded, seen[f"unwanted:{kind}"][0])
    return None


def like_unwanted(reading: Reading) -> tuple[str, str] | None:
    """The kind of message the desk turns down that this one resembles far more than any need."""
    kind, score = aside(reading)
    if kind in _REFUSED and score > thresholds.UNWANTED and reading.strength < score + 1:
        return kind, "resembles such messages"
    return None
