"""Whose conversation this is: a random id in a signed cookie. The browser is the person; there is no account."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.responses import Response

LIFETIME = timedelta(days=30)
AGAIN = timedelta(minutes=1)
MOST = 10_000
_SHAPE = re.compile(r"([A-Za-z0-9_-]{22})\.([0-9]{10,12})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes and checks session cookies. `secure`: the page is reached by https."""

    secret: str = field(repr=False)
    secure: bool

    @property
    def cookie(self) -> str:
        """The name; the prefix keeps other hosts of the same domain from setting it (browsers demand https for it)."""
        return "__Host-guidepost" if self.secure else "guidepost"

    def new_id(self) -> str:
        """128 random bits."""
        return secrets.token_urlsafe(16)

    def read(self, cookies: Mapping[str, str], now: datetime) -> str | None:
        """The session id of a request; None when there is none, it is forged or its time is over."""
        found = _SHAPE.fullmatch(cookies.get(self.cookie, ""))
        if found is None or not hmac.compare_digest(self._sign(found[1], found[2]), found[3]):
            return None
        return found[1] if now.timestamp() - int(found[2]) < LIFETIME.total_seconds() else None

    def keep(self, response: Response, id: str, now: datetime) -> None:
        """Set the cookie, valid from now on."""
        issued = str(int(now.timestamp()))
        response.set_cookie(
            self.cookie,
            f"{id}.{issued}.{self._sign(id, issued)}",
            max_age=int(LIFETIME.total_seconds()),
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def _sign(self, id: str, issued: str) -> str:
        return hmac.new(self.secret.encode(), f"web session {id} {issued}".encode(), hashlib.sha256).hexdigest()


class Beginnings:
    """Which session a first submission was given, for a minute: sent again, it gets the same one.

    A double click, or a repeat after a lost answer, comes without the cookie; it must not become a second person.
    """

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], tuple[datetime, str]] = {}

    def session(self, place: str, form_id: str, new_id: str, now: datetime) -> str:
        """The session this form was given a moment ago at this place (an address), else `new_id`."""
        given_at, id = self._given.get((place, form_id), (now, new_id))
        if now - given_at > AGAIN or len(form_id) < 16:
            given_at, id = now, new_id
        self._given[place, form_id] = given_at, id
        while len(self._given) > MOST:
            del self._given[next(iter(self._given))]
        return id
