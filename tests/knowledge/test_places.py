"""Which countries an entry is for."""

import pytest

from knowledge.places import NOWHERE, area, country_name, country_names, reach

REGIONS = {
    "world": frozenset[str](),
    "africa": frozenset({"KE", "RW", "NG"}),
    "eastern-africa": frozenset({"KE", "RW"}),
    "eu": frozenset({"DE", "FR", "LV"}),
    "northern-europe": frozenset({"GB", "LV", "NO"}),
}


@pytest.mark.parametrize(
    ("regions", "countries", "expected"),
    [
        ([], [], set()),
        (["world"], [], set()),
        (["world", "northern-europe"], ["GB"], set()),
        (["eu"], [], {"DE", "FR", "LV"}),
        ([], ["US"], {"US"}),
        (["northern-europe"], ["GB"], {"GB"}),
        (["northern-europe", "africa"], ["GB"], {"GB", "KE", "RW", "NG"}),
        (["africa", "eastern-africa"], ["RW"], {"KE", "RW", "NG"}),
        (["eu"], ["NO"], {"DE", "FR", "LV", "NO"}),
        (["eu", "northern-europe"], ["FR", "GB"], {"FR", "GB"}),
        (["atlantis"], [], {NOWHERE}),
    ],
)
def test_regions_and_countries_become_countries(regions: list[str], countries: list[str], expected: set[str]) -> None:
    assert reach(regions, countries, REGIONS) == expected


@pytest.mark.parametrize(
    ("regions", "countries", "expected"),
    [
        ([], [], ()),
        (["world", "northern-europe"], ["GB"], ()),
        (["northern-europe"], ["GB"], ("GB",)),
        (["africa", "eastern-africa"], ["RW"], ("africa",)),
        (["eu"], ["NO"], ("eu", "NO")),
        (["africa"], ["KE", "RW", "NG", "ET"], ("africa",)),
        ([], ["US", "CA", "MX", "GT"], ("US", "CA", "MX", "GT")),
    ],
)
def test_an_area_is_named_as_a_person_would(regions: list[str], countries: list[str], expected: tuple[str]) -> None:
    assert area(regions, countries, REGIONS) == expected


def test_countries_have_names_in_every_language() -> None:
    assert country_name("LV", "en") == "Latvia"
    assert country_name("lv", "ru") == "Латвия"
    assert country_name("NO", "zh") == "挪威"


def test_an_unknown_country_or_language_keeps_its_code() -> None:
    assert country_name("XX", "en") == "XX"
    assert country_name("LV", "tlh-x") == "LV"


def test_areas_that_are_no_countries_are_left_out() -> None:
    assert {"EU", "UN", "ZZ", "001"}.isdisjoint(country_names("en"))
    assert 240 < len(country_names("en")) < 260
