"""The deadlines that run by law in what a message tells."""

from collections.abc import Collection, Mapping, Sequence

from routing import clocks, concerned, eligibility, signals
from routing.catalogue import Kind
from routing.decision import Reason, RunningClock
from routing.message import Message
from routing.ranking import Weighing

#: A message is about topics with so much of its first one's share, if that is so much.
_ABOUT, _AT_LEAST = 0.25, 0.1


def running(message: Message, weighing: Weighing, crisis: str | None) -> tuple[RunningClock, ...]:
    """The deadlines that run, or may run, in an emergency or in none."""
    return clocks.running(message.ready.catalogue.clocks, _case(message, weighing, crisis))


def reasons(running: Sequence[RunningClock]) -> list[Reason]:
    return [Reason("clock", clock.id, clock.id) for clock in running]


def _case(message: Message, weighing: Weighing, crisis: str | None) -> clocks.Case:
    places = weighing.asker.countries | weighing.asker.region
    if crisis == clocks.ORDER:
        # The law of whoever sent an order counts too.
        places |= eligibility.senders(message.folded, message.places)
    seen = signals.seen(message.folded)
    likeness, now = weighing.reading.likeness, message.context.now
    runs = message.facts.whom == concerned.PLATFORM or "concerned:moderates" in seen or _speaks_of_firm(seen)
    return clocks.Case(
        crisis,
        runs,
        "breach" in seen,
        frozenset(seen),
        likeness,
        places,
        message.facts,
        message.told,
        now,
        _practices(message, dict(weighing.reading.topics)),
    )


def _practices(message: Message, topics: Mapping[str, float]) -> frozenset[str]:
    """The practices that are about what a message is about."""
    enough = max(_AT_LEAST, _ABOUT * max(topics.values(), default=0.0))
    about = {id for id, share in topics.items() if share >= enough}
    laws = {clock.practice for clock in message.ready.catalogue.clocks if clock.practice}
    known = ((id, message.ready.entry(Kind.PRACTICE, id)) for id in laws)
    return frozenset(id for id, entry in known if entry and not about.isdisjoint(entry.topics))


def _speaks_of_firm(seen: Collection[str]) -> bool:
    """Whether a message is about what somebody runs, and about nothing of their own."""
    return not {"serves:small-firm", "concerned:runs"}.isdisjoint(seen) and "serves:individual" not in seen
