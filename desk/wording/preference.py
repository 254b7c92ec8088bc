"""Which language a page is in."""

from collections.abc import Sequence

from desk.wording import SOURCE


def preferred(header: str, languages: Sequence[str]) -> str:
    """The best of `languages` for an Accept-Language header (RFC 9110, 12.5.4), English when none fits."""
    wishes = sorted(map(_wish, header[:500].split(",")), key=lambda wish: -wish[1])
    for code, weight in wishes:
        if weight > 0 and code in languages:
            return code
    return SOURCE


def _wish(part: str) -> tuple[str, float]:
    """`pt-BR;q=0.8` -> (`pt`, 0.8). The region is dropped: no language here comes in two."""
    tag, _, parameter = part.partition(";")
    try:
        weight = float(parameter.strip().removeprefix("q=") or 1)
    except ValueError:
        weight = 0.0
    return tag.strip().lower().partition("-")[0], weight
