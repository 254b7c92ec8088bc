"""The desk over HTTP: health, readiness and the open part of the knowledge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fastapi import FastAPI, Query, Response
from pydantic import BaseModel
from starlette.routing import BaseRoute

from desk import library
from knowledge.database import Database


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the desk can work, and what to do where it cannot."""

    ready: bool
    problems: dict[str, str]
    channels: dict[str, str]


class Topic(BaseModel):
    """A topic people can ask about."""

    id: str
    name: str
    summary: str


class Basket(BaseModel):
    """A group of topics."""

    id: str
    name: str
    topics: list[Topic]


def make_app(database: Database, routes: Sequence[BaseRoute], readiness: Callable[[], Readiness]) -> FastAPI:
    """The web application of one process, with the channels' own routes in it."""
    app = FastAPI(
        title="Guidepost",
        summary="A help desk for digital-policy requests",
        version="1",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )

    @app.get("/healthz", tags=["operation"])
    def healthz() -> dict[str, str]:
        """The process is up."""
        return {"status": "up"}

    @app.get("/readyz", tags=["operation"], responses={503: {"description": "something is wrong; the body says what"}})
    def readyz(response: Response) -> Readiness:
        """Database, channels and worker: everything needed to answer people."""
        state = readiness()
        response.status_code = 200 if state.ready else 503
        return state

    @app.get("/api/v1/topics", tags=["knowledge"])
    def topics(language: str = Query("en", max_length=12)) -> list[Basket]:
        """The topics in their baskets, in one language."""
        with database.reading() as session:
            return [
                Basket(
                    id=basket.id,
                    name=basket.name,
                    topics=[
                        Topic(id=topic.id, name=topic.name, summary=topic.summary)
                        for topic in library.topics_of(session, basket.id, language)
                    ],
                )
                for basket in library.baskets(session, language)
            ]

    app.router.routes.extend(routes)
    return app
