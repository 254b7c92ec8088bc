"""The open part of the knowledge: no token is needed to read it."""

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from console.premises import Premises
from desk import library

router = APIRouter(tags=["knowledge"])


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


@router.get("/topics")
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
