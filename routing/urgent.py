"""What a message asks or tells in the midst of an emergency."""

from functools import cache

from routing import doings, normalise, replies, words
from routing.decision import Asks
from routing.phrasebook import Phrasebook

#: A longer message (in words) tells a case; a longer one than the second is not about a word.
_LONGEST, _LONGEST_DEFINITION = 24, 9
#: Whoever is held gets no help from the police.
_HELD = "arrest-or-raid"
#: Where somebody who does not answer may be dying.
_LIFE = frozenset({"threat-to-life", "suicide", "minor-sexual"})
#: What kinds of the list stand for: silence asks for what to do, and who is hurt is in danger.
_SAME = {"siding": Asks.DISTRUST, "stopped": Asks.OVER, "silent": Asks.FIRST, "hurt": Asks.DANGER}
#: These tell that a danger is less: nothing in them is an alarm.
CALMING = frozenset({Asks.OVER, Asks.ARRIVED, Asks.DONE})
#: Where a phone may be watched: only there it matters that there is no other.
_WATCHED = frozenset({"stalking", "spyware"})
#: Where somebody is feared who may come.
_FEARED = _WATCHED | {
    "threat-to-life", "minor-sexual", "sexual-violence", "doxxing-violence", "intimate-image", "impersonation",
}  # fmt: skip
_NOT_FEARED = CALMING | {"police", "aid"}
#: Where the police come to help. Elsewhere they do if whoever tells says so.
_RESCUED = frozenset({"suicide", "minor-sexual"})


def asked(text: str, crisis: str) -> Asks | None:
    """What a message asks or tells, whatever else it says, in an emergency of a kind."""
    folded, asking = normalise.fold(text), replies.is_marked(text)
    if not 0 < normalise.units(folded) <= _LONGEST:
        return None
    seen = {match.label for match in _book().matches(normalise.words(folded))}
    if asking or "unless" in seen:
        seen -= CALMING
    if crisis == _HELD or asking:
        seen.discard("police")
    seen.discard("stopped" if crisis in _LIFE else "silent")
    if asking or not seen.isdisjoint(_NOT_FEARED):
        seen -= {Asks.DANGER, "hurt"}
    if crisis not in _FEARED:
        seen.discard(Asks.DANGER)
    if crisis not in _WATCHED:
        seen.discard(Asks.NO_DEVICE)
    if crisis in _RESCUED or "police" not in seen:
        seen.discard("siding")
    if "police" in seen and ("aid" in seen or crisis in _RESCUED):
        seen.add(Asks.ARRIVED)
    seen.discard("aid")
    if normalise.units(folded) > _LONGEST_DEFINITION:
        seen.discard(Asks.MEANS)
    if asking:
        seen.add(Asks.QUESTION)
    found = next((kind for kind in words.table("urgent") if kind in seen), None)
    if found:
        return _SAME.get(found) or Asks(found)
    return Asks.DONE if doings.is_told(folded, removal=crisis in doings.REMOVALS) else None


@cache
def _book() -> Phrasebook:
    book = Phrasebook()
    for label, listed in words.table("urgent").items():
        book.add(label, listed["patterns"], listed["chinese"])
        book.add("unless", listed.get("unless", ()), listed.get("unless_chinese", ()))
    return book
