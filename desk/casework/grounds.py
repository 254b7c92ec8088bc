"""Why a ticket was routed as it was, in sentences a member can check word by word."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from desk.casework import rerouting
from desk.conversation import explaining
from desk.conversation.turn import Desk
from desk.requests import Request
from desk.tickets import Ticket
from desk.wording import language_name, phrase, translate
from knowledge.places import country_name
from routing.catalogue import Kind

#: Signals whose detail quotes the requester.
_QUOTES = ("correction", "words", "name", "place")
_KINDS = (Kind.TOPIC, Kind.PRACTICE, Kind.ORGANISATION, Kind.TERM, Kind.TRAINING, Kind.NETWORK)
_ELIGIBLE = {
    "in the country": phrase("{name} works in the requester's country."),
    "in the region": phrase("{name} works in the requester's region."),
    "in part of the region": phrase("{name} works in part of the requester's region."),
    "place not known": phrase("{name} counts for less: it works in some places only, and the country is not known."),
    "serves other places": phrase("{name} works in other places."),
}


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of the catalogue with its name for the reader and how well it fits (percent)."""

    kind: Kind
    id: str
    name: str
    share: int = 0


@dataclass(frozen=True, slots=True)
class Grounds:
    """A routing as it is explained. `margin` is how far the first topic lies ahead of the second, in percent."""

    sentences: tuple[str, ...] = ()
    confidence: int = 0
    margin: int = 0
    topic: Named | None = None
    runner_up: Named | None = None
    alternatives: tuple[Named, ...] = ()
    practices: tuple[Named, ...] = ()
    organisations: tuple[Named, ...] = ()


def name_of(desk: Desk, kind: Kind, id: str, language: str) -> str:
    """What an entry is called in a language, in English where it has no name there; its id when it is gone."""
    entry = desk.catalogue.entry(kind, id)
    return (entry.names.get(language) or entry.names.get("en") or id) if entry else id


def explain(desk: Desk, request: Request, language: str, *, quote: bool = True) -> Grounds | None:
    """The routing of a request; None when nothing was routed. `quote=False` leaves out what the requester wrote."""
    decision = request.decision
    if not decision:
        return None

    def ranked(kind: Kind, key: str) -> tuple[Named, ...]:
        rows = decision.get(key, [])
        return tuple(
            Named(kind, one["id"], name_of(desk, kind, one["id"], language), round(100 * one["score"])) for one in rows
        )

    topics = ranked(Kind.TOPIC, "topics")
    current = request.topic and Named(Kind.TOPIC, request.topic, name_of(desk, Kind.TOPIC, request.topic, language))
    runner_up = next((one for one in topics if one.id == decision.get("runner_up")), None)
    said = (_sentence(desk, one, language) for one in decision.get("reasons", []) if quote or _is_impersonal(one))
    return Grounds(
        sentences=tuple(sentence for sentence in said if sentence),
        confidence=round(100 * decision.get("confidence", 0)),
        margin=round(100 * decision.get("margin", 0)),
        topic=next((one for one in topics if one.id == request.topic), current or None),
        runner_up=runner_up,
        alternatives=tuple(one for one in topics if one.id != request.topic),
        practices=ranked(Kind.PRACTICE, "practices"),
        organisations=ranked(Kind.ORGANISATION, "organisations"),
    )


def _is_impersonal(reason: dict[str, Any]) -> bool:
    return reason["signal"] not in (*_QUOTES, "phrase", "triage")


def _sentence(desk: Desk, reason: dict[str, Any], language: str) -> str:
    signal = reason["signal"]
    if signal not in _SENTENCES or (signal == "margin" and not reason["detail"]):
        return ""
    detail, id = reason["detail"], reason.get("entry") or ""
    values = {
        "detail": detail,
        "percent": round(100 * reason.get("weight", 0)),
        "name": _any_name(desk, id, language),
        **(_DETAILS[signal](detail, id, language) if signal in _DETAILS else {}),
    }
    text = _ELIGIBLE.get(detail, _SENTENCES[signal]) if signal == "eligibility" else _SENTENCES[signal]
    return translate(language, text, **values)


_SENTENCES = {
    "words": phrase("These words speak for “{name}”: {words}."),
    "correction": phrase("Read after correcting the spelling: {detail}."),
    "phrase": phrase("It is like this example: “{detail}” ({percent}% alike)."),
    "name": phrase("Named: {detail}."),
    "place": phrase("The place “{written}” was understood as {country}."),
    "eligibility": phrase("{name}: {detail}."),
    "margin": phrase("The first topic lies {percent} points ahead of the second."),
    "serves": phrase("The requester speaks for: {whom}."),
    "minor": phrase("A child is concerned."),
    "language": phrase("The language is {named}."),
    "triage": phrase("A rule for emergencies, or for what this desk does not do, has spoken: {detail}."),
    "clock": phrase("A legal time limit may be running."),
}
_DETAILS: dict[str, Callable[[str, str, str], dict[str, str]]] = {
    "words": lambda detail, id, language: {"words": ", ".join(f"“{word}”" for word in detail.split(", "))},
    "place": lambda detail, id, language: {
        "written": detail.partition(" → ")[0],
        "country": country_name(id, language) if len(id) == 2 else id,
    },
    "serves": lambda detail, id, language: {"whom": translate(language, explaining.SERVES.get(detail, detail))},
    "language": lambda detail, id, language: {"named": language_name(detail)},
}


def _any_name(desk: Desk, id: str, language: str) -> str:
    kind = next((kind for kind in _KINDS if desk.catalogue.entry(kind, id)), None)
    return name_of(desk, kind, id, language) if kind else id


def topic_name(desk: Desk, id: str | None, language: str) -> str:
    """What a topic is called; empty without one."""
    return name_of(desk, Kind.TOPIC, id, language) if id else ""


def organisation_name(desk: Desk, id: str | None, language: str) -> str:
    """What an organisation is called; empty without one."""
    return name_of(desk, Kind.ORGANISATION, id, language) if id else ""


def search(desk: Desk, words: str, language: str, only: str = "", limit: int = 10) -> list[Named]:
    """Topics, practices and organisations (or `only` one kind) whose name has all these words, best first."""
    asked = words.casefold().split()[:6]
    kinds = [kind for kind in (Kind.TOPIC, Kind.PRACTICE, Kind.ORGANISATION) if only in ("", kind.value)]
    found = []
    for entry in desk.catalogue.entries if asked else ():
        names = [entry.names.get(language, ""), *entry.names.values(), *entry.aliases, entry.id]
        spoken = " ".join(names).casefold()
        if entry.kind in kinds and all(word in spoken for word in asked):
            is_start = names[0].casefold().startswith(asked[0])
            found.append(((not is_start, kinds.index(entry.kind), names[0]), entry))
    ordered = [entry for _, entry in sorted(found, key=lambda pair: pair[0])][:limit]
    return [Named(entry.kind, entry.id, name_of(desk, entry.kind, entry.id, language)) for entry in ordered]


def kind_named(name: str) -> Kind:
    """The kind of that name.

    Raises:
        LookupError: there is none that an answer can be made of.
    """
    if name not in (Kind.TOPIC.value, Kind.PRACTICE.value, Kind.ORGANISATION.value):
        raise LookupError(name)
    return Kind(name)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An answer as it is and as it would be by now. `mark` stands for the new one."""

    rows: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    mark: str
    can_answer: bool

    @property
    def is_same(self) -> bool:
        return all(before == after for _, before, after in self.rows)


def compare(desk: Desk, ticket: Ticket, language: str) -> Comparison:
    """What routing once more would change. Nothing is changed yet."""
    new = rerouting.routed_now(desk, ticket)
    old = ticket.request.decision

    def named(kind: Kind, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(name_of(desk, kind, id, language) for id in list(ids)[:3])

    def kept(key: str) -> list[str]:
        return [one["id"] for one in old.get(key, [])]

    topic = [ticket.request.topic] if ticket.request.topic else []
    rows = (
        (phrase("Topic"), named(Kind.TOPIC, topic), named(Kind.TOPIC, [one.id for one in new.topics[:1]])),
        (phrase("Practices"), named(Kind.PRACTICE, kept("practices")),
         named(Kind.PRACTICE, [one.id for one in new.practices])),
        (phrase("Organisations"), named(Kind.ORGANISATION, kept("organisations")),
         named(Kind.ORGANISATION, [one.id for one in new.organisations])),
    )  # fmt: skip
    return Comparison(rows, rerouting.mark(new), rerouting.is_answer(new))
