"""Everything an evaluation found, in one piece that goes through JSON."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TypedDict

from routing.evaluation.figures import AMOUNTS, MEASURES, Group, Step, calibration, confidences, group
from routing.evaluation.judging import KINDS, Judged

#: A topic with fewer messages than this is not among the worst: one mistake says little.
FEWEST = 3
_REASONS = 6


class Mixed(TypedDict):
    """How often something else came out than was wanted."""

    wanted: str
    got: str
    count: int


class Topic(TypedDict):
    """How often messages that want a topic got an accepted one."""

    topic: str
    messages: int
    right: float


class Message(TypedDict):
    """One message with what came out and why."""

    text: str
    language: str
    kind: str
    want: list[str]
    wanted: str
    got: str
    right: bool
    action: str
    sure: float
    because: list[str]


class Pull(TypedDict):
    """An example that draws messages of other topics to its own."""

    text: str
    language: str
    owner: str
    pulls: int
    helps: int
    pulled: list[str]


class Report(TypedDict):
    """Everything an evaluation found, ready for JSON."""

    report: int
    overall: Group
    languages: dict[str, Group]
    kinds: dict[str, Group]
    topics: list[Topic]
    mixed: list[Mixed]
    calibration: list[Step]
    messages: list[Message]
    pulls: list[Pull]


#: The form of a report; one of another form cannot be compared with.
FORM = 1


def report_on(judged: Sequence[Judged], pulls: Sequence[Pull] = ()) -> Report:
    """Count everything."""
    return Report(
        report=FORM,
        overall=group(judged),
        languages={name: group(some) for name, some in _by(judged, lambda one: one.language)},
        kinds={name: group(some) for name, some in _by(judged, lambda one: one.asked.kind, list(KINDS))},
        topics=_topics(judged),
        mixed=_mixed(judged),
        calibration=calibration(*confidences(judged)),
        messages=[_message(one) for one in judged],
        pulls=list(pulls),
    )


def _by(
    judged: Iterable[Judged], key: Callable[[Judged], str], order: Sequence[str] = ()
) -> list[tuple[str, list[Judged]]]:
    groups: defaultdict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        groups[key(one)].append(one)
    return sorted(groups.items(), key=lambda pair: (order.index(pair[0]) if order else 0, pair[0]))


def _topics(judged: Iterable[Judged]) -> list[Topic]:
    """Topics with how often they were right, worst first."""
    wanting = _by((one for one in judged if one.asked.kind == "help" and one.asked.want), lambda one: one.wanted)
    found = [
        Topic(topic=topic, messages=len(some), right=round(sum(one.is_first for one in some) / len(some), 4))
        for topic, some in wanting
    ]
    return sorted(found, key=lambda one: (one["right"], -one["messages"], one["topic"]))


def _mixed(judged: Iterable[Judged]) -> list[Mixed]:
    counts = Counter((one.wanted, one.got) for one in judged if not one.is_right)
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Mixed(wanted=wanted, got=got, count=count) for (wanted, got), count in ordered]


def _message(one: Judged) -> Message:
    said = (f"{reason.signal}: {reason.detail}" for reason in one.decision.reasons if reason.signal != "language")
    return Message(
        text=one.asked.text,
        language=one.language,
        kind=one.asked.kind,
        want=list(one.asked.want),
        wanted=one.wanted,
        got=one.got,
        right=one.is_right,
        action=one.decision.action.value,
        sure=one.decision.confidence,
        because=[*said][:_REASONS],
    )


def figure(found: Report, name: str) -> float | None:
    """A figure by its name: `first` of all messages, `first.fr` of one language, `right.crisis` of one kind.

    None where no message counts for it; KeyError where there is no such figure or group.
    """
    plain, _, part = name.partition(".")
    if plain not in {*AMOUNTS, *(measure.name for measure in MEASURES)}:
        raise KeyError(name)
    chosen = {**found["kinds"], **found["languages"]}[part] if part else found["overall"]
    return chosen["figures"].get(plain)
