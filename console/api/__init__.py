"""The interface for programs, `/api/v1`: everything the console does, with tokens and scopes."""

from fastapi import APIRouter

from console.api import acts, knowledge, members, reports, tickets, webhooks

router = APIRouter(prefix="/api/v1")
for one in (knowledge, tickets, acts, members, reports, webhooks):
    router.include_router(one.router)
