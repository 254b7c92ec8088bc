"""The shipped catalogue, and routing with a fixed now."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from routing.catalogue import Catalogue
from routing.decision import Context, Decision
from routing.router import prepare, route
from tests.learning import Lessons
from tests.routing.pack import shipped

# A Sunday at noon.
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
Asking = Callable[..., Decision]


@pytest.fixture(scope="session", autouse=True)
def catalogue(lessons: Lessons) -> Catalogue:
    """The shipped catalogue, prepared."""
    lessons.keep(prepare(shipped(), recall=lessons.recall))
    return shipped()


@pytest.fixture
def ask(catalogue: Catalogue) -> Asking:
    """Route a text; keyword arguments go into the context."""

    def asking(text: str, **known: object) -> Decision:
        return route(text, Context(**{"now": NOW, **known}), catalogue)  # type: ignore[arg-type]

    return asking
