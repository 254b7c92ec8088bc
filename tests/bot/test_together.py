"""What many wait for is done for all of them at once, and nobody shares another's failure."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.together import Together
from knowledge.database import DatabaseUnavailable


class Scribe:
    """Writes down what it is told once it is `free`; some words it cannot write."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.free = asyncio.Event()

    async def write(self, words: Sequence[str]) -> None:
        self.calls.append(list(words))
        await self.free.wait()
        if "impossible" in words:
            raise ValueError("impossible")
        if "away" in words:
            raise DatabaseUnavailable("away")

    async def told(self, *words: str) -> list[BaseException | None]:
        """What each heard back. The first is being written while the others come."""
        together = Together(self.write)
        first = asyncio.create_task(together.do(words[0]))
        await asyncio.sleep(0)
        rest = [asyncio.create_task(together.do(word)) for word in words[1:]]
        await asyncio.sleep(0)
        self.free.set()
        return await asyncio.gather(first, *rest, return_exceptions=True)  # type: ignore[return-value]


async def test_what_gathers_meanwhile_is_done_in_one_call() -> None:
    scribe = Scribe()
    assert await scribe.told("a", "b", "c") == [None, None, None]
    assert scribe.calls == [["a"], ["b", "c"]]


async def test_one_failure_reaches_only_the_one_it_belongs_to() -> None:
    scribe = Scribe()
    heard = await scribe.told("a", "b", "impossible", "c")
    assert [type(one) for one in heard] == [type(None), type(None), ValueError, type(None)]
    assert scribe.calls[1:] == [["b", "impossible", "c"], ["b"], ["impossible"], ["c"]]


async def test_an_absent_database_is_not_asked_once_more_for_each() -> None:
    scribe = Scribe()
    heard = await scribe.told("a", "b", "away")
    assert [type(one) for one in heard] == [type(None), DatabaseUnavailable, DatabaseUnavailable]
    assert scribe.calls == [["a"], ["b", "away"]]


async def test_who_hangs_up_is_no_harm_to_the_others() -> None:
    scribe = Scribe()
    together = Together(scribe.write)
    first, second = asyncio.create_task(together.do("a")), asyncio.create_task(together.do("b"))
    await asyncio.sleep(0)
    first.cancel()
    scribe.free.set()
    await second
    with pytest.raises(asyncio.CancelledError):
        await first
