"""Whether the desk was right: corrections, reopenings, referrals and what came of them, and what people said."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from desk.referrals import Referral, ReferralState
from desk.reports.scope import Scope
from desk.reports.tally import Tally, tally
from desk.tickets import CLOSED, State, Ticket

Counts = Counter[str]
_AS_NONE = (ReferralState.OFFERED, ReferralState.WITHDRAWN)


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
    corrected, turned_down, reopened, referred, *answers = session.execute(_becoming(scope)).one()
    return Quality(
        total=topics.total(),
        routed=topics.total() - topics[""],
        corrected=corrected,
        turned_down=turned_down,
        reopened=reopened,
        referred=referred,
        solved=states[State.SOLVED],
        closed=sum(states[state] for state in CLOSED),
        satisfaction=Counter({answer: count for answer, count in enumerate(answers) if count}),
    )


def _becoming(scope: Scope) -> Select[*tuple[int, ...]]:
    """How many tickets were corrected, turned down, reopened and referred, and how many people said nothing when they
    were asked whether the desk helped, or 1, 2 and 3. Each is counted in an index of the few that it holds for."""
    became = text("corrected"), text("turned_down AND NOT corrected"), text("reopened")
    answers = Ticket.satisfaction.is_(None), *(Ticket.satisfaction == answer for answer in (1, 2, 3))
    counts = [select(func.count()).select_from(Ticket).where(which) for which in became]
    counts.append(_referrals(func.count(Referral.ticket_id.distinct())).where(Referral.state.not_in(_AS_NONE)))
    asked = select(func.count()).select_from(Ticket).where(Ticket.satisfaction_asked_at.is_not(None))
    counts += (asked.where(answer) for answer in answers)
    return select(*(scope.tickets(count).scalar_subquery() for count in counts))


def _referrals(*columns: Any) -> Select[Any]:
    return select(*columns).select_from(Ticket).join(Referral).where(text("offered"))


def outcomes_by_organisation(session: Session, scope: Scope) -> dict[str, Counts]:
    """Organisation -> how its referrals stand, the most referred to first."""
    query = scope.tickets(_referrals(Referral.organisation, Referral.state, func.count()))
    rows = session.execute(query.group_by(Referral.organisation, Referral.state))
    return _outcomes((organisation, state, count) for organisation, state, count in rows)


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
