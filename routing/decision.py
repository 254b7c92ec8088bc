"""What the router says about a message, and why."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


class Action(StrEnum):
    """What the desk should do next with a message."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    REFER = "refer"
    ESCALATE = "escalate"
    SMALLTALK = "smalltalk"
    CONTROL = "control"
    DECLINE = "decline"


class Urgency(StrEnum):
    """How soon a person has to see it."""

    CRISIS = "crisis"
    SOON = "soon"
    NORMAL = "normal"


class Intent(StrEnum):
    """What a control message asks of the desk."""

    HUMAN = "human"
    STATUS = "status"
    SOLVED = "solved"
    NO_REPLY = "no_reply"
    FORGET = "forget"
    LANGUAGE = "language"
    STOP = "stop"
    REFER = "refer"
    WITHDRAW = "withdraw"
    ANONYMOUS = "anonymous"
    # No name is to be given.
    NAMELESS = "nameless"
    FEWER = "fewer"
    # Who or what answers here and who reads it, what it costs, and what the desk's last words mean.
    ABOUT = "about"
    COST = "cost"
    EXPLAIN = "explain"
    # What a word means, and that the answer was not what was asked for.
    DEFINE = "define"
    NOT_IT = "not_it"


class Asks(StrEnum):
    """What somebody wants to know, or tells, in the midst of an emergency."""

    # Somebody is in danger right now.
    DANGER = "danger"
    OVER = "over"
    # Who cannot rely on the police; help has come; the police have come, who may be on either side.
    DISTRUST = "distrust"
    ARRIVED = "arrived"
    POLICE = "police"
    # Something was done about it.
    DONE = "done"
    # There is no other phone or computer than the one that is watched.
    NO_DEVICE = "no_device"
    # The last answer was none to what had been asked; the emergency is none, but something else.
    AMISS = "amiss"
    OTHER = "other"
    # How long it takes and how it ends; until when something has to be done.
    AHEAD = "ahead"
    DUE = "due"
    WHOM = "whom"
    FIRST = "first"
    MEANS = "means"
    MAY = "may"
    # Anything else that is asked.
    QUESTION = "question"
    # A place of which nobody here knows the country that decides.
    WHERE = "where"


@dataclass(frozen=True, slots=True)
class Scored:
    """An entry with how well it fits, 0..1."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence. `signal` names where it comes from, `detail` the words, example or rule that spoke."""

    signal: str
    detail: str
    entry: str | None = None
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What the person has told about themselves and their case. None and empty mean not told."""

    countries: tuple[str, ...] = ()
    region: str | None = None
    serves: str | None = None
    # Whether a child is concerned: True and False only if it was told.
    minor: bool | None = None
    # Whom an emergency is about: "own" life, "another" person's, a user's of a "platform" that they run, or all who
    # need a "vital" service.
    whom: str | None = None
    # How long ago the event happened that may start a legal clock, and how long the person says is left.
    elapsed: timedelta | None = None
    remaining: timedelta | None = None
    happened_at: datetime | None = None
    # Of that moment no hour is known: it is the earliest it can have been.
    by_day: bool = False
    # By when somebody wants something of them.
    due_by: datetime | None = None
    # When something was done about it, and when what a deadline asks for.
    done_at: datetime | None = None
    met_at: datetime | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class RunningClock:
    """A statutory deadline that seems to run. `due` is None while it is not known when it started, and where it is
    `owed`: a platform owes it to the person, from their report on."""

    id: str
    started: datetime | None
    due: datetime | None
    sure: bool
    owed: bool = False


@dataclass(frozen=True, slots=True)
class Context:
    """What the desk knows around a message.

    `now` is an aware instant: the router itself has no clock. `open_topic` is the topic of the person's open request
    and `open_text` what was said in it so far, for telling a continuation from a new need; `open_crisis` is the
    emergency it is about. `retold` says that the text was said before: when it happened stands in the facts.
    """

    now: datetime | None = None
    language: str | None = None
    default_language: str = "en"
    time_zone: str = "UTC"
    facts: Facts = field(default_factory=Facts)
    open_topic: str | None = None
    open_text: str = ""
    open_crisis: str | None = None
    retold: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """The router's answer. The same text, context and catalogue give the same decision, once a change is learnt.

    `intent` is an `Intent` for control messages; for the other actions it names the kind: greeting, thanks, ok, bye,
    emoji (small talk); a crisis id (escalate); spam, abuse, injection, hacking, other_people, homework, out_of_scope
    (decline).
    `question` says what a clarification asks: topic, place, time, day or more. `continues` is true when the message
    adds to the open request instead of starting a new need, and `asks_more` when it does so in a need's own words, to
    which its entries may hold no answer; `second_need` holds the other half of a message with two needs.
    `wished` is the language that the message asks for, whatever else it says. `asks` is what it asks or tells in the
    midst of the open emergency.
    """

    action: Action
    language: str
    urgency: Urgency = Urgency.NORMAL
    intent: str | None = None
    confidence: float = 0.0
    margin: float = 0.0
    topics: tuple[Scored, ...] = ()
    practices: tuple[Scored, ...] = ()
    organisations: tuple[Scored, ...] = ()
    terms: tuple[Scored, ...] = ()
    trainings: tuple[Scored, ...] = ()
    networks: tuple[Scored, ...] = ()
    reasons: tuple[Reason, ...] = ()
    runner_up: Scored | None = None
    question: str | None = None
    facts: Facts = field(default_factory=Facts)
    clocks: tuple[RunningClock, ...] = ()
    continues: bool = False
    asks_more: bool = False
    second_need: str | None = None
    wished: str | None = None
    asks: Asks | None = None
