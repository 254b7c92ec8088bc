"""The terminal channel: to try the desk, to debug it, and the proof that it knows no channel."""

from bot.terminal.channel import TerminalChannel

__all__ = ["TerminalChannel"]
