"""The interface for programs, `/api/v1`: the open part of the knowledge."""

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from console.premises import Premises
from desk import library

router = APIRouter(prefix="/api/v1")


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


@router.get("/topics", tags=["knowledge"])
def topics(request: Request, language: str = Query("en", max_length=12)) -> list[Basket]:
    """The topics in their baskets, in one language."""
    premises: Premises = request.app.state.premises
    with premises.database.reading() as session:
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
