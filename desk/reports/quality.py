"""Whether the desk was right: corrections, reopenings, referrals and what came of them, and what people said."""

from collections import Counter, defaultdict
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from desk.referrals import Referral, ReferralState
from desk.reports.scope import Scope
from desk.requests import Request
from desk.tickets import CLOSED, State, Ticket, TicketEvent

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


def quality(session: Session, scope: Scope) -> Quality:
    """All of it in five queries."""
    counted = select(
        func.count(),
        func.count(Request.topic),
        func.count().filter(Ticket.state == State.SOLVED),
        func.count(Ticket.closed_at),
    )
    query = counted.select_from(Ticket).join(Ticket.request)
    total, routed, solved, closed = session.execute(query.where(*scope.conditions())).one()
    corrected, turned_down, reopened, referred = (
        session.scalar(select(func.count()).select_from(ids.subquery())) or 0
        for ids in (_corrected(scope), _turned_down(session, scope), _reopened(scope), _referred(scope))
    )
    return Quality(total, routed, corrected, turned_down, reopened, referred, solved, closed)


def _corrected(scope: Scope) -> Select[int]:
    return _with_event(scope, TicketEvent.what == "rerouted")


def _reopened(scope: Scope) -> Select[int]:
    before, after = (TicketEvent.details[key].as_string() for key in ("before", "after"))
    closed = [str(state) for state in CLOSED]
    return _with_event(scope, TicketEvent.what == "moved", before.in_(closed), after == str(State.WAITING))


def _turned_down(session: Session, scope: Scope) -> Select[int]:
    length = func.json_array_length if session.get_bind().dialect.name == "sqlite" else func.jsonb_array_length
    return scope.ids().where(length(Request.rejected) > 0, Ticket.id.not_in(_corrected(scope)))


def _referred(scope: Scope) -> Select[int]:
    sent = Referral.state.not_in((ReferralState.OFFERED, ReferralState.WITHDRAWN))
    return select(Referral.ticket_id).where(Referral.ticket_id.in_(scope.ids()), sent).distinct()


def _with_event(scope: Scope, *conditions: ColumnElement[bool]) -> Select[int]:
    return select(TicketEvent.ticket_id).where(TicketEvent.ticket_id.in_(scope.ids()), *conditions).distinct()


def outcomes_by_organisation(session: Session, scope: Scope) -> dict[str, Counts]:
    """Organisation -> how its referrals stand, the most referred to first."""
    query = select(Referral.organisation, Referral.state, func.count()).where(Referral.ticket_id.in_(scope.ids()))
    found: dict[str, Counts] = defaultdict(Counter)
    for organisation, state, count in session.execute(query.group_by(Referral.organisation, Referral.state)):
        found[organisation][state.value] = count
    return dict(sorted(found.items(), key=lambda one: (-one[1].total(), one[0])))


def outcomes_by_topic(session: Session, scope: Scope) -> dict[str, Counts]:
    """Topic -> how its tickets stand, the most asked about first; the empty word where none was found."""
    query = select(Request.topic, Ticket.state, func.count()).select_from(Ticket).join(Ticket.request)
    found: dict[str, Counts] = defaultdict(Counter)
    for topic, state, count in session.execute(query.where(*scope.conditions()).group_by(Request.topic, Ticket.state)):
        found[topic or ""][state.value] = count
    return dict(sorted(found.items(), key=lambda one: (-one[1].total(), one[0])))


def satisfaction(session: Session, scope: Scope) -> Counter[int]:
    """What people answered when they were asked: 3 yes, 2 partly, 1 no; 0 for those who were asked and said nothing."""
    said = func.coalesce(Ticket.satisfaction, 0)
    query = select(said, func.count()).select_from(Ticket).join(Ticket.request).group_by(said)
    rows = session.execute(query.where(*scope.conditions(), Ticket.satisfaction_asked_at.is_not(None)))
    return Counter({int(answer): count for answer, count in rows})
