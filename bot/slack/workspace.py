"""Which Slack workspace this is, who we are in it, and what its administrators must see to."""

from dataclasses import dataclass, field

# One desk lives in one workspace. A name of our own, because the coordinators' address is needed before Slack is asked.
ACCOUNT = "workspace"
ACCESS = "access"
COORDINATORS = "coordinators' channel"


@dataclass(frozen=True, slots=True)
class Identity:
    """What `auth.test` says of a token: the workspace (T…), who we are in it (U…), its address in a browser."""

    team: str = ""
    bot_user: str = ""
    url: str = ""


@dataclass(slots=True)
class Workspace:
    """Known once `auth.test` has answered, to this process or an earlier one. `places` are the direct-message channels
    (D…) of people (U…).

    `problems` maps what does not work (`ACCESS`, `COORDINATORS`) to Slack's word for it and the remedy.
    """

    identity: Identity = Identity()
    problems: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return bool(self.identity.team)

    @property
    def team(self) -> str:
        return self.identity.team

    @property
    def bot_user(self) -> str:
        return self.identity.bot_user

    @property
    def url(self) -> str:
        return self.identity.url

    def blame(self, what: str, problem: str, remedy: str = "") -> None:
        """Keep what is wrong for whoever asks for the status."""
        self.problems[what] = (problem, remedy)

    def well(self, what: str) -> None:
        """It works again."""
        self.problems.pop(what, None)


def is_private(conversation: str) -> bool:
    """Whether a conversation is one person, by Slack's ids: U… and W… are users, D… their direct messages."""
    return conversation[:1] in ("U", "W", "D")
