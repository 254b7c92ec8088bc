"""What the console's pages work with: the database, the desk and where it is reached."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desk.catalogue import Catalogues
from desk.conversation.turn import Desk
from desk.policy import Policy
from knowledge.database import Database, Session


@dataclass(frozen=True, slots=True)
class Premises:
    """Handed to every part of the console when the process starts."""

    database: Database
    policy: Policy
    catalogues: Catalogues
    clock: Callable[[], datetime]

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach the desk over https; cookies are then sent over nothing else."""
        return (self.policy.public_url or "").startswith("https://")

    def desk(self, session: Session) -> Desk:
        """The desk for use cases in one transaction."""
        session.info["shelf"] = self.catalogues.shelf
        return Desk(session, self.clock(), self.policy, self.catalogues.current())
