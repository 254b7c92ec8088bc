"""The harness can fail: whatever goes wrong is seen in the figures."""

from collections import Counter

import pytest

from tests.harness import report, script
from tests.harness.ledger import Answer, Ledger, Stored, compare
from tests.harness.plan import Blow, Wanted, make
from tests.harness.platforms import TRANSPORTS, platform

CHAT = "telegram:1:7"


def honest(messages: int = 25) -> Ledger:
    """A run in which everything went well."""
    lines = [script.line_of(number) for number in range(messages)]
    return Ledger(
        said={str(number): (CHAT, line) for number, line in enumerate(lines)},
        accepted={str(number) for number in range(messages)},
        stored=[Stored(str(number), CHAT, line) for number, line in enumerate(lines)],
        answers=[Answer(CHAT, line) for line in lines],
        shown={CHAT: list(lines)},
        struck=Counter({Blow.KILLED: 1}),
    )


def test_a_run_without_faults_keeps_every_promise() -> None:
    assert report.broken(honest()) == []


def test_a_lost_message_is_seen_wherever_it_is_lost() -> None:
    not_stored, not_answered, not_shown = honest(), honest(), honest()
    del not_stored.stored[12]
    del not_answered.answers[12]
    del not_shown.shown[CHAT][12]
    assert "accepted, but not stored" in report.broken(not_stored)
    assert report.broken(not_answered)[0] == "stored, but without an answer"
    assert report.broken(not_shown) == ["answered, but never shown"]


def test_the_last_and_the_first_message_can_be_lost_too() -> None:
    for place in (0, -1):
        ledger = honest()
        del ledger.shown[CHAT][place]
        assert report.broken(ledger) == ["answered, but never shown"]


def test_a_doubled_message_is_seen_wherever_it_is_doubled() -> None:
    stored, answered, shown = honest(), honest(), honest()
    stored.stored.append(stored.stored[3])
    answered.answers.insert(3, answered.answers[3])
    shown.shown[CHAT].insert(3, shown.shown[CHAT][3])
    assert "stored twice" in report.broken(stored)
    assert report.broken(answered)[0] == "answered twice"
    assert report.broken(shown) == ["shown twice without being listed"]


def test_a_listed_double_is_forgiven_once_per_fault() -> None:
    ledger = honest()
    for place in (3, 4):
        ledger.answers[place] = Answer(CHAT, script.line_of(place), doubtful=True)
    ledger.shown[CHAT].insert(3, script.line_of(3))
    assert report.broken(ledger) == []
    ledger.shown[CHAT].insert(5, script.line_of(4))
    assert report.broken(ledger) == ["shown twice and listed (at most one per fault)"]


def test_swapped_messages_are_seen() -> None:
    answers, shown = honest(), honest()
    answers.answers[8], answers.answers[9] = answers.answers[9], answers.answers[8]
    answers.shown[CHAT][8:10] = [answers.shown[CHAT][9], answers.shown[CHAT][8]]
    shown.shown[CHAT][8:10] = [shown.shown[CHAT][9], shown.shown[CHAT][8]]
    assert report.broken(answers) == ["answered in another order than stored"]
    assert report.broken(shown) == ["shown in another order than answered"]


@pytest.mark.parametrize(
    ("log", "promise"),
    [
        ("sqlite3.OperationalError: database is locked", '"database is locked" in the logs'),
        ("ERROR worker.failed inbox=3", "unexpected errors in the logs"),
    ],
)
def test_trouble_in_the_log_is_seen(log: str, promise: str) -> None:
    ledger = honest()
    ledger.log = f"one line\n{log}\nanother"
    assert report.broken(ledger) == [promise]


def test_a_message_before_its_time_is_seen() -> None:
    ledger = honest()
    ledger.violations.append("sendMessage: chat 7 was written to before retry_after had passed")
    assert report.broken(ledger) == ["written before retry_after had passed"]


def test_something_nobody_expects_is_seen() -> None:
    ledger = honest()
    ledger.shown[CHAT].insert(4, None)
    assert report.broken(ledger) == ["shown without being an answer"]


def test_every_answer_is_told_apart_from_every_other() -> None:
    marks = [mark for _, mark in script.LINES]
    assert [script.answered(f"Title\n{mark} and more") for mark in marks] == list(range(len(marks)))
    assert script.answered("something else") is None


def test_a_long_silence_does_not_confuse_the_places() -> None:
    lines = [script.line_of(number) for number in range(40)]
    assert compare(lines, lines[:20] + lines[23:]).missing == [20, 21, 22]
    assert compare(lines, [*lines[:21], lines[20], *lines[21:]]).repeated == [20]


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_the_same_seed_makes_the_same_plan(transport: str) -> None:
    wanted = Wanted(seed=5, seconds=60, kills=4, processes=2)
    plan = make(wanted, platform(transport).blows)
    assert plan == make(wanted, platform(transport).blows)
    assert plan.acts != make(Wanted(seed=6, seconds=60, kills=4, processes=2), platform(transport).blows).acts
    assert Counter(act.blow for act in plan.acts)[Blow.KILLED] == 4
    assert [step.at for step in plan.steps] == sorted(step.at for step in plan.steps)
