"""Health and readiness, for whoever keeps the process running."""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

router = APIRouter(tags=["operation"])


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the desk can work, and what to do where it cannot."""

    ready: bool
    problems: dict[str, str]
    channels: dict[str, str]


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process is up."""
    return {"status": "up"}


@router.get("/readyz", responses={503: {"description": "something is wrong; the body says what"}})
def readyz(request: Request, response: Response) -> Readiness:
    """Database, channels and worker: everything needed to answer people."""
    state: Readiness = request.app.state.readiness()
    response.status_code = 200 if state.ready else 503
    return state
