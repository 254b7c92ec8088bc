"""Every table of the desk, imported in one place so that migrations see them all."""

from desk import (
    actions,
    audit,
    drafts,
    examples,
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
    tickets,
    webhooks,
)
from desk.access import invitations, linking, passkeys, sessions, tokens
from desk.oncall import pages, shifts

TABLES = (
    *(actions, audit, drafts, examples, followups, inbox, learnt, leases, members, notes, options, outbox, people),
    *(presence, processes, referrals, requests, saved, tickets, webhooks),
    *(invitations, linking, passkeys, sessions, tokens, pages, shifts),
)
