"""How often somebody may write. Kept in memory: forgetting it at a restart does no harm."""

import ipaddress
from collections import deque

WINDOW = 60.0
# More addresses than this within a minute are an attack; the oldest are forgotten first.
MOST = 20_000


class Pace:
    """At most `limit` events per minute and name."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._moments: dict[str, deque[float]] = {}

    def wait(self, name: str, now: float) -> float:
        """Seconds until one more is allowed, 0 when it is now."""
        moments = self._moments.get(name)
        while moments and moments[0] <= now - WINDOW:
            moments.popleft()
        return moments[0] + WINDOW - now if moments and len(moments) >= self.limit else 0.0

    def count(self, name: str, now: float) -> None:
        """One event has happened."""
        moments = self._moments.pop(name, None) or deque()
        moments.append(now)
        # Taken out and put back, so that the dict stays in the order of the last event.
        self._moments[name] = moments
        while len(self._moments) > MOST:
            del self._moments[next(iter(self._moments))]


def network(host: str | None) -> str:
    """Who counts as one: an IPv4 address, or an IPv6 /64, which is what one subscriber gets."""
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host or "unknown"
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
