"""`guidepost examples`: what people asked and which topic was right, reviewed before the router learns from it."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from bot.bootstrap import House, open_house, utc_now
from bot.queueing import at_the_keyboard
from bot.settings import load
from desk import examples, learnt
from desk.examples import CannotReview, Example, Lesson
from desk.trial import Verdict, try_out
from knowledge.packs import SHIPPED, standing


def list_examples(*, everything: bool) -> int:
    """Print the examples that wait for review, or all. What people wrote is printed: it is what is reviewed."""

    def run(house: House) -> int:
        with house.database.reading() as session:
            found = examples.listing(session, everything=everything)
            for example in found:
                print(_described(example))
            waiting = sum(one.state is examples.ExampleState.PROPOSED for one in found)
        print(f"{waiting} wait for review.")
        return 0

    return _in_house(run)


def accept_example(options: argparse.Namespace) -> int:
    """Try an example on the standing set; accept it when that does not get worse, else refuse it with the reason."""

    def run(house: House) -> int:
        lesson, verdict = _tried(house, options.id, options.text, options.standing or SHIPPED)
        print(verdict)
        if options.check:
            return 1 if verdict.harms else 0
        with house.database.writing() as session:
            example, by = examples.find(session, options.id), options.by or at_the_keyboard()
            if verdict.harms:
                examples.refuse(session, example, str(verdict), by, utc_now())
            else:
                examples.accept(session, example, lesson.words, by, utc_now())
        print(_REFUSED if verdict.harms else f"Accepted: “{lesson.words}” teaches {lesson.entry_id}.")
        return 1 if verdict.harms else 0

    return _in_house(run)


_REFUSED = (
    "Refused: the standing set would get worse. Try other words with --text, or correct the phrases it is close to."
)


def refuse_example(id: int, reason: str, by: str | None) -> int:
    """Refuse an example, or take back one that was accepted."""

    def run(house: House) -> int:
        with house.database.writing() as session:
            examples.refuse(session, examples.find(session, id), reason, by or at_the_keyboard(), utc_now())
        print("Refused.")
        return 0

    return _in_house(run)


def _tried(house: House, id: int, wording: str | None, folder: Path) -> tuple[Lesson, Verdict]:
    with house.database.reading() as session:
        lesson = examples.lesson(examples.find(session, id), wording)

    def recall(mark: str) -> bytes | None:
        with house.database.reading() as session:
            return learnt.recall(session, mark)

    return lesson, try_out(lesson, standing(lesson.language, folder), house.catalogues.current(), recall)


def _described(example: Example) -> str:
    ticket = example.request.ticket
    origin = f"{example.occasion} in {ticket.reference}" if ticket else example.occasion
    head = f"{example.id:>5}  {example.state:<9} {example.language}  {example.entry_id}"
    lines = [f"{head}  {origin} by {example.proposed_by}, {example.proposed_at:%Y-%m-%d}", f"       “{example.text}”"]
    if example.wording:
        lines.append(f"       taught as “{example.wording}”")
    if example.reviewed_at:
        why = f": {example.reason}".replace("\n", "\n       ") if example.reason else ""
        lines.append(f"       {example.state} by {example.reviewed_by}, {example.reviewed_at:%Y-%m-%d}{why}")
    return "\n".join(lines)


def _in_house(run: Callable[[House], int]) -> int:
    house = open_house(load())
    try:
        return run(house)
    except CannotReview as problem:
        print(problem, file=sys.stderr)
        return 1
    finally:
        house.close()
