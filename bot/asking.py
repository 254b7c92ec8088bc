"""`guidepost ask`: routing without opening anything."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.bootstrap import open_house, utc_now
from bot.settings import load
from routing.decision import Context, Decision, Scored
from routing.router import route


def ask(options: argparse.Namespace) -> int:
    """Route one text or a file of them; nothing is stored."""
    try:
        requests = list(_lines(options.batch)) if options.batch else [{"text": options.text}]
    except (OSError, ValueError) as problem:
        print(
            f"{options.batch} cannot be used: {problem}. Give one JSON object with a `text` per line.", file=sys.stderr
        )
        return 2
    house = open_house(load())
    catalogue = house.catalogues.current()
    for request in requests:
        house.catalogues.make_ready(request["text"])
        started = time.perf_counter()
        decision = route(request["text"], _context(request, options.now, house.settings.default_language), catalogue)
        elapsed = 1000 * (time.perf_counter() - started)
        answer = _as_json(request, decision, elapsed)
        print(json.dumps(answer, ensure_ascii=False) if options.json else _as_text(decision), flush=True)
    house.close()
    return 0


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            request = json.loads(line)
            if not isinstance(request, dict) or not isinstance(request.get("text"), str):
                raise ValueError(f"line {number} has no text")
            yield request


def _context(request: dict[str, Any], now: datetime | None, default_language: str) -> Context:
    return Context(now=now or utc_now(), default_language=default_language)


def _as_json(request: dict[str, Any], decision: Decision, elapsed_ms: float) -> dict[str, Any]:
    kept = {"id": request["id"]} if "id" in request else {}
    return {
        **kept,
        "action": decision.action.value,
        "intent": decision.intent,
        "language": decision.language,
        "urgency": decision.urgency.value,
        "confidence": round(decision.confidence, 4),
        "margin": round(decision.margin, 4),
        "topics": _ranked(decision.topics),
        "practices": _ranked(decision.practices),
        "organisations": _ranked(decision.organisations),
        "clocks": [
            {"id": clock.id, "due": clock.due.isoformat() if clock.due else None, "sure": clock.sure}
            for clock in decision.clocks
        ],
        "question": decision.question,
        "reasons": [{"signal": one.signal, "detail": one.detail, "entry": one.entry} for one in decision.reasons],
        "runner_up": decision.runner_up.id if decision.runner_up else None,
        "elapsed_ms": round(elapsed_ms, 3),
    }


def _ranked(scored: tuple[Scored, ...]) -> list[dict[str, Any]]:
    return [{"id": one.id, "score": round(one.score, 4)} for one in scored]


def _as_text(decision: Decision) -> str:
    lines = [
        f"{decision.action.value}" + (f" ({decision.intent})" if decision.intent else ""),
        f"language {decision.language}, urgency {decision.urgency.value}, {decision.confidence:.0%} sure",
        *(
            f"{name}: {', '.join(f'{one.id} {one.score:.2f}' for one in ranked)}"
            for name, ranked in _lists(decision)
            if ranked
        ),
        *(
            f"deadline {clock.id}: {clock.due.isoformat() if clock.due else 'start not known'}"
            for clock in decision.clocks
        ),
        *(f"because {reason.signal}: {reason.detail}" for reason in decision.reasons),
    ]
    if decision.runner_up:
        lines.append(f"second: {decision.runner_up.id}, margin {decision.margin:.2f}")
    return "\n".join(lines)


def _lists(decision: Decision) -> list[tuple[str, tuple[Scored, ...]]]:
    return [("topics", decision.topics), ("practices", decision.practices), ("organisations", decision.organisations)]
