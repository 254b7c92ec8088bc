"""Every table of the desk, imported in one place so that migrations see them all."""

from desk import actions, followups, inbox, learnt, outbox, people, referrals, requests, tickets

TABLES = (actions, followups, inbox, learnt, outbox, people, referrals, requests, tickets)
