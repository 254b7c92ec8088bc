"""A report as text for a terminal."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from routing.evaluation.comparing import Change, Comparison
from routing.evaluation.figures import AMOUNTS, LESS_IS_BETTER, MEASURES, Group, Step
from routing.evaluation.reports import FEWEST, Message, Mixed, Pull, Report, Topic

_MOST = 10
_ACROSS = 6
_WIDEST = 110
_NARROW = {
    "right": "right",
    "first": "first",
    "among_three": "three",
    "useful": "useful",
    "crises_found": "crises",
    "crises_false": "false",
    "commands": "commands",
    "unwanted": "unwanted",
    "turned_down": "lost",
    "asked_back": "asked",
    "ece": "ece",
}


def plain(text: str, widest: int = _WIDEST) -> str:
    """One line that neither moves the cursor nor turns the writing direction, cut to a length."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= widest else f"{line[: widest - 1]}…"


def printed(report: Report, comparison: Comparison | None, most: int) -> str:
    """The whole report, what is different from an earlier one at the end; `most` messages of a sort are shown."""
    parts = (
        _figures(report["overall"]),
        _groups("by language, in %", report["languages"]),
        _groups("by kind, in %", report["kinds"]),
        _worst(report["topics"]),
        _pairs(report["mixed"]),
        _confusions(report["mixed"]),
        _curve(report["calibration"]),
        _pulls(report["pulls"]),
        _wrong(report["messages"], most),
        *(_compared(comparison, most) if comparison else ()),
    )
    return "\n\n".join(filter(None, map("\n".join, parts)))


def _titled(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return [title, *(f"  {line}" for line in found)] if found else []


def share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def amount(name: str, value: float) -> str:
    """A figure in its unit."""
    if name.endswith("_ms"):
        return f"{value:.1f} ms"
    return f"{value:.2f}" if name == "cost" else share(value)


def _figures(group: Group) -> list[str]:
    lines = [
        f"{measure.name:<14}{share(group['figures'][measure.name]):>9}  of {group['counted'][measure.name]:>5}"
        f"  {measure.says}"
        for measure in MEASURES
        if measure.name in group["figures"]
    ]
    lines += [
        f"{name:<14}{amount(name, group['figures'][name]):>9}  {'':>8}  {says}"
        for name, says in AMOUNTS.items()
        if name in group["figures"]
    ]
    return _titled(f"{group['messages']} message{'s' if group['messages'] != 1 else ''}", lines)


def _groups(title: str, groups: dict[str, Group]) -> list[str]:
    used = [name for name in _NARROW if any(name in group["figures"] for group in groups.values())]
    head = f"{'':<9} messages" + "".join(f"{_NARROW[name]:>9}" for name in used)
    lines = [
        f"{plain(name):<9}{group['messages']:>9}" + "".join(_cell(group["figures"].get(one)) for one in used)
        for name, group in groups.items()
    ]
    return _titled(title, [head, *lines]) if groups else []


def _cell(value: float | None) -> str:
    return f"{'–' if value is None else format(100 * value, '.1f'):>9}"


def _worst(topics: Sequence[Topic]) -> list[str]:
    some = [one for one in topics if one["messages"] >= FEWEST and one["right"] < 1][:_MOST]
    lines = (f"{share(one['right']):>8} of {one['messages']:>4}  {one['topic']}" for one in some)
    return _titled(f"worst topics (of those with {FEWEST} or more requests)", lines)


def _pairs(mixed: Sequence[Mixed]) -> list[str]:
    """Pairs count in both directions: two topics that borrow from each other are one problem."""
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    for one in mixed:
        counts[tuple(sorted((one["wanted"], one["got"])))] += one["count"]
    some = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST]
    return _titled("most confused pairs", (f"{count:>4}  {' ~ '.join(pair)}" for pair, count in some))


def _confusions(mixed: Sequence[Mixed]) -> list[str]:
    rows: dict[str, list[str]] = defaultdict(list)
    for one in mixed:
        rows[one["wanted"]].append(f"{one['got']} {one['count']}")
    lines = (
        f"{wanted}: {', '.join(taken[:_ACROSS])}" + (f" and {len(taken) - _ACROSS} more" if taken[_ACROSS:] else "")
        for wanted, taken in sorted(rows.items())
    )
    return _titled("wanted: what came instead, how often", lines)


def _curve(steps: Sequence[Step]) -> list[str]:
    lines = (
        f"{100 * step['since']:>3.0f}–{100 * step['until']:<3.0f} % sure {step['messages']:>5} requests"
        f"  said {share(step['sure']):>7}  right {share(step['right']):>7}  {'#' * round(20 * step['right'])}"
        for step in steps
    )
    return _titled("calibration: how sure it was of the topic, and how often that was right", lines)


def _pulls(pulls: Sequence[Pull]) -> list[str]:
    lines = [
        line
        for one in pulls[:_MOST]
        for line in (
            f"{one['pulls']} pulled, {one['helps']} helped  {one['language']} {one['owner']}: {plain(one['text'])}",
            *(f"    pulls: {plain(text)}" for text in one["pulled"]),
        )
    ]
    title = (
        "examples that hurt: each is the nearest example of that many held-out phrases of other topics,\n"
        "  which were then taken for its own topic; beside them how many of its own it helped"
    )
    return _titled(title, lines)


def _wrong(messages: Sequence[Message], most: int) -> list[str]:
    wrong = [one for one in messages if not one["right"]]
    title = f"went wrong: {len(wrong)}"
    if len(wrong) > most:
        title += f", of which {most} are shown (--wrong {len(wrong)} shows all)"
    return _titled(title, (line for one in wrong[:most] for line in described(one)))


def described(one: Message) -> Iterator[str]:
    """A message, what came out instead of what was wanted, and what decided it."""
    yield f"{one['language']}  {plain(one['text'])}"
    yield f"    wanted {one['wanted']}, got {one['got']} ({one['action']}, {100 * one['sure']:.0f} % sure)"
    if one["because"]:
        yield f"    because {plain('; '.join(one['because']), 2 * _WIDEST)}"


def _compared(found: Comparison, most: int) -> Iterator[list[str]]:
    """What is different, worse first."""
    yield [f"compared with the other report: {found.shared} messages are in both"]
    for title, better in (("figures that got worse", False), ("figures that got better", True)):
        some = (one for one in found.changes if one["better"] is better)
        yield _titled(title, (_difference(one) for one in some))
    yield _changed("became wrong", found.worse, most)
    yield _changed("became right", found.better, most)


def _difference(one: Change) -> str:
    before, now = amount(one["name"], one["before"]), amount(one["name"], one["now"])
    return f"{one['name']:<18}{before:>9} → {now:>8}"


def _changed(title: str, messages: Sequence[Message], most: int) -> list[str]:
    lines = (line for one in messages[:most] for line in described(one))
    return [f"{title}: {len(messages)}", *(f"  {line}" for line in lines)]


def floor_missed(name: str, wanted: float, value: float | None) -> str:
    """What to say about a figure that is worse than it may be."""
    said = "has no messages to count" if value is None else f"is {value:g}"
    side = "most" if name.partition(".")[0] in LESS_IS_BETTER else "least"
    return f"{name} {said}; it may be {wanted:g} at the {side}."
