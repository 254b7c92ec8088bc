"""Why this answer: one line a requester can judge, from the reasons of the decision."""

from desk.conversation.turn import Audience
from desk.wording import phrase
from knowledge.places import country_name
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


def why(turn: Audience, decision: Decision) -> str:
    """What spoke for this answer and how sure the desk is. Empty when nothing was routed."""
    heard = _heard(decision)
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


def _heard(decision: Decision) -> list[str]:
    said = [reason.detail for reason in decision.reasons if reason.signal in _WORDS and reason.detail]
    return list(dict.fromkeys(said))[:WORDS]
