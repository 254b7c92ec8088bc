"""Two reports side by side: what got better and what got worse."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

from routing.evaluation.figures import LESS_IS_BETTER, Group
from routing.evaluation.reports import Message, Report


class Change(TypedDict):
    """A figure before and now; `better` says whether that is good."""

    name: str
    before: float
    now: float
    better: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is different from an earlier report: figures, and messages that became wrong or right."""

    changes: Sequence[Change]
    worse: Sequence[Message]
    better: Sequence[Message]
    shared: int


def compare(before: Report, now: Report) -> Comparison:
    """Figures of the messages in both reports may differ because the sets do: `shared` says how many are in both."""
    earlier = dict(_keyed(before["messages"]))
    both = [(earlier[key], one) for key, one in _keyed(now["messages"]) if key in earlier]
    return Comparison(
        changes=list(_changes(before, now)),
        worse=[one for old, one in both if old["right"] and not one["right"]],
        better=[one for old, one in both if one["right"] and not old["right"]],
        shared=len(both),
    )


def _keyed(messages: Iterable[Message]) -> Iterable[tuple[Any, Message]]:
    """Each message under what it says and wants; of equal ones the first, the second and so on are compared."""
    seen: Counter[Any] = Counter()
    for one in messages:
        key = (one["text"], one["kind"], *one["want"])
        seen[key] += 1
        yield (seen[key], *key), one


def _changes(before: Report, now: Report) -> Iterable[Change]:
    groups: list[tuple[str, Group | None, Group]] = [("", before["overall"], now["overall"])]
    groups += [(f".{name}", before["languages"].get(name), some) for name, some in now["languages"].items()]
    for name, old, new in groups:
        for plain, value in new["figures"].items():
            earlier = old["figures"].get(plain) if old else None
            # Two runs never take the same time.
            if earlier is not None and earlier != value and not plain.endswith("_ms"):
                better = (value < earlier) == (plain in LESS_IS_BETTER)
                yield Change(name=plain + name, before=earlier, now=value, better=better)
