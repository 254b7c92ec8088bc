"""The figures of a run with their goals, for a person to read."""

import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.harness.ledger import Ledger
from tests.harness.plan import Blow, Plan

EARLY, LOCKED = "before retry_after", ("database is locked", "kept the database locked")
TROUBLE = ("Traceback", "worker.failed", "delivery.failed", "outcome_not_recorded")
STANDSTILL = 60


@dataclass(frozen=True, slots=True)
class Figure:
    """One promise: what was measured and the most that may be."""

    name: str
    measured: float
    most: float = 0

    @property
    def kept(self) -> bool:
        return self.measured <= self.most


def figures(ledger: Ledger) -> Sequence[Figure]:
    """Every promise of a run."""
    return [*_coming_in(ledger), *_going_out(ledger), *_on_the_side(ledger)]


def _coming_in(ledger: Ledger) -> Sequence[Figure]:
    effects = ledger.effects().values()
    return [
        Figure("accepted, but not stored", len(ledger.lost_in())),
        Figure("said, but not accepted in the end", len(ledger.not_accepted())),
        Figure("stored twice", len(ledger.stored_twice())),
        Figure("stored, but without an answer", sum(len(one.missing) for one in effects)),
        Figure("answered twice", sum(len(one.repeated) for one in effects)),
        Figure("answered in another order than stored", sum(one.inversions for one in effects)),
        Figure("answered with something unexpected", sum(one.strangers for one in effects)),
        Figure("rows set aside or unfinished", ledger.unfinished()),
    ]


def _going_out(ledger: Ledger) -> Sequence[Figure]:
    outcomes = ledger.outcomes().values()
    listed, silent = ledger.doubled_out()
    return [
        Figure("answered, but never shown", sum(len(one.missing) for one in outcomes)),
        Figure("shown twice without being listed", silent),
        Figure("shown twice and listed (at most one per fault)", listed, ledger.doubts()),
        Figure("shown in another order than answered", sum(one.inversions for one in outcomes)),
        Figure("shown without being an answer", sum(one.strangers for one in outcomes)),
        Figure("written before retry_after had passed", sum(EARLY in one for one in ledger.violations)),
        Figure("calls the platform would refuse", sum(EARLY not in one for one in ledger.violations)),
    ]


def _on_the_side(ledger: Ledger) -> Sequence[Figure]:
    return [
        Figure('"database is locked" in the logs', len(ledger.logged(*LOCKED))),
        Figure("unexpected errors in the logs", len(ledger.logged(*TROUBLE))),
        Figure("secrets and people's words in the logs", len(ledger.betrayals)),
        Figure("processes that fell over", ledger.fallen),
        Figure("stops that took more than 10 s", ledger.slow_stops),
        Figure("longest standstill with work left over, seconds", ledger.standstill, STANDSTILL),
    ]


def broken(ledger: Ledger) -> list[str]:
    """The promises that were not kept."""
    return [figure.name for figure in figures(ledger) if not figure.kept]


def table(ledger: Ledger, plan: Plan, title: str, again: str) -> str:
    """The whole report. `again` is the command that plays the same plan."""
    planned = Counter(act.blow for act in plan.acts)
    lines = [
        title,
        _totals(ledger),
        f"the largest process took {ledger.peak_mb:.0f} MB; {_machine()}",
        f"struck:     {_listed(ledger.struck)}",
        f"not struck: {_listed(planned - ledger.struck)}",
        "",
        rows(figures(ledger)),
        "",
        *_examples(ledger),
        f"again: {again}",
    ]
    return "\n".join(lines)


def _totals(ledger: Ledger) -> str:
    shown = sum(map(len, ledger.shown.values()))
    stages = [(ledger.said, "said"), (ledger.accepted, "accepted"), (ledger.stored, "stored")]
    counts = [f"{len(those)} {name}" for those, name in stages]
    return f"{', '.join(counts)}, {len(ledger.answers)} answered, {shown} shown, {ledger.doubtful()} listed as doubtful"


def _listed(blows: Counter[Blow]) -> str:
    return ", ".join(f"{times} × {blow}" for blow, times in sorted(blows.items())) or "none"


def conclude(figures: Sequence[Figure]) -> int:
    """Print figures; returns the exit code, 1 when a promise was broken."""
    sys.stdout.write(f"{rows(figures)}\n{_machine()}\n")
    return 0 if all(figure.kept for figure in figures) else 1


def _machine() -> str:
    """What times have to be read with."""
    return f"on {os.cpu_count()} cores, {os.getloadavg()[0]:.1f} processes at a time wanted to run"


def rows(figures: Sequence[Figure]) -> str:
    """One line per figure."""
    return "\n".join(map(_row, figures))


def _row(figure: Figure) -> str:
    return f"{'ok    ' if figure.kept else 'BROKEN'}  {figure.name:<52} {figure.measured:>9.4g}  of {figure.most:g}"


def _examples(ledger: Ledger) -> list[str]:
    """Where to look first."""
    found = [f"lost: event {event}" for event in ledger.lost_in()[:3]]
    for kind, differences in (("answers", ledger.effects()), ("shown", ledger.outcomes())):
        wrong = {name: one for name, one in differences.items() if one.missing or one.inversions or one.strangers}
        found += [f"{kind} of {name}: {difference}"[:200] for name, difference in list(wrong.items())[:3]]
    found += [f"call: {one}" for one in sorted(set(ledger.violations))[:5]]
    found += [f"betrayed: {one}" for one in ledger.betrayals]
    return found + [f"log: {line[:200]}" for line in ledger.logged(*LOCKED, *TROUBLE)[:8]]
