"""Models that compare what texts mean, read from an installed package or from a folder. Nothing is ever fetched."""

import hashlib
import json
from importlib.util import find_spec
from pathlib import Path

from routing.embedding import Contextual, Embedding, Static

#: Languages (ISO 639-1).
_Languages = frozenset[str]

#: The package whose wheel holds a model, where its two files are in it, and the languages in which it is of use.
PACKAGE = "wordllama"
_VECTORS, _TOKENIZER = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
_LANGUAGES = frozenset(["en", "zh"])
#: Where a folder has its network.
_NETWORKS = ("model.onnx", "onnx/model.onnx")
#: What a network is given.
_GIVEN = {"input_ids", "attention_mask", "token_type_ids"}
#: How many pieces of a text a network reads.
_LONGEST = 256


class MissingModel(ValueError):
    """There is no model where one was looked for; says what to do."""


def load(model: str, languages: _Languages | None = None) -> Embedding:
    """The model of the package (`wordllama`), or of a folder: with `tokenizer.json` and `model.safetensors` a static
    one, with `tokenizer.json` and `model.onnx` or `onnx/model.onnx` a contextual one. It is used in these languages; in
    all it is known for when none is named."""
    if model == PACKAGE:
        found = find_spec(PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise MissingModel(f"the package {PACKAGE} is not installed. Install it with pip install {PACKAGE}")
        package = Path(found.submodule_search_locations[0])
        return _static(model, languages or _LANGUAGES, package / _VECTORS, package / _TOKENIZER)
    folder = Path(model)
    network = next((folder / name for name in _NETWORKS if (folder / name).is_file()), None)
    if network:
        return _contextual(folder, languages, network)
    return _static(folder.name, languages, folder / "model.safetensors", folder / "tokenizer.json")


def _static(name: str, languages: _Languages | None, vectors: Path, tokenizer: Path) -> Static:
    try:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingModel("it needs two packages. Install them with pip install safetensors tokenizers") from None
    _look_for(vectors, tokenizer)
    try:
        tables = [part for part in load_file(vectors).values() if part.ndim == 2]
        read = Tokenizer.from_file(str(tokenizer))
        mark = _mark(vectors)
    except Exception as problem:
        raise MissingModel(_unreadable(vectors.parent, problem)) from None
    if len(tables) != 1 or len(tables[0]) < read.get_vocab_size():
        raise MissingModel(f"{vectors} is no static embedding: it needs one table with a vector for each token")
    read.no_padding()
    read.no_truncation()
    return Static(f"{name} {mark}", languages, tables[0], read)


def _contextual(folder: Path, languages: _Languages | None, network: Path) -> Contextual:
    try:
        from onnxruntime import InferenceSession
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingModel("it needs two packages. Install them with pip install onnxruntime tokenizers") from None
    _look_for(folder / "tokenizer.json")
    try:
        session = InferenceSession(network, providers=["CPUExecutionProvider"])
        read = Tokenizer.from_file(str(folder / "tokenizer.json"))
        settings = folder / "1_Pooling" / "config.json"
        first = settings.is_file() and json.loads(settings.read_text("utf-8")).get("pooling_mode_cls_token", False)
        mark = _mark(network)
    except Exception as problem:
        raise MissingModel(_unreadable(folder, problem)) from None
    known = {one.name for one in session.get_inputs()}
    size = session.get_outputs()[0].shape[-1]
    if not {"input_ids", "attention_mask"} <= known <= _GIVEN or not isinstance(size, int):
        raise MissingModel(f"{network} is no sentence embedding: it needs input_ids and attention_mask alone")
    padding, cut = read.padding or {}, read.truncation or {}
    read.enable_padding(pad_id=padding.get("pad_id", 0), pad_token=padding.get("pad_token", "[PAD]"))
    read.enable_truncation(min(_LONGEST, cut.get("max_length", _LONGEST)))
    return Contextual(
        f"{folder.name} {mark}",
        languages,
        size,
        read,
        lambda given: session.run(None, {name: given[name] for name in known})[0],
        first,
    )


def _look_for(*files: Path) -> None:
    for file in files:
        if not file.is_file():
            raise MissingModel(
                f"there is no {file}. Name a folder with tokenizer.json and model.safetensors or model.onnx"
            )


def _unreadable(folder: Path, problem: Exception) -> str:
    return f"{folder} cannot be read ({problem}). Copy the model once more"


def _mark(file: Path) -> str:
    """A mark of what is in a file."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "blake2b").hexdigest()
