"""What the desk aims at: answering times, hours, holidays, reminders, with an example that is reckoned while typing."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, TypeVar
from zoneinfo import available_timezones

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from console import arithmetic, durations
from console.durations import Unreadable
from console.pages import done, fragment, page
from console.premises import Premises
from console.visitors import Visitor, check_form, visitor
from desk import targets
from desk.business_hours import Hours, Span
from desk.conversation.coordinating import urgency_name
from desk.hours import zone_named
from desk.members import Right
from desk.targets import URGENCIES, Rules, Target
from desk.wording import phrase

PATH = "/console/options/targets"
router = APIRouter(prefix=PATH, dependencies=[Depends(check_form)], include_in_schema=False)
Administrator = Annotated[Visitor, Depends(visitor(Right.ADMINISTER))]
Typed = Mapping[str, str]
Problems = dict[str, str]
Read = TypeVar("Read")

_DAYS = (
    *(phrase("Monday"), phrase("Tuesday"), phrase("Wednesday"), phrase("Thursday"), phrase("Friday")),
    *(phrase("Saturday"), phrase("Sunday")),
)
#: Stands for hours that cannot be read, until they can.
_SOME: tuple[Span, ...] = ((0, 1),)
_CONTINENTS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


async def typed(request: Request) -> Typed:
    """Every field of the form as it was typed."""
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


Form = Annotated[Typed, Depends(typed)]


@router.get("")
def show(request: Request, one: Administrator) -> Response:
    """The targets as they are."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        rules = targets.rules(session, premises.policy)
    now = premises.clock().astimezone(rules.hours.zone)
    example = {"start": f"{now:%Y-%m-%dT%H:%M}", "urgency": "normal", "kind": "first"}
    return _page(request, one, {**_written(rules), **example}, rules, {})


@router.post("")
def change(request: Request, one: Administrator, form: Form) -> Response:
    """Set them, or only show the example when that was asked for."""
    rules, problems = read(form, one.say)
    if rules is None or form.get("act") == "example":
        return _page(request, one, form, rules, problems, status=422 if problems else 200)
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        targets.store(session, rules, one.member.actor, premises.clock())
    return done(PATH, "saved")


@router.post("/example")
def example(request: Request, one: Administrator, form: Form) -> Response:
    """What would be due with what is typed at this moment; nothing is kept."""
    rules, problems = read(form, one.say)
    return fragment(one, "targets_example.html", sum=_sum(form, rules, one), problems=problems)


def _page(
    request: Request, one: Visitor, form: Typed, rules: Rules | None, problems: Problems, status: int = 200
) -> Response:
    shown = {
        "typed": form,
        "problems": problems,
        "days": _DAYS,
        "urgencies": {id: urgency_name(one.language, id) for id in URGENCIES},
        "zones": _zones(),
    }
    return page(request, one, "targets.html", status, sum=_sum(form, rules, one), **shown)


def _written(rules: Rules) -> dict[str, str]:
    """The fields of the form with what holds now."""
    fields = {
        "zone": rules.hours.time_zone,
        "holidays": durations.write_holidays(rules.hours.holidays),
        "warn_at": str(rules.warn_at),
        "call_after": str(rules.call_after),
    }
    for number, spans in enumerate(rules.hours.week):
        fields[f"day_{number}"] = durations.write_spans(spans)
    for urgency, target in rules.targets.items():
        fields[f"first_{urgency}"] = durations.write_duration(target.first)
        fields[f"next_{urgency}"] = durations.write_duration(target.next)
        fields |= {f"always_{urgency}": "on"} if target.always else {}
    return fields | ({"assign": "on"} if rules.assign else {})


def read(form: Typed, say: Callable[..., str]) -> tuple[Rules | None, Problems]:
    """What was typed; None with what is wrong, by the names of the fields."""
    problems: Problems = {}

    def taken(name: str, reading: Callable[[str], Read], instead: Read) -> Read:
        try:
            return reading(form.get(name, ""))
        except Unreadable as problem:
            problems[name] = say(problem.text, **problem.values)
            return instead

    by_urgency = {
        urgency: Target(
            first=taken(f"first_{urgency}", durations.read_duration, 1),
            next=taken(f"next_{urgency}", durations.read_duration, 1),
            always=f"always_{urgency}" in form,
        )
        for urgency in URGENCIES
    }
    week = tuple(taken(f"day_{number}", durations.read_spans, _SOME) for number in range(7))
    holidays = taken("holidays", durations.read_holidays, dict[date, str]())
    zone = taken("zone", _zone, "UTC")
    warn_at, call_after = taken("warn_at", _number(1, 99), 1), taken("call_after", _number(1, 120), 1)
    if not any(week):
        problems["day_0"] = say("Open on at least one day, or nothing would ever be due.")
    if problems:
        return None, problems
    return Rules(by_urgency, Hours(zone, week, holidays), warn_at, "assign" in form, call_after), {}


def _zone(text: str) -> str:
    if zone_named(text) is None:
        raise Unreadable(phrase("Choose a time zone from the list."))
    return text


def _number(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise Unreadable(phrase("Write a number from {least} to {most}."), least=least, most=most)
        return int(text)

    return number


def _sum(form: Typed, rules: Rules | None, one: Visitor) -> arithmetic.Arithmetic | None:
    """The deadline of the example, when it can be read."""
    urgency = form.get("urgency", "")
    try:
        start = datetime.fromisoformat(form.get("start", ""))
    except ValueError:
        return None
    if rules is None or urgency not in rules.targets:
        return None
    since = start.replace(tzinfo=rules.hours.zone)
    found = targets.reckon(rules, since, urgency, first=form.get("kind") != "next")
    return arithmetic.shown(found, one.language)


@cache
def _zones() -> tuple[str, ...]:
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in _CONTINENTS))
