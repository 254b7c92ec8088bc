"""What counts as right, and how it is counted."""

import pytest

from routing.decision import Action, Context, Decision, Reason, Scored, Urgency
from routing.evaluation.comparing import compare
from routing.evaluation.figures import calibration_error
from routing.evaluation.judging import Judged, Labelled, judge, known_names, settled
from routing.evaluation.reports import figure, report_on
from routing.thresholds import COSTS
from tests.evaluation.small_desk import SMALL


def answered(
    *topics: str, sure: float = 0.9, action: Action = Action.ANSWER, text: str = "a", **label: object
) -> Judged:
    scored = tuple(Scored(topic, 0.5) for topic in topics)
    decision = Decision(action, "en", confidence=sure, topics=scored, reasons=(Reason("words", "photos"),))
    wanted = {"want": ("copyright",), "kind": "help", "urgent": False, **label}
    return Judged(Labelled(text, **wanted), decision, 1.0)  # type: ignore[arg-type]


def decided(action: Action, intent: str | None, kind: str, *want: str) -> Judged:
    urgency = Urgency.CRISIS if action is Action.ESCALATE else Urgency.NORMAL
    asked = settled(Labelled("a", want, kind), SMALL)
    return Judged(asked, Decision(action, "en", urgency, intent, 0.9), 1.0)


def test_what_is_wanted_tells_the_kind():
    wanted = ["copyright", "threat-to-life", "status", "thanks", "spam", "oos"]
    kinds = [settled(Labelled("a", (want,)), SMALL).kind for want in wanted]
    assert kinds == ["help", "crisis", "control", "smalltalk", "unwanted", "unwanted"]


def test_the_desk_names_what_can_be_wanted():
    assert {"copyright", "threat-to-life", "forget", "bye", "spam"} <= known_names(SMALL)
    assert "takedown-guide" not in known_names(SMALL)


def test_any_accepted_topic_is_right():
    assert answered("domains", want=("copyright", "domains")).is_right
    assert not answered("encryption", "copyright").is_right
    assert answered("encryption", "copyright").is_among_three


@pytest.mark.parametrize(
    ("judged", "right"),
    [
        (decided(Action.ESCALATE, "threat-to-life", "crisis", "threat-to-life"), True),
        (decided(Action.ESCALATE, "suicide", "crisis", "threat-to-life"), False),
        (decided(Action.ANSWER, None, "crisis", "threat-to-life"), False),
        (decided(Action.ANSWER, None, "calm"), True),
        (decided(Action.ESCALATE, "suicide", "calm"), False),
        (decided(Action.DECLINE, "spam", "calm"), False),
        (decided(Action.CONTROL, "status", "control", "status"), True),
        (decided(Action.CONTROL, "stop", "control", "status"), False),
        (decided(Action.SMALLTALK, "bye", "smalltalk"), True),
        (decided(Action.CLARIFY, None, "unwanted"), True),
        (decided(Action.ANSWER, None, "unwanted"), False),
        (decided(Action.CLARIFY, None, "vague"), True),
    ],
)
def test_each_kind_has_its_own_right_outcome(judged, right):
    assert judged.is_right is right


def test_danger_goes_before_what_the_desk_turns_down():
    asked = Labelled("a", ("out_of_scope",), "unwanted", urgent=True)
    assert Judged(asked, Decision(Action.ESCALATE, "en", Urgency.CRISIS, "suicide"), 1.0).is_right
    assert not Judged(asked, Decision(Action.DECLINE, "en", intent="out_of_scope"), 1.0).is_right


def test_the_dearest_mistake_is_what_a_message_costs():
    assert answered("copyright").cost == 0
    assert answered("domains").cost == COSTS["wrong answer"]
    assert answered("copyright", action=Action.CLARIFY).cost == COSTS["needless question"]
    assert answered(action=Action.DECLINE).cost == COSTS["need turned down"]
    assert decided(Action.ANSWER, None, "crisis", "threat-to-life").cost == COSTS["emergency missed"]
    assert decided(Action.ESCALATE, "suicide", "calm").cost == COSTS["false alarm"]


def test_a_share_counts_only_what_it_applies_to():
    report = report_on([answered("copyright"), answered("domains"), decided(Action.CONTROL, "stop", "control", "stop")])
    assert (report["overall"]["messages"], report["overall"]["counted"]["first"]) == (3, 2)
    assert (figure(report, "first"), figure(report, "commands"), figure(report, "crises_found")) == (0.5, 1.0, None)
    assert figure(report, "right.control") == 1.0
    with pytest.raises(KeyError):
        figure(report, "beauty")


def test_no_messages_give_an_empty_report():
    assert report_on([])["overall"] == {"messages": 0, "figures": {}, "counted": {}}


def test_worst_topics_and_mixed_pairs_come_first():
    report = report_on([answered("copyright"), *[answered("domains", want=("encryption",))] * 2])
    assert [one["topic"] for one in report["topics"]] == ["encryption", "copyright"]
    assert report["mixed"] == [{"wanted": "encryption", "got": "domains", "count": 2}]


def test_confidence_that_means_what_it_says_has_no_error():
    assert calibration_error([0.75] * 4, [True, True, True, False]) == 0
    assert calibration_error([0.95] * 4, [False] * 4) == 0.95
    assert calibration_error([], []) == 0


def test_comparing_names_what_changed_sides():
    before = report_on([answered("copyright", text="a"), answered("domains", text="b"), answered("domains", text="c")])
    now = report_on([answered("domains", text="a"), answered("copyright", text="b"), answered("domains", text="new")])
    found = compare(before, now)
    assert found.shared == 2
    assert [one["text"] for one in found.worse] == ["a"]
    assert [one["text"] for one in found.better] == ["b"]


def test_comparing_knows_which_way_is_better():
    before = report_on([answered("copyright", action=Action.CLARIFY), answered("copyright")])
    now = report_on([answered("copyright"), answered("domains")])
    changes = {one["name"]: one["better"] for one in compare(before, now).changes}
    assert changes["first"] is False
    assert changes["asked_back"] is True
    assert "p50_ms" not in changes


@pytest.mark.parametrize("text", ["\ud800", "\x00", "\u202etxt", "👩🏽‍🚒", "a" * 5000])
def test_any_unicode_can_be_judged(text):
    [judged] = judge([Labelled(text, ("copyright",))], Context(), SMALL)
    assert judged.asked.kind == "help"
