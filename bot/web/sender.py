"""Sending to a page: the stored reply is what the page reads, so all there is to do is to wake the page."""

from bot.web.watch import Watch
from desk.messages import Reply, Sent


class Sender:
    """Never fails: whether a browser is open makes no difference."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch

    async def send(self, reply: Reply, key: str) -> Sent:
        """Wake the pages that show this conversation. The key is the id of the message, for edits."""
        self.watch.wake()
        return Sent(key)
