"""How fast the bot may write; the clock is a number that the test moves."""

import asyncio

import pytest

from bot.telegram.limits import Bucket, Limiter, Limits, Rate, is_group
from desk.messages import DeliveryError


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def moments(bucket: Bucket, count: int) -> list[float]:
    """When so many messages, all wanted at second 0, may go."""
    return [bucket.reserve(0) for _ in range(count)]


def busiest(times: list[float], window: float) -> int:
    return max(sum(start <= one < start + window for one in times) for start in times)


def test_a_burst_goes_at_once_and_the_rest_one_per_second() -> None:
    assert moments(Bucket(Limits().private), 6) == [0, 0, 0, 1, 2, 3]


def test_no_second_sees_more_than_thirty_messages() -> None:
    assert busiest(moments(Bucket(Limits().overall), 1000), 1) <= 30


def test_no_minute_sees_more_than_twenty_messages_in_a_group() -> None:
    assert busiest(moments(Bucket(Limits().group), 100), 60) <= 20


def test_a_quiet_time_earns_a_burst_but_no_more() -> None:
    bucket = Bucket(Rate(1, burst=3))
    moments(bucket, 10)
    assert [bucket.reserve(500) for _ in range(4)] == [0, 0, 0, 1]


def test_a_chat_that_must_wait_does_not_delay_another() -> None:
    limiter = Limiter(Limits(), Clock())
    limiter.close("1", 300)
    assert limiter.reserve("2") == 0


def test_a_long_wait_goes_back_to_the_outbox() -> None:
    clock = Clock()
    limiter = Limiter(Limits(), clock)
    limiter.close("1", 300)
    with pytest.raises(DeliveryError) as refused:
        limiter.reserve("1")
    assert refused.value.retry_after == 300
    clock.now += 296
    assert limiter.reserve("1") == 4


def test_two_limited_chats_are_not_yet_the_whole_bot() -> None:
    limiter = Limiter(Limits(), Clock())
    limiter.close("1", 300)
    limiter.close("2", 300)
    limiter.close("2", 300)
    assert limiter.reserve("3") == 0


def test_limited_chats_far_apart_in_time_are_not_the_whole_bot() -> None:
    clock = Clock()
    limiter = Limiter(Limits(), clock)
    for chat in ("1", "2", "3", "4"):
        limiter.close(chat, 300)
        clock.now += 2
    assert limiter.reserve("5") == 0


def test_several_limited_chats_at_once_hold_back_all_for_as_long_as_asked() -> None:
    clock = Clock()
    limiter = Limiter(Limits(), clock)
    for chat in ("1", "2", "3"):
        limiter.close(chat, 3)
    assert limiter.reserve("4") == 3
    clock.now += 3
    assert limiter.reserve("5") == 0


def test_groups_are_known_by_their_negative_ids() -> None:
    assert is_group("-100500") and not is_group("7")


async def test_one_chat_keeps_the_order_of_asking() -> None:
    limiter, order = Limiter(Limits(), Clock()), list[int]()

    async def speak(number: int) -> None:
        async with limiter.turn("1"):
            await asyncio.sleep(0)
            order.append(number)

    await asyncio.gather(*(speak(number) for number in range(20)))
    assert order == list(range(20))


def test_chats_that_rest_are_forgotten() -> None:
    clock = Clock()
    limiter = Limiter(Limits(), clock)
    for number in range(10_000):
        limiter.reserve(str(number))
    clock.now += 60
    limiter.reserve("one more")
    assert len(limiter._chats) == 1
