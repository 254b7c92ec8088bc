"""Whom an emergency is about: the one who writes, somebody they worry about, a user of what they run, or all who need
a service that lives depend on; and how old they are.

What a person in danger needs to hear first is of no use to whoever sits beside them, and the other way round.
"""

import re
from collections.abc import Sequence
from functools import cache

from routing import normalise, signals, telling, words
from routing.phrasebook import Match, variants

OWN, ANOTHER, PLATFORM, VITAL = "own", "another", "platform", "vital"
#: What somebody else has said, in their words: 'she wrote "i want to die"'.
_QUOTED = re.compile(r'"[^"\n]*"|“[^”\n]*”|«[^»\n]*»|„[^“”\n]*[“”]|「[^」\n]*」|『[^』\n]*』')
#: Somebody is what a message is about when they are named among its first words (characters of Chinese).
_BEGINNING = 6
#: A number in more words than these, or beyond these years, is no age.
_LONGEST_AGE, _AGES = 6, range(8, 100)
_OTHERS_CHINESE = re.compile(
    "[他她]|学生|同学|朋友|室友|同事|网友|用户|粉丝|有人|女生|男生|女孩|男孩|孩子|孙女|孙子|侄|外甥|闺蜜|网民|博主"
)
_SPEAKER_CHINESE = re.compile("我(?!们|家|的|同学|学生|朋友|室友|同事|弟|妹|哥|姐|女儿|儿子|妈|爸|闺蜜|是他|是她|管)")


def found(text: str, language: str, known: str | None) -> str | None:
    """Whom a message is about, when it says so; what was known before otherwise.

    Of what goes on, only plain words change it: whoever wants to die may well speak of others next.
    """
    for line in text.split("\n"):
        known = _told(normalise.fold(_QUOTED.sub(" ", line)), language, known)
    return known


def _told(folded: str, language: str, known: str | None) -> str | None:
    others, speaker = _listed("others", language), _listed("speaker", language)
    seen = signals.seen(folded)
    theirs = _plainly(folded, ANOTHER, speaker)
    # "I want to die", she said: the words of the one are within those of the other.
    if any(not any(own <= other for other in theirs) for own in _plainly(folded, OWN, others)):
        return OWN
    if "concerned:moderates" in seen:
        return PLATFORM
    if "concerned:harmed" in seen and not theirs:
        return known or OWN
    if theirs or (known is None and _spoken_of(folded, others, speaker)):
        return PLATFORM if known == PLATFORM or "concerned:runs" in seen else ANOTHER
    return VITAL if known is None and "concerned:vital" in seen else known


def _plainly(folded: str, whom: str, never: frozenset[str]) -> list[set[int]]:
    """Where words of that kind are with nobody else's name between them: "i think she wants to die"."""
    spoken = normalise.words(folded)
    found = signals.seen(folded).get(f"concerned:{whom}", ())
    return [{*match.positions} for match in found if not _between(spoken, match) & never]


def _between(spoken: Sequence[str], match: Match) -> set[str]:
    return {spoken[at] for at in range(match.start, match.end) if at not in match.positions}


def _spoken_of(folded: str, others: frozenset[str], speaker: frozenset[str]) -> bool:
    """Whether a message begins with somebody else and says more of them than of whoever writes it."""
    spoken = normalise.words(folded)
    theirs = [*_places(spoken, others), *(found.start() for found in _OTHERS_CHINESE.finditer(folded))]
    own = [*_places(spoken, speaker), *(found.start() for found in _SPEAKER_CHINESE.finditer(folded))]
    return bool(theirs) and theirs[0] < min([_BEGINNING, *own]) and len(theirs) > len(own)


def _places(spoken: Sequence[str], listed: frozenset[str]) -> list[int]:
    return [at for at, word in enumerate(spoken) if any(form in listed for form in variants(word))]


@cache
def _listed(kind: str, language: str) -> frozenset[str]:
    return frozenset(words.folded(words.table("concerned")[kind].get(language, "")))


def age(folded: str) -> int | None:
    """The age that a message tells and nothing else: "17", "tengo 17"."""
    spoken = normalise.words(folded)
    figures = [word for word in spoken if word.isdigit()]
    if len(figures) != 1 or len(spoken) > _LONGEST_AGE or int(figures[0]) not in _AGES:
        return None
    around = frozenset(words.folded(words.table("concerned")["age"]["words"]))
    other = set(telling.content_words(" ".join(word for word in spoken if word not in around)))
    return None if other else int(figures[0])
