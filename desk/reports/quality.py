"""Whether the desk was right: corrections, reopenings, referrals and what came of them, and what people said."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desk.referrals import Referral
from desk.reports.scope import Scope
from desk.reports.tally import Tally, tally
from desk.tickets import CLOSED, State, Ticket

Counts = Counter[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of tickets. `right_first`: routed, and neither a member nor the requester put another topic in place.

    `satisfaction` is what people answered when they were asked: 3 yes, 2 partly, 1 no; 0 for those who said nothing.
    """

    total: int
    routed: int
    corrected: int
    turned_down: int
    reopened: int
    referred: int
    solved: int
    closed: int
    satisfaction: Counter[int]

    @property
    def right_first(self) -> int:
        return max(self.routed - self.corrected - self.turned_down, 0)


def quality(session: Session, scope: Scope, counted: Tally | None = None) -> Quality:
    """`counted`: these tickets by topic, state and perhaps more, where that is known already."""
    counted = counted or tally(session, scope, "topic", "state")
    topics, states = counted.by("topic"), counted.by("state")
    corrected, turned_down, reopened, referred, asked, *answers = session.execute(_becoming(scope)).one()
    said = {0: asked - sum(answers), **dict(enumerate(answers, 1))}
    return Quality(
        total=topics.total(),
        routed=topics.total() - topics[""],
        corrected=corrected,
        turned_down=turned_down,
        reopened=reopened,
        referred=referred,
        solved=states[State.SOLVED],
        closed=sum(states[state] for state in CLOSED),
        satisfaction=Counter({answer: count for answer, count in said.items() if count}),
    )


def _becoming(scope: Scope) -> Select[*tuple[int, ...]]:
    """How many tickets were corrected, turned down, reopened and referred, how many people were asked whether the desk
    helped, and how many of them answered 1, 2 and 3."""
    became = Ticket.corrected, Ticket.turned_down & ~Ticket.corrected, Ticket.reopened, Ticket.referred
    asked = Ticket.satisfaction_asked_at.is_not(None)
    answered = (asked & (Ticket.satisfaction == answer) for answer in (1, 2, 3))
    counts = (func.count().filter(which) for which in (*became, asked, *answered))
    return scope.tickets(select(*counts).select_from(Ticket))


def outcomes_by_organisation(session: Session, scope: Scope) -> dict[str, Counts]:
    """Organisation -> how its referrals stand, the most referred to first."""
    query = select(Referral.organisation, Referral.state, func.count()).join(Referral.ticket)
    query = scope.tickets(query).group_by(Referral.organisation, Referral.state)
    return _outcomes((organisation, state, count) for organisation, state, count in session.execute(query))


def outcomes_by_topic(session: Session, scope: Scope, counted: Tally | None = None) -> dict[str, Counts]:
    """Topic -> how its tickets stand, the most asked about first; the empty word where none was found.

    `counted`: these tickets by topic, state and perhaps more, where that is known already.
    """
    counted = counted or tally(session, scope, "topic", "state")
    return _outcomes((topic, state, count) for (topic, state, *_), count in counted.counts.items())


def _outcomes(counted: Iterable[tuple[str, str, int]]) -> dict[str, Counts]:
    found: dict[str, Counts] = defaultdict(Counter)
    for name, state, count in counted:
        found[name][str(state)] += count
    return dict(sorted(found.items(), key=lambda one: (-one[1].total(), one[0])))
