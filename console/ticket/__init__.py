"""One ticket: what was said, why it was routed so, what members do about it."""

from fastapi import APIRouter

from console.ticket import acting, files, onward, presence, routing, showing, writing

router = APIRouter()
for part in (showing, writing, routing, acting, files, presence, onward):
    router.include_router(part.router)
