"""The shipped catalogue, and routing with a fixed now."""

from collections.abc import Callable

import pytest

from routing.catalogue import Catalogue
from routing.decision import Context, Decision
from routing.router import route
from tests.routing.pack import NOW, shipped

Asking = Callable[..., Decision]


@pytest.fixture
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return shipped()


@pytest.fixture
def ask(catalogue: Catalogue) -> Asking:
    """Route a text; keyword arguments go into the context."""

    def asking(text: str, **known: object) -> Decision:
        return route(text, Context(**{"now": NOW, **known}), catalogue)  # type: ignore[arg-type]

    return asking
