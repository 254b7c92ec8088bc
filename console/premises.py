"""What the console's pages work with: the database, the desk and where it is reached."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from desk.access.vouching import Voucher
from desk.catalogue import Catalogues
from desk.conversation.turn import Desk
from desk.files import Fetch, NotFetched
from desk.pace import Pace
from desk.policy import Policy
from knowledge.database import Database, Session

# Wrong tries per minute from one network. An office behind one address has more members than most networks.
MISSES = 10


async def nothing(channel: str, account: str, reference: str) -> bytes:
    """Where no channel is connected, no file is to be had."""
    raise NotFetched(f"{channel} is not connected")


@dataclass(frozen=True, slots=True)
class Premises:
    """Handed to every part of the console when the process starts.

    `slack` recognises members who have signed in to Slack, if that is set up. `fetch` brings files from the channels.
    `misses` counts wrong passwords, codes
    and links by network, in this process.
    """

    database: Database
    policy: Policy
    catalogues: Catalogues
    clock: Callable[[], datetime]
    slack: Voucher | None = None
    fetch: Fetch = nothing
    misses: Pace = field(default_factory=lambda: Pace(MISSES))

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the desk over https; cookies are then sent over nothing else."""
        return (self.policy.public_url or "").startswith("https://")

    def desk(self, session: Session) -> Desk:
        """The desk for use cases in one transaction."""
        session.info["shelf"] = self.catalogues.shelf
        return Desk(session, self.clock(), self.policy, self.catalogues.current())
