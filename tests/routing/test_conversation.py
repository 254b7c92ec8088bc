"""Messages that go on with a request, need a question, or hold two needs."""

import pytest

from routing.decision import Action

OPEN = {"open_topic": "privacy-and-data-protection", "open_text": "customer data leaked, what are our duties?"}


@pytest.mark.parametrize(
    "text",
    [
        "Kenya",
        "we are 12 people",
        "since tuesday",
        "by friday",
        "в Казахстане",
        "desde ayer",
        "一共20人",
        "we are an ngo",
        "昨晚十点",
        "من ساعتين",
    ],
)
def test_a_detail_goes_on_with_the_open_request(ask, text):
    decision = ask(text, **OPEN)
    assert decision.continues
    assert decision.topics[0].id == "privacy-and-data-protection"


@pytest.mark.parametrize("text", ["the kids are 12 to 15", "teh kids are 12 to 15", "les élèves ont 12 à 15 ans"])
def test_an_age_told_about_a_need_is_no_emergency(ask, text):
    need = "school in Spain wants an AI that grades essays, is that allowed"
    decision = ask(text, open_topic="artificial-intelligence", open_text=need)
    assert (decision.action, decision.continues) == (Action.ANSWER, True)


def test_a_detail_changes_the_organisations(ask):
    decision = ask("Kenya", **OPEN)
    assert decision.facts.countries == ("KE",)
    assert "kictanet" in [one.id for one in decision.organisations[:3]]


@pytest.mark.parametrize(
    "text",
    [
        "how do we tax streaming services",
        "thanks",
        "our website is blocked in Tanzania",
        "sorry",
        "no",
        "不是",
        "昨天被黑了",
    ],
)
def test_other_messages_do_not(ask, text):
    assert not ask(text, **OPEN).continues


def test_without_an_open_request_a_place_is_a_question(ask):
    decision = ask("Kenya")
    assert decision.action is Action.CLARIFY
    assert not decision.continues


@pytest.mark.parametrize("text", ["privacy", "encryption", "детям", "ضرائب"])
def test_one_word_asks_which_topic(ask, text):
    decision = ask(text)
    assert decision.action is Action.CLARIFY
    assert decision.topics


def test_an_acronym_alone_is_answered(ask):
    decision = ask("gdpr")
    assert decision.action is Action.ANSWER
    assert decision.practices[0].id == "gdpr"


def test_two_needs_are_both_seen(ask):
    decision = ask("our site is under ddos since monday. also, can you tell us how to tax streaming services?")
    assert decision.second_need
    other = {"taxation": "ddos", "network-security": "tax"}[decision.topics[0].id]
    assert other in decision.second_need


def test_one_need_in_two_sentences_is_one(ask):
    assert ask("our site is under ddos since monday. the attack gets worse every night").second_need is None


ACQUITTED = {
    "open_topic": "right-to-be-forgotten",
    "open_text": "google shows an old newspaper story about my arrest, i was acquitted",
}


@pytest.mark.parametrize("text", ["how long does google have", "he says it was true then", "can they refuse?"])
def test_a_question_about_the_need_goes_on_with_it(ask, text):
    decision = ask(text, **ACQUITTED)
    assert (decision.continues, decision.asks_more) == (True, True)


@pytest.mark.parametrize("text", ["our website is under ddos attack", "also, how long does google have"])
def test_what_is_surely_something_else_does_not(ask, text):
    assert not ask(text, **ACQUITTED).continues


def test_a_word_of_the_glossary_is_explained_in_the_open_request(ask):
    decision = ask("what does stalkerware mean", **ACQUITTED)
    assert (decision.intent, [term.id for term in decision.terms]) == ("define", ["stalkerware"])


def test_in_an_emergency_no_other_topic_is_looked_for(ask):
    known = {"open_topic": "child-safety-online", "open_text": "a man sent my son nudes", "open_crisis": "minor-sexual"}
    assert ask("that's not what i asked", **known).intent != "not_it"
