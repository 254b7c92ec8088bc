"""Sign in with Slack in the fake workspace: the page that asks, codes good once, tokens signed with a key of its own.

`visitor` is who sits at the browser; None presses Cancel. `forge` changes the claims of the next tokens, `key` signs
them; `published` is what anybody may check them with.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from typing import Any

from aiohttp import web
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

Claims = dict[str, Any]


class OpenId:
    """Mixed into `SlackServer`."""

    team: str
    port: int
    violations: list[str]

    def __init__(self) -> None:
        self.client_id, self.client_secret = "1234.5678", "fake-client-secret"
        self.redirects: set[str] = set()
        self.visitor: Claims | None = None
        self.forge: Callable[[Claims], Claims] = lambda claims: claims
        self.key = self.published = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.algorithm = "RS256"
        self._codes: dict[str, dict[str, str]] = {}

    def recognises(self, user: str, name: str = "Mira", email: str = "", *, verified: bool = True) -> None:
        """This person sits at the browser from now on."""
        self.visitor = {"user": user, "name": name, "email": email, "email_verified": verified, "team": self.team}

    def openid_routes(self, app: web.Application) -> None:
        """Where browsers and programs go."""
        app.router.add_get("/openid/connect/authorize", self._authorize)
        app.router.add_get("/openid/connect/keys", self._keys)
        app.router.add_post("/api/openid.connect.token", self._token)

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        if asked.get("client_id") != self.client_id or asked.get("redirect_uri") not in self.redirects:
            return web.Response(status=400, text="bad_redirect_uri")
        if not asked.get("state") or not asked.get("nonce") or asked.get("code_challenge_method") != "S256":
            self.violations.append("authorize: state, nonce or code_challenge missing")
        if self.visitor is None:
            raise web.HTTPFound(f"{asked['redirect_uri']}?error=access_denied&state={asked['state']}")
        code = secrets.token_hex(8)
        self._codes[code] = asked
        raise web.HTTPFound(f"{asked['redirect_uri']}?code={code}&state={asked['state']}")

    async def _keys(self, _: web.Request) -> web.Response:
        return web.json_response(KeySet([self.published]).as_dict(private=False))

    async def _token(self, request: web.Request) -> web.Response:
        given = dict(await request.post())
        asked = self._codes.pop(str(given.get("code")), None)
        credentials = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if request.headers.get("Authorization") != f"Basic {credentials}":
            return web.json_response({"ok": False, "error": "invalid_client_id"})
        if asked is None or given.get("redirect_uri") != asked["redirect_uri"]:
            return web.json_response({"ok": False, "error": "invalid_code"})
        digest = hashlib.sha256(str(given.get("code_verifier")).encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return web.json_response({"ok": False, "error": "invalid_code_verifier"})
        return web.json_response({"ok": True, "access_token": "xoxp-fake", "id_token": self._signed(asked)})

    def _signed(self, asked: dict[str, str]) -> str:
        assert self.visitor is not None
        now, visitor = int(time.time()), self.visitor
        claims = {
            "iss": f"http://127.0.0.1:{self.port}", "aud": self.client_id, "sub": visitor["user"], "iat": now,
            "exp": now + 300, "nonce": asked["nonce"], "name": visitor["name"], "email": visitor["email"],
            "email_verified": visitor["email_verified"], "https://slack.com/user_id": visitor["user"],
            "https://slack.com/team_id": visitor["team"],
        }  # fmt: skip
        header = {"alg": self.algorithm, "kid": "one"}
        return jwt.encode(header, self.forge(claims), self.key, algorithms=[self.algorithm])
