"""The web application of one process: the console, the interface for programs, health, and the channels' own pages."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from console import (
    api,
    audit,
    factors,
    handles,
    me,
    members,
    on_call,
    operation,
    options,
    other_ways,
    programs,
    protecting,
    queue,
    refusals,
    replies,
    reports,
    searching,
    second_factor,
    signing_in,
    targets,
    ticket,
)
from console.ending import Ending
from console.operation import Readiness
from console.pages import open_page, page
from console.premises import Premises
from console.protection import Protected, headers
from console.refusals import Refusal, SignInFirst
from console.version import STATIC
from console.visitors import Visitor, signed_in
from knowledge.database import DatabaseUnavailable

log = logging.getLogger(__name__)
_ROUTERS = (
    *(operation.router, api.router, signing_in.router, queue.router, searching.router, reports.router),
    *(programs.router, ticket.router, replies.router, other_ways.router, second_factor.router, factors.router),
    *(me.router, members.router, audit.router, protecting.router, on_call.router, handles.router),
    *(options.router, targets.router),
)


def make_app(premises: Premises, routes: Sequence[BaseRoute], readiness: Callable[[], Readiness]) -> FastAPI:
    """Everything that is served over HTTP. `routes` are the channels' own."""
    app = FastAPI(
        title="Guidepost",
        summary="A help desk for digital-policy requests",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        middleware=[Middleware(Protected, secure=premises.is_secure), Middleware(Ending)],
    )
    app.state.premises, app.state.readiness = premises, readiness
    for router in _ROUTERS:
        app.include_router(router)
    app.router.routes.append(Mount("/static/console", StaticFiles(directory=STATIC)))
    app.add_exception_handler(SignInFirst, _sign_in_first)
    app.add_exception_handler(Refusal, _refuse)
    app.add_exception_handler(404, _nowhere)
    app.add_exception_handler(405, _nowhere)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(DatabaseUnavailable, _unavailable)
    app.add_exception_handler(Exception, _broken)
    app.router.routes.extend(routes)
    return app


def _sign_in_first(request: Request, error: Exception) -> Response:
    where = "/console/second-factor" if isinstance(error, SignInFirst) and error.second_factor else "/console/sign-in"
    if request.headers.get("hx-request"):
        return Response(status_code=401, headers={"HX-Redirect": where})
    return RedirectResponse(where, status_code=303)


def _refuse(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if not request.url.path.startswith("/console"):
        return JSONResponse({"detail": error.text.format(**error.values)}, error.status)
    one = _who(request, error)
    said: dict[str, Any] = {"status": error.status, "text": error.text, "values": error.values}
    language = one.language if one else signing_in.language_of(request)
    if request.headers.get("hx-request"):
        return open_page(language, "refusal_part.html", **said)
    return page(request, one, "refusal.html", **said) if one else open_page(language, "refusal.html", **said)


def _who(request: Request, error: Refusal) -> Visitor | None:
    """Who reads this; also where something was refused before anybody asked, as an address that does not exist is."""
    found: Visitor | None = getattr(request.state, "visitor", None)
    if found is not None or error.status >= 500:  # then it may be just this asking that fails
        return found
    try:
        return signed_in(request, passed=False)
    except (SignInFirst, DatabaseUnavailable):
        return None


def _nowhere(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/console"):
        return _refuse(request, refusals.not_here())
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, error.status_code, error.headers)


def _broken(request: Request, error: Exception) -> Response:
    response = _refuse(request, refusals.broken())
    # This answer is given outside everything else, also outside what adds these to all others.
    response.headers.update(headers(request.app.state.premises.is_secure))
    return response


def _unreadable(request: Request, error: Exception) -> Response:
    if request.url.path.startswith("/console"):
        return _refuse(request, refusals.unreadable())
    assert isinstance(error, RequestValidationError)
    # Where and what, never the input itself: it may be somebody's words.
    problems = [{"where": ".".join(map(str, one["loc"])), "problem": one["msg"]} for one in error.errors()]
    return JSONResponse({"detail": problems}, 422)


def _unavailable(request: Request, error: Exception) -> Response:
    log.error("console.database_unavailable", extra={"advice": str(error)})
    return _refuse(request, refusals.unavailable())
