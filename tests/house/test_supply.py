"""What the house is built from: pinned, hashed, under licences that ask nothing of an operator, and the image."""

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution

import pytest
from packaging.markers import Marker

from tests.house.repository import read

LOCKS = ("requirements.lock", "requirements-dev.lock")
# Used unmodified as separate packages, which anybody may replace: docs/decisions/0004.
LGPL = {"python-telegram-bot", "psycopg", "psycopg-binary"}
ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "PSF-2.0",
    "Unlicense",
    "Zlib",
}
_OLD_NAMES = {
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "3-Clause BSD License": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


def _pins(lock: str) -> Iterator[tuple[str, str, str]]:
    """Name, version and marker of every package in a lock."""
    for line in re.findall(r"^[a-z0-9].*$", read(lock), re.MULTILINE):
        requirement, _, marker = line.rstrip("\\ ").partition(" ; ")
        name, _, version = requirement.partition("==")
        yield name, version.strip(), marker.strip()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes(lock: str) -> None:
    for block in re.split(r"^(?=[a-z0-9])", read(lock), flags=re.MULTILINE)[1:]:
        assert re.match(r"[a-z0-9.-]+==[0-9]", block)
        assert "--hash=sha256:" in block, block.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_place_to_fetch_from(lock: str) -> None:
    assert not re.search(r"https?:|file:|--(?:extra-)?index|--find-links|-i ", read(lock))


def test_both_locks_agree() -> None:
    ours, dev = set(_pins(LOCKS[0])), set(_pins(LOCKS[1]))
    assert not ours - dev


def _licences(package: Distribution) -> set[str]:
    """The licences of a package by their SPDX names; of several to choose from, all."""
    expression = package.metadata.get("License-Expression")
    if expression:
        return set(re.findall(r"[\w.-]+", expression)) - {"AND", "OR", "WITH"}
    classes = [
        name.split(" :: ")[-1] for name in package.metadata.get_all("Classifier") or [] if name.startswith("License")
    ]
    named = classes or [package.metadata.get("License") or _heading(package)]
    every = [part for name in named for part in name.split(" AND ")]
    return {_OLD_NAMES.get(name, name) for name in every if name != "OSI Approved"}


def _heading(package: Distribution) -> str:
    """The first line of the licence that a package brings along without naming it."""
    texts = [file.read_text() for file in package.files or () if file.name.startswith("LICENSE")]
    return next((text.strip().splitlines()[0] for text in texts), "none stated")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_licence_is_one_nobody_has_to_think_about(lock: str) -> None:
    doubtful = {}
    for name, _, marker in _pins(lock):
        if marker and not Marker(marker).evaluate():
            continue
        try:
            found = _licences(distribution(name))
        except PackageNotFoundError:
            pytest.fail(f"{name} of {lock} is not installed: run make test")
        if found - ALLOWED and not (name in LGPL and found == {"LGPL-3.0-only"}):
            doubtful[name] = found
    assert not doubtful


def test_the_exceptions_are_recorded() -> None:
    record = read("docs/decisions/0004-accept-lgpl-dependencies-used-unmodified.md")
    assert not [name for name in LGPL if name not in record]


def _dockerfile() -> list[str]:
    return [line for line in read("Dockerfile").splitlines() if line and not line.startswith("#")]


def test_the_image_can_be_built_on_another_base() -> None:
    assert re.fullmatch(r"ARG BASE_IMAGE=\S+", read("Dockerfile").splitlines()[0])
    assert {line.split()[1] for line in _dockerfile() if line.startswith("FROM ")} == {"${BASE_IMAGE}"}


def test_the_image_runs_as_an_ordinary_user_with_one_volume() -> None:
    lines = _dockerfile()
    assert [line for line in lines if line.startswith("VOLUME")] == ["VOLUME /data"]
    assert next(line for line in lines if line.startswith("USER ")) not in ("USER root", "USER 0")
    assert any(line.startswith("HEALTHCHECK") for line in lines)


def test_the_image_starts_the_desk_directly_so_that_it_hears_signals() -> None:
    assert _dockerfile()[-1].startswith('CMD ["')
    assert "--require-hashes" in read("Dockerfile")
