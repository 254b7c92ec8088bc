"""The one door of the router."""

from routing.catalogue import Catalogue
from routing.decision import Context, Decision


def route(text: str, context: Context, catalogue: Catalogue) -> Decision:
    """Decide what a message needs. Pure: same arguments, same decision."""
    raise NotImplementedError
