"""The Telegram drawer: updates come in, cards go out."""

from bot.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
