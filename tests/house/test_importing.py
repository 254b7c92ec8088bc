"""Every module can be imported first: a test, a tool or a new command may begin anywhere in the house."""

import os
import subprocess
import sys
from functools import cache

import grimp

from tests.house.repository import ROOMS, ROOT

# Imports each module as if it were the first of ours. One process for all: what others wrote is read once.
FIRST = """
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [one for one in sys.modules if one.partition(".")[0] in {rooms}]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except ImportError as problem:
        print(f"{{name}}: {{problem}}")
"""


def imports() -> dict[str, set[str]]:
    """What each module imports, its own packages included: those come before it."""
    graph = grimp.build_graph(*ROOMS, cache_dir=None)
    found = {name: set(graph.find_modules_directly_imported_by(name)) for name in graph.modules}
    for name, others in found.items():
        if parent := name.rpartition(".")[0]:
            others.add(parent)
    return found


def beginnings(found: dict[str, set[str]]) -> set[str]:
    """The modules whose order matters: those that import themselves by way of others. Where there is no circle, any
    order is good; whoever comes into one from outside begins with one of its modules; and where a package imports its
    own modules, whoever begins with one of them begins with the package."""

    @cache
    def reached(name: str) -> frozenset[str]:
        seen: set[str] = set()
        ahead = [*found[name]]
        while ahead:
            one = ahead.pop()
            if one not in seen:
                seen.add(one)
                ahead += found[one]
        return frozenset(seen)

    def first(name: str) -> str:
        package = name.rpartition(".")[0]
        return first(package) if package and name in reached(package) else name

    return {first(name) for name in found if name in reached(name)}


def test_every_module_can_be_imported_first() -> None:
    names = sorted(beginnings(imports()))
    assert "desk.tickets" in names
    program = FIRST.format(rooms=set(ROOMS))
    done = subprocess.run(
        [sys.executable, "-c", program, *names],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stdout + done.stderr
