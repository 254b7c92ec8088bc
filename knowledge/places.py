"""Countries and regions: what people call them and which countries a region holds."""

import pickle
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

from babel import localedata
from babel.core import get_global
from sqlalchemy import String
from sqlalchemy.orm import Mapped, Session, mapped_column

from knowledge.entries import Entry, shown
from knowledge.vocabulary import WORLD, Kind

# The code for an unknown country: an entry for a region nobody has described must not become one for everybody.
NOWHERE = "ZZ"
#: More countries than this are named by their regions.
_NAMED = 3


class Country(Entry):
    """A country or territory, its ISO 3166-1 alpha-2 code as id; its wordings hold the names people use for it."""

    __tablename__ = "countries"
    kind: ClassVar[Kind] = Kind.COUNTRY

    m49: Mapped[str | None] = mapped_column(String(3))


class Region(Entry):
    """A UN M49 region or a grouping such as the EU; `countries` are its members."""

    __tablename__ = "regions"
    kind: ClassVar[Kind] = Kind.REGION

    m49: Mapped[str | None] = mapped_column(String(3))


def members(session: Session, ids: Iterable[str] | None = None) -> dict[str, frozenset[str]]:
    """Region -> its countries (ISO 3166-1 alpha-2), of all regions or some."""
    return {region.id: frozenset(region.countries) for region in shown(session, Region, ids)}


def reach(regions: Iterable[str], countries: Iterable[str], of: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """All countries an entry is for. Empty means everywhere: it names the world, or no place at all.

    A country narrows the smallest region that holds it: Northern Europe with GB is Great Britain alone, Africa and
    Eastern Africa with RW is all of Africa (by somebody who sits in Rwanda), the EU with NO is both.
    """
    named, own = set(regions), frozenset(countries)
    if WORLD in named:
        return frozenset()
    found = own.union(*(of.get(region, frozenset()) for region in _whole(named, own, of)))
    return found or (frozenset({NOWHERE}) if named else found)


def _whole(named: set[str], own: Iterable[str], of: Mapping[str, frozenset[str]]) -> set[str]:
    """The regions that no country narrows."""
    held = {region: of.get(region, frozenset()) for region in named}
    around = ([region for region in held if country in held[region]] for country in own)
    return named - {min(holding, key=lambda region: (len(held[region]), region)) for holding in around if holding}


def area(regions: Collection[str], countries: Iterable[str], of: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """The regions and countries an entry is for, as a person would name them, regions alone where there are many
    countries. None when it is for everybody."""
    if WORLD in regions:
        return ()
    whole = sorted(_whole(set(regions), countries, of))
    inside: frozenset[str] = frozenset().union(*(of.get(region, frozenset()) for region in whole))
    found = (*whole, *(country for country in countries if country not in inside))
    return found if len(found) <= _NAMED or not regions else tuple(regions)


@cache
def country_names(language: str) -> Mapping[str, str]:
    """ISO 3166-1 alpha-2 -> the usual name (Unicode CLDR); empty for a language CLDR does not have."""
    return {
        code: name
        for code, name in _territories(language).items()
        if len(code) == 2 and code.isalpha() and code not in _NOT
    }


def _territories(locale: str) -> dict[str, str]:
    """The one table that is needed, from Babel's own files: its `Locale` would keep all tables of the language."""
    file = Path(localedata.resolve_locale_filename(locale))
    own: dict[str, dict[str, str]] = pickle.loads(file.read_bytes()) if file.exists() else {}
    parent = get_global("parent_exceptions").get(locale) or locale.rpartition("_")[0]
    return (_territories(parent) if parent else {}) | own.get("territories", {})


# CLDR also names areas and pseudo-locales that are no countries.
_NOT = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"})


def country_name(code: str, language: str) -> str:
    """The country's name for a reader; the code itself where there is none."""
    return country_names(language).get(code.upper(), code)
