"""Trying an example on the standing set before it is accepted: what is right without it, and with it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from desk.examples import CannotReview, Lesson, taught
from knowledge.packs import Sample
from routing.catalogue import Catalogue
from routing.decision import Context
from routing.evaluation.judging import Judged, Labelled, judge
from routing.index import prepare

Recall = Callable[[str], bytes | None]
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """How the standing set of one language fares without and with an example.

    `learnt` is what the router has learnt for it, by its marks: kept, it need not be learnt again on acceptance.
    """

    language: str
    before: Sequence[Judged]
    after: Sequence[Judged]
    learnt: dict[str, bytes] = field(default_factory=dict)

    @property
    def lost(self) -> list[Judged]:
        """What was right and is wrong now."""
        return [new for old, new in zip(self.before, self.after, strict=True) if old.is_right and not new.is_right]

    @property
    def won(self) -> list[Judged]:
        """What was wrong and is right now."""
        return [new for old, new in zip(self.before, self.after, strict=True) if new.is_right and not old.is_right]

    @property
    def harms(self) -> bool:
        """Whether more is lost than won of any kind: a better topic does not make up for a missed emergency."""
        won = Counter(one.asked.kind for one in self.won)
        lost = Counter(one.asked.kind for one in self.lost)
        return any(count > won[kind] for kind, count in lost.items())

    def __str__(self) -> str:
        if not self.before:
            return f"No standing set in {self.language}: nothing to compare with."
        right, then = (sum(one.is_right for one in judged) for judged in (self.before, self.after))
        lines = [f"Standing set in {self.language}: {right} of {len(self.before)} right without it, {then} with it."]
        lines += [f"  wrong now: “{one.asked.text}” wants {one.wanted}, gets {one.got}" for one in self.lost[:_NAMED]]
        lines += [f"  … and {more} more"] if (more := len(self.lost) - _NAMED) > 0 else []
        return "\n".join(lines)


def try_out(lesson: Lesson, samples: Sequence[Sample], catalogue: Catalogue, recall: Recall) -> Verdict:
    """Route the standing set of the lesson's language without and with it. Takes seconds; nothing is changed.

    `recall` finds what the router has learnt earlier, see `routing.index.prepare`.

    Raises:
        CannotReview: when there is nothing to teach any more.
    """
    there = {(entry.kind.value, entry.id) for entry in catalogue.entries}
    if (lesson.kind.value, lesson.entry_id) not in there:
        raise CannotReview(f"There is no {lesson.kind} {lesson.entry_id} any more.")
    asked = [Labelled(one.text, one.want, one.kind, frozenset(one.entries), lesson.language) for one in samples]
    prepare(catalogue, [lesson.language], recall)
    before = list(judge(asked, Context(), catalogue))
    with_it = replace(taught(catalogue, [lesson]), version=f"{catalogue.version}/trial")
    learnt = prepare(with_it, [lesson.language], recall)
    return Verdict(lesson.language, before, list(judge(asked, Context(), with_it)), learnt)
