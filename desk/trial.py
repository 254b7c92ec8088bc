"""Trying an example on the standing set before it is accepted: what is right without it, and with it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from desk.examples import CannotReview, Lesson, taught
from knowledge.packs import Sample
from routing.catalogue import Catalogue
from routing.decision import Context
from routing.evaluation.judging import Judged, Labelled, judge
from routing.index import Effort
from routing.prepared import prepare

Recall = Callable[[str], bytes | None]
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the standing set of one language fares without and with an example."""

    language: str
    before: Sequence[Judged]
    after: Sequence[Judged]

    @property
    def worse(self) -> list[Judged]:
        """What was right and is wrong now, or goes wrong in a way that costs more."""
        pairs = zip(self.before, self.after, strict=True)
        return [new for old, new in pairs if new.cost > old.cost or (old.is_right and not new.is_right)]

    @property
    def harms(self) -> bool:
        """Whether the mistakes cost more than without it; no number of better topics is worth a missed emergency."""
        return _cost(self.after) > _cost(self.before)

    def __str__(self) -> str:
        if not self.before:
            return f"No standing set in {self.language}: nothing to compare with."
        worse = [f"  worse: “{one.asked.text}” wants {one.wanted}, gets {one.got}" for one in self.worse]
        more = [f"  … and {len(worse) - _NAMED} more"] if len(worse) > _NAMED else []
        return "\n".join([self._counted(), *worse[:_NAMED], *more])

    def _counted(self) -> str:
        right, then = (sum(one.is_right for one in judged) for judged in (self.before, self.after))
        return (
            f"Standing set in {self.language}: {right} of {len(self.before)} right without it, {then} with it; "
            f"mistakes cost {_cost(self.before):g} without it, {_cost(self.after):g} with it."
        )


def _labelled(sample: Sample, language: str) -> Labelled:
    # Plain needs are in the set as what is no emergency.
    urgent = False if sample.kind == "help" else None
    return Labelled(sample.text, sample.want, sample.kind, frozenset(sample.entries), language, urgent)


def _cost(judged: Sequence[Judged]) -> float:
    return round(sum(one.cost for one in judged), 6)


def try_out(lesson: Lesson, samples: Sequence[Sample], catalogue: Catalogue, recall: Recall) -> Verdict:
    """Route the standing set of the lesson's language without and with it. Nothing is changed.

    With it, the router is as it will be right after the acceptance: what it knew, amended. Learning everything anew
    would move the scores of unrelated messages too, and they would be blamed on the example. `recall` finds what the
    router has learnt earlier, see `routing.prepared.prepare`.

    Raises:
        CannotReview: when there is nothing to teach any more.
    """
    there = {(entry.kind.value, entry.id) for entry in catalogue.entries}
    if (lesson.kind.value, lesson.entry_id) not in there:
        raise CannotReview(f"There is no {lesson.kind} {lesson.entry_id} any more.")
    asked = [_labelled(sample, lesson.language) for sample in samples]
    prepare(catalogue, [lesson.language], recall)
    before = list(judge(asked, Context(), catalogue))
    with_it = replace(taught(catalogue, [lesson]), version=f"{catalogue.version}/trial")
    prepare(with_it, [lesson.language], recall, Effort.AMEND)
    return Verdict(lesson.language, before, list(judge(asked, Context(), with_it)))
