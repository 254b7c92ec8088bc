"""What protects people at this desk: settings that administrators make in the console."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from desk import audit, options
from desk.access import factors
from desk.people import Identity, Requester

PSEUDONYMS, SECOND_FACTOR, AUDIT = "pseudonyms", "second_factor", "audit"
# Channels whose ids of people are no secret that lets somebody in.
_NAMED = ("slack", "telegram")
SHORTEST_DAYS, LONGEST_DAYS = 30, 3650


@dataclass(frozen=True, slots=True)
class Safeguards:
    """`pseudonyms`: members see requesters under `desk.people.pseudonym` instead of their channels' names and ids.
    `second_factor`: nobody works here without one. `audit_days`: how long the audit log is kept."""

    pseudonyms: bool = False
    second_factor: bool = False
    audit_days: int = 730


def of(session: Session) -> Safeguards:
    """The safeguards of this desk."""
    return Safeguards(
        pseudonyms=bool(options.get(session, PSEUDONYMS).get("on")),
        second_factor=bool(options.get(session, SECOND_FACTOR).get("on")),
        audit_days=int(options.get(session, AUDIT).get("days", Safeguards().audit_days)),
    )


def put(session: Session, wanted: Safeguards, actor: str, now: datetime) -> None:
    """Set the safeguards. A second factor that becomes necessary is asked of those who are signed in, too."""
    before = asdict(of(session))
    changed = {name: value for name, value in asdict(wanted).items() if value != before[name]}
    options.put(session, PSEUDONYMS, {"on": wanted.pseudonyms}, actor, now)
    options.put(session, SECOND_FACTOR, {"on": wanted.second_factor}, actor, now)
    options.put(session, AUDIT, {"days": wanted.audit_days}, actor, now)
    if changed.get("second_factor"):
        factors.ask_everybody(session)
    audit.record(session, actor, "options_changed", "safeguards", now, **changed)


def shown_identities(session: Session, requester: Requester) -> list[Identity]:
    """Who a requester is in the channels, as far as members may know it; nobody where pseudonyms stand for people."""
    if of(session).pseudonyms:
        return []
    return [one for one in requester.identities if one.channel in _NAMED]
