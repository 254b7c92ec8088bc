"""What the desk turns down, and what is no need at all."""

from routing import courtesies, signals, thresholds
from routing.fusion import Reading

#: What the desk turns down, the gravest first.
KINDS = ("injection", "other_people", "hacking", "spam", "homework", "out_of_scope", "abuse")
#: What people add, of which nothing can be told by itself.
_DETAIL = "detail"


def unwanted(folded: str) -> tuple[str, str] | None:
    """The kind of message the desk turns down, and the words that show it."""
    seen = signals.seen(folded)
    for kind in KINDS:
        if f"unwanted:{kind}" in seen and f"unless:{kind}" not in seen:
            return kind, signals.spoken(folded, seen[f"unwanted:{kind}"][0])
    return None


def like_unwanted(reading: Reading) -> tuple[str, str] | None:
    """The kind of message the desk turns down that this one resembles far more than any need."""
    kind, score = aside(reading)
    if kind in KINDS and score > thresholds.UNWANTED and reading.strength < score + 1:
        return kind, "resembles such messages"
    return None


def tells_nothing(reading: Reading) -> bool:
    """Whether a message resembles what people add, a colour, an age, who is with them, far more than any need."""
    kind, likeness = aside(reading)
    return kind == _DETAIL and likeness > thresholds.DETAIL and reading.strength < likeness + 1


def perhaps_no_need(reading: Reading, sure: float) -> bool:
    """Whether a message is about as like what the desk turns down, or a command, as like a need. `sure` is how probable
    its first topic is: where that is clear it is no command. What resembles a courtesy was weighed as one before."""
    scores = {kind: score for kind, score in reading.asides.items() if kind not in courtesies.KINDS}
    kind = max(scores, key=lambda kind: (scores[kind], kind), default="")
    least = max(thresholds.PERHAPS_UNWANTED, reading.strength - thresholds.NEED_STRONGER)
    return scores.get(kind, -1.0) > least and (kind in KINDS or sure < thresholds.NO_COMMAND)


def aside(reading: Reading) -> tuple[str, float]:
    """The kind of message that is no need which a reading resembles most, and how much (-1 .. 1)."""
    scores = reading.asides
    kind = max(scores, key=lambda kind: (scores[kind], kind), default="")
    return kind, scores.get(kind, -1.0)
