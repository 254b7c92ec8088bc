"""A change of the catalogue decides at once, before everything has been learnt anew."""

import dataclasses

import pytest

from knowledge.packs import standing
from routing.catalogue import Catalogue, Entry, Kind
from routing.decision import Context
from routing.index import Effort, Source
from routing.prepared import prepare, prepared, source
from routing.router import route
from tests.learning import Lessons

BEES = Entry(
    Kind.TOPIC, "honey-bees", {"sw": "Nyuki"}, {"sw": ("nyuki wangu wanaruka mbali", "asali na mizinga ya nyuki")}
)


def changed(catalogue: Catalogue, version: str, **phrases: tuple[str, ...]) -> Catalogue:
    """The catalogue with other Swahili phrases for some topics, underscores for hyphens."""
    entries = tuple(
        dataclasses.replace(entry, phrases={**entry.phrases, "sw": phrases[entry.id.replace("-", "_")]})
        if entry.kind is Kind.TOPIC and entry.id.replace("-", "_") in phrases
        else entry
        for entry in catalogue.entries
    )
    return dataclasses.replace(catalogue, version=version, entries=entries)


def amended(catalogue: Catalogue) -> Catalogue:
    """A catalogue of which nothing may be learnt anew."""
    prepare(catalogue, ["sw"], Lessons().recall, Effort.AMEND)
    assert source(catalogue, "sw") is Source.AMENDED
    return catalogue


def first(text: str, catalogue: Catalogue) -> str:
    return next((topic.id for topic in route(text, Context(language="sw"), catalogue).topics), "")


@pytest.fixture
def access(catalogue: Catalogue) -> Entry:
    prepared(catalogue).language("sw")
    entry = catalogue.entry(Kind.TOPIC, "access")
    assert entry is not None
    return entry


def test_an_added_phrase_decides_at_once(catalogue: Catalogue, access: Entry) -> None:
    text = "mbuzi wa babu amekula kamba ya kijani"
    assert first(text, catalogue) != "access"
    more = changed(catalogue, "goats", access=(*access.phrases["sw"], "mbuzi amekula kamba ya kijani"))
    assert first(text, amended(more)) == "access"


def test_a_removed_phrase_decides_no_more(catalogue: Catalogue, access: Entry) -> None:
    text = "mbuzi amekula kamba ya kijani"
    more = changed(catalogue, "goats, learnt", access=(*access.phrases["sw"], text))
    prepare(more, ["sw"])
    less = changed(catalogue, "no goats", access=access.phrases["sw"][1:])
    assert first(text, more) == "access"
    assert first(text, amended(less)) != "access"


def test_a_new_topic_is_found_at_once(catalogue: Catalogue, access: Entry) -> None:
    with_bees = dataclasses.replace(catalogue, version="bees", entries=(*catalogue.entries, BEES))
    assert first("mizinga ya nyuki imepotea", amended(with_bees)) == "honey-bees"


def test_an_amended_catalogue_decides_like_a_learnt_one(catalogue: Catalogue, access: Entry) -> None:
    topics = [entry for entry in catalogue.entries if entry.kind is Kind.TOPIC and len(entry.phrases.get("sw", ())) > 4]
    shorter = {entry.id.replace("-", "_"): entry.phrases["sw"][:-2] for entry in topics[::3]}
    texts = [one.text for one in standing("sw")]
    less = amended(changed(catalogue, "shorter", **shorter))
    quick = [route(text, Context(), less) for text in texts]
    prepare(less, ["sw"])
    learnt = [route(text, Context(), less) for text in texts]
    alike = [
        one.action is other.action
        and [topic.id for topic in one.topics[:1]] == [topic.id for topic in other.topics[:1]]
        for one, other in zip(quick, learnt, strict=True)
    ]
    assert source(less, "sw") is Source.LEARNT
    assert sum(alike) >= 0.9 * len(texts)


def test_the_same_change_is_amended_alike(catalogue: Catalogue, access: Entry) -> None:
    one, other = (changed(catalogue, version, access=access.phrases["sw"][2:]) for version in ("one", "other"))
    assert route("mtandao umekatwa", Context(), amended(one)) == route("mtandao umekatwa", Context(), amended(other))


def test_a_change_of_everything_is_not_amended(catalogue: Catalogue, access: Entry) -> None:
    topics = [entry for entry in catalogue.entries if entry.kind is Kind.TOPIC]
    half = {entry.id.replace("-", "_"): entry.phrases.get("sw", ())[::2] for entry in topics}
    prepare(halved := changed(catalogue, "half", **half), ["sw"], effort=Effort.AMEND)
    assert source(halved, "sw") is None


def test_a_new_kind_of_emergency_is_not_amended(catalogue: Catalogue, access: Entry) -> None:
    crisis = dataclasses.replace(catalogue.crises[0], id="flood", phrases={"sw": ("maji yameingia ndani",)})
    more = dataclasses.replace(catalogue, version="flood", crises=(*catalogue.crises, crisis))
    prepare(more, ["sw"], effort=Effort.AMEND)
    assert source(more, "sw") is None


def test_other_languages_stay_as_they_are(catalogue: Catalogue, access: Entry) -> None:
    prepared(catalogue).language("zh")
    other = changed(catalogue, "others", access=access.phrases["sw"][1:])
    prepare(other, ["zh"], effort=Effort.RECALL)
    assert prepared(other).language("zh") is prepared(catalogue).language("zh")
