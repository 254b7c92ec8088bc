"""`guidepost evaluate`: how well this desk routes labelled messages, or the router any labelled set."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.bootstrap import open_house
from bot.evaluating import labelled, machinery, page, printing
from bot.evaluating.labelled import Unreadable
from bot.settings import load
from routing.catalogue import Catalogue
from routing.decision import Context
from routing.evaluation import crossing
from routing.evaluation.comparing import compare
from routing.evaluation.figures import AMOUNTS, LESS_IS_BETTER, SHARES
from routing.evaluation.judging import Judged, Labelled, judge, known_names
from routing.evaluation.reports import FORM, Report, figure, report_on


@dataclass(frozen=True, slots=True)
class Desk:
    """What is measured: what the desk knows, what it knows around a message, and how it gets ready for a text."""

    catalogue: Catalogue
    context: Context
    make_ready: Callable[[str], None]


@contextmanager
def open_desk() -> Iterator[Desk]:
    """This desk, with what it knows now."""
    house = open_house(load())
    try:
        context = Context(now=house.clock(), default_language=house.settings.default_language)
        yield Desk(house.catalogues.current(), context, house.catalogues.make_ready)
    finally:
        house.close()


def evaluate(options: argparse.Namespace, opened: Callable[[], AbstractContextManager[Desk]] = open_desk) -> int:
    """Measure what was asked for: this desk on files or on itself, or the router on a set of its own."""
    try:
        if options.examples or options.test:
            return machinery.evaluate(options)
        _check(options)
        messages = _messages(options)
        before = _earlier(options.compare) if options.compare else None
        with opened() as desk:
            report = _crossed(options, desk) if options.cross else _routed(messages, desk)
        return _told(options, report, before)
    except Unreadable as problem:
        print(problem, file=sys.stderr)
        return 2


def _check(options: argparse.Namespace) -> None:
    if bool(options.files) == (options.cross is not None):
        raise Unreadable("Name files of labelled messages, or say --cross to ask the desk its own examples.")
    if options.cross is not None and options.cross < 2:
        raise Unreadable("--cross needs two folds at least.")
    for name, _ in options.floor:
        if name.partition(".")[0] not in (*SHARES, *AMOUNTS):
            raise Unreadable(f"--floor {name}: there is no such figure. There are {', '.join((*SHARES, *AMOUNTS))}.")
    for file, ending in ((options.json, ".json"), (options.html, ".html")):
        # So that no slip of the hand writes over a file of messages.
        if isinstance(file, Path) and file.suffix != ending:
            raise Unreadable(f"{file}: name the file that is to be written with {ending} at its end.")


def _messages(options: argparse.Namespace) -> list[Labelled]:
    every = [one for file in options.files for one in labelled.read(file)]
    some = [one for one in every if not options.language or one.language in options.language]
    if every and not some:
        raise Unreadable(f"No message is labelled with the language {', '.join(options.language)}.")
    return some


def _earlier(file: Path) -> Report:
    try:
        report: Report = json.loads(file.read_text("utf-8"))
        if report["report"] == FORM and Report.__required_keys__ <= set(report):
            return report
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    raise Unreadable(f"{file} cannot be compared with. Give a file that this version wrote with --json.")


def _routed(messages: Sequence[Labelled], desk: Desk) -> Report:
    for advice in labelled.strangers(messages, known_names(desk.catalogue)):
        print(advice, file=sys.stderr)
    print(f"Routing {len(messages)} messages with the knowledge of this desk ...", file=sys.stderr, flush=True)
    judged: list[Judged] = []
    for one in messages:
        desk.make_ready(one.text)
        judged += judge([one], desk.context, desk.catalogue)
    return report_on(judged)


def _crossed(options: argparse.Namespace, desk: Desk) -> Report:
    planned = crossing.plan(crossing.examples_of(desk.catalogue, options.language), options.cross)
    if not planned.examples:
        raise Unreadable("This desk has no examples in that language.")
    print(
        f"{len(planned.examples)} examples in {options.cross} folds; near-duplicates stay together"
        f" ({planned.groups} groups). The desk learns anew for every fold and language: this takes minutes.\n"
        "Good phrases differ from each other: expect lower figures than for real messages, and compare them over time.",
        file=sys.stderr,
        flush=True,
    )
    answers = crossing.cross(desk.catalogue, planned, desk.context, _say)
    return report_on([judged for _, judged in answers], crossing.pulls(planned, answers))


def _say(fold: int, language: str) -> None:
    print(f"fold {fold + 1}: {language}", file=sys.stderr, flush=True)


def _told(options: argparse.Namespace, report: Report, before: Report | None) -> int:
    comparison = compare(before, report) if before else None
    if options.json is True:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print(printing.printed(report, comparison, max(0, options.wrong)))
    _write(options.json, lambda: json.dumps(report, ensure_ascii=False, indent=1))
    _write(options.html, lambda: page.drawn(report, comparison))
    missed = _missed(report, options.floor)
    for line in missed:
        print(line, file=sys.stderr)
    return 1 if missed else 0


def _write(file: Any, content: Callable[[], str]) -> None:
    if isinstance(file, Path):
        try:
            file.write_text(content() + "\n", encoding="utf-8")
        except OSError as problem:
            raise Unreadable(f"{file} cannot be written: {problem.strerror or problem}.") from None


def _missed(report: Report, floors: Sequence[tuple[str, float]]) -> list[str]:
    said = []
    for name, wanted in floors:
        try:
            value = figure(report, name)
        except KeyError:
            groups = ", ".join((*report["languages"], *report["kinds"]))
            raise Unreadable(f"--floor {name}: no messages are of that group. There are {groups}.") from None
        less = name.partition(".")[0] in LESS_IS_BETTER
        if value is None or (value > wanted if less else value < wanted):
            said.append(printing.floor_missed(name, wanted, value))
    return said
