"""Bringing a file from the channel it lies in, when a member opens it. Nothing is kept."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol, runtime_checkable

from bot.channel import Channel
from desk.files import NotFetched


class Chunks(Protocol):
    """The body of an answer, bit by bit."""

    def iter_chunked(self, n: int) -> AsyncIterator[bytes]: ...


class Answer(Protocol):
    """An answer over HTTP whose body has not been read."""

    @property
    def status(self) -> int: ...

    @property
    def content(self) -> Chunks: ...


@runtime_checkable
class Keeps(Protocol):
    """A channel in which files lie."""

    async def fetch(self, reference: str) -> bytes:
        """The content of a file.

        Raises:
            NotFetched: it is not to be had.
        """


class Files:
    """The files of all channels of a process."""

    def __init__(self, channels: Sequence[Channel]) -> None:
        self._channels = channels

    async def fetch(self, channel: str, account: str, reference: str) -> bytes:
        """The content of a file by where it lies.

        Raises:
            NotFetched: it is not to be had.
        """
        for one in self._channels:
            if isinstance(one, Keeps) and (one.name, one.account) == (channel, account):
                return await one.fetch(reference)
        raise NotFetched(f"{channel} is not connected")


async def whole(response: Answer, largest: int) -> bytes:
    """The body of an answer, when it is a yes of no more than `largest` bytes.

    Raises:
        NotFetched: it is not.
    """
    if response.status != 200:
        raise NotFetched(f"the file is not there ({response.status})")
    content = bytearray()
    async for chunk in response.content.iter_chunked(65_536):
        content += chunk
        if len(content) > largest:
            raise NotFetched("the file is too large")
    return bytes(content)
