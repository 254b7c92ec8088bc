"""Which need a message goes on about, also after its ticket was merged into another one."""

from desk.conversation.turn import Turn
from desk.requests import Request, open_request
from desk.tickets import current, gone_on


def here(turn: Turn) -> Request | None:
    """The open request of this conversation, or the one that its last ticket went on in."""
    if turn.requester.is_new:
        return None
    address = turn.answering_address
    request = open_request(turn.session, turn.requester, address)
    if request is not None:
        return request
    found = gone_on(turn.session, turn.requester.id, address)
    if found is None:
        return None
    merged, kept = found
    _trade_places(merged.request, kept.request)
    return kept.request


def goes_on(turn: Turn, request: Request) -> Request:
    """The request that this one went on in, brought to where the person is now if one of theirs was merged there."""
    kept = current(request.ticket).request if request.ticket else request
    if kept.address.key != turn.answering_address.key:
        found = gone_on(turn.session, turn.requester.id, turn.answering_address)
        if found is not None and found[1].request is kept:
            _trade_places(found[0].request, kept)
    return kept


def _trade_places(one: Request, other: Request) -> None:
    """Answers go where the person wrote last. The other conversation stays known, and leads here as well."""
    places = [(each.channel, each.account, each.conversation, each.thread, each.private) for each in (one, other)]
    for each, place in zip((other, one), places, strict=True):
        each.channel, each.account, each.conversation, each.thread, each.private = place
