"""The standing set of a pack."""

from pathlib import Path

import pytest

from knowledge.packs import SHIPPED, PackError, Severity, read, standing
from knowledge.vocabulary import Kind


def test_the_shipped_set_wants_what_the_pack_knows() -> None:
    pack = read(SHIPPED)
    known = {kind: set(pack.by_id(kind)) for kind in Kind}
    samples = [one for file in (SHIPPED / "standing").glob("*.jsonl") for one in standing(file.stem)]
    assert len(samples) > 1000
    for one in samples:
        if one.kind in ("help", "crisis"):
            assert set(one.want) <= known[Kind.TOPIC if one.kind == "help" else Kind.CRISIS], one
        assert set(one.entries) <= known[Kind.PRACTICE] | known[Kind.ORGANISATION], one


def test_a_language_without_one_has_none() -> None:
    assert standing("tlh") == ()


def test_every_bad_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "standing").mkdir()
    lines = ['{"text": "hello", "kind": "dance", "want": []}', "", '{"text": "x", "kind": "help", "want": ["a"]}', "{"]
    (tmp_path / "standing/en.jsonl").write_text("\n".join(lines), "utf-8")
    with pytest.raises(PackError) as caught:
        standing("en", tmp_path)
    assert [(one.entry, one.severity) for one in caught.value.findings] == [
        ("line 1", Severity.ERROR),
        ("line 4", Severity.ERROR),
    ]
