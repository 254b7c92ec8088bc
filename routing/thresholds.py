"""Every number that decides, with what a mistake on either side costs.

A wrong answer costs a person minutes they may not have and some trust (we count 3); a needless question costs a press
(1); declining a real need costs most of all (30); answering nonsense costs almost nothing (0.3).
"""

import math

#: Softmax over the head's scores (about -0.2 .. 1.1): one point of score is worth e**SHARPNESS in odds.
SHARPNESS = 7.0
#: A clause or corrected view must be this much surer than the message as a whole to speak for it.
ORIGINAL_BONUS = 0.06
#: Below this calibrated confidence the desk asks instead of answering: 3 × P(wrong) > 1 × P(right asked needlessly).
ANSWER = 0.34
#: The runner-up is this close, in probability, and unrelated: ask which.
CLOSE = 0.05
#: Nothing in the catalogue is this similar and the head knows no topic: say so instead of guessing.
UNKNOWN = 0.16
#: Score of a crisis (-1 .. 1 from examples, more with signs). A missed crisis costs 30, a false one pages somebody at night (3).
CRISIS = -0.15
#: A second need must be this sure on its own.
SECOND = 0.3
#: … and without "also", "another question" or the like.
SECOND_ALONE = 0.6

# Fitted by logistic regression on held-out requests (benchmarks/routing_calibration.py): logit of being right.
_BIAS, _TOP, _MARGIN, _NEAREST = -2.2, 3.0, 1.6, 3.4


def confidence(top: float, margin: float, nearest: float) -> float:
    """Probability that the first topic is right, from its softmax share, the lead and the nearest example's similarity."""
    return 1 / (1 + math.exp(-(_BIAS + _TOP * top + _MARGIN * margin + _NEAREST * nearest)))
