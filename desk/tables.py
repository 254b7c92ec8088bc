"""Every table of the desk, imported in one place so that migrations see them all."""

from desk import (
    actions,
    examples,
    followups,
    inbox,
    learnt,
    leases,
    outbox,
    people,
    processes,
    referrals,
    requests,
    tickets,
)

TABLES = (actions, examples, followups, inbox, leases, learnt, outbox, people, processes, referrals, requests, tickets)
