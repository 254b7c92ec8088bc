"""Reports: how much comes in, how long people wait, whether the desk is right, and what comes of it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from console import refusals
from console.charts import Column, columns, shares
from console.pages import page
from console.premises import Premises
from console.spreadsheets import table
from console.visitors import Visitor, visitor
from desk import queue
from desk.conversation.coordinating import state_name, urgency_name
from desk.members import Right
from desk.referrals import ReferralState
from desk.reports import quality, times, volume
from desk.reports.scope import LONGEST, Scope, last_days
from desk.reports.tally import tally
from desk.tickets import State
from desk.wording import phrase
from knowledge.database import Session
from knowledge.vocabulary import Kind
from knowledge.wordings import names

router = APIRouter(prefix="/console/reports", include_in_schema=False)
_FIELDS = ("total", "routed", "right_first", "corrected", "turned_down", "reopened", "referred", "solved", "closed")
REFERRALS = {
    ReferralState.OFFERED: phrase("offered"),
    ReferralState.CONSENTED: phrase("agreed to"),
    ReferralState.SENT: phrase("sent"),
    ReferralState.ACCEPTED: phrase("accepted"),
    ReferralState.NOT_ELIGIBLE: phrase("not eligible"),
    ReferralState.NO_CAPACITY: phrase("no capacity"),
    ReferralState.OUT_OF_REMIT: phrase("out of remit"),
    ReferralState.NO_ANSWER: phrase("no answer"),
    ReferralState.HELPED: phrase("helped"),
    ReferralState.NOT_HELPED: phrase("did not help"),
    ReferralState.WITHDRAWN: phrase("withdrawn"),
}
Rows = list[list[object]]
Reader = Annotated[Visitor, Depends(visitor(Right.REPORTS))]
Word = Annotated[str, Query(max_length=120)]


def scope_of(
    request: Request,
    one: Reader,
    first: date | None = None,
    last: date | None = None,
    language: Word = "",
    channel: Word = "",
    topic: Word = "",
) -> Scope:
    """The scope of an address; the last thirty days where it names none."""
    premises: Premises = request.app.state.premises
    usual = last_days(premises.clock(), one.time_zone)
    scope = Scope(first or usual.first, last or usual.last, one.time_zone, language, channel, topic)
    if not 1 <= scope.days <= LONGEST:
        raise refusals.unreadable()
    return scope


Scoped = Annotated[Scope, Depends(scope_of)]


@router.get("")
def show(request: Request, one: Reader, scope: Scoped) -> Response:
    """All reports on one page."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        topics = queue.topic_names(session, one.language)
        counted = tally(session, scope, "topic", "state")
        others = {mark: tally(session, scope, mark) for mark in ("language", "channel", "urgency")}
        values: dict[str, Any] = {
            "bars": columns([Column(bar.start, (bar.opened, bar.closed)) for bar in volume.over_time(session, scope)]),
            "waits": times.waits(session, scope),
            "quality": quality.quality(session, scope, counted),
            "organisations": (organisations := quality.outcomes_by_organisation(session, scope)),
            "names": names(session, Kind.ORGANISATION, one.language, list(organisations)),
            "by_topic": quality.outcomes_by_topic(session, scope, counted),
            "counted": {mark: shares(found.by(mark)) for mark, found in {"topic": counted, **others}.items()},
        }
    return page(
        request,
        one,
        "reports.html",
        scope=scope,
        query=request.url.query,
        earlier=_earlier(scope),
        topics=topics,
        states={state.value: state_name(one.language, state) for state in State},
        referral_states={state.value: one.say(REFERRALS[state]) for state in ReferralState},
        urgencies={urgency: urgency_name(one.language, urgency) for urgency in ("crisis", "soon", "normal")},
        **values,
    )


@router.get("/{name}.csv")
def download(request: Request, one: Reader, scope: Scoped, name: str) -> Response:
    """One report as a table for spreadsheets."""
    premises: Premises = request.app.state.premises
    if name not in TABLES:
        raise refusals.not_here()
    header, rows = TABLES[name]
    with premises.database.reading() as session:
        return table(f"guidepost-{name}-{scope.first}-{scope.last}", header, rows(session, scope))


def _quality(session: Session, scope: Scope) -> Rows:
    found = quality.quality(session, scope)
    return [[field, getattr(found, field)] for field in _FIELDS]


def _flat(found: dict[str, quality.Counts]) -> Rows:
    return [[id, state, count] for id, counts in found.items() for state, count in sorted(counts.items())]


def _counts(what: str) -> Callable[[Session, Scope], Rows]:
    def rows(session: Session, scope: Scope) -> Rows:
        return [[value, count] for value, count in tally(session, scope, what).by(what).most_common()]

    return rows


def _row(what: str, found: times.Times) -> list[object]:
    lengths = (found.median, found.p90, found.p95)
    return [what, found.count, *(None if length is None else length // timedelta(minutes=1) for length in lengths)]


def _earlier(scope: Scope) -> dict[str, Scope]:
    """Stretches that end on the same day, for one press."""
    first = {days: scope.last - timedelta(days=days - 1) for days in (7, 30, 90, 365)}
    return {str(days): Scope(begin, scope.last, scope.time_zone) for days, begin in first.items()}


TABLES: dict[str, tuple[tuple[str, ...], Callable[[Session, Scope], Rows]]] = {
    "volume": (
        ("from", "opened", "closed"),
        lambda session, scope: [[bar.start, bar.opened, bar.closed] for bar in volume.over_time(session, scope)],
    ),
    "times": (
        ("what", "tickets", "median minutes", "90 % within", "95 % within"),
        lambda session, scope: list(map(_row, ("first response", "resolution"), times.waits(session, scope))),
    ),
    "quality": (("what", "tickets"), _quality),
    "topics": (("topic", "state", "tickets"), lambda session, scope: _flat(quality.outcomes_by_topic(session, scope))),
    "organisations": (
        ("organisation", "state", "referrals"),
        lambda session, scope: _flat(quality.outcomes_by_organisation(session, scope)),
    ),
    "language": (("language", "tickets"), _counts("language")),
    "channel": (("channel", "tickets"), _counts("channel")),
    "urgency": (("urgency", "tickets"), _counts("urgency")),
    "satisfaction": (
        ("answer", "tickets"),
        lambda session, scope: [list(one) for one in quality.quality(session, scope).satisfaction.items()],
    ),
}
