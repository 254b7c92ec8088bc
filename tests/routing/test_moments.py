"""When something happened, as far as a message tells."""

import pytest

from routing import moments
from tests.routing.conftest import NOW


@pytest.mark.parametrize(
    "text",
    [
        "today we got a removal order for a terrorist video, 1 hour, we are in Portugal",
        "hoje recebemos uma ordem de remoção de um vídeo terrorista, 1 hora, estamos em Portugal",
        "今天收到删除恐怖视频的命令 一小时内 我们在葡萄牙",
    ],
)
def test_a_day_alone_ends_no_time_of_hours(ask, text):
    decision = ask(text)
    assert decision.clocks and not any(clock.due for clock in decision.clocks[:1])
    assert decision.question == "time"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("it came at 20 past 9 this morning", (9, 20)),
        ("quarter to ten today", (9, 45)),
        ("half past 11 today", (11, 30)),
    ],
)
def test_minutes_before_the_hour_are_read(text, at):
    told = moments.understand(text, NOW, "UTC", answers=True)
    assert told.exact and (told.happened_at.hour, told.happened_at.minute) == at
