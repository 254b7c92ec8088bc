"""A typed line -> Incoming: a number presses a button, a slash starts a command, the rest is words."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from desk.messages import Address, Arrival, Button, Incoming

NAME = "terminal"
ACCOUNT = "local"


def read(line: str, buttons: Sequence[Button], sender: str, now: datetime) -> Incoming:
    """What a line means, given the buttons of the last card."""
    text = line.strip()
    id = secrets.token_hex(8)
    address = Address(NAME, ACCOUNT, sender)
    if text.isdecimal() and 1 <= int(text) <= len(buttons):
        action = buttons[int(text) - 1].action
        return Incoming(address, id, sender, Arrival.PRESS, now, action=action, message_id=id)
    if text.startswith("/") and len(text) > 1:
        command, _, rest = text[1:].partition(" ")
        return Incoming(address, id, sender, Arrival.COMMAND, now, text=rest, command=command.lower(), message_id=id)
    return Incoming(address, id, sender, Arrival.TEXT, now, text=text, message_id=id)
