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
#: Below this calibrated confidence the desk asks instead of answering. By the costs alone that would be 2/3; on the
#: standing set anything from here to there costs the same, and this asks half as often.
ANSWER = 0.55
#: The runner-up is this close, in probability, and unrelated: ask which.
CLOSE = 0.03
#: Below this the topics are not worth offering as a choice: ask for more words.
UNKNOWN = 0.36
#: Probability of a crisis from which it is treated as one: what a false alarm costs beside what a missed one does.
CRISIS = 0.2
#: The same where the entries are counted: emergencies are learnt beside fewer calm requests there, and look surer.
COUNTED_CRISIS = 0.35
#: Probability from which a message is taken for a command: a need taken for one is lost, but needs are many more than
#: commands in what the curve was fitted on.
COMMAND = 0.55
#: … and how like such a command (-1 .. 1) it has to be where no rule knows it: what is like nothing is no command.
LIKE_COMMAND = -0.65
#: The same for a wish to hear nothing more that no rule knows: whoever is told that nobody will write may give up.
STOP = 0.8
#: Scores (-1 .. 1) from which a message is taken for something the desk turns down, and for something that is perhaps
#: no need and is asked about rather than answered.
UNWANTED, PERHAPS_UNWANTED = -0.2, -0.62
#: … and how much higher than that the score of a need must be to be answered all the same.
NEED_STRONGER = 0.85
#: The same for a courtesy: answering one with a question costs little, taking a need for one costs 30.
COURTESY = -0.45
#: A second need must be this sure on its own.
SECOND = 0.1
#: … and without "also", "another question" or the like.
SECOND_ALONE = 0.5

# Fitted by logistic regression on messages that nothing was learnt from: the standing set (knowledge/content/standing)
# and those of strangers (tests/routing). The fit is held near an earlier one, made on 14,000 shorter messages that were
# each routed without anything of the same author in what was learnt.
_CALM_BIAS, _ANY, _SHOWN, _CLOSER, _SIGN, _CALM, _LONG = 2.8, 3.5, 4.5, 4.3, 1.9, -1.1, 0.9
_SOME_TOPIC, _SOME_NEED, _SOME_EXAMPLE = -1.8, -1.0, -2.3
_FEW, _MANY = 8, 16


def told(units: int) -> float:
    """How far a message of so many words is a story (0 .. 0.7): it is less like any example than a cry of few words."""
    return math.log(min(max(units, _FEW), _MANY) / _FEW)


def emergency(
    any: float,
    shown: float,
    closer: float,
    sign: bool,
    calm: int,
    long: float,
    topic: float,
    strength: float,
    nearest: float,
) -> float:
    """Probability that a message shows a crisis.

    From the heads for any crisis and for this one (-1 .. 1), how much closer the nearest example of this crisis is than
    that of what only looks like one (-1 .. 1), a telling word, words of study, policy or the past (0 .. 2), how far it
    is a story, and what it has in common with any need: the likeness to the nearest example of a topic (0 .. 1), the
    highest score of the head for a topic, and the likeness to the nearest example of all.
    """
    score = _CALM_BIAS + _ANY * any + _SHOWN * shown + _CLOSER * closer + _SIGN * sign + _CALM * calm + _LONG * long
    score += _SOME_TOPIC * topic + _SOME_NEED * strength + _SOME_EXAMPLE * nearest
    return 1 / (1 + math.exp(-score))


# Fitted on those 14,000 messages.
_NO_COMMAND, _KIND, _RULED, _COMMANDS, _NEEDS, _NEED, _OTHERS, _LENGTH = 6.9, 7.6, 3.2, 2.6, -4.3, -11.3, -2.5, -1.6


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


# Near what logistic regression (benchmarks/routing_calibration.py) fits to requests whose topic is known, with a
# quarter of the weight for texts about something else altogether; chosen for what mistakes cost and for calibration.
_BIAS, _TOP, _MARGIN, _NEAREST, _STRENGTH = 0.4, 3.9, 2.2, -2.3, 2.3


def confidence(top: float, margin: float, nearest: float, strength: float) -> float:
    """Probability that the first topic is right: from its share, its lead, the nearest example and the head's score."""
    return 1 / (1 + math.exp(-(_BIAS + _TOP * top + _MARGIN * margin + _NEAREST * nearest + _STRENGTH * strength)))


# The same for entries that are counted, where only the lead tells: between what fits the standing set and what fits the
# catalogue of benchmarks/routing_growth.py, whose entries are more alike.
_COUNTED_BIAS, _COUNTED_MARGIN = -0.5, 3.6


def counted_confidence(margin: float) -> float:
    """The same where entries are counted, from the lead alone."""
    return 1 / (1 + math.exp(-(_COUNTED_BIAS + _COUNTED_MARGIN * margin)))
