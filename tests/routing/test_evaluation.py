"""The figures of `guidepost evaluate`."""

import pytest

from routing.evaluation import evaluate

TRAIN = [
    (text, label)
    for label, texts in {
        "card_arrival": ["where is my card", "my card has not come", "when will the card be here"],
        "lost_phone": ["i lost my phone", "my phone was stolen", "phone is gone what now"],
        "exchange_rate": ["what rate do you use", "euro to dollar price", "rate of the pound"],
        "close_account": ["close my account", "i want to leave the bank", "delete my account please"],
        "top_up": ["add money to the account", "top up does not work", "how do i top up"],
        "pin_blocked": ["my pin is blocked", "wrong pin three times", "unblock the pin"],
    }.items()
    for text in texts
]


def test_clear_questions_are_right():
    figures = evaluate(TRAIN, [("card still not here", "card_arrival"), ("pin was blocked", "pin_blocked")])
    assert (figures["top1"], figures["top3"], figures["oos_recall"]) == (1.0, 1.0, None)


def test_typing_mistakes_are_forgiven():
    assert evaluate(TRAIN, [("my pfone was stollen", "lost_phone")])["top1"] == 1.0


def test_the_label_is_its_title():
    assert evaluate(TRAIN, [("exchange", "exchange_rate")])["top1"] == 1.0


def test_what_fits_nothing_is_counted_apart():
    figures = evaluate(TRAIN, [("where is my card", "card_arrival"), ("xylophone zebras jump", "oos")])
    assert figures["top1"] == 1.0
    assert figures["oos_recall"] is not None


def test_calling_something_unknown_costs_accuracy():
    figures = evaluate(TRAIN, TRAIN)
    assert figures["in_scope_accuracy"] <= figures["top1"] == 1.0


def test_many_examples_are_still_told_apart(monkeypatch):
    monkeypatch.setattr("routing.evaluation.machinery.MOST_EXAMPLES", 5)
    assert evaluate(TRAIN, [("i lost my phone", "lost_phone")])["top1"] == 1.0


@pytest.mark.parametrize("test", [[], [("hello", "oos")]])
def test_empty_sets_do_not_break(test):
    assert evaluate(TRAIN, test)["tests"] == len(test)


def test_a_set_without_spaces_is_read_as_its_script_asks():
    train = [("我家的猫很可爱", "cat"), ("我家的狗很可爱", "dog"), ("我家的鱼很可爱", "fish")]
    test = [("猫病了", "cat"), ("狗走丢了", "dog"), ("买鱼", "fish")]
    assert evaluate(train, test)["top1"] == evaluate(train, test, "zh")["top1"] == 1.0
    assert evaluate(train, test, "en")["top1"] < 1.0
