"""What a message is as a reply to what was just said: yes, no, "the second one", "no idea", a question."""

from functools import cache

from routing import normalise, words
from routing.language import small_words

#: A longer reply (in words) says more than yes or no.
_LONGEST = 6
#: How a question ends, and within how many words a question word comes.
_ASKING, _SOON = ("?", "؟", "？"), 3


def is_yes(text: str) -> bool:
    """Whether a message says yes and nothing else."""
    return _fits(text, "yes", "beside_yes")


def is_yes_to_deleting(text: str) -> bool:
    """Whether a message says yes to the question whether to delete everything, also in words for just that."""
    folded = normalise.fold(text)
    spoken = frozenset(normalise.words(folded))
    own = _words("yes") | _words("deleting")
    small = 0 < len(spoken) <= _LONGEST and spoken <= own | _words("beside_yes")
    return folded in _listed("deleting_chinese") or (small and not spoken.isdisjoint(own))


def is_no_to_deleting(text: str) -> bool:
    """The same for a no: "wait, keep it"."""
    return _fits(text, "keeping", "no") or _fits(text, "no", "keeping")


def agrees(text: str) -> bool:
    """The same, or less: "it was", "please". Enough where nothing is done that cannot be undone."""
    return is_yes(text) or _fits(text, "beside_yes")


def is_no(text: str) -> bool:
    """Whether a message says no and nothing else."""
    return _fits(text, "no", "beside_no")


def is_unsure(text: str) -> bool:
    """Whether a message says that its writer does not know, and nothing else."""
    folded = normalise.fold(text)
    return folded in _listed("no_idea")


def number(text: str) -> int | None:
    """Which one of several a message names, from 1: "2", "the second one"."""
    spoken = normalise.words(normalise.fold(text))
    if not 0 < len(spoken) <= _LONGEST:
        return None
    found = {at for word in spoken if (at := _ordinals().get(word))}
    others = [word for word in spoken if word not in _ordinals() and not _is_small(word)]
    return found.pop() if len(found) == 1 and not others else None


def is_marked(text: str) -> bool:
    """Whether a message ends with a question mark."""
    return text.rstrip(" !.…").endswith(_ASKING)


def asks(text: str) -> bool:
    """Whether a message asks something, with or without a question mark."""
    spoken = normalise.words(normalise.fold(text))
    chinese = words.table("replies")["asking_chinese"]
    return (
        is_marked(text)
        or not _words("asking").isdisjoint(spoken[:_SOON])
        or not _words("asking_first").isdisjoint(spoken[:1])
        or any(part in word for word in spoken if word[0] >= "\u3400" for part in chinese)
    )


def _fits(text: str, kind: str, beside: str | None = None) -> bool:
    spoken = frozenset(normalise.words(normalise.fold(text)))
    others = spoken - _words(kind)
    return len(others) < len(spoken) <= _LONGEST and (not others or (beside is not None and others <= _words(beside)))


@cache
def _words(kind: str) -> frozenset[str]:
    return frozenset(words.folded(words.table("replies")[kind]))


@cache
def _listed(kind: str) -> frozenset[str]:
    return frozenset(normalise.fold(one) for one in words.table("replies")[kind])


@cache
def _ordinals() -> dict[str, int]:
    table = words.table("replies")["ordinals"]
    return {word: at for at, listed in enumerate(table, start=1) for word in words.folded(listed)}


@cache
def _small() -> frozenset[str]:
    return frozenset().union(*small_words().values())


def _is_small(word: str) -> bool:
    return word in _small() or word in _words("around")
