"""The page of one ticket."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from console import arithmetic
from console.pages import page
from console.premises import Premises
from console.ticket import entrance, moments
from console.ticket.entrance import Hands
from console.ticket.files import ANY_FILE, KINDS
from console.visitors import Visitor, check_form, visitor
from desk import dossier, files, members, people, presence, referrals, safeguards, targets, tickets
from desk.casework import clocks, following, grounds, histories, joining, saving
from desk.casework.referring import REPORTABLE
from desk.conversation import coordinating
from desk.dossier import Dossier
from desk.members import Right
from desk.referrals import TRANSITIONS as STEPS
from desk.referrals import Referral
from desk.tickets import Ticket

router = APIRouter(prefix="/console/tickets", dependencies=[Depends(check_form)], include_in_schema=False)
Reader = Annotated[Visitor, Depends(visitor(Right.SEE_TICKETS))]


@router.get("/{reference}")
def show(
    request: Request,
    one: Reader,
    reference: str,
    before: Annotated[int | None, Query(ge=0, le=10**17)] = None,
    saved: int | None = None,
) -> Response:
    """Everything about a ticket that this member may see."""
    entrance.enter(request, one, reference)
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        hands = entrance.take_up(request, one, session, reference)
        draft = saving.filled(hands.desk, hands.ticket, hands.member, saved) if saved else ""
        return drawn(hands, before=before, draft=draft)


def drawn(
    hands: Hands, *, status: int = 200, before: int | None = None, draft: str = "", problem: str = "", note: str = ""
) -> Response:
    """The page with its values; `draft` and `note` are what stands in its two boxes."""
    values = _values(hands, before)
    return page(
        hands.request, hands.one, "ticket.html", status, **values, draft=draft, problem=problem, note_draft=note
    )


def _values(hands: Hands, before: int | None) -> dict[str, Any]:
    desk, ticket, one, session = hands.desk, hands.ticket, hands.one, hands.session
    sees, language = hands.member.may(Right.SEE_PERSONS), one.language
    events = histories.newest(session, ticket)
    found = dossier.read(session, ticket, _moment(before)) if sees else Dossier(())
    return {
        "ticket": ticket,
        "base": entrance.path_of(ticket),
        "here": entrance.back(hands),
        "view": entrance.view_of(hands),
        "now": desk.now,
        "mark": dossier.mark(session, ticket),
        "sees": sees,
        "works": hands.member.may(Right.WORK),
        "entries": found.entries,
        "earlier_page": _micros(found.earlier),
        "is_page": before is not None,
        "repliers": histories.names(session, _repliers(found), language),
        "grounds": grounds.explain(desk, ticket.request, language, quote=sees),
        "clocks": clocks.reckon(desk, ticket, language),
        "answer_due": _answer_due(hands),
        "history": histories.in_words(desk, events, language),
        "follow_ups": following.follow_ups_of(session, ticket),
        "referrals": [
            (one, grounds.organisation_name(desk, one.organisation, language), _steps(one))
            for one in referrals.referrals_of(session, ticket)
        ],
        "files": files.files_of(session, ticket),
        "takes_files": ticket.request.private and ticket.request.channel in files.CHANNELS,
        "kind_of_file": lambda kind: one.say(KINDS.get(kind, ANY_FILE)),
        "linked": joining.linked_to(session, ticket),
        "merged_here": tickets.merged_into(session, ticket),
        "earlier": _earlier(hands) if sees else [],
        "colleagues": members.everybody(session),
        "others": presence.others(session, ticket, hands.member, desk.now),
        "requester": people.pseudonym(ticket.request.requester_id, one.language) if sees else "",
        "identities": safeguards.shown_identities(session, ticket.request.requester) if sees else [],
        "presets": moments.presets(desk.now, one.time_zone),
        "zone": one.time_zone,
        "local_minute": moments.local_minute,
        "state_name": coordinating.state_name,
        "urgency_name": coordinating.urgency_name,
        "urgencies": tuple(coordinating.URGENCIES),
        "referral_states": histories.REFERRAL_STATES,
        "kinds": _KINDS,
    }


def _answer_due(hands: Hands) -> arithmetic.Arithmetic | None:
    """How the deadline for the next words of a person comes about; None when nobody waits."""
    found = targets.reckoning(hands.session, hands.desk.policy, hands.ticket)
    return arithmetic.shown(found, hands.one.language) if found else None


_KINDS = {dossier.Heard: "said", dossier.Pressed: "pressed", dossier.Told: "told", dossier.Noted: "noted"}


def _repliers(found: Dossier) -> set[str]:
    return {one.by for one in found.entries if isinstance(one, dossier.Told) and one.by}


def _steps(referral: Referral) -> list[str]:
    """What can be reported next."""
    steps = STEPS.get(referral.state, frozenset())
    return [state.value for state in REPORTABLE if state in steps]


def _earlier(hands: Hands) -> list[Ticket]:
    found = tickets.tickets_of(hands.session, hands.ticket.request.requester_id, limit=11)
    return [one for one in found if one is not hands.ticket]


def _micros(at: datetime | None) -> int | None:
    return round(at.timestamp() * 1_000_000) if at else None


def _moment(micros: int | None) -> datetime | None:
    return datetime.fromtimestamp(micros / 1_000_000, UTC) if micros is not None else None
