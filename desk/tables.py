"""Every table of the desk, imported in one place so that migrations see them all."""

from desk import (
    accounts,
    actions,
    audit,
    drafts,
    examples,
    files,
    followups,
    inbox,
    learnt,
    leases,
    members,
    notes,
    options,
    outbox,
    people,
    presence,
    processes,
    referrals,
    requests,
    saved,
    search,
    tickets,
    webhooks,
)
from desk.access import challenges, invitations, linking, passkeys, recovery, sessions, tokens
from desk.oncall import pages, shifts

TABLES = (
    *(
        accounts,
        actions,
        audit,
        drafts,
        examples,
        files,
        followups,
        inbox,
        learnt,
        leases,
        members,
        notes,
        options,
        outbox,
        people,
    ),
    *(presence, processes, referrals, requests, saved, search, tickets, webhooks),
    *(challenges, invitations, linking, passkeys, recovery, sessions, tokens, pages, shifts),
)
