"""Trying an example on a standing set: it is refused when mistakes cost more with it, and the reason can be read."""

import pytest

from desk.examples import CannotReview, Lesson
from desk.trial import Verdict, try_out
from knowledge.packs import Sample
from knowledge.vocabulary import Kind
from routing.catalogue import Catalogue, Entry
from routing.catalogue import Kind as Routed

SPAM = "an advertising list keeps writing to our members"
CHEATED = "a web shop took the money and sent an empty box"
PHRASES = {
    "spam": ("unwanted advertising mail every day", "they bought our addresses and send newsletters", SPAM),
    "shopping": ("the shop does not refund my order", "ordered shoes and got a broken pair", CHEATED),
}
CATALOGUE = Catalogue(
    "tiny", tuple(Entry(Routed.TOPIC, id, {"en": id}, {"en": phrases}) for id, phrases in PHRASES.items())
)
SAMPLES = (
    Sample(text="advertising mail from a list that bought our addresses", kind="help", want=("spam",)),
    Sample(text="the shop sent a broken pair and does not refund", kind="help", want=("shopping",)),
    Sample(text="thank you so much", kind="smalltalk", want=("thanks",)),
)


def tried(words: str, topic: str, samples: tuple[Sample, ...] = SAMPLES) -> Verdict:
    return try_out(Lesson(Kind.TOPIC, topic, "en", words), samples, CATALOGUE, lambda mark: None)


def test_an_example_that_fits_does_no_harm() -> None:
    verdict = tried("the parcel held a brick instead of my phone", "shopping")
    assert not verdict.harms
    assert "3 of 3 right without it, 3 with it" in str(verdict)


def test_an_example_that_misleads_harms_and_says_where() -> None:
    verdict = tried(SAMPLES[0].text, "shopping")
    assert verdict.harms
    assert f"worse: “{SAMPLES[0].text}” wants spam, gets shopping" in str(verdict)


def test_without_a_standing_set_nothing_speaks_against_it() -> None:
    verdict = tried("they fill my inbox with offers", "spam", ())
    assert not verdict.harms
    assert "nothing to compare with" in str(verdict)


def test_nothing_is_taught_about_what_is_gone() -> None:
    with pytest.raises(CannotReview, match="no topic gone"):
        tried("whatever it was", "gone")
