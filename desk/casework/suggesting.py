"""What fits while somebody types the name of an entry: from memory, because a channel waits for it."""

from collections.abc import Iterable, Sequence

from desk.messages import Choice, Choices
from desk.wording import phrase, translate
from routing.catalogue import Catalogue, Entry, Kind

MOST = 30
_HEADINGS = {
    Kind.TOPIC: phrase("Topics"),
    Kind.PRACTICE: phrase("Good practice"),
    Kind.ORGANISATION: phrase("Organisations"),
}
#: Which kinds a field may name.
FIELDS = {"answer": tuple(_HEADINGS), "organisation": (Kind.ORGANISATION,)}


def suggest(catalogue: Catalogue, language: str, field: str, typed: str) -> list[Choices]:
    """The entries a field may name that fit what was typed, the best first, by kind."""
    wanted = typed.casefold().split()
    return [
        Choices(translate(language, _HEADINGS[kind]), tuple(_choice(one, language) for one in found))
        for kind in FIELDS.get(field, ())
        if (found := _best((one for one in catalogue.entries if one.kind is kind), wanted, language))
    ]


def _best(entries: Iterable[Entry], wanted: Sequence[str], language: str) -> list[Entry]:
    ranked = ((_rank(one, wanted, language), one.names.get(language, one.id), one.id, one) for one in entries)
    fitting = sorted((one for one in ranked if one[0] is not None), key=lambda one: one[:3])
    return [one[3] for one in fitting[:MOST]]


def _rank(entry: Entry, wanted: Sequence[str], language: str) -> int | None:
    """0 when the name begins so, 1 when each word begins one of it, 2 when it is in it, 3 when in another of its
    names; None when it is in none."""
    name = entry.names.get(language, entry.id).casefold()
    if name.startswith(" ".join(wanted)):
        return 0
    if all(any(word.startswith(part) for word in name.split()) for part in wanted):
        return 1
    if all(part in name for part in wanted):
        return 2
    others = (one.casefold() for one in (*entry.names.values(), *entry.aliases, entry.id))
    return 3 if any(all(part in one for part in wanted) for one in others) else None


def _choice(entry: Entry, language: str) -> Choice:
    name = entry.names.get(language) or entry.names.get("en") or entry.id
    return Choice(name, f"{entry.kind.value}:{entry.id}")
