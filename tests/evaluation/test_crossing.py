"""Cross-validation of a desk's own examples."""

from dataclasses import replace

from routing.catalogue import Kind
from routing.decision import Context
from routing.evaluation.crossing import Example, cross, examples_of, plan, pulls, without
from routing.evaluation.reports import report_on
from routing.router import route
from tests.evaluation.small_desk import SMALL


def example(text: str, topic: str = "copyright") -> Example:
    return Example(text, "en", "topic", topic, (topic,))


def test_near_duplicates_stay_in_one_fold():
    texts = ["my site was blocked by the provider", "the lake is cold", "my site was blocked by the provider today"]
    planned = plan([example(text) for text in [*texts, "a bird sings", "rain falls on stones"]], 5)
    assert planned.fold[0] == planned.fold[2]
    assert planned.groups == 4
    assert len(set(planned.fold)) == 4


def test_the_nearest_example_is_of_another_fold():
    planned = plan(examples_of(SMALL), 3)
    for at, near in enumerate(planned.nearest):
        if near >= 0:
            assert planned.fold[at] != planned.fold[near]
            assert planned.examples[at].language == planned.examples[near].language


def test_the_same_examples_give_the_same_folds():
    assert plan(examples_of(SMALL), 3) == plan(examples_of(SMALL), 3)


def test_folds_are_about_the_same_size():
    planned = plan(examples_of(SMALL, ["en"]), 4)
    sizes = [planned.fold.count(fold) for fold in range(4)]
    assert max(sizes) - min(sizes) <= 1


def test_what_is_taken_out_is_gone():
    held = [one for one in examples_of(SMALL) if "photos" in one.text and one.language == "en"]
    smaller = without(SMALL, held, "photos")
    assert {one.kind for one in held} == {Kind.TOPIC, Kind.PRACTICE}
    assert not [one for one in examples_of(smaller) if "photos" in one.text and one.language == "en"]
    assert len(examples_of(smaller)) == len(examples_of(SMALL)) - len(held)
    assert smaller.version != SMALL.version


def test_every_example_that_is_a_message_is_asked_once():
    planned = plan(examples_of(SMALL), 3)
    answers = cross(SMALL, planned, Context())
    asked = [planned.examples[at].text for at, _ in answers]
    assert asked == [one.text for one in planned.examples if one.kind != "practice"]
    assert [judged.asked.text for _, judged in answers] == asked
    assert set(report_on([judged for _, judged in answers])["kinds"]) == {"help", "crisis", "calm"}


def test_a_phrase_under_the_wrong_topic_is_found():
    astray = (
        "our domain name has been taken",
        "our domain has expired today",
        "who has our domain name now",
        "they registered a domain like ours",
        "the registrar took our domain",
    )
    topics = [
        replace(entry, phrases={"en": (*entry.phrases["en"], *astray)}) if entry.id == "copyright" else entry
        for entry in SMALL.entries
    ]
    confused = replace(SMALL, version="confused", entries=tuple(topics))
    planned = plan(examples_of(confused, ["en"]), 5)
    found = pulls(planned, cross(confused, planned, Context()))
    assert {one["owner"] for one in found if one["text"] in astray} == {"copyright"}


def test_an_example_that_misleads_nobody_is_not_named():
    planned = plan(examples_of(SMALL, ["en"]), 5)
    right = [(at, judged) for at, judged in cross(SMALL, planned, Context()) if judged.is_right]
    assert pulls(planned, right) == []


def test_measuring_leaves_the_desk_as_it_was():
    before = route("somebody copied my photos", Context(), SMALL)
    cross(SMALL, plan(examples_of(SMALL, ["en"]), 2), Context())
    assert route("somebody copied my photos", Context(), SMALL) == before
