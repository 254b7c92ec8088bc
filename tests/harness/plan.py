"""What will happen in a run, decided from a seed alone: the same seed makes the same plan."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Blow(StrEnum):
    """Something that goes wrong."""

    LIMITED = "429 with retry_after"
    LIMITED_VAGUELY = "429 without retry_after"
    BROKEN = "5xx"
    GARBAGE = "garbled answer, no effect"
    GARBAGE_AFTER = "garbled answer, but the effect"
    DROPPED_BEFORE = "connection dropped before the effect"
    DROPPED_AFTER = "connection dropped after the effect"
    HANGING = "no answer, no effect"
    HANGING_AFTER = "no answer, but the effect"
    REPEATED = "events delivered again"
    SWAPPED = "two events in the wrong order"
    DEAF = "receiving refused"
    CUT = "receiving cut off"
    RIVAL = "a second poller (409)"
    OUTAGE = "platform down"
    LOCKED = "database locked by another program"
    AWAY = "database away"
    FULL_DISK = "disk full"
    READ_ONLY = "database file read-only"
    WRONG_CLOCK = "clock an hour fast, then slow"
    KILLED = "SIGKILL"
    TERMINATED = "SIGTERM"
    PAUSED = "SIGSTOP"

    @property
    def may_double(self) -> bool:
        """Whether nobody can know afterwards if a message that was under way has arrived."""
        return self in _DOUBTS


_DOUBTS = (
    Blow.DROPPED_AFTER,
    Blow.HANGING_AFTER,
    Blow.GARBAGE_AFTER,
    Blow.OUTAGE,
    Blow.KILLED,
    Blow.PAUSED,
)
_OF_PROCESSES = (Blow.KILLED, Blow.TERMINATED, Blow.PAUSED)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody writes. `number` counts the messages of this chat."""

    at: float
    chat: int
    number: int


@dataclass(frozen=True, slots=True)
class Act:
    """Something goes wrong, for `seconds`; `process` says with which process where that matters."""

    at: float
    blow: Blow
    seconds: float = 0
    process: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run should be like. `rate` is messages per second over all chats, `faults` blows per minute."""

    seed: int
    seconds: float
    kills: int
    processes: int = 1
    rate: float = 8
    faults: float = 12
    longest_pause: float = 25


@dataclass(frozen=True, slots=True)
class Plan:
    """Lines and acts in the order of time, in seconds from the start."""

    wanted: Wanted
    lines: Sequence[Line]
    acts: Sequence[Act]

    @property
    def steps(self) -> list[Line | Act]:
        """Everything in order."""
        return sorted([*self.lines, *self.acts], key=lambda step: step.at)


def make(wanted: Wanted, blows: Sequence[Blow]) -> Plan:
    """Decide everything. `blows` are those that the platform and the database of the run know."""
    chance = random.Random(wanted.seed)
    acts = [*_faults(wanted, blows, chance), *_deaths(wanted, chance)]
    return Plan(wanted, tuple(_lines(wanted, chance)), tuple(sorted(acts, key=lambda act: act.at)))


def _lines(wanted: Wanted, chance: random.Random) -> Iterable[Line]:
    # So few messages per chat and second that a chat's own limit does not decide how long the run takes.
    chats = max(3, round(wanted.rate * 3))
    counted = dict.fromkeys(range(1, chats + 1), 0)
    for number in range(round(wanted.seconds * wanted.rate)):
        chat = chance.randint(1, chats)
        yield Line(number / wanted.rate, chat, counted[chat])
        counted[chat] += 1


def _faults(wanted: Wanted, blows: Sequence[Blow], chance: random.Random) -> Iterable[Act]:
    """Each blow once per round, so that a short run sees many kinds."""
    count, order = round(wanted.faults * wanted.seconds / 60), list[Blow]()
    while len(order) < count:
        order += chance.sample(blows, len(blows))
    for blow in order[:count]:
        yield Act(chance.uniform(0, wanted.seconds), blow, chance.uniform(1, 4), chance.randrange(wanted.processes))


def _deaths(wanted: Wanted, chance: random.Random) -> Iterable[Act]:
    """So many kills, spread over the run, and for every three of them one SIGTERM and one SIGSTOP."""
    gentle = round(wanted.kills / 3)
    for blow, count in zip(_OF_PROCESSES, (wanted.kills, gentle, gentle), strict=True):
        for number in range(count):
            # Not in the very last moments: what follows a death is what counts.
            at = (number + chance.random()) * 0.95 * wanted.seconds / count
            longest = wanted.longest_pause if blow is Blow.PAUSED else 3
            yield Act(at, blow, chance.uniform(0, longest), chance.randrange(wanted.processes))
