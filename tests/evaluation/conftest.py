"""A desk that is learnt in a moment knows little of what is no need."""

import pytest

from routing import words

_KNOWN = 6


@pytest.fixture(autouse=True)
def few_asides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some examples of each kind instead of thousands."""
    every = words.examples
    monkeypatch.setattr(words, "examples", lambda lang: {kind: own[:_KNOWN] for kind, own in every(lang).items()})
