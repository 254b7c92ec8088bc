"""The account of a run: said, accepted, stored, answered, shown; and every place where these do not agree.

Nothing here asks anybody: the ledger is filled by `evidence` (or by a test), and its judgement follows from it alone.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeVar

from tests.harness.plan import Blow

# Answers are told apart by their line, of which there are ten: a message is looked for among its nearest neighbours.
NEAR = 4


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of the inbox, in its order. `line` is what was said, None when nobody said it."""

    event: str
    conversation: str
    line: int | None
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """One row of the outbox, in its order."""

    conversation: str
    line: int | None
    sent: bool = True
    doubtful: bool = False


Row = TypeVar("Row", Stored, Answer)


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a sequence on its way: places in it that are missing or came again, and how often order broke."""

    missing: Sequence[int]
    repeated: Sequence[int]
    inversions: int
    strangers: int


def compare(expected: Sequence[int | None], came: Sequence[int | None]) -> Difference:
    """Find each line that came at its likeliest place among those expected."""
    places, strangers, following = list[int](), 0, 0
    for line in came:
        near = range(max(0, following - NEAR), min(len(expected), following + NEAR + 1))
        fitting = [place for place in near if line is not None and expected[place] == line]
        if not fitting:
            strangers += 1
            continue
        place = min(fitting, key=lambda one: abs(one - following))
        places.append(place)
        following = max(following, place + 1)
    counted = Counter(places)
    repeated = [place for place, times in counted.items() for _ in range(times - 1)]
    inversions = sum(after < before for before, after in pairwise(places))
    missing = [place for place in range(len(expected)) if place not in counted]
    return Difference(missing, repeated, inversions, strangers)


@dataclass
class Ledger:
    """Everything that is known about a run when it is over."""

    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    accepted: set[str] = field(default_factory=set)
    stored: list[Stored] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    shown: dict[str, list[int | None]] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    log: str = ""
    betrayals: list[str] = field(default_factory=list)
    struck: Counter[Blow] = field(default_factory=Counter)
    slow_stops: int = 0
    fallen: int = 0
    standstill: float = 0
    peak_mb: float = 0

    def lost_in(self) -> list[str]:
        """Events that the platform will not bring again and the desk does not have."""
        return sorted(self.accepted - {one.event for one in self.stored})

    def not_accepted(self) -> list[str]:
        """Events that the desk has still not taken over."""
        return sorted(self.said.keys() - self.accepted)

    def stored_twice(self) -> list[str]:
        """Events of which the desk has more than one."""
        return [event for event, times in Counter(one.event for one in self.stored).items() if times > 1]

    def unfinished(self) -> int:
        """Rows of inbox and outbox that did not reach their good end."""
        return sum(not one.finished for one in self.stored) + sum(not one.sent for one in self.answers)

    def doubtful(self) -> int:
        """Messages that an operator finds listed as perhaps doubled."""
        return sum(one.doubtful for one in self.answers)

    def doubts(self) -> int:
        """How many of the blows that struck leave it open whether a message has arrived."""
        return sum(times for blow, times in self.struck.items() if blow.may_double)

    def effects(self) -> dict[str, Difference]:
        """Per conversation, how the answers that were decided differ from the messages that were stored."""
        stored, answers = _by_conversation(self.stored), _by_conversation(self.answers)
        return {
            name: compare([one.line for one in stored[name]], [one.line for one in answers[name]])
            for name in stored.keys() | answers.keys()
        }

    def outcomes(self) -> dict[str, Difference]:
        """Per conversation, how what was shown differs from what was decided."""
        answers = _by_conversation(self.answers)
        return {
            name: compare([one.line for one in answers[name]], self.shown.get(name, []))
            for name in answers.keys() | self.shown.keys()
        }

    def doubled_out(self) -> tuple[int, int]:
        """How many messages were shown again: listed as doubtful, and silently."""
        answers = _by_conversation(self.answers)
        again = [answers[name][place] for name, one in self.outcomes().items() for place in one.repeated]
        listed = sum(answer.doubtful for answer in again)
        return listed, len(again) - listed

    def logged(self, *words: str) -> list[str]:
        """Lines of the logs that hold one of these; of a traceback the line that names the error."""
        lines, found = iter(self.log.splitlines()), []
        for line in lines:
            if any(word in line for word in words):
                is_trace = line.startswith("Traceback")
                found.append(next((end for end in lines if not end.startswith(" ")), line) if is_trace else line)
        return found


def _by_conversation(rows: Iterable[Row]) -> dict[str, list[Row]]:
    sorted_out: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        sorted_out[row.conversation].append(row)
    return sorted_out
