"""With a few hundred examples texts are alike when they keep the same company, not only when they share words."""

import numpy as np
import pytest

from routing import blended
from routing.evaluation import evaluate
from routing.latent import FEWEST, MOST, Latent
from routing.lexical import FULL

#: Four sets of words that never meet; within one, some never stand in the same text.
_CIRCLES = (
    ("orchard", "plum", "jugful", "cellar", "skipping", "hazy"),
    ("violin", "bow", "resin", "tenth", "duck", "crypt"),
    ("glacier", "melt", "moss", "funnel", "vapid", "dozen"),
    ("kiln", "zebra", "whip", "exact", "foggy", "numb"),
)


def _texts() -> list[str]:
    """Each word beside the next two of its circle, over and over in other words' company."""
    found = []
    for at in range(FEWEST // 24 + 1):
        for circle in _CIRCLES:
            found += [f"{circle[i]} {circle[(i + 1) % 6]} {circle[(i + 2) % 6]} {at}" for i in range(6)]
    return found


@pytest.fixture(scope="module")
def index() -> blended.Index:
    texts = _texts()
    return blended.index_of(texts, "en", np.arange(len(texts), dtype=np.int32), None)


@pytest.fixture(scope="module")
def latent(index: blended.Index) -> Latent:
    found = Latent.of(index, len(_texts()))
    assert found is not None
    return found


def test_texts_without_a_common_word_are_alike_through_others(index, latent):
    plain = index.similarities(["orchard"])
    refined = latent.refined(plain)[0]
    places = {text: at for at, text in enumerate(_texts())}
    friend, stranger = places["cellar skipping hazy 3"], places["glacier melt moss 3"]

    assert plain[0, friend] == pytest.approx(plain[0, stranger], abs=0.05)
    assert refined[friend] > refined[stranger] + 0.1


def test_what_shares_words_stays_nearest(index, latent):
    refined = latent.refined(index.similarities(["violin bow resin"]))[0]
    assert _texts()[int(refined.argmax())].startswith("violin bow resin")


def test_examples_and_messages_are_seen_alike(index, latent):
    texts = _texts()
    compared = latent.refine(blended.compare(index, len(texts)))[:8] / FULL
    asked = latent.refined(index.similarities(texts[:8]))
    assert compared == pytest.approx(np.clip(asked, 0, 1), abs=0.002)


@pytest.mark.parametrize("size", [FEWEST - 1, MOST + 1])
def test_none_is_made_of_very_few_or_of_thousands(size):
    index = blended.index_of([f"text {at}" for at in range(size)], "en", np.arange(size, dtype=np.int32), None)
    assert Latent.of(index, size) is None


def test_courtesies_around_a_request_do_not_change_what_it_is(index):
    labels = ("orchard", "violin", "glacier", "kiln")
    train = [(text, label) for text in _texts() for label in labels if text.split()[0] in _circle(label)]
    train += [("good morning to you all", "hello"), ("thank you kindly", "thanks")]
    asked = [
        (f"Good morning! Hope you are well. {circle[3]} {circle[5]}. Thanks a lot!", circle[0]) for circle in _CIRCLES
    ]
    assert evaluate(train, asked, "en")["top1"] == 1


def _circle(label: str) -> tuple[str, ...]:
    return next(circle for circle in _CIRCLES if circle[0] == label)
