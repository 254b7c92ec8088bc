"""A member's own page: their name, clock and languages, what they take on, and where they are signed in."""

from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from console.confirming import confirmed
from console.entering import go_on
from console.pages import done, page
from console.premises import Premises
from console.refusals import not_here
from console.visitors import Visitor, again, check_form, visitor
from desk import audit, library, profiles
from desk.access import passwords, sessions
from desk.access.factors import factors_of
from desk.access.secrets import digest
from desk.hours import zone_named
from desk.profiles import Profile
from desk.wording import phrase

HERE = "/console/me"
router = APIRouter(prefix=HERE, dependencies=[Depends(check_form)], include_in_schema=False)
Text = Annotated[str, Form(max_length=300)]
Words = Annotated[list[str], Form(max_length=200)]
Me = Annotated[Visitor, Depends(visitor())]
_WEAK = phrase("The password is too easy to guess. Take at least 12 characters, for example four words.")


@router.get("")
def show(request: Request, one: Me) -> Response:
    """Everything about me."""
    return _page(request, one)


@router.post("")
def change(
    request: Request,
    one: Me,
    name: Text = "",
    language: Text = "",
    time_zone: Text = "",
    away_until: Text = "",
    languages: Words = [],  # noqa: B006 - FastAPI makes a new one for every request
    topics: Words = [],  # noqa: B006
) -> Response:
    """Take over what is right; say what is not and keep what was typed."""
    zone = zone_named(time_zone or one.time_zone)
    profile = Profile(
        name, language or None, time_zone or None, _moment(away_until, zone), tuple(languages), tuple(topics)
    )
    problem = profiles.problem(profile)
    if not problem and away_until and profile.away_until is None:
        problem = phrase("Write the end of your absence as a date and a time.")
    if problem:
        typed = {"name": name, "language": language, "time_zone": time_zone, "away_until": away_until}
        return _page(request, one, problem, "about", **typed, languages=languages, topics=topics)
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        me = again(session, one)
        profiles.store(session, me, profile, me, premises.clock())
    return done(HERE, "saved")


def _moment(text: str, zone: ZoneInfo | None) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC) if text and zone else None
    except (ValueError, OverflowError):
        return None


@router.post("/password")
def change_password(request: Request, one: Me, old: Text = "", new: Text = "") -> Response:
    """A new password, which signs out everywhere else."""
    if one.member.password_hash is None:
        raise not_here()
    if not confirmed(request, one, old):
        return _page(request, one, phrase("Your present password is another one. Nothing was changed."), "password")
    if not passwords.is_acceptable(new, one.member):
        return _page(request, one, _WEAK, "password")
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = again(session, one)
        passwords.set_password(member, new)
        sessions.end_all(session, member, but=one.secret)
        audit.record(session, member.actor, "password_changed", member.actor, premises.clock())
        return go_on(request, session, one, lambda _: done(HERE, "password_changed"))


@router.post("/sessions/end")
def end_one(request: Request, one: Me, mark: Text = "") -> Response:
    """Sign out in one other place."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = again(session, one)
        if not sessions.end_one(session, member, mark, premises.clock()):
            raise not_here()
        audit.record(session, member.actor, "session_ended", member.actor, premises.clock())
    return done(HERE, "sent_out")


@router.post("/sessions/end-others")
def end_others(request: Request, one: Me) -> Response:
    """Sign out everywhere but here."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = again(session, one)
        sessions.end_all(session, member, but=one.secret)
        audit.record(session, member.actor, "sessions_ended", member.actor, premises.clock())
    return done(HERE, "sent_out")


def _page(request: Request, one: Visitor, problem: str = "", where: str = "", **typed: Any) -> Response:
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        member = again(session, one)
        values = {
            "typed": {**_stored(member.away_until, one), **typed},
            "factors": factors_of(session, member),
            "sessions": sessions.sessions_of(session, member, premises.clock()),
            "topics": library.all_topics(session, one.language),
        }
        return page(
            request, one, "me.html", 422 if problem else 200, problem=problem, where=where, now=premises.clock(),
            here=digest(one.secret), zones=_zones(), zone=one.time_zone, **values,
        )  # fmt: skip


def _stored(away_until: datetime | None, one: Visitor) -> dict[str, Any]:
    member, zone = one.member, zone_named(one.time_zone)
    return {
        "name": member.name,
        "language": member.language or "",
        "time_zone": member.time_zone or "",
        "away_until": f"{away_until.astimezone(zone):%Y-%m-%dT%H:%M}" if away_until else "",
        "languages": member.languages,
        "topics": member.topics,
    }


@cache
def _zones() -> list[str]:
    return sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "System")))
