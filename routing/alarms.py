"""Emergencies: which ones a message shows, and how surely."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from routing import eligibility, normalise, signals, telling, thresholds
from routing.catalogue import Crisis
from routing.fusion import Reading
from routing.lessons import ANY
from routing.phrasebook import Match
from routing.prepared import Prepared

#: How far danger to life and to children goes before others that are about as sure, in odds: without and with words
#: that show it.
_AS_SURE, _SHOWN = 2.0, 6.0
#: The same for the kind that was shown before: a card that changes with every word helps nobody.
_STAYS = 4.0
#: In this one whoever is in danger and whoever endangers them are the same: "do not answer" would leave them alone.
OF_ONESELF, _OF_OTHERS = "suicide", "threat-to-life"
#: Here it has happened: there is nobody to be saved any more, and somebody to be comforted.
_OF_THE_DEAD = "bereavement"
#: Of a child there are no intimate images, only those of abuse, and who helps raped adults cannot help.
_OF_A_CHILD, _OF_ADULTS = "minor-sexual", ("intimate-image", "sexual-violence")
BY_AGE = (_OF_A_CHILD, *_OF_ADULTS)
#: Where both are more probable than this, no word tells that it is a child.
_AS_LIKELY = 0.6
#: Under a copied name nothing was broken into: what looks like another emergency is this one, if any.
_COPIED = "impersonation"
#: Who thinks of death or mourns says so, and nothing else is needed to show it.
_CERTAIN, _SAID = 0.95, (OF_ONESELF, _OF_THE_DEAD)
#: Two words of study, policy or the past calm as much as ten.
_CALMEST = 2
#: So many of its topics tell that a message is about an emergency of a kind.
_OWN = 3


@dataclass(frozen=True, slots=True)
class Alarm:
    """A crisis that a message shows, its probability, and the telling words, if any."""

    crisis: Crisis
    score: float
    evidence: str


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of an emergency before a message is read: whether a child is concerned (None: not told), the kind
    that the same words, but for the last ones, were taken for, and the kind of the one that is open."""

    minor: bool | None = None
    kind: str | None = None
    open: str | None = None


def raised(folded: str, reading: Reading, case: Case, ready: Prepared) -> list[Alarm]:
    """Crises the message may show, gravest first among those that are sure enough."""
    signs = _signs(folded, reading, case.minor)
    seen = signals.seen(folded)
    calm = min(len(seen.get("calm", ())), _CALMEST)
    said = _says_something(folded)
    topics, whole = dict(reading.topics), reading.whole.get(ANY, -1.0)
    miss, top = reading.likeness.most("near_miss"), max(topics.values(), default=0.0)
    found: list[Alarm] = []
    for crisis in ready.catalogue.crises if said or signs else ():
        if _is_ruled_out(crisis, seen, signs, case):
            continue
        this = reading.whole.get(crisis.id, -1.0)
        closer = reading.likeness.to("crisis", crisis.id) - miss
        own = sum(topics.get(topic, 0.0) for topic in crisis.topics[:_OWN])
        score = thresholds.emergency(whole, this, closer, crisis.id in signs, calm, own, top)
        if not calm and crisis.id in _SAID and crisis.id in signs:
            score = max(score, _CERTAIN)
        if score > reading.view.index.alarm:
            found.append(Alarm(crisis, score, signs.get(crisis.id, "")))
    if case.minor:
        for kind in _OF_ADULTS:
            found = _taken_for(found, kind, _OF_A_CHILD, ready)
    elif case.minor is False or _is_of_any_age(found):
        found = _taken_for(found, _OF_A_CHILD, _OF_ADULTS[0], ready)
    if not signs.keys().isdisjoint(_SAID) and _OF_OTHERS not in signs:
        found = _taken_for(found, _OF_OTHERS, OF_ONESELF, ready)
    if _OF_THE_DEAD in (case.open, *signs):
        found = _taken_for(found, *_mourned(seen, signs), ready)
    return sorted(found, key=lambda alarm: _rank(alarm, case))


def _taken_for(found: Sequence[Alarm], kind: str, other: str, ready: Prepared) -> list[Alarm]:
    """The alarms with those of one kind as if they were of the other."""
    instead = next((crisis for crisis in ready.catalogue.crises if crisis.id == other), None)
    return [replace(alarm, crisis=instead) if instead and alarm.crisis.id == kind else alarm for alarm in found]


def _is_of_any_age(found: Sequence[Alarm]) -> bool:
    """Whether a message may as well be about an adult: the card of adults tells what is there for the younger ones."""
    scores = {
        alarm.crisis.id: alarm.score for alarm in found if not (alarm.evidence and alarm.crisis.id == _OF_A_CHILD)
    }
    return min(scores.get(_OF_A_CHILD, 0.0), scores.get(_OF_ADULTS[0], 0.0)) > _AS_LIKELY


def _mourned(seen: Mapping[str, Sequence[Match]], signs: Mapping[str, str]) -> tuple[str, str]:
    """What is taken for what where somebody has died: who mourns may be in danger too, and so may somebody else."""
    told = {at for match in seen.get(f"crisis:{_OF_THE_DEAD}", ()) for at in match.positions}
    own = any(told.isdisjoint(match.positions) for match in seen.get("concerned:own", ()))
    in_danger = own or ("concerned:another" in seen and _OF_THE_DEAD not in signs)
    return (_OF_THE_DEAD, OF_ONESELF) if in_danger else (OF_ONESELF, _OF_THE_DEAD)


def is_sexual(text: str) -> bool:
    """Whether words of a text are about sexual abuse, or about what leads to it."""
    seen = signals.seen(normalise.fold(normalise.clean(text)))
    return "sexual" in seen or f"crisis:{_OF_A_CHILD}" in seen


def _is_ruled_out(crisis: Crisis, seen: Mapping[str, Sequence[Match]], signs: Mapping[str, str], case: Case) -> bool:
    """Whether words of a message say that it is no such emergency. A child that is blackmailed says "they will kill me"
    of its parents."""
    copied = "impersonation" in seen and crisis.id not in (*signs, _COPIED)
    blackmailed = _OF_A_CHILD in (case.open, *signs)
    despairs = crisis.id == OF_ONESELF and OF_ONESELF not in signs
    figure = f"figure:{crisis.id}" in seen or (despairs and f"figure:{_OF_OTHERS}" in seen)
    return copied or f"unless:{crisis.id}" in seen or (blackmailed and figure)


def shows_itself(folded: str) -> bool:
    """Whether words of a message show an emergency whatever was said before."""
    return any(label.startswith("crisis:") for label in signals.seen(folded))


def _says_something(folded: str) -> bool:
    """Whether a message is more than numbers, small words and how old a child is."""
    spoken = normalise.words(folded)
    ages = [cue for cue in eligibility.cues(folded) if cue.label == "minor" and any(map(str.isdigit, _at(spoken, cue)))]
    told = {at for cue in ages for at in cue.positions}
    left = len(telling.content_words(" ".join(word for at, word in enumerate(spoken) if at not in told)))
    return left > 1 or (left > 0 and normalise.units(folded) > 2)


def _at(spoken: Sequence[str], match: Match) -> list[str]:
    return [spoken[at] for at in match.positions]


def _signs(folded: str, reading: Reading, minor: bool | None) -> dict[str, str]:
    """The words that show each crisis by the rules."""
    # What was written short or wrong shows in the corrected reading: "invadiram o whats".
    texts = (folded, *(view.text for view in reading.views if view.label == "corrected"))
    found: dict[str, str] = {}
    for text in texts:
        for kind, match in _shown(text).items():
            # A word for one's own death is a letter away from that for another's.
            if kind != _OF_OTHERS or OF_ONESELF not in found:
                found.setdefault(kind, signals.spoken(text, match))
    sexual = signals.seen(folded).get("sexual")
    if minor and sexual:
        found.setdefault("minor-sexual", signals.spoken(folded, sexual[0]))
    return found


def _shown(text: str) -> dict[str, Match]:
    """The words of a text that show each crisis. Who "will kill himself" threatens nobody else, and who "killed
    himself" will not."""
    seen = signals.seen(text)
    shown = {label[7:]: matches for label, matches in seen.items() if label.startswith("crisis:")}
    if f"unless:{_OF_THE_DEAD}" in seen:
        shown.pop(_OF_THE_DEAD, None)
    for kind, other in ((OF_ONESELF, _OF_THE_DEAD), (_OF_OTHERS, _OF_THE_DEAD), (_OF_OTHERS, OF_ONESELF)):
        taken = {at for match in shown.get(other, ()) for at in match.positions}
        shown[kind] = tuple(match for match in shown.get(kind, ()) if taken.isdisjoint(match.positions))
    return {kind: matches[0] for kind, matches in shown.items() if matches}


def _rank(alarm: Alarm, case: Case) -> tuple[float, int, str]:
    """The surest first; whoever may end their life, danger that words show, to a life or to a child, and what it was
    taken for before, before what is about as sure."""
    shown = bool(alarm.evidence) or (alarm.crisis.id == _OF_A_CHILD and case.minor)
    is_grave = alarm.crisis.id in _SAID or (alarm.crisis.id in (_OF_OTHERS, _OF_A_CHILD) and shown)
    graver = (_SHOWN if alarm.evidence else _AS_SURE) if is_grave else 1.0
    odds = alarm.score / (1 - alarm.score) * graver * (_STAYS if alarm.crisis.id == case.kind else 1.0)
    return (-round(odds, 6), alarm.crisis.priority, alarm.crisis.id)
