"""Until when somebody who waits should have heard from a person of the desk."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import TypeAdapter
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from desk import audit, options
from desk.business_hours import Hours, Step, around_the_clock, due
from desk.policy import Policy
from desk.tickets import Ticket

URGENCIES = ("crisis", "soon", "normal")
OPTION = "targets"


@dataclass(frozen=True, slots=True)
class Target:
    """Minutes until the first words of a person, and until each of the next; `always` counts around the clock."""

    first: int
    next: int
    always: bool = False


def _usual() -> dict[str, Target]:
    return {"crisis": Target(15, 30, always=True), "soon": Target(4 * 60, 8 * 60), "normal": Target(8 * 60, 16 * 60)}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a desk aims at. `warn_at` is the share of the time, in percent, after which it is reminded; with `assign`
    new tickets are given to members by topic, language and load; `call_after` is how many minutes somebody who is
    called has before the next one is called too."""

    targets: dict[str, Target] = field(default_factory=_usual)
    hours: Hours = field(default_factory=Hours)
    warn_at: int = 75
    assign: bool = False
    call_after: int = 5

    def hours_of(self, urgency: str) -> Hours:
        """The hours in which time counts for this urgency."""
        return around_the_clock(self.hours.time_zone) if self.targets[urgency].always else self.hours


_rules = TypeAdapter(Rules)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How a deadline comes about: everything needed to do the sum again by hand."""

    since: datetime
    minutes: int
    hours: Hours
    steps: tuple[Step, ...]
    warn_at: datetime
    respond_by: datetime


def rules(session: Session, policy: Policy) -> Rules:
    """What administrators have set, the usual as long as they have not."""
    kept = options.get(session, OPTION)
    return _rules.validate_python(kept) if kept else Rules(hours=Hours(policy.time_zone))


def store(session: Session, new: Rules, actor: str, now: datetime) -> None:
    """Set what the desk aims at. Deadlines that run are reckoned anew at the next tick."""
    options.put(session, OPTION, _rules.dump_python(new, mode="json"), actor, now)
    audit.record(session, actor, "targets_set", "options", now)
    session.execute(update(Ticket).where(Ticket.awaited_since.is_not(None)).values(respond_by=None, alert_at=None))


def reckon(rules: Rules, since: datetime, urgency: str, *, first: bool) -> Reckoning:
    """The deadline for somebody who has waited since a moment."""
    target, hours = rules.targets[urgency], rules.hours_of(urgency)
    minutes = target.first if first else target.next
    respond_by, steps = due(since, timedelta(minutes=minutes), hours)
    warn_at, _ = due(since, timedelta(minutes=minutes * rules.warn_at // 100), hours)
    return Reckoning(since, minutes, hours, steps, warn_at, respond_by)


def reckoning(session: Session, policy: Policy, ticket: Ticket) -> Reckoning | None:
    """How the deadline of a ticket comes about; None when nobody waits."""
    if ticket.awaited_since is None:
        return None
    first = ticket.answered_at is None
    return reckon(rules(session, policy), ticket.awaited_since, ticket.urgency, first=first)


def wind(session: Session, policy: Policy, ticket: Ticket) -> None:
    """Set the deadline of a ticket by what is known of it now: since when somebody waits, and how urgent it is."""
    found = reckoning(session, policy, ticket)
    if found is None:
        ticket.respond_by = ticket.alert_at = None
        return
    ticket.respond_by = found.respond_by
    ticket.alert_at = (found.warn_at, found.respond_by, None)[ticket.escalation]


def unwound(session: Session, limit: int = 100) -> list[Ticket]:
    """Tickets somebody waits on whose deadline has to be reckoned anew, locked."""
    query = select(Ticket).where(Ticket.awaited_since.is_not(None), Ticket.respond_by.is_(None))
    return list(session.scalars(query.order_by(Ticket.id).limit(limit).with_for_update(skip_locked=True)))
