"""With a model installed the router compares what texts mean as well; without one nothing is different."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot import embeddings
from routing import blended, embedding
from routing.catalogue import Catalogue
from routing.decision import Context, Decision
from routing.evaluation import evaluate
from routing.lexical import FULL
from routing.prepared import prepare, source
from routing.router import route
from tests.evaluation.small_desk import SMALL

#: Words of the examples, and words that mean the same and are in none of them.
_MEANINGS = (
    ("photos", "snaps"),
    ("copied", "lifted"),
    ("domain", "url"),
    ("encrypt", "scramble"),
    ("files", "dossiers"),
)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    embedding.use(None)


@pytest.fixture
def thesaurus(tmp_path: Path) -> Path:
    """A model in a folder that knows some words, and which of them mean the same."""
    words = [word for pair in _MEANINGS for word in pair]
    tokenizer = Tokenizer(WordLevel({"?": 0} | {word: at for at, word in enumerate(words, 1)}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    table = np.zeros((len(words) + 1, len(_MEANINGS)), np.float32)
    table[np.arange(1, len(table)), np.arange(len(words)) // 2] = 1
    save_file({"vectors": table}, tmp_path / "model.safetensors")
    return tmp_path


@pytest.fixture
def asked() -> Callable[..., list[Decision]]:
    """Route texts with a small catalogue that nothing has been made of yet: a model is chosen before anything else."""
    fresh = count()

    def asking(*texts: str) -> list[Decision]:
        catalogue = Catalogue(f"fresh {next(fresh)}", SMALL.entries, crises=SMALL.crises)
        return [route(text, Context(), catalogue) for text in texts]

    return asking


def test_vectors_are_of_unit_length_and_nothing_means_nothing(thesaurus: Path) -> None:
    one, same, other, nothing = embeddings.load(str(thesaurus)).vectors(["copied photos", "lifted snaps", "domain", ""])
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-6)
    assert one @ same > 0.99
    assert abs(one @ other) < 0.01
    assert not nothing.any()


def test_words_of_no_example_are_understood(asked: Callable[..., list[Decision]], thesaurus: Path) -> None:
    text = "how do i scramble the dossiers of our shop"
    (without,) = asked(text)
    embedding.use(embeddings.load(str(thesaurus)))
    (found,) = asked(text)
    assert found.topics[0].id == "encryption"
    assert found.topics[0].score > 0.1 + max((topic.score for topic in without.topics), default=0.0)


def test_without_the_model_everything_is_as_before(asked: Callable[..., list[Decision]], thesaurus: Path) -> None:
    texts = ("they lifted snaps", "our domain has expired", "he says he will kill me")
    before = asked(*texts)
    embedding.use(embeddings.load(str(thesaurus)))
    assert asked(*texts) != before
    embedding.use(None)
    assert asked(*texts) == before


def test_what_was_learnt_without_the_model_is_not_used_with_it(thesaurus: Path) -> None:
    kept = prepare(Catalogue("kept", SMALL.entries[:3]))
    embedding.use(embeddings.load(str(thesaurus)))
    again = Catalogue("kept with a model", SMALL.entries[:3])
    marks = prepare(again, recall=kept.get)
    assert marks
    assert not set(marks) & set(kept)
    assert source(again, "en") == "learnt"


def test_documents_are_as_like_each_other_as_to_a_message_that_says_the_same(thesaurus: Path) -> None:
    texts = ["copied photos", "lifted snaps", "domain gone", "encrypt files", "scramble url"]
    index = blended.index_of(texts, "en", np.arange(len(texts), dtype=np.int32), embeddings.load(str(thesaurus)))
    assert blended.compare(index, 3) / FULL == pytest.approx(index.similarities(texts[:3])[:, :3], abs=0.001)


def test_a_set_is_measured_with_the_model(thesaurus: Path) -> None:
    train = [("copied photos", "copyright"), ("domain gone", "domains"), ("encrypt files", "encryption")]
    test = [("lifted snaps", "copyright"), ("url", "domains"), ("scramble dossiers", "encryption")]
    assert evaluate(train, test)["top1"] < 1
    embedding.use(embeddings.load(str(thesaurus)))
    assert evaluate(train, test)["top1"] == 1


@pytest.mark.parametrize(
    ("spoilt", "advice"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "there is no .*tokenizer.json"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"{}"), "cannot be read"),
        (lambda folder: (folder / "tokenizer.json").write_text(json.dumps({})), "cannot be read"),
        (lambda folder: save_file({"a": np.zeros(3, np.float32)}, folder / "model.safetensors"), "no static embedding"),
    ],
)
def test_a_spoilt_model_says_what_to_do(thesaurus: Path, spoilt: object, advice: str) -> None:
    spoilt(thesaurus)  # type: ignore[operator]
    with pytest.raises(embeddings.MissingModel, match=advice):
        embeddings.load(str(thesaurus))


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embeddings, "PACKAGE", "no_such_package")
    with pytest.raises(embeddings.MissingModel, match="pip install no_such_package"):
        embeddings.load("no_such_package")
