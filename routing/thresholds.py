"""Every number that decides, with what a mistake on either side costs."""

import math

#: What each kind of mistake costs, in needless questions: a press. A wrong answer costs minutes that a person may not
#: have, and some trust. A false alarm pages somebody at night (3) and hides a plain answer under safety texts (10).
COSTS = {
    "nonsense answered": 0.3,
    "needless question": 1.0,
    "wrong answer": 3.0,
    "false alarm": 13.0,
    "need turned down": 30.0,
    "emergency missed": 30.0,
}

#: Softmax over the head's scores (about -0.2 .. 1.1): one point of score is worth e**SHARPNESS in odds.
SHARPNESS = 10.0
#: The same for entries of a large catalogue, which are counted. Their score is what their texts have of a message
#: (0 .. 1.25), times this, so that it is about as high as that of a head.
COUNTED_SHARPNESS, COUNTED_SCALE = 30.0, 1.6
#: A clause or corrected view must be this much surer than the message as a whole to speak for it.
ORIGINAL_BONUS = 0.06
#: … and by this much where entries are counted.
COUNTED_BONUS = 0.25
#: Share of the say that the message as a whole keeps about the topics, whichever part of it speaks.
WHOLE = 0.65
#: Below this calibrated confidence the desk asks instead of answering. By the costs alone that would be 2/3; on the
#: standing set anything from here to there costs the same, and this asks half as often.
ANSWER = 0.6
#: The runner-up is this close, in probability, and unrelated: ask which.
CLOSE = 0.03
#: Below this the topics are not worth offering as a choice: ask for more words.
UNKNOWN = 0.36
#: Probability of a crisis from which it is treated as one. By the costs alone that would be 0.3; on the standing set
#: and on strangers the two cost the same, and this calls fewer people at night.
CRISIS = 0.36
#: The same where the entries are counted: emergencies are learnt beside fewer calm requests there, and look surer.
COUNTED_CRISIS = 0.5
#: Probability from which a message is taken for a command: a need taken for one is lost, but needs are many more than
#: commands in what the curve was fitted on. Above this hardly any of them is one.
COMMAND = 0.5
#: The same for some kinds, for a few words, which are like much, and for what is more like an emergency than this
#: (-1 .. 1).
DOUBTFUL_COMMAND, UNEASY = 0.6, -0.3
#: … and how like such a command (-1 .. 1) it has to be where no rule knows it: what is like nothing is no command.
LIKE_COMMAND = -0.65
#: From here it is one though it has nothing but small words, or words for things that are not at the desk.
SURE_COMMAND = 0.95
#: … and from here though words speak against it.
DENIED_COMMAND = 0.97
#: Scores (-1 .. 1) from which a message is taken for something the desk turns down, and for something that is perhaps
#: no need and is asked about rather than answered.
UNWANTED, PERHAPS_UNWANTED = -0.2, -0.7
#: From this score of a need on, what only a rule would turn down is answered all the same, as long as it is less like
#: such messages than this.
A_NEED, UNLIKE = 0.2, -0.6
#: … and how much higher than UNWANTED the score of a need must be to be answered all the same.
NEED_STRONGER = 0.95
#: The probability from which a message is taken for a courtesy, and one of so few words that "help" is as like one.
#: Taking a need for one costs 30 times as much as asking what is meant by one: from here it happened to one of 3,400
#: needs.
COURTESY, SHORT_COURTESY = 0.35, 0.6
#: … and from this score of the head for what stands behind a greeting it is a need all the same.
BEHIND = 0.17
#: … and how like one (-1 .. 1) it has to be: what is like nothing is no courtesy.
LIKE_COURTESY = -0.6
#: A score for what only adds something: asking for more costs a press.
DETAIL = -0.2
#: From this probability of the first topic it is clear what a message is about.
CLEAR = 0.85
#: … and from this one what looks a little like a command is a need all the same.
NO_COMMAND = 0.8
#: A second need must be this sure on its own.
SECOND = 0.1
#: … and without "also", "another question" or the like.
SECOND_ALONE = 0.5

# These curves are fitted by logistic regression on messages that nothing was learnt from: the standing set
# (knowledge/content/standing) and those of strangers (tests/routing).
_NO_ALARM, _ANY, _THIS, _CLOSER = 4.0, 5.3, 5.7, 3.9
_SIGN, _CALM, _OWN, _TOP_TOPIC = 2.2, -0.7, 4.3, -9.4


def emergency(any: float, this: float, closer: float, sign: bool, calm: int, own: float, top: float) -> float:
    """Probability that a message shows a crisis.

    From the heads for any crisis and for this one (-1 .. 1) over all of the message, how much closer the nearest
    example of this crisis is than that of what only looks like one (-1 .. 1), a telling word, words of study, policy or
    the past (0 .. 2), the share of the topics that this crisis is about, and that of the first topic of all (0 .. 1).
    """
    score = _NO_ALARM + _ANY * any + _THIS * this + _CLOSER * closer
    score += _SIGN * sign + _CALM * calm + _OWN * own + _TOP_TOPIC * top
    return 1 / (1 + math.exp(-score))


_NO_COMMAND, _KIND, _RULED, _COMMANDS, _NEEDS, _NEED, _OTHERS, _LENGTH = 3.7, 9.8, 1.5, 1.2, -2.2, -8.5, -4.4, -0.5


def command(
    kind: float, ruled: float, nearest: float, need: float, strength: float, others: float, length: float
) -> float:
    """Probability that a message asks something of the desk itself.

    From the head for this kind of command (-1 .. 1), what the rules add to it, the likeness to its nearest example and
    to that of any need (0 .. 1), the highest score of the head for a topic, the highest of what is neither (-1 .. 1),
    and the logarithm of the length in words.
    """
    score = _NO_COMMAND + _KIND * kind + _RULED * ruled + _COMMANDS * nearest + _NEEDS * need
    score += _NEED * strength + _OTHERS * others + _LENGTH * length
    return 1 / (1 + math.exp(-score))


_NO_COURTESY, _LIKE, _OTHER_ASIDES, _ANY_NEED = 3.1, 5.8, -3.7, -6.3
_COURTESIES, _NEAR_NEEDS, _WORDS = 2.8, -4.0, -1.2


def courtesy(like: float, others: float, strength: float, nearest: float, need: float, length: float) -> float:
    """Probability that a message is a courtesy and nothing else.

    From the head for this kind of courtesy and for what else is no need (-1 .. 1), the highest score of the head for a
    topic, the likeness to the nearest example of this courtesy and to that of any need (0 .. 1), and the logarithm of
    the length in words.
    """
    score = _NO_COURTESY + _LIKE * like + _OTHER_ASIDES * others + _ANY_NEED * strength
    score += _COURTESIES * nearest + _NEAR_NEEDS * need + _WORDS * length
    return 1 / (1 + math.exp(-score))


#: A short message that is surer than this is a need of its own, though a request is open.
ALONE = 0.6


# Near what logistic regression (benchmarks/routing_calibration.py) fits to requests whose topic is known, with a
# quarter of the weight for texts about something else altogether; chosen for what mistakes cost and for calibration
# on roundabout messages as well as on plain ones.
_BIAS, _TOP, _MARGIN, _NEAREST, _STRENGTH = -0.9, 5.5, 2.8, 0.3, 3.8


def confidence(top: float, margin: float, nearest: float, strength: float) -> float:
    """Probability that the first topic is right: from its share, its lead, the nearest example and the head's score."""
    return 1 / (1 + math.exp(-(_BIAS + _TOP * top + _MARGIN * margin + _NEAREST * nearest + _STRENGTH * strength)))


# The same for entries that are counted, where only the lead tells: between what fits the standing set and what fits the
# catalogue of benchmarks/routing_growth.py, whose entries are more alike.
_COUNTED_BIAS, _COUNTED_MARGIN = -0.5, 3.6


def counted_confidence(margin: float) -> float:
    """The same where entries are counted, from the lead alone."""
    return 1 / (1 + math.exp(-(_COUNTED_BIAS + _COUNTED_MARGIN * margin)))
