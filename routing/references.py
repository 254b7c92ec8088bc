"""Numbers of tickets in a message."""

import re

from routing import daytime, normalise

_REFERENCE = re.compile(
    r"(?:ticket|case|request|no|nr|number|id|caso|solicitud|demande|dossier|заявк\w*|тикет\w*|обращени\w*|номер|تذكرة|طلب|رقم"
    r"|chamado|pedido|tiketi|ombi|工单|编号|#)\W{0,3}(?:no|nr|number|id|号)?\W{0,2}([A-Za-z]{0,4}-?\d{1,8})",
    re.IGNORECASE,
)

#: The desk's own numbers: GP- and five characters of Crockford's base 32.
_OWN_REFERENCE = re.compile(r"\b(GP-?[0-9A-Z]{5})\b", re.IGNORECASE)


def reference(text: str) -> str | None:
    """The number of a ticket, if the message names one."""
    own = _OWN_REFERENCE.search(normalise.clean(text)[:600])
    found = own or _REFERENCE.search(normalise.clean(text)[:600])
    return found.group(1) if found else None


def plainly(text: str) -> str:
    """The text with the desk's own ticket numbers as plain words, so that a number is not taken for a name, and
    without times of day, so that none is taken for an age."""
    return daytime.without(_OWN_REFERENCE.sub("ticket 1", text))
