"""What administrators set, over the interface: answering times, hours and holidays, and what protects people."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from console import durations
from console.api.callers import PROBLEMS, Caller, caller, perform
from console.api.shapes import Deadline, Moment, Urgency
from console.durations import Unreadable
from desk import safeguards, targets
from desk.access.tokens import Token
from desk.business_hours import Hours, NeverOpen
from desk.conversation.turn import Desk
from desk.hours import zone_named
from desk.members import Right
from desk.safeguards import LONGEST_DAYS, SHORTEST_DAYS
from desk.safeguards import Safeguards as Kept
from desk.targets import Rules
from desk.targets import Target as Aim

router = APIRouter(prefix="/options", tags=["options"], responses=PROBLEMS)
Administrator = Annotated[Caller, Depends(caller(Right.ADMINISTER))]
Minutes = Annotated[int, Field(ge=1, le=999 * 60)]
Day = Annotated[str, Field(max_length=200, examples=["9:00-12:00, 13:00-17:00"])]


class Target(BaseModel):
    """Minutes until the first words of a person, and until each of the next; `always` counts around the clock."""

    first: Minutes
    next: Minutes
    always: bool = False


class Aims(BaseModel):
    """One target for each urgency."""

    crisis: Target
    soon: Target
    normal: Target


class Targets(BaseModel):
    """What the desk aims at, as a whole. `week` holds the hours of Monday to Sunday, empty for a day that is closed;
    `warn_at` is the share of the time, in percent, after which the desk is reminded; `call_after` how many minutes
    somebody who is called has before the next one is called too."""

    targets: Aims
    time_zone: str = Field(max_length=60, examples=["Europe/Riga"])
    week: list[Day] = Field(min_length=7, max_length=7)
    holidays: dict[date, Annotated[str, Field(max_length=200)]] = Field(default={}, max_length=1000)
    warn_at: int = Field(ge=1, le=99)
    assign: bool = Field(description="whether new tickets are given to members by topic, language and load")
    call_after: int = Field(ge=1, le=120)

    @classmethod
    def of(cls, rules: Rules) -> "Targets":
        hours = rules.hours
        return cls(
            targets=Aims(**{urgency: Target.model_validate(one, from_attributes=True)
                            for urgency, one in rules.targets.items()}),
            time_zone=hours.time_zone, week=[durations.write_spans(spans) for spans in hours.week],
            holidays=hours.holidays, warn_at=rules.warn_at, assign=rules.assign, call_after=rules.call_after,
        )  # fmt: skip

    def rules(self) -> Rules:
        """The same for the desk.

        Raises:
            HTTPException: it makes no sense.
        """
        if zone_named(self.time_zone) is None:
            raise HTTPException(422, "There is no such time zone. Take one like Africa/Nairobi, or UTC.")
        try:
            hours = Hours(
                self.time_zone, tuple(map(durations.read_spans, self.week)), dict(sorted(self.holidays.items()))
            )
        except Unreadable as problem:
            raise HTTPException(422, problem.text) from None
        except NeverOpen:
            raise HTTPException(422, "Open on at least one day, or nothing would ever be due.") from None
        aims = {urgency: Aim(**one) for urgency, one in self.targets.model_dump().items()}
        return Rules(aims, hours, self.warn_at, self.assign, self.call_after)


class Safeguards(BaseModel):
    """What protects people at this desk."""

    pseudonyms: bool = Field(description="whether members see requesters under pseudonyms instead of names and ids")
    second_factor: bool = Field(description="whether nobody works here without one")
    audit_days: int = Field(ge=SHORTEST_DAYS, le=LONGEST_DAYS, description="how long the audit log is kept")


@router.get("/targets")
def read_targets(one: Administrator) -> Targets:
    """What the desk aims at."""
    with one.premises.database.reading() as session:
        return Targets.of(targets.rules(session, one.premises.policy))


@router.put("/targets", response_model=Targets)
def set_targets(one: Administrator, new: Targets) -> Any:
    """Set it. Deadlines that run are reckoned anew."""
    rules = new.rules()

    def act(desk: Desk, token: Token) -> BaseModel:
        targets.store(desk.session, rules, token.member.actor, desk.now)
        return Targets.of(rules)

    return perform(one, "targets_set", "options", act)


@router.get("/targets/example")
def example(one: Administrator, since: Moment, urgency: Urgency = "normal", first: bool = True) -> Deadline:
    """When somebody who has waited since a moment should have heard, and how that is reckoned."""
    with one.premises.database.reading() as session:
        rules = targets.rules(session, one.premises.policy)
    return Deadline.of(targets.reckon(rules, since, urgency, first=first))


@router.get("/privacy")
def read_safeguards(one: Administrator) -> Safeguards:
    """What protects people here."""
    with one.premises.database.reading() as session:
        return Safeguards.model_validate(safeguards.of(session), from_attributes=True)


@router.put("/privacy", response_model=Safeguards)
def set_safeguards(one: Administrator, new: Safeguards) -> Any:
    """Set it. A second factor that becomes necessary is asked of those who are signed in, too."""

    def act(desk: Desk, token: Token) -> BaseModel:
        safeguards.put(desk.session, Kept(**new.model_dump()), token.member.actor, desk.now)
        return new

    return perform(one, "options_changed", "safeguards", act)
