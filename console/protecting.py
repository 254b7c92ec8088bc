"""Options about privacy and access."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from console.pages import done, page
from console.premises import Premises
from console.visitors import Visitor, again, check_form, visitor
from desk import safeguards
from desk.members import Right
from desk.safeguards import LONGEST_DAYS, SHORTEST_DAYS, Safeguards
from desk.wording import phrase

HERE = "/console/options/privacy"
router = APIRouter(prefix=HERE, dependencies=[Depends(check_form)], include_in_schema=False)
Administrator = Annotated[Visitor, Depends(visitor(Right.ADMINISTER))]
Text = Annotated[str, Form(max_length=20)]
_DAYS = phrase("The audit log is kept for 30 to 3650 days. Write a number between them.")


@router.get("")
def show(request: Request, one: Administrator) -> Response:
    """The options as they are."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
        return _page(request, one, safeguards.of(session))


@router.post("")
def change(
    request: Request, one: Administrator, pseudonyms: Text = "", second_factor: Text = "", audit_days: Text = ""
) -> Response:
    """Set them."""
    premises: Premises = request.app.state.premises
    days = int(audit_days) if audit_days.isascii() and audit_days.isdigit() else 0
    wanted = Safeguards(pseudonyms=bool(pseudonyms), second_factor=bool(second_factor), audit_days=days)
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        return _page(request, one, wanted, audit_days, _DAYS)
    with premises.database.writing() as session:
        safeguards.put(session, wanted, again(session, one).actor, premises.clock())
    return done(HERE, "saved")


def _page(request: Request, one: Visitor, options: Safeguards, days: str | None = None, problem: str = "") -> Response:
    premises: Premises = request.app.state.premises
    return page(
        request, one, "privacy.html", 422 if problem else 200, options=options, problem=problem,
        days=str(options.audit_days) if days is None else days, retention_days=premises.policy.retention_days,
    )  # fmt: skip
