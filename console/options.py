"""The home of what administrators set: one page per subject, and the menu between them."""

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from console import targets

router = APIRouter(prefix="/console/options", include_in_schema=False)


@router.get("")
def home() -> Response:
    """The options begin with what the desk aims at."""
    return RedirectResponse(targets.PATH, status_code=303)
