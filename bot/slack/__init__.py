"""Slack: direct messages, mentions, `/guidepost`, a message shortcut, buttons and the App Home."""

from bot.slack.channel import SlackChannel

__all__ = ["SlackChannel"]
