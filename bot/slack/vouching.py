"""Sign in with Slack (OpenID Connect): Slack says who somebody is, and the desk believes it only of its own workspace.

Addresses and claims as in Slack's openid-configuration and https://docs.slack.dev/authentication/sign-in-with-slack/
(read on 2026-11-28). `code_verifier` (PKCE) is an argument of openid.connect.token.
"""

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode, urljoin
from urllib.request import urlopen

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot.slack.workspace import ACCOUNT
from desk.access.vouching import Asked, NotVouched, Vouched

_SECONDS = 10
_KEYS_LAST = timedelta(hours=1)
# Two clocks may differ by that much.
_LEEWAY = 60
_TEAM, _USER = "https://slack.com/team_id", "https://slack.com/user_id"


class SlackVoucher:
    """Knows the workspace from the bot's own token, so that an app that others install too lets no stranger in."""

    def __init__(
        self, client_id: str, client_secret: str, bot_token: str, api_url: str, now: Callable[[], datetime]
    ) -> None:
        self._client_id, self._client_secret, self._now = client_id, client_secret, now
        self._client = WebClient(token=bot_token, base_url=api_url, timeout=_SECONDS)
        self._authorize, self._keys_url = (
            urljoin(api_url, f"/openid/connect/{name}") for name in ("authorize", "keys")
        )
        self._issuer = urljoin(api_url, "/").rstrip("/")
        self._lock = threading.Lock()
        self._team = ""
        self._keys: KeySet | None = None
        self._keys_at: datetime | None = None

    def address(self, asked: Asked) -> str:
        """Where a browser goes to be recognised."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
        return f"{self._authorize}?" + urlencode(
            {
                "response_type": "code", "scope": "openid profile email", "client_id": self._client_id,
                "redirect_uri": asked.back, "state": asked.state, "nonce": asked.nonce,
                "code_challenge": challenge, "code_challenge_method": "S256",
            }
        )  # fmt: skip

    def vouch(self, asked: Asked, code: str) -> Vouched:
        """Whom Slack has recognised, if it is somebody of this workspace.

        Raises:
            NotVouched: the code, the token or the workspace is not ours, or Slack cannot be asked.
        """
        try:
            claims = self._claims(self._token(asked, code), asked.nonce)
            team = self._own_team()
        except (SlackClientError, OSError, URLError) as problem:
            raise NotVouched(f"Slack cannot be asked ({type(problem).__name__})") from problem
        if claims.get(_TEAM) != team:
            raise NotVouched("another workspace")
        user = str(claims.get(_USER) or "")
        if not user:
            raise NotVouched("no user")
        email = str(claims.get("email") or "") if claims.get("email_verified") is True else ""
        return Vouched("slack", ACCOUNT, user, str(claims.get("name") or user), email or None)

    def _token(self, asked: Asked, code: str) -> str:
        answer = self._client.openid_connect_token(
            client_id=self._client_id, client_secret=self._client_secret, code=code, redirect_uri=asked.back,
            grant_type="authorization_code", code_verifier=asked.verifier,
        )  # fmt: skip
        return str(answer.get("id_token") or "")

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        try:
            claims = self._decoded(token)
            jwt.JWTClaimsRegistry(
                now=int(self._now().timestamp()), leeway=_LEEWAY, iss={"essential": True, "value": self._issuer},
                aud={"essential": True, "value": self._client_id}, exp={"essential": True},
                nonce={"essential": True, "value": nonce},
            ).validate(claims)  # fmt: skip
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            raise NotVouched(f"the token does not hold ({type(problem).__name__})") from problem
        return claims

    def _decoded(self, token: str) -> dict[str, Any]:
        try:
            return jwt.decode(token, self._known_keys(), algorithms=["RS256"]).claims
        except (JoseError, ValueError):
            # Slack may have changed its keys since.
            return jwt.decode(token, self._known_keys(anew=True), algorithms=["RS256"]).claims

    def _known_keys(self, *, anew: bool = False) -> KeySet:
        with self._lock:
            is_old = self._keys_at is None or self._now() - self._keys_at > _KEYS_LAST
            if self._keys is None or is_old or anew:
                with urlopen(self._keys_url, timeout=_SECONDS) as answer:
                    self._keys = KeySet.import_key_set(json.load(answer))
                self._keys_at = self._now()
            return self._keys

    def _own_team(self) -> str:
        if not self._team:
            self._team = str(self._client.auth_test()["team_id"])
        return self._team
