"""Proof of "nothing lost, nothing twice": real processes against platforms that misbehave, and an account of it all.

    plan     what will happen, decided beforehand from a seed: who writes when, what goes wrong when
    play     makes it happen: processes that are killed (crew), platforms with faults (platforms), people (script),
             a machine without room, database or the right time (mishaps)
    ledger   what was said, accepted, stored, answered and shown, and where these do not agree
    report   the figures with their goals, for a person to read

`make soak` runs it for long (`soak`), `test_short` for a moment. `reminders` does the same for what is due at a time;
`acknowledging`, `limits` and `writers` measure what has to be in time, within limits and never locked.
"""
