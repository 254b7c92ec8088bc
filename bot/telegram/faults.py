"""What Telegram's refusals mean for a message, and what they tell the operator."""

from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, TelegramError

from bot.telegram.line import NotSent, TooFast, Unclear
from desk.messages import DeliveryError

LONGEST_REASON = 200
# 400s that mean what a 403 means: there is nobody, or nobody who lets the bot in.
_NOBODY = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "not enough rights to send",
    "no rights to send",
    "chat_write_forbidden",
    "group chat was deactivated",
    "group chat was deleted",
    "bot is not a member",
)


def delivery_error(error: TelegramError) -> DeliveryError:
    """In the desk's terms. A 400 that no simpler message cures is final: the same text is refused for ever."""
    reason = error.message[:LONGEST_REASON]
    if isinstance(error, TooFast):
        return DeliveryError(reason, retry_after=error.seconds)
    if isinstance(error, Unclear):
        return DeliveryError(reason, uncertain=True)
    if isinstance(error, Forbidden) or (isinstance(error, BadRequest) and _is_about_nobody(reason)):
        return DeliveryError(reason, unreachable=True)
    if isinstance(error, BadRequest):
        return DeliveryError(reason, permanent=True)
    if isinstance(error, InvalidToken):
        return DeliveryError("Telegram does not know the token (401 or 404)")
    return DeliveryError(reason)


def _is_about_nobody(reason: str) -> bool:
    return any(words in reason.lower() for words in _NOBODY)


def advice(error: TelegramError) -> tuple[str, str]:
    """What is wrong and what to do, for the status. Never the library's own text: it can hold the token."""
    if isinstance(error, InvalidToken):
        return "Telegram does not know the token", "Set TELEGRAM_BOT_TOKEN to the token @BotFather gave."
    if isinstance(error, Conflict):
        return "another process receives for this bot (409)", "Stop the other process, or give it a bot of its own."
    if isinstance(error, TooFast):
        return "Telegram asks to wait (429)", "Nothing to do: it goes on by itself."
    if isinstance(error, NotSent):
        return error.message, "Check the connection to the Bot API server and TELEGRAM_API_URL."
    if isinstance(error, BadRequest):
        return f"Telegram refuses: {error.message[:LONGEST_REASON]}", "Check PUBLIC_URL and TELEGRAM_WEBHOOK_SECRET."
    return error.message[:LONGEST_REASON], "Nothing to do: it is tried again until it works."
