"""With a model installed the router compares what texts mean as well; without one nothing is different."""

import dataclasses
import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from bot import embeddings
from routing import blended, embedding, index
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


#: The kinds of model that a folder may hold.
_KINDS = ("static", "contextual")


def _saved(folder: Path, kind: str) -> Path:
    """A model that knows some words, and which of them mean the same."""
    words = [word for pair in _MEANINGS for word in pair]
    tokenizer = Tokenizer(WordLevel({"?": 0} | {word: at for at, word in enumerate(words, 1)}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.zeros((len(words) + 1, len(_MEANINGS)), np.float32)
    table[np.arange(1, len(table)), np.arange(len(words)) // 2] = 1
    if kind == "static":
        save_file({"vectors": table}, folder / "model.safetensors")
    else:
        _save_network(table, folder / "onnx" / "model.onnx")
    return folder


def _save_network(table: np.ndarray, file: Path, read: str = "input_ids") -> None:
    """A network that looks each piece up in a table; `read` is what it calls the pieces."""

    def given(name: str) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "pieces"])

    made = helper.make_tensor_value_info("made", TensorProto.FLOAT, ["texts", "pieces", table.shape[1]])
    look_up = helper.make_node("Gather", ["table", read], ["made"])
    inputs = [given(read), given("attention_mask")]
    graph = helper.make_graph([look_up], "look up", inputs, [made], [numpy_helper.from_array(table, "table")])
    file.parent.mkdir()
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), file)


@pytest.fixture
def thesaurus(tmp_path: Path) -> Path:
    """A static model."""
    return _saved(tmp_path, "static")


@pytest.fixture(params=_KINDS)
def model(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A model of either kind."""
    return _saved(tmp_path, request.param)


@pytest.fixture
def asked() -> Callable[..., list[Decision]]:
    """Route texts with a small catalogue that nothing has been made of yet: a model is chosen before anything else."""
    fresh = count()

    def asking(*texts: str) -> list[Decision]:
        catalogue = Catalogue(f"fresh {next(fresh)}", SMALL.entries, crises=SMALL.crises)
        return [route(text, Context(), catalogue) for text in texts]

    return asking


def test_vectors_are_of_unit_length_and_nothing_means_nothing(model: Path) -> None:
    one, same, other, nothing = embeddings.load(str(model)).vectors(["copied photos", "lifted snaps", "domain", ""])
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-6)
    assert one @ same > 0.99
    assert abs(one @ other) < 0.01
    assert not nothing.any()


def test_words_of_no_example_are_understood(asked: Callable[..., list[Decision]], model: Path) -> None:
    text = "how do i scramble the dossiers of our shop"
    (without,) = asked(text)
    embedding.use(embeddings.load(str(model)))
    (found,) = asked(text)
    assert found.topics[0].id == "encryption"
    assert found.topics[0].score > 0.1 + max((topic.score for topic in without.topics), default=0.0)


def test_without_the_model_everything_is_as_before(asked: Callable[..., list[Decision]], model: Path) -> None:
    texts = ("they lifted snaps", "our domain has expired", "he says he will kill me")
    before = asked(*texts)
    embedding.use(embeddings.load(str(model)))
    assert asked(*texts) != before
    embedding.use(None)
    assert asked(*texts) == before


def test_what_was_learnt_without_the_model_is_not_used_with_it(model: Path) -> None:
    kept = prepare(Catalogue("kept", SMALL.entries[:3]))
    embedding.use(embeddings.load(str(model)))
    again = Catalogue("kept with a model", SMALL.entries[:3])
    marks = prepare(again, recall=kept.get)
    assert marks
    assert not set(marks) & set(kept)
    assert source(again, "en") == "learnt"


def test_documents_are_as_like_each_other_as_to_a_message_that_says_the_same(model: Path) -> None:
    texts = ["copied photos", "lifted snaps", "domain gone", "encrypt files", "scramble url"]
    index = blended.index_of(texts, "en", np.arange(len(texts), dtype=np.int32), embeddings.load(str(model)))
    assert blended.compare(index, 3) / FULL == pytest.approx(index.similarities(texts[:3])[:, :3], abs=0.001)


@pytest.fixture
def counted() -> tuple[embedding.Contextual, list[int]]:
    """A model that finds nothing in any text, and how many texts it was given each time."""
    sizes: list[int] = []

    def network(given: dict[str, np.ndarray]) -> np.ndarray:
        sizes.append(len(given["input_ids"]))
        return np.ones((len(given["input_ids"]), 4), np.float32)

    tokenizer = Tokenizer(WordLevel({"?": 0}, unk_token="?"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.enable_padding()
    return embedding.Contextual("counted", None, 4, tokenizer, network), sizes


def test_after_a_change_only_what_is_new_is_read(counted: tuple[embedding.Contextual, list[int]]) -> None:
    model, sizes = counted
    embedding.use(model)
    prepare(Catalogue("read", SMALL.entries[:3]), ["en"])
    assert sum(sizes) > 30
    sizes.clear()
    first, *others = SMALL.entries[:3]
    fresh = dataclasses.replace(first, phrases={**first.phrases, "en": (*first.phrases["en"], "a goat ate my rope")})
    prepare(Catalogue("read, changed", (fresh, *others)), ["en"])
    assert sum(sizes) == 1


def test_what_was_kept_is_not_read_again(counted: tuple[embedding.Contextual, list[int]]) -> None:
    model, sizes = counted
    embedding.use(model)
    catalogue = Catalogue("kept", SMALL.entries[:4])
    kept = prepare(catalogue, ["en"])
    before = route("they copied my photos", Context(), catalogue)
    index.release(())
    sizes.clear()
    again = dataclasses.replace(catalogue, version="kept, started again")
    prepare(again, ["en"], recall=kept.get)
    assert not sizes
    assert route("they copied my photos", Context(), again) == before


def test_a_model_is_used_in_the_languages_it_is_set_for(model: Path) -> None:
    embedding.use(embeddings.load(str(model), frozenset(["en", "fr"])))
    assert embedding.used("fr")
    assert not embedding.used("sw")
    embedding.use(embeddings.load(str(model)))
    assert embedding.used("sw")


def test_a_text_means_the_same_beside_a_longer_one(model: Path) -> None:
    read = embeddings.load(str(model)).vectors
    assert read(["copied photos", "domain files encrypt copied photos url"])[0] == pytest.approx(
        read(["copied photos"])[0]
    )


@pytest.mark.parametrize(("first", "said"), [(True, "copied"), (False, "copied photos")])
def test_a_model_may_speak_by_its_first_piece(tmp_path: Path, first: bool, said: str) -> None:
    pooling = _saved(tmp_path, "contextual") / "1_Pooling" / "config.json"
    pooling.parent.mkdir()
    pooling.write_text(json.dumps({"pooling_mode_cls_token": first}))
    one, other = embeddings.load(str(tmp_path)).vectors(["copied photos", said])
    assert one == pytest.approx(other)
    assert (one @ embeddings.load(str(tmp_path)).vectors(["photos"])[0] > 0.1) is not first


def test_a_set_is_measured_with_the_model(model: Path) -> None:
    train = [("copied photos", "copyright"), ("domain gone", "domains"), ("encrypt files", "encryption")]
    test = [("lifted snaps", "copyright"), ("url", "domains"), ("scramble dossiers", "encryption")]
    assert evaluate(train, test)["top1"] < 1
    embedding.use(embeddings.load(str(model)))
    assert evaluate(train, test)["top1"] == 1


@pytest.mark.parametrize(
    ("spoilt", "advice"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "there is no .*tokenizer.json"),
        (lambda folder: (folder / "model.safetensors").write_bytes(b"{}"), "cannot be read"),
        (lambda folder: (folder / "tokenizer.json").write_text(json.dumps({})), "cannot be read"),
        (lambda folder: (folder / "model.onnx").write_bytes(b"{}"), "cannot be read"),
        (
            lambda folder: _save_network(np.zeros((1, 3), np.float32), folder / "onnx" / "model.onnx", "words"),
            "needs input_ids",
        ),
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
