"""The programs that `benchmarks.pipeline` compares, each run as a process: `python -m benchmarks._contestants NAME`.

They take their settings from the same environment variables as the desk.
"""

import asyncio
import logging
import os
import sys
from functools import partialmethod
from typing import Any


def desk() -> None:
    """The desk as it is served, apart from the platforms' limits on sending, which no echo bot keeps."""
    from bot.cli import main
    from bot.slack import SlackChannel
    from bot.telegram import TelegramChannel
    from bot.telegram.limits import Limits, Rate

    boundless = Rate(1_000_000, burst=1_000)
    limits = Limits(boundless, boundless, boundless)
    for channel, pace in ((TelegramChannel, {"limits": limits}), (SlackChannel, {"seconds_per_message": 0})):
        channel.__init__ = partialmethod(channel.__init__, **pace)  # type: ignore[method-assign, assignment]
    main(["serve"])


def telegram_echo() -> None:
    """The echo bot of python-telegram-bot's own examples: one message after the other."""
    from telegram import Update
    from telegram.ext import Application, ContextTypes, MessageHandler, filters

    async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    made = Application.builder().token(os.environ["TELEGRAM_BOT_TOKEN"])
    application = made.base_url(f"{os.environ['TELEGRAM_API_URL']}/bot").build()
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling()


def slack_echo() -> None:
    """The same with Bolt: over Socket Mode with an app token, else over HTTP."""
    asyncio.run(_slack_echo())


async def _slack_echo() -> None:
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp
    from slack_sdk.web.async_client import AsyncWebClient

    address = os.environ["SLACK_API_URL"]
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], address)
    app = AsyncApp(client=client, signing_secret=os.environ.get("SLACK_SIGNING_SECRET", "none"))

    async def echo(event: dict[str, Any], say: Any) -> None:
        await say(event["text"])

    app.event("message")(echo)
    if token := os.environ.get("SLACK_APP_TOKEN"):
        await AsyncSocketModeHandler(app, token, web_client=AsyncWebClient(token, address)).start_async()  # type: ignore[no-untyped-call]
    else:
        from aiohttp import web

        runner = web.AppRunner(app.web_app(path="/slack/events"))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", int(os.environ["PORT"])).start()
        await asyncio.Event().wait()


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    {"desk": desk, "telegram_echo": telegram_echo, "slack_echo": slack_echo}[sys.argv[1]]()
