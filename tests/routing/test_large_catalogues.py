"""A catalogue too large to learn is counted: it decides, explains and changes like any other."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.packs import standing
from routing import counted, normalise
from routing.catalogue import Catalogue, Entry, Kind
from routing.counted import Counted
from routing.decision import Action, Context, Decision
from routing.evaluation.judging import Judged, Labelled, judge
from routing.index import Effort
from routing.prepared import prepare, prepared, source
from routing.renewal import Change, renewed
from routing.router import route
from routing.tally import Document, Tally
from tests.learning import Lessons
from tests.routing.pack import shipped

GOATS = "mbuzi wa babu amekula kamba ya kijani"
WORDS = st.sampled_from(["rope", "goat", "bee", "honey", "tax", "stream", "税收", "流媒体", "?", "кража"])
TEXTS = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
STATES = st.lists(
    st.dictionaries(st.sampled_from("abcdef"), st.lists(TEXTS, min_size=1, max_size=3).map(tuple)), max_size=4
)


def documents(state: dict[str, tuple[str, ...]]) -> list[Document]:
    return [Document(("topic", id), texts) for id, texts in state.items()]


def arrays(tally: Tally) -> list[np.ndarray]:
    return [tally.firsts, tally.forms.features, tally.forms.starts, *tally.lists, tally.weights]


def shares(tally: Tally, text: str, most: int = 9) -> dict[str, float]:
    seen = tally.seen([normalise.fold(text)], [(slice(0, len(tally.documents)), most)])
    return {tally.documents[row].owner[1]: float(share) for row, share in zip(seen.rows, seen.shares[0], strict=True)}


@settings(max_examples=60, deadline=None)
@given(STATES, st.sampled_from(["en", "zh", "ar"]))
def test_a_renewed_tally_is_the_same_as_a_new_one(states: Sequence[dict[str, tuple[str, ...]]], lang: str) -> None:
    tally = Tally.of(lang, ())
    for state in states:
        listed = documents(state)
        tally = renewed(tally, listed, Change.between(tally.documents, listed))
        fresh = Tally.of(lang, listed)
        assert tally.documents == fresh.documents
        for one, other in zip(arrays(tally), arrays(fresh), strict=True):
            assert one.dtype == other.dtype
            np.testing.assert_array_equal(one, other)


def test_a_word_that_nobody_uses_any_more_is_as_unknown_as_one_nobody_ever_used() -> None:
    before = documents({"a": ("honey of bees",), "b": ("green rope",), "c": ("green goat",)})
    after = renewed(Tally.of("en", before), before[::2], Change.between(before, before[::2]))
    assert shares(after, "green rope") == pytest.approx(shares(after, "green zqpw"), abs=0.02)
    assert "b" in shares(Tally.of("en", before), "green rope")


def test_what_few_entries_use_tells_most() -> None:
    tally = Tally.of("en", documents({"a": ("page hacked",), "b": ("page blocked",), "c": ("page lost",)}))
    found = shares(tally, "the page is hacked")
    assert max(found, key=found.__getitem__) == "a"


def test_long_lists_are_read_last(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally.of("en", documents({f"t{n}": (f"page {n:04}",) for n in range(200)}))
    monkeypatch.setattr("routing.tally._READ", 50)
    assert not {"t000", "t199"} & set(shares(tally, "page 0123", most=200))
    assert [*shares(tally, "page 0123", most=1)] == ["t123"]


def _swahili(phrases: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {lang: listed for lang, listed in phrases.items() if lang == "sw"}


@pytest.fixture(scope="module")
def large(lessons: Lessons) -> Iterator[Catalogue]:
    """The Swahili part of the pack, with the limit set so that it is too large to learn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counted, "LEARNT_AT_MOST", 1_000)
        entries = tuple(dataclasses.replace(one, phrases=_swahili(one.phrases)) for one in shipped().entries)
        taken = dataclasses.replace(shipped(), version="large", entries=entries)
        lessons.keep(prepare(taken, ["sw"], lessons.recall))
        assert isinstance(prepared(taken).language("sw"), Counted)
        yield taken


def changed(catalogue: Catalogue, version: str, *more: str) -> Catalogue:
    """The catalogue with more Swahili phrases for the topic of access, ready without learning anything."""
    entries = tuple(
        dataclasses.replace(one, phrases={**one.phrases, "sw": (*one.phrases["sw"], *more)})
        if (one.kind, one.id) == (Kind.TOPIC, "access")
        else one
        for one in catalogue.entries
    )
    found = dataclasses.replace(catalogue, version=version, entries=entries)
    prepare(found, ["sw"], effort=Effort.AMEND)
    assert source(found, "sw") is not None
    return found


def asked(text: str, catalogue: Catalogue) -> Decision:
    return route(text, Context(language="sw"), catalogue)


@pytest.fixture(scope="module")
def judged(large: Catalogue) -> list[Judged]:
    messages = [Labelled(one.text, one.want, one.kind, frozenset(one.entries), "sw") for one in standing("sw")]
    return list(judge(messages, Context(), large))


@pytest.mark.parametrize(("kind", "least"), [("help", 0.72), ("crisis", 0.86), ("control", 0.85), ("smalltalk", 0.9)])
def test_what_is_counted_decides_nearly_as_well(judged: list[Judged], kind: str, least: float) -> None:
    own = [one for one in judged if one.asked.kind == kind]
    right = sum(one.is_first if kind == "help" else one.is_alarm if kind == "crisis" else one.is_right for one in own)
    assert right / len(own) >= least


def test_calm_needs_raise_no_alarm(judged: list[Judged]) -> None:
    calm = [one for one in judged if one.asked.kind == "help"]
    assert sum(one.is_alarm for one in calm) / len(calm) <= 0.08


def test_a_counted_answer_says_why(large: Catalogue) -> None:
    decision = asked("tovuti yetu imefungwa na serikali, tufanye nini", large)
    reasons = {reason.signal: reason.detail for reason in decision.reasons}
    assert {"words", "phrase", "language", "margin"} <= set(reasons)
    assert any(reasons["phrase"] in one.phrases.get("sw", ()) for one in large.entries)
    assert decision.runner_up is not None


def test_an_added_phrase_decides_at_once(large: Catalogue) -> None:
    assert [one.id for one in asked(GOATS, large).topics[:1]] != ["access"]
    more = changed(large, "goats", GOATS)
    assert [one.id for one in asked(GOATS, more).topics[:1]] == ["access"]
    less = changed(large, "no goats")
    assert asked(GOATS, less) == asked(GOATS, large)


def test_a_new_entry_is_found_and_explained_at_once(large: Catalogue) -> None:
    bees = Entry(
        Kind.TOPIC, "honey-bees", {"sw": "Nyuki"}, {"sw": ("nyuki wanaruka mbali", "asali na mizinga ya nyuki")}
    )
    more = dataclasses.replace(large, version="large, bees", entries=(bees, *large.entries))
    prepare(more, ["sw"], effort=Effort.AMEND)
    decision = asked("mizinga ya nyuki imepotea", more)
    assert decision.topics[0].id == "honey-bees"
    assert any("nyuki" in reason.detail for reason in decision.reasons if reason.signal == "words")


def test_a_catalogue_that_changed_step_by_step_decides_like_one_made_anew(large: Catalogue) -> None:
    texts = [one.text for one in standing("sw")[::4]]
    for step in range(4):
        stepped = changed(large, f"step {step}", *(GOATS, "asali", "mizinga ya nyuki")[:step])
    one_by_one = [asked(text, stepped) for text in texts]
    counted._last.clear()
    anew = changed(large, "anew", GOATS, "asali", "mizinga ya nyuki")
    assert [asked(text, anew) for text in texts] == one_by_one


@pytest.mark.parametrize("text", ["", "?", "🙂" * 50, "a" * 10_000, "nyuki " * 3_000, "\u202e\x00"])
def test_strange_texts_are_survived(large: Catalogue, text: str) -> None:
    assert asked(text, large).action in Action
