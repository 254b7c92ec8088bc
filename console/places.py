"""The rooms of the console a member can go to, for the menu."""

from dataclasses import dataclass

from desk.members import Member, Right
from desk.wording import phrase


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the menu. `name` is a text of the interface in English."""

    path: str
    name: str
    right: Right
    here: bool = False


_PLACES = (
    Place("/console/queue", phrase("Queue"), Right.SEE_TICKETS),
    Place("/console/on-call", phrase("On call"), Right.SEE_TICKETS),
    Place("/console/replies", phrase("Saved replies"), Right.WORK),
    Place("/console/reports", phrase("Reports"), Right.REPORTS),
    Place("/console/members", phrase("Members"), Right.ADMINISTER),
    Place("/console/programs", phrase("Programs"), Right.ADMINISTER),
    Place("/console/audit", phrase("Audit log"), Right.AUDIT),
    Place("/console/options", phrase("Options"), Right.ADMINISTER),
)


def places_of(member: Member, path: str) -> tuple[Place, ...]:
    """The places this member may enter; the one the path lies in is marked."""
    return tuple(
        Place(one.path, one.name, one.right, path.startswith(one.path)) for one in _PLACES if member.may(one.right)
    )
