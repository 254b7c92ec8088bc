"""Why this answer: one line a requester can judge, from the reasons of the decision."""

from desk.conversation.turn import Audience
from desk.wording import phrase
from knowledge.places import country_name
from routing import normalise, telling
from routing.decision import Decision

SURE, LIKELY = 0.75, 0.5
WORDS = 4
SERVES = {
    "small-firm": phrase("small firms"),
    "private-sector": phrase("companies"),
    "government": phrase("public bodies"),
    "civil-society": phrase("civil society"),
    "media": phrase("media"),
    "individual": phrase("individuals"),
    "academia": phrase("research and teaching"),
    "technical-community": phrase("technical people"),
}
# The signals of the router whose detail is the person's own words.
_WORDS = ("words", "name")


def why(turn: Audience, decision: Decision, text: str) -> str:
    """What in a text spoke for this answer and how sure the desk is. Empty when nothing was routed."""
    heard = _heard(decision, text)
    parts = [turn.say("Why this: you wrote {words}", words=", ".join(f"“{word}”" for word in heard))] if heard else []
    if decision.facts.serves in SERVES:
        parts.append(turn.say("for {whom}", whom=turn.say(SERVES[decision.facts.serves])))
    if decision.facts.countries:
        names = (country_name(code, turn.language) for code in decision.facts.countries[:2])
        parts.append(turn.say("in {place}", place=", ".join(names)))
    if not parts:
        return ""
    return " · ".join([*parts, how_sure(turn, decision)]) + "."


def how_sure(turn: Audience, decision: Decision) -> str:
    """The confidence in words."""
    if decision.confidence >= SURE:
        return turn.say("quite sure")
    return turn.say("fairly sure") if decision.confidence >= LIKELY else turn.say("not sure")


def _heard(decision: Decision, text: str) -> list[str]:
    """The words that spoke, as they were written, without those that say little in any case."""
    said = [reason.detail for reason in decision.reasons if reason.signal in _WORDS and reason.detail]
    told = [
        word
        for detail in said
        for word in detail.split(", ")
        if telling.content_words(word) and word not in telling.vague()
    ]
    typed = normalise.as_written(text)
    written = (" ".join(typed.get(part, part) for part in word.split()) for word in told)
    return list(dict.fromkeys(written))[:WORDS]
