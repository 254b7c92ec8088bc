"""What somebody did about a case ("we blocked it 5 minutes ago"), apart from what happened in it."""

import re
from collections.abc import Sequence
from functools import cache

from routing import normalise, signals, words

#: Where a thought ends: a stop or a small word between two.
_CLAUSES = re.compile(
    r"[,;!?…。，；！？،؛\n]+|\.(?=\s|$)|(?<!\S)(?=(?:and|but|then|y|pero|et|mais|puis|и|но|а|потом|e|mas|na|lakini|और|लेकिन|እና|ግን)"
    r"(?!\S)|و)|(?=并|然后|但)"
)
#: Emergencies in which something has to be removed.
REMOVALS = ("removal-order", "intimate-image")
#: "Removed at three" was done where something has to be removed; elsewhere others did it.
_ALWAYS, _OF_REMOVALS = ("done",), ("done", "took_down", "taken_down")


def is_told(folded: str, *, removal: bool) -> bool:
    """Whether a text tells that something was done, by whoever writes or at all."""
    seen = signals.seen(folded)
    said = "finished" in seen or "done" in seen or meets(folded, removal=removal)
    return said and "undone" not in seen and "private" not in seen


def meets(folded: str, *, removal: bool) -> bool:
    """Whether a text tells that what a deadline is for was done: something removed, or an authority told."""
    seen = signals.seen(folded)
    if "undone" in seen or "private" in seen:
        return False
    if removal:
        return "took_down" in seen or ("taken_down" in seen and "demanded" not in seen)
    return "notified" in seen and "notified_others" not in seen


def parted(text: str, *, removal: bool) -> tuple[str, str]:
    """A text as what happened and what was done about it. A thought that says neither goes with the one before.

    `removal`: the case is about something that has to be removed.
    """
    labels = _OF_REMOVALS if removal else _ALWAYS
    if not any(label in signals.seen(normalise.fold(text)) for label in labels):
        return text, ""
    parts: dict[bool, list[str]] = {False: [], True: []}
    is_done = False
    for clause in _CLAUSES.split(normalise.clean(text)):
        says = _says_done(clause, labels)
        is_done = is_done if says is None else says
        parts[is_done].append(clause)
    return ", ".join(parts[False]), ", ".join(parts[True])


def _says_done(clause: str, labels: tuple[str, ...]) -> bool | None:
    """Whether a thought is about what was done, or, of two things, said last; None when it says nothing of either."""
    folded = normalise.fold(clause)
    seen = signals.seen(folded)
    done = [
        match.end - 1
        for label in labels
        for match in seen.get(label, ())
        if label != "taken_down" or "demanded" not in seen
    ]
    came = [at for at, word in enumerate(normalise.words(folded)) if arrived([word], word)]
    return max(done, default=-1) >= max(came, default=-1) if done or came else None


def arrived(spoken: Sequence[str], text: str) -> bool:
    """Whether the message says that something came in or was found: "just got", "только что пришло", "刚收到"."""
    starts, chinese = _arrivals()
    return any(word.startswith(starts) for word in spoken) or any(mark in text for mark in chinese)


@cache
def _arrivals() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How words begin that say so, and Chinese parts that do."""
    table = words.table("time")["markers"]
    starts = tuple(normalise.spelling(mark.rstrip("*")) for mark in table["arrived"].split())
    return starts, tuple(table["arrived_chinese"].split())
