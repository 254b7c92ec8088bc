"""The queue: what there is to do, the most urgent first."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from console import refusals
from console.pages import done, fragment, page
from console.premises import Premises
from console.refusals import Refusal
from console.visitors import Visitor, again, check_form, visitor
from desk import audit, members, queue, sightings, views
from desk.casework import bulk
from desk.casework.bulk import Act, Outcome
from desk.conversation.coordinating import URGENCIES, state_name
from desk.hours import in_waking_hours
from desk.members import Member, Right
from desk.policy import LANGUAGES
from desk.queue import Reader
from desk.tickets import State
from desk.views import Criteria
from desk.wording import phrase
from knowledge.database import Session

router = APIRouter(prefix="/console", dependencies=[Depends(check_form)], include_in_schema=False)
Looking = Annotated[Visitor, Depends(visitor(Right.SEE_TICKETS))]
Working = Annotated[Visitor, Depends(visitor(Right.WORK))]
CHANNELS = {"telegram": "Telegram", "slack": "Slack", "web": phrase("Web page"), "terminal": phrase("Terminal")}
SORTS = {
    "urgency": phrase("Most urgent first"),
    "waiting": phrase("Waiting longest first"),
    "newest": phrase("Newest first"),
}
GROUPS = {"open": phrase("Open"), "closed": phrase("Closed"), "all": phrase("Open and closed")}
SNOOZES = {1: phrase("until tomorrow"), 3: phrase("for 3 days"), 7: phrase("for a week"), 28: phrase("for 4 weeks")}


@router.get("")
def home() -> Response:
    """The console begins with the queue."""
    return RedirectResponse("/console/queue", status_code=303)


@router.get("/queue")
def show(request: Request, one: Looking, after: str = "") -> Response:
    """One page of a view; the address is the view."""
    values = _shown(request, one, views.read(request.query_params), after)
    return page(request, one, "queue.html", **values)


@router.get("/queue/list")
def refresh(request: Request, one: Looking, after: str = "", stamp: str = "", since: int | None = None) -> Response:
    """The list again for a page that is open; nothing (204) as long as it would look the same."""
    premises: Premises = request.app.state.premises
    criteria = views.read(request.query_params)
    with premises.database.reading() as session:
        if queue.stamp(session, _reader(request, one)) == stamp:
            return Response(status_code=204)
    return fragment(one, "queue_live.html", **_shown(request, one, criteria, after, since))


@router.get("/queue/views")
def count_views(request: Request, one: Looking) -> Response:
    """The saved views with how many tickets are in each."""
    premises: Premises = request.app.state.premises
    reader = _reader(request, one)
    with premises.database.reading() as session:
        saved = views.saved(session, one.member)
        counted = queue.view_counts(session, saved, reader)
    criteria = views.read(request.query_params)
    return fragment(one, "queue_saved.html", saved=saved, counted=counted, criteria=criteria, most=queue.MOST_COUNTED)


@router.post("/queue/views")
def save_view(
    request: Request, one: Working, name: Annotated[str, Form()] = "", view: Annotated[str, Form()] = "",
    shared: Annotated[bool, Form()] = False,
) -> Response:  # fmt: skip
    """Keep a view under a name, for oneself or for everybody."""
    premises: Premises = request.app.state.premises
    name, criteria = " ".join(name.split()), views.of_address(view)
    if not 0 < len(name) <= views.LONGEST_NAME:
        raise Refusal(422, phrase("Write a name of at most {most} characters for the view."), most=views.LONGEST_NAME)
    with premises.database.writing() as session:
        member = again(session, one)
        try:
            row = views.save(session, member, name, criteria, premises.clock(), shared=shared)
        except views.TooMany:
            raise Refusal(
                422, phrase("There are {most} saved views already. Delete one first."), most=views.MOST_SAVED
            ) from None
        audit.record(session, member.actor, "view_saved", f"view:{row.id}", premises.clock(), shared=shared)
    return done(path_of(criteria), "saved")


@router.post("/queue/views/{id}/delete")
def delete_view(request: Request, one: Working, id: int) -> Response:
    """Delete a saved view."""
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        member = again(session, one)
        if not views.drop(session, member, id):
            raise refusals.not_here()
        audit.record(session, member.actor, "view_deleted", f"view:{id}", premises.clock())
    return done("/console/queue", "deleted")


@router.post("/queue/act")
def act(
    request: Request, one: Working, act: Annotated[str, Form()] = "", view: Annotated[str, Form()] = "",
    ticket: Annotated[list[str] | None, Form()] = None, to: Annotated[str, Form()] = "",
    days: Annotated[int, Form()] = 1, after: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Do one thing with the tickets that are selected."""
    criteria, chosen = views.of_address(view), ticket or []
    if act == "close" and chosen:
        return page(request, one, "queue_closing.html", chosen=chosen, view=criteria.address, after=after)
    problem, outcome = "", None
    if not chosen:
        problem = phrase("Select tickets first.")
    else:
        outcome = _act(request, one, act, chosen, to, days)
        problem = phrase("Choose what to do, and for whom.") if outcome is None else ""
    values = _shown(request, one, criteria, after, outcome=outcome, problem=problem)
    if request.headers.get("hx-request"):
        return fragment(one, "queue_live.html", **values)
    return page(request, one, "queue.html", **values)


def _act(request: Request, one: Visitor, act: str, chosen: list[str], to: str, days: int) -> Outcome | None:
    premises: Premises = request.app.state.premises
    with premises.database.writing() as session:
        desk, member = premises.desk(session), again(session, one)
        what = _what(session, act, to, days, one, premises)
        return bulk.act(desk, member, chosen, what) if what else None


_PLAIN = {
    "take": bulk.taking,
    "give_back": bulk.giving_back,
    "wake": lambda: bulk.snoozing(None),
    "close_now": bulk.closing,
}


def _what(session: Session, act: str, to: str, days: int, one: Visitor, premises: Premises) -> Act | None:
    if act in _PLAIN:
        return _PLAIN[act]()
    if act == "snooze" and days in SNOOZES:
        return bulk.snoozing(in_waking_hours(premises.clock(), one.time_zone, days))
    if act == "assign":
        member = session.get(Member, int(to)) if to.isascii() and to.isdigit() and len(to) < 10 else None
        return bulk.assigning(member) if member is not None and member.may(Right.WORK) else None
    return None


def _reader(request: Request, one: Visitor) -> Reader:
    premises: Premises = request.app.state.premises
    return Reader(one.member, premises.clock(), one.time_zone)


def _shown(
    request: Request, one: Visitor, criteria: Criteria, after: str, since: int | None = None,
    outcome: Outcome | None = None, problem: str = "",
) -> dict[str, Any]:  # fmt: skip
    """What the pages of the queue say, read in one moment; whose words it shows is written down."""
    premises: Premises = request.app.state.premises
    reader = _reader(request, one)
    sees_words = one.member.may(Right.SEE_PERSONS)
    if criteria.text and not sees_words:
        raise refusals.not_allowed()
    with premises.database.reading() as session:
        values: dict[str, Any] = _choices(session, one) | {
            "stamp": queue.stamp(session, reader),
            "shown": queue.page(session, criteria, reader, after),
            "counts": queue.counts(session, reader),
            "saved": views.saved(session, one.member),
            "newest": queue.newest_ticket(session),
            "fresh": queue.count(session, criteria, reader, newer_than=since) if since is not None else 0,
        }
        lines = values["shown"].lines
        unseen = sightings.unrecorded(session, one.member, [line.reference for line in lines], reader.now)
    if unseen and sees_words:
        with premises.database.writing() as session:
            sightings.record(session, again(session, one), unseen, reader.now)
    return values | {
        "criteria": criteria, "after": after, "now": reader.now, "since": since, "sees_words": sees_words,
        "built_in": views.BUILT_IN, "channels": CHANNELS, "languages": LANGUAGES, "sorts": SORTS, "groups": GROUPS,
        "all_states": tuple(State), "state_name": state_name, "urgencies": URGENCIES, "snoozes": SNOOZES,
        "outcome": outcome, "problem": problem, "counted": {}, "most": queue.MOST_COUNTED,
    }  # fmt: skip


def _choices(session: Session, one: Visitor) -> dict[str, Any]:
    topics = queue.topic_names(session, one.language)
    staff = [member for member in members.everybody(session) if member.may(Right.WORK)]
    return {"topics": dict(sorted(topics.items(), key=lambda topic: topic[1].casefold())), "staff": staff}


def path_of(criteria: Criteria) -> str:
    """The address of a view."""
    return "/console/queue" + (f"?{criteria.address}" if criteria.address else "")
