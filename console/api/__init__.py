"""The interface for programs, `/api/v1`: everything the console does, with tokens and scopes."""

from fastapi import APIRouter

from console.api import (
    acts,
    around,
    audit,
    knowledge,
    members,
    on_call,
    options,
    queue,
    replies,
    reports,
    routing,
    tickets,
    tokens,
    webhooks,
)
from console.api.callers import UNREADABLE

router = APIRouter(prefix="/api/v1", responses=UNREADABLE)
for one in (
    *(knowledge, queue, tickets, acts, routing, around, replies, on_call),
    *(members, options, audit, reports, tokens, webhooks),
):
    router.include_router(one.router)
