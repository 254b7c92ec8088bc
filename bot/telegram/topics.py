"""A ticket's card and the topic that it heads: opened, shown, pinned, renamed and closed, one call after the other.

What is done is remembered by the reply's key while this process lives, so that a second attempt goes on behind it. A
process that dies in between, or an answer that gets lost, leaves a topic without a card behind. Telegram tells the bot
of each topic it has made (`Arrival.BEGUN`), and the desk lets those go that no card heads.
"""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram.error import BadRequest

from bot.telegram.letters import Letter, letters, number_of
from bot.telegram.limits import Limiter
from bot.telegram.profile import Profile
from bot.telegram.renderer import render_one
from bot.telegram.room import Room, is_gone
from desk.messages import Reply, Sent, Thread

KEYS_REMEMBERED = 2_000


@dataclass(slots=True)
class Progress:
    """What is there already; `rest` counts the messages with what the card has no room for."""

    topic: int | None
    card: str | None = None
    pinned: bool = False
    rest: int = 0


class Topics:
    """`post` sends one letter, or changes the message that it replaces, and returns the message's id."""

    def __init__(
        self, room: Room, profile: Profile, limiter: Limiter, post: Callable[[Letter], Awaitable[str]]
    ) -> None:
        self._room, self._profile, self._limiter, self._post = room, profile, limiter, post
        self._progress: OrderedDict[str, Progress] = OrderedDict()

    async def send(self, reply: Reply, heads: Thread, key: str) -> Sent:
        """Bring card and topic to where they should be; in a new topic when somebody has deleted theirs."""
        if not (reply.target or "").startswith(f"{self._room.chat}:"):
            reply = replace(reply, target=None)  # it stands where coordinators were before
        progress = self._progress.setdefault(key, Progress(number_of(reply.address.thread)))
        self._progress.move_to_end(key)
        if len(self._progress) > KEYS_REMEMBERED:
            self._progress.popitem(last=False)
        try:
            return await self._bring(reply, heads, progress)
        except BadRequest as refusal:
            if progress.topic is None or not is_gone(refusal):
                raise
        progress = self._progress[key] = Progress(None)
        return await self._bring(replace(reply, target=None), heads, progress)

    def forget(self, key: str) -> None:
        """The topic of this card was deleted: it has to be sent again."""
        self._progress.pop(key, None)

    async def _bring(self, reply: Reply, heads: Thread, progress: Progress) -> Sent:
        if progress.topic is None:
            await self._place()
            progress.topic = await self._room.open(heads.name)
        card, *rest = self._letters(reply, progress.topic)
        if progress.card is None:
            await self._place()
            progress.card = await self._post(card)
        if progress.card != reply.target:
            await self._complete(progress, progress.card, rest)
        for method in self._room.differs(progress.topic, heads):
            await self._place()
            await self._room.arrange(progress.topic, heads, method)
        self._room.settled(progress.topic, heads)
        return Sent(progress.card, str(progress.topic))

    async def _complete(self, progress: Progress, card: str, rest: list[Letter]) -> None:
        """What a card that is new in its topic needs."""
        if not progress.pinned:
            await self._place()
            await self._room.pin(int(card.rpartition(":")[2]))
            progress.pinned = True
        for letter in rest[progress.rest :]:
            await self._place()
            await self._post(letter)
            progress.rest += 1

    def _letters(self, reply: Reply, topic: int) -> list[Letter]:
        card, rest = render_one(reply.card, reply.language, self._profile.me.username)
        here = replace(reply, address=replace(reply.address, thread=str(topic)))
        return letters(here, [card, *rest])

    async def _place(self) -> None:
        await self._limiter.place(self._room.chat or "")
