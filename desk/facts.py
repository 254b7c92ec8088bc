"""What a person told about a case, as it is kept between messages."""

from typing import Any

from pydantic import TypeAdapter

from desk.people import Requester
from routing.decision import Facts

_facts = TypeAdapter(Facts)


def store(facts: Facts) -> dict[str, Any]:
    """Facts as JSON."""
    kept: dict[str, Any] = _facts.dump_python(facts, mode="json", exclude_defaults=True)
    return kept


def restore(kept: dict[str, Any], requester: Requester) -> Facts:
    """Facts of a case, filled up with what is known of the person."""
    known = {"countries": [requester.country] if requester.country else [], "serves": requester.serves}
    return _facts.validate_python({**known, **kept})
