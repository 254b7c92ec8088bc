"""`guidepost evaluate`: how well this desk routes labelled messages, or the router any labelled set."""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
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
from routing.evaluation.figures import LESS_IS_BETTER
from routing.evaluation.judging import Judged, Labelled, judge, known_names
from routing.evaluation.reports import FORM, Report, figure, report_on

#: Gets the desk ready for a text.
Ready = Callable[[str], None]


def evaluate(options: argparse.Namespace) -> int:
    """Measure what was asked for: this desk on files or on itself, or the router on a set of its own."""
    try:
        if options.examples or options.test:
            return machinery.evaluate(options)
        _check(options)
        messages = _messages(options)
        before = _earlier(options.compare) if options.compare else None
        house = open_house(load())
        try:
            context = Context(now=house.clock(), default_language=house.settings.default_language)
            report = found(options, messages, context, house.catalogues.current(), house.catalogues.make_ready)
        finally:
            house.close()
        return _told(options, report, before)
    except Unreadable as problem:
        print(problem, file=sys.stderr)
        return 2


def _check(options: argparse.Namespace) -> None:
    if bool(options.files) == bool(options.cross):
        raise Unreadable("Name files of labelled messages, or say --cross to ask the desk its own examples.")
    if options.cross is not None and options.cross < 2:
        raise Unreadable("--cross needs two folds at least.")
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
        if report["report"] == FORM:
            return report
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Unreadable(f"{file} cannot be compared with. Give a file that this version wrote with --json.")


def found(
    options: argparse.Namespace, messages: Sequence[Labelled], context: Context, catalogue: Catalogue, ready: Ready
) -> Report:
    """Route everything and count."""
    if options.cross:
        return _crossed(options, context, catalogue)
    for advice in labelled.strangers(messages, known_names(catalogue)):
        print(advice, file=sys.stderr)
    judged: list[Judged] = []
    for one in messages:
        ready(one.text)
        judged += judge([one], context, catalogue)
    return report_on(judged)


def _crossed(options: argparse.Namespace, context: Context, catalogue: Catalogue) -> Report:
    planned = crossing.plan(crossing.examples_of(catalogue, options.language), options.cross)
    print(
        f"{len(planned.examples)} examples in {options.cross} folds; near-duplicates stay together"
        f" ({planned.groups} groups). This takes some minutes.",
        file=sys.stderr,
    )
    answers = crossing.cross(catalogue, planned, context, _say)
    return report_on([judged for _, judged in answers], crossing.pulls(planned, answers))


def _say(fold: int, language: str) -> None:
    print(f"fold {fold + 1}: {language}", file=sys.stderr, flush=True)


def _told(options: argparse.Namespace, report: Report, before: Report | None) -> int:
    if options.json is True:
        print(json.dumps(report, ensure_ascii=False))
    else:
        print(printing.printed(report, options.wrong))
    if before:
        print("\n" + printing.compared(compare(before, report), options.wrong))
    _write(options.json, lambda: json.dumps(report, ensure_ascii=False, indent=1))
    _write(options.html, lambda: page.drawn(report, compare(before, report) if before else None))
    missed = [*_missed(report, options.floor)]
    print("\n".join(missed), file=sys.stderr, end="\n" if missed else "")
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
            known = ", ".join(report["overall"]["figures"])
            raise Unreadable(
                f"--floor {name}: there is no such figure. There are {known}; first.fr is French."
            ) from None
        less = name.partition(".")[0] in LESS_IS_BETTER
        if value is None or (value > wanted if less else value < wanted):
            said.append(printing.floor_missed(name, wanted, value))
    return said
