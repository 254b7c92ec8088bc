"""Labelled messages, what the router made of them, and whether that was right."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from routing.catalogue import Catalogue
from routing.decision import Action, Context, Decision, Intent, Urgency
from routing.evaluation.machinery import OUT_OF_SCOPE
from routing.router import route
from routing.thresholds import COSTS

COURTESIES = ("greeting", "thanks", "ok", "bye", "emoji")
REFUSALS = ("spam", "abuse", "injection", "hacking", "other_people", "homework", "out_of_scope", OUT_OF_SCOPE)
#: What a message can be, with what is right for it.
KINDS = {
    "help": "an accepted topic comes first",
    "crisis": "the emergency is seen, and which",
    "calm": "no alarm, and not turned down",
    "control": "the command is understood",
    "smalltalk": "the courtesy is returned",
    "unwanted": "turned down or asked about",
    "vague": "asked about",
}
_NEEDS = ("help", "crisis", "calm", "vague")
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Labelled:
    """A message with what an expert accepts as its answer.

    `want` holds topics, best first, or names of emergencies, commands, courtesies or refusals; `entries` practices and
    organisations of which one should be shown. `urgent` is None where nobody said whether it is an emergency.
    """

    text: str
    want: tuple[str, ...] = ()
    kind: str = ""
    entries: frozenset[str] = frozenset()
    language: str = ""
    urgent: bool | None = None


def settled(labelled: Labelled, catalogue: Catalogue) -> Labelled:
    """With its kind, told from what is wanted where nobody named it, and whether it is an emergency."""
    kind = labelled.kind or kind_of(labelled.want, catalogue)
    urgent = {"crisis": True, "calm": False}.get(kind, labelled.urgent)
    return replace(labelled, kind=kind, urgent=urgent)


def kind_of(want: Iterable[str], catalogue: Catalogue) -> str:
    """The kind of message whose answer has these names."""
    names = set(want)
    kinds: dict[str, Iterable[str]] = {
        "crisis": [crisis.id for crisis in catalogue.crises],
        "control": list(Intent),
        "smalltalk": COURTESIES,
        "unwanted": REFUSALS,
    }
    return next((kind for kind, known in kinds.items() if names.intersection(known)), "help")


def known_names(catalogue: Catalogue) -> frozenset[str]:
    """Everything that can be wanted of this desk."""
    crises = (crisis.id for crisis in catalogue.crises)
    topics = (entry.id for entry in catalogue.entries if entry.kind == "topic")
    return frozenset(chain(crises, topics, Intent, COURTESIES, REFUSALS))


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled message and what the router decided, in how many milliseconds."""

    asked: Labelled
    decision: Decision
    ms: float

    @property
    def language(self) -> str:
        """As labelled, else as recognised."""
        return self.asked.language or self.decision.language

    @property
    def is_alarm(self) -> bool:
        return self.decision.urgency is Urgency.CRISIS

    @property
    def is_first(self) -> bool:
        return self._accepts(1)

    @property
    def is_among_three(self) -> bool:
        return self._accepts(_SHOWN)

    def _accepts(self, places: int) -> bool:
        return any(topic.id in self.asked.want for topic in self.decision.topics[:places])

    @property
    def is_useful(self) -> bool:
        shown = (*self.decision.practices[:_SHOWN], *self.decision.organisations[:_SHOWN])
        return any(entry.id in self.asked.entries for entry in shown)

    @property
    def is_intended(self) -> bool:
        return not self.asked.want or self.decision.intent in self.asked.want

    @property
    def is_turned_down(self) -> bool:
        """Whether a need was: a need that is answered like a command or a greeting is lost just the same."""
        return self.is_need and self.decision.action in (Action.DECLINE, Action.CONTROL, Action.SMALLTALK)

    @property
    def is_need(self) -> bool:
        return self.asked.kind in _NEEDS

    @property
    def is_asked_back(self) -> bool:
        return self.decision.action is Action.CLARIFY

    @property
    def is_right(self) -> bool:
        return _RIGHT[self.asked.kind](self)

    @property
    def wanted(self) -> str:
        """The first of what would be right, in the words of `got`."""
        return _named(self.asked.kind, self.asked.want[0] if self.asked.want else "")

    @property
    def got(self) -> str:
        """What the router made of it: a topic, or something like "command: status"."""
        decision = self.decision
        kind = _KIND_OF.get(decision.action, "help")
        if kind == "help" and not decision.topics:
            return _named("vague", "")
        return _named(kind, decision.topics[0].id if kind == "help" else decision.intent or "")

    @property
    def cost(self) -> float:
        """What the mistakes in it cost, by `thresholds.COSTS`."""
        return sum(COSTS[mistake] for mistake in self._mistakes())

    def _mistakes(self) -> Iterator[str]:
        urgent = self.asked.urgent
        if urgent and not self.is_alarm:
            yield "emergency missed"
        elif self.is_turned_down:
            yield "need turned down"
        elif self.is_alarm and urgent is False:
            yield "false alarm"
        elif self.asked.kind == "help" and self.is_asked_back:
            yield "needless question"
        elif not self.is_right:
            yield "nonsense answered" if self.asked.kind == "unwanted" else "wrong answer"


_RIGHT: dict[str, Callable[[Judged], bool]] = {
    "help": lambda one: one.is_first,
    "crisis": lambda one: one.is_alarm and (one.is_intended or one.is_first),
    "calm": lambda one: not (one.is_alarm or one.is_turned_down),
    "control": lambda one: one.decision.action is Action.CONTROL and one.is_intended,
    "smalltalk": lambda one: one.decision.action is Action.SMALLTALK,
    "unwanted": lambda one: one.decision.action in (Action.DECLINE, Action.CLARIFY, Action.SMALLTALK),
    "vague": lambda one: one.is_asked_back,
}
_KIND_OF = {
    Action.ESCALATE: "crisis",
    Action.CONTROL: "control",
    Action.SMALLTALK: "smalltalk",
    Action.DECLINE: "unwanted",
}
_SPOKEN = {
    "crisis": "emergency",
    "calm": "no emergency",
    "control": "command",
    "smalltalk": "courtesy",
    "unwanted": "turned down",
    "vague": "question",
}


def _named(kind: str, name: str) -> str:
    return ": ".join(part for part in (_SPOKEN.get(kind), name) if part) or "no topic"


def judge(messages: Iterable[Labelled], context: Context, catalogue: Catalogue) -> Iterator[Judged]:
    """Route every message with a catalogue, one by one."""
    for message in messages:
        started = time.perf_counter()
        decision = route(message.text, context, catalogue)
        took = time.perf_counter() - started
        yield Judged(settled(message, catalogue), decision, 1000 * took)
