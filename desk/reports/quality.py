"""Whether the desk was right: corrections, reopenings, referrals and what came of them, and what people said."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select, text
from sqlalchemy.orm import Session

from desk.referrals import Referral, ReferralState
from desk.reports.scope import Scope
from desk.reports.tally import Tally, tally
from desk.requests import TURNED_DOWN, Request
from desk.tickets import CLOSED, REOPENED, State, Ticket, TicketEvent

Counts = Counter[str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Counts of tickets. `right_first`: routed, and neither a member nor the requester put another topic in place."""

    total: int
    routed: int
    corrected: int
    turned_down: int
    reopened: int
    referred: int
    solved: int
    closed: int

    @property
    def right_first(self) -> int:
        return max(self.routed - self.corrected - self.turned_down, 0)


def quality(session: Session, scope: Scope, counted: Tally | None = None) -> Quality:
    """`counted`: these tickets by topic, state and perhaps more, where that is known already."""
    counted = counted or tally(session, scope, "topic", "state")
    topics, states = counted.by("topic"), counted.by("state")
    corrected, turned_down, reopened, referred = session.execute(_becoming(scope)).one()
    return Quality(
        total=topics.total(),
        routed=topics.total() - topics[""],
        corrected=corrected,
        turned_down=turned_down,
        reopened=reopened,
        referred=referred,
        solved=states[State.SOLVED],
        closed=sum(states[state] for state in CLOSED),
    )


def _becoming(scope: Scope) -> Select[int, int, int, int]:
    """How many tickets were corrected, turned down, reopened and referred. Each of the four is found in an index."""
    corrected = Ticket.id.in_(select(TicketEvent.ticket_id).where(TicketEvent.what == "rerouted"))
    turned_down = Ticket.request_id.in_(select(Request.id).where(text(TURNED_DOWN)))
    reopened = Ticket.id.in_(select(TicketEvent.ticket_id).where(text(REOPENED)))
    sent = Referral.state.not_in((ReferralState.OFFERED, ReferralState.WITHDRAWN))
    referred = Ticket.id.in_(select(Referral.ticket_id).where(sent))
    return select(*(_count(scope, which) for which in (corrected, turned_down & ~corrected, reopened, referred)))


def _count(scope: Scope, which: ColumnElement[bool]) -> ScalarSelect[int]:
    return scope.tickets(select(func.count()).select_from(Ticket)).where(which).scalar_subquery()


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


def satisfaction(session: Session, scope: Scope) -> Counter[int]:
    """What people answered when they were asked: 3 yes, 2 partly, 1 no; 0 for those who were asked and said nothing."""
    said = func.coalesce(Ticket.satisfaction, 0)
    query = scope.tickets(select(*(func.count().filter(said == answer) for answer in range(4))).select_from(Ticket))
    found = session.execute(query.where(Ticket.satisfaction_asked_at.is_not(None))).one()
    return Counter({answer: count for answer, count in enumerate(found) if count})
