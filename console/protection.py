"""What protects the console in the browser: headers on everything of its own."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Styles of Pico hold small pictures as data: addresses.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LONG_HTTPS = "max-age=31536000"
_OURS = ("/console", "/static/console", "/api/")


def headers(secure: bool) -> dict[str, str]:
    """What an answer of the console carries; `secure`: when it is reached over https."""
    return {**_HEADERS, **({"Strict-Transport-Security": _LONG_HTTPS} if secure else {})}


class Protected:
    """Adds the headers to every answer under the console's and the interface's paths."""

    def __init__(self, app: ASGIApp, secure: bool) -> None:
        self.app = app
        self.headers = headers(secure)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    given.setdefault(name, value)
            await send(message)

        ours = scope["type"] == "http" and scope["path"].startswith(_OURS)
        await self.app(scope, receive, send_protected if ours else send)
