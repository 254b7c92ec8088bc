"""What belongs to the models of the house, and how a column is written down in a migration."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from sqlalchemy import JSON, Enum, MetaData

from knowledge.database import Base, UtcDateTime

# By name: knowledge may not import desk, and desk's tables live in the same database.
ROOMS_WITH_TABLES = ("knowledge.tables", "desk.tables")


def all_tables(rooms: Sequence[str] = ROOMS_WITH_TABLES) -> MetaData:
    """The tables of those rooms that are there."""
    for name in rooms:
        if find_spec(name) is not None:
            import_module(name)
    return Base.metadata


def options() -> dict[str, Any]:
    """How Alembic runs and compares; the same for upgrading, for a new step and for the test that they agree."""
    return {
        "target_metadata": Base.metadata,
        "render_as_batch": True,
        "compare_type": True,
        "transactional_ddl": True,
        "render_item": _render,
        "include_name": _is_told_by_models,
    }


def _is_told_by_models(name: str | None, kind: str, _: Any) -> bool:
    # The index for searching is made in the words of each database; SQLite keeps it in several tables.
    return not (name or "").startswith("search_index")


def _render(kind: str, item: Any, _: Any) -> str | Literal[False]:
    # A migration must not change its meaning when the code does, so it names plain SQL types only.
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Enum):
        return f"sa.String({item.length})"
    if isinstance(item, JSON):
        return "JSON"  # see script.py.mako
    return False
