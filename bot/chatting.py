"""`guidepost chat`: the whole desk in one terminal, the same inbox, worker and outbox as everywhere."""

import asyncio
import getpass
import sys

from bot.bootstrap import House, open_house, utc_now
from bot.delivery import Delivery
from bot.settings import load
from bot.terminal import TerminalChannel
from bot.terminal.receiver import read
from desk import inbox
from desk.worker import Worker

#: Seconds between two looks whether another process has answered.
_MOMENT = 0.1


def chat(person: str) -> int:
    """Talk until the end of input. Exit code 0."""
    house = open_house(load())
    sender = f"{getpass.getuser()}/{person}"
    try:
        asyncio.run(_talk(house, sender))
    finally:
        house.close()
    return 0


async def _talk(house: House, sender: str) -> None:
    channel = TerminalChannel(sys.stdout)
    delivery = Delivery(house.database, [channel], f"chat:{sender}", utc_now)
    worker = Worker(house.database, house.policy, house.catalogues, f"chat:{sender}", utc_now)
    print("Write to the desk. A number presses a button, /help lists the commands, Ctrl-D ends.")
    # What was sent while nobody sat here (a follow-up, say) comes first.
    await delivery.drain()
    while True:
        sys.stdout.write("\n> ")
        sys.stdout.flush()
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        if not line.strip():
            continue
        said = read(line, channel.buttons, sender, utc_now())
        with house.database.writing() as session:
            inbox.store(session, [said])
        while worker.work_once() or await _is_in_hand(house, said.address.key):
            pass
        await delivery.drain()


async def _is_in_hand(house: House, conversation: str) -> bool:
    """Wait a moment while what was said is in the hands of another process, or is to be tried once more."""
    with house.database.reading() as session:
        left = inbox.waiting(session, conversation)
    if left:
        await asyncio.sleep(_MOMENT)
    return left
