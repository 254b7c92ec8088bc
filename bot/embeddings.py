"""Models that compare what texts mean, read from an installed package or from a folder. Nothing is ever fetched."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from routing.embedding import Static

#: The package whose wheel holds a model, where its two files are in it, and the languages in which it is of use.
PACKAGE = "wordllama"
_VECTORS, _TOKENIZER = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
_LANGUAGES = frozenset(["en", "zh"])


class MissingModel(ValueError):
    """There is no model where one was looked for; says what to do."""


def load(model: str) -> Static:
    """The model of the package (`wordllama`), or of a folder with `model.safetensors` and `tokenizer.json`."""
    if model == PACKAGE:
        found = find_spec(PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise MissingModel(f"the package {PACKAGE} is not installed. Install it with pip install {PACKAGE}")
        package = Path(found.submodule_search_locations[0])
        return _read(model, _LANGUAGES, package / _VECTORS, package / _TOKENIZER)
    folder = Path(model)
    return _read(folder.name, None, folder / "model.safetensors", folder / "tokenizer.json")


def _read(name: str, languages: frozenset[str] | None, vectors: Path, tokenizer: Path) -> Static:
    try:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer
    except ImportError:
        raise MissingModel("it needs two packages. Install them with pip install safetensors tokenizers") from None
    for file in (vectors, tokenizer):
        if not file.is_file():
            raise MissingModel(f"there is no {file}. Name a folder with model.safetensors and tokenizer.json")
    try:
        tables = [part for part in load_file(vectors).values() if part.ndim == 2]
        read = Tokenizer.from_file(str(tokenizer))
        with vectors.open("rb") as content:
            mark = hashlib.file_digest(content, "blake2b").hexdigest()
    except Exception as problem:
        raise MissingModel(f"{vectors.parent} cannot be read ({problem}). Copy the model once more") from None
    if len(tables) != 1 or len(tables[0]) < read.get_vocab_size():
        raise MissingModel(f"{vectors} is no static embedding: it needs one table with a vector for each token")
    read.no_padding()
    read.no_truncation()
    return Static(f"{name} {mark}", languages, tables[0], read)
