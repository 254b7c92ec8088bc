"""The web channel: a page to talk to the desk, for everybody who has a browser and nothing else."""

from bot.web.channel import WebChannel

__all__ = ["WebChannel"]
