"""Whom a wish to be referred names: "refer me to UNESCO"."""

from collections.abc import Iterable, Sequence

from routing import normalise, signals, telling
from routing.catalogue import Entry, Kind
from routing.fusion import Reading
from routing.prepared import Prepared

_WISHES = ("control:refer", "refer_to")
#: A longer message (in words) says more than a wish.
_LONGEST = 16


def wished(folded: str, reading: Reading, ready: Prepared, language: str | None) -> tuple[str, ...]:
    """The organisations that a message asks to be referred to: one, or those that share a name. Nothing when it says
    anything else."""
    seen = signals.seen(folded)
    taken = {at for label in _WISHES for match in seen.get(label, ()) for at in match.positions}
    if not taken or "control:withdraw" in seen or normalise.units(folded) > _LONGEST:
        return ()
    spoken = normalise.words(folded)
    rest = [word for at, word in enumerate(spoken) if at not in taken or word[0] >= "\u3400"]
    named = [one for one in reading.named if one.kind is Kind.ORGANISATION]
    best = max(named, key=lambda one: (one.sure, len(one.written), one.written), default=None)
    names = [best.written] if best else []
    left = telling.content_words(" ".join(_without(rest, names)), language)
    if best:
        return tuple(sorted(one.id for one in named if one.written == best.written)) if len(left) < 2 else ()
    return tuple(sorted(entry.id for entry in ready.catalogue.entries if _is_called(entry, left)))


def _without(spoken: Iterable[str], names: Iterable[str]) -> list[str]:
    """Words without a wish and a name in them."""
    said = {word for name in names for word in name.split()}
    parts = [*(part for part, label in _chinese(spoken) if label in _WISHES), *said]
    return [_shortened(word, parts) for word in spoken if word not in said]


def _shortened(word: str, parts: Iterable[str]) -> str:
    """A word; a run of Chinese without these parts."""
    if word[0] >= "\u3400":
        for part in sorted(parts, key=lambda part: (-len(part), part)):
            word = word.replace(part, "了")
    return word


def _chinese(spoken: Iterable[str]) -> list[tuple[str, str]]:
    return [one for word in spoken if word[0] >= "\u3400" for one in signals.book().chinese_in(word)]


def _is_called(entry: Entry, said: Sequence[str]) -> bool:
    """Whether these words are all of a name, or its beginning: "Deflect", "the Commonwealth"."""
    if entry.kind is not Kind.ORGANISATION or not said:
        return False
    called = (normalise.words(normalise.fold(name)) for name in (*entry.names.values(), *entry.aliases))
    return any(words[: len(said)] == said for words in called)
