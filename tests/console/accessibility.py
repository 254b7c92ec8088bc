"""What every page has to stand: axe finds nothing, and nothing sticks out at any width."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def check(page: Page) -> None:
    """Fails with what axe finds against WCAG 2.2 AA, or when the page has to be scrolled sideways."""
    found = Axe().run(page, options=RULES).response["violations"]
    assert not [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found]
    wide, seen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= seen, f"{wide} pixels in a window of {seen}"
