"""Word lists that belong to the router itself, as TOML beside this file."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from routing import normalise


@cache
def table(name: str) -> dict[str, Any]:
    """The named list, read once."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def examples(language: str) -> dict[str, list[str]]:
    """Messages that are no request, as people of that language write them, by kind; the kinds are those of English."""
    place = files(__name__).joinpath("examples", f"{language}.toml")
    return tomllib.loads(place.read_text("utf-8")) if place.is_file() else {}


@cache
def folded(listed: str) -> tuple[str, ...]:
    """The words of a list in the form that texts are compared in."""
    return tuple(part for word in listed.split() for part in normalise.fold(word).split())
