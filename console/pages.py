"""Values and a template in, a page out; the same frame around all of them."""

from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_timedelta
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.notices import NOTICES
from console.places import places_of
from console.version import VERSION
from console.visitors import Visitor
from desk import dates
from desk.hours import zone_named
from desk.members import Right
from desk.wording import is_right_to_left, language_name, spoken, translate, translate_many

_NOTICE = "guidepost_notice"
_PRIVATE = {"Cache-Control": "no-store"}


def page(request: Request, one: Visitor, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page for a member who has signed in, with what the last change has to say on top."""
    notice = NOTICES.get(request.cookies.get(_NOTICE, ""))
    places = places_of(one.member, request.url.path) if one.passed else ()
    text = _render(template, one.language, visitor=one, places=places, notice=notice, path=request.url.path, **values)
    response = HTMLResponse(text, status, _PRIVATE)
    if _NOTICE in request.cookies:
        response.delete_cookie(_NOTICE, path="/console")
    return response


def fragment(one: Visitor, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A part of a page, for htmx to put in its place."""
    return HTMLResponse(_render(template, one.language, visitor=one, **values), status, _PRIVATE)


def open_page(language: str, template: str, /, status: int = 200, **values: Any) -> HTMLResponse:
    """A page for somebody who has not signed in."""
    text = _render(template, language, visitor=None, places=(), notice=None, path="", **values)
    return HTMLResponse(text, status, _PRIVATE)


def done(to: str, notice: str = "") -> Response:
    """Go to a page after a change (303), which says there what was done: a name from `NOTICES`."""
    response = RedirectResponse(to, status_code=303, headers=_PRIVATE)
    if notice:
        response.set_cookie(_NOTICE, notice, max_age=30, path="/console", httponly=True, samesite="strict")
    return response


def _render(template: str, language: str, /, **values: Any) -> str:
    def say(text: str, /, **named: object) -> str:
        return translate(language, text, **named)

    def say_many(one: str, many: str, count: int, /, **named: object) -> str:
        return translate_many(language, one, many, count, **named)

    return _templates.get_template(template).render(values, language=language, say=say, say_many=say_many)


def moment(at: datetime | None, one: Visitor) -> Markup | str:
    """An instant on the reader's clock, with the exact one (UTC) for machines and on hovering."""
    if at is None:
        return ""
    return _time(at, dates.moment(at.astimezone(zone_named(one.time_zone)), one.language))


def distance(at: datetime | None, now: datetime, one: Visitor) -> Markup | str:
    """An instant as it is from now: in 2 hours, 3 days ago."""
    if at is None:
        return ""
    text = format_timedelta(at - now, add_direction=True, threshold=1.2, locale=one.language)
    return _time(at, text)


def length_of(length: timedelta | None, language: str) -> str:
    """A stretch of time in its largest unit: 25 minutes, 3 hours, 2 days."""
    return "" if length is None else format_timedelta(length, threshold=1.5, granularity="minute", locale=language)


def _time(at: datetime, text: str) -> Markup:
    iso = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    return Markup('<time datetime="{iso}" title="{iso}">{text}</time>').format(iso=iso, text=text)


def weekday(on: date, one: Visitor) -> str:
    """A day as it stands in a calendar."""
    return dates.weekday(on, one.language)


def direction_of(language: str) -> str:
    """`rtl` or `ltr`."""
    return "rtl" if is_right_to_left(language) else "ltr"


def _make_templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("console"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    templates.filters.update(moment=moment, distance=distance, direction_of=direction_of, language_name=language_name)
    templates.filters.update(length_of=length_of, day=dates.day, weekday=weekday)
    templates.globals.update(version=VERSION, Right=Right, spoken=spoken)
    return templates


_templates = _make_templates()
