"""What the texts of one language show in a message."""

from typing import NamedTuple

from routing.features import Floats


class Sight(NamedTuple):
    """One reading of a message beside the texts of a language.

    `likeness` is that (0 .. 1) of the nearest text of each owner to any of the readings; `nearest` is that of the text
    nearest to this one of all that teach, and `example` which one it is. `scores` are those of the columns, `topics`
    the shares of the columns that are topics, `alarms` the scores (-1 .. 1) of the kinds of emergency and of what is
    no need.
    """

    likeness: Floats
    nearest: float
    example: str
    scores: Floats
    topics: Floats
    alarms: Floats
