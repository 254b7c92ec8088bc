"""What the console does, the interface for programs does: every page and every act has its counterpart, or a reason."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from console.app import make_app
from console.operation import Readiness
from console.premises import Premises
from console.ticket.acting import _ACTS
from desk.policy import Policy

SIGNING_IN = "a program comes in with a token"
OWN_BROWSER = "it is about the browser that a member sits at"
PROOF = "it shows who a member is; a token must not be able to stand in for that"
MAKING_TOKENS = "a token that makes tokens would outgrow its scopes"
SAME = "the same as the page it is a part of"
LOOKING = "a program looks at nothing"

COUNTERPARTS = {
    "GET /console": "GET /tickets",
    "GET /console/queue": "GET /tickets",
    "GET /console/queue/list": "GET /tickets",
    "GET /console/queue/views": "GET /views",
    "POST /console/queue/views": "POST /views",
    "POST /console/queue/views/{id}/delete": "DELETE /views/{id}",
    "POST /console/queue/act": "POST /tickets/acts",
    "GET /console/search": "GET /search",
    "GET /console/tickets/{reference}": (
        *("GET /tickets/{reference}", "GET /tickets/{reference}/conversation", "GET /tickets/{reference}/history"),
        *("GET /tickets/{reference}/deadlines", "GET /tickets/{reference}/routing", "GET /tickets/{reference}/related"),
        *("GET /tickets/{reference}/requester", "GET /tickets/{reference}/referrals"),
        *("GET /tickets/{reference}/follow-ups", "GET /tickets/{reference}/files"),
    ),
    "GET /console/tickets/{reference}/alternatives": "GET /entries",
    "POST /console/tickets/{reference}/route": "POST /tickets/{reference}/route",
    "GET /console/tickets/{reference}/next": "GET /tickets",
    "GET /console/tickets/{reference}/route-again": "GET /tickets/{reference}/route-again",
    "POST /console/tickets/{reference}/route-again": "POST /tickets/{reference}/route-again",
    "POST /console/tickets/{reference}/reply": "POST /tickets/{reference}/replies",
    "POST /console/tickets/{reference}/reply/preview": "POST /tickets/{reference}/replies/preview",
    "POST /console/tickets/{reference}/note": "POST /tickets/{reference}/notes",
    "GET /console/tickets/{reference}/saved": "GET /tickets/{reference}/saved-replies",
    "POST /console/tickets/{reference}/presence": ("GET /tickets/{reference}/presence", LOOKING),
    "act take": "POST /tickets/{reference}/take",
    "act assign": "PUT /tickets/{reference}/assignee",
    "act hand-over": "PUT /tickets/{reference}/assignee",
    "act give-back": "PUT /tickets/{reference}/assignee",
    "act urgency": "PUT /tickets/{reference}/urgency",
    "act snooze": "PUT /tickets/{reference}/snooze",
    "act wake": "PUT /tickets/{reference}/snooze",
    "act close": "POST /tickets/{reference}/close",
    "act reopen": "POST /tickets/{reference}/reopen",
    "act merge": "POST /tickets/{reference}/merge",
    "act link": "POST /tickets/{reference}/links",
    "act unlink": "DELETE /tickets/{reference}/links/{other}",
    "act split": "POST /tickets/{reference}/split",
    "act refer": "POST /tickets/{reference}/referrals",
    "act ask-file": "POST /tickets/{reference}/files",
    "GET /console/tickets/{reference}/files/{id}": "GET /tickets/{reference}/files/{id}/content",
    "act report": "PUT /tickets/{reference}/referrals/{id}",
    "act move-follow-up": "PUT /tickets/{reference}/follow-ups/{id}",
    "act cancel-follow-up": "DELETE /tickets/{reference}/follow-ups/{id}",
    "GET /console/replies": "GET /replies",
    "GET /console/replies/{id}": "GET /replies/{id}",
    "POST /console/replies/{id}": ("POST /replies", "PUT /replies/{id}"),
    "POST /console/replies/{id}/delete": "DELETE /replies/{id}",
    "GET /console/reports": "GET /reports/{name}",
    "GET /console/reports/{name}.csv": "GET /reports/{name}",
    "GET /console/on-call": "GET /on-call",
    "GET /console/on-call/calls": "GET /on-call/pages",
    "POST /console/on-call/shifts": "POST /on-call/shifts",
    "GET /console/on-call/shifts/{id}": "GET /on-call",
    "POST /console/on-call/shifts/{id}/hand-over": "POST /on-call/shifts/{id}/hand-over",
    "POST /console/on-call/shifts/{id}/remove": "DELETE /on-call/shifts/{id}",
    "POST /console/on-call/drill": "POST /on-call/drill",
    "POST /console/on-call/pages/{id}/acknowledge": "POST /on-call/pages/{id}/acknowledge",
    "GET /console/members": ("GET /members", "GET /members/invitations"),
    "POST /console/members/invite": "POST /members/invitations",
    "POST /console/members/withdraw": "DELETE /members/invitations/{mark}",
    "GET /console/members/{member_id}": "GET /members/{id}",
    "POST /console/members/{member_id}/role": "PUT /members/{id}/role",
    "POST /console/members/{member_id}/deactivate": "POST /members/{id}/deactivate",
    "POST /console/members/{member_id}/reactivate": "POST /members/{id}/reactivate",
    "POST /console/members/{member_id}/sign-out": "POST /members/{id}/sign-out",
    "POST /console/members/{member_id}/link": PROOF,
    "GET /console/me": ("GET /me", "GET /members/{id}"),
    "POST /console/me": "PUT /members/{id}/profile",
    "POST /console/me/password": PROOF,
    "POST /console/me/sessions/end": OWN_BROWSER,
    "POST /console/me/sessions/end-others": OWN_BROWSER,
    "GET /console/me/handles": "GET /members/{id}",
    "POST /console/me/handles/codes": PROOF,
    "POST /console/me/handles/{id}/remove": "DELETE /members/{id}/handles/{handle}",
    "GET /console/options": "GET /options/targets",
    "GET /console/options/targets": "GET /options/targets",
    "POST /console/options/targets": "PUT /options/targets",
    "POST /console/options/targets/example": "GET /options/targets/example",
    "GET /console/options/privacy": "GET /options/privacy",
    "POST /console/options/privacy": "PUT /options/privacy",
    "GET /console/audit": "GET /audit",
    "GET /console/audit/log.csv": "GET /audit",
    "GET /console/programs": ("GET /tokens", "GET /webhooks"),
    "POST /console/programs/tokens": MAKING_TOKENS,
    "POST /console/programs/tokens/{id}/revoke": "DELETE /tokens/{id}",
    "POST /console/programs/webhooks": "POST /webhooks",
    "POST /console/programs/webhooks/{id}/switch": "PUT /webhooks/{id}/active",
    "POST /console/programs/webhooks/{id}/delete": "DELETE /webhooks/{id}",
    "GET /console/programs/webhooks/{id}": "GET /webhooks/{id}/calls",
    "POST /console/programs/webhooks/{id}/calls/{call_id}/retry": "POST /webhooks/{id}/calls/{call_id}/retry",
}
#: Whole rooms of the console that a program never enters, by the beginning of their address.
NOT_FOR_PROGRAMS = {
    "/console/sign-in": SIGNING_IN,
    "/console/sign-out": SIGNING_IN,
    "/console/set-up": SIGNING_IN,
    "/console/second-factor": SIGNING_IN,
    "/console/me/factors": PROOF,
}
OPEN = {"GET /topics"}


@pytest.fixture(scope="module")
def app() -> FastAPI:
    """The console with nothing behind it: only its addresses are looked at."""
    nothing = cast(Any, None)
    premises = Premises(nothing, Policy(), nothing, lambda: datetime(2026, 11, 23, tzinfo=UTC))
    return make_app(premises, [], lambda: Readiness(ready=True, problems={}, channels={}))


def operations(app: FastAPI, prefix: str) -> Iterator[str]:
    """Every operation under a path, `GET /console/queue`."""
    for route in iter_route_contexts(app.routes):
        if (path := route.path or "").startswith(prefix) and not path.endswith(".json"):
            yield from (f"{method} {path}" for method in route.methods or ())


def pages(app: FastAPI) -> set[str]:
    """What the console does: its addresses, and the acts behind the one address of all acts on a ticket."""
    found = {
        one for one in operations(app, "/console") if not one.partition(" ")[2].startswith(tuple(NOT_FOR_PROGRAMS))
    }
    found.remove("POST /console/tickets/{reference}/acts/{act}")
    return found | {f"act {name}" for name in _ACTS}


def named(counterpart: str | tuple[str, ...]) -> tuple[str, ...]:
    """The operations of the interface in a counterpart, without reasons."""
    several = (counterpart,) if isinstance(counterpart, str) else counterpart
    return tuple(one for one in several if one.partition(" ")[2].startswith("/"))


def test_every_page_and_act_has_its_counterpart_or_a_reason(app: FastAPI) -> None:
    assert pages(app) == set(COUNTERPARTS)


def test_every_counterpart_exists_and_none_is_forgotten(app: FastAPI) -> None:
    offered = {one.replace("/api/v1", "") for one in operations(app, "/api/v1")} - OPEN
    assert {one for counterpart in COUNTERPARTS.values() for one in named(counterpart)} == offered
