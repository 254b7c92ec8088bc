"""Which site passkeys are made for, and whether browsers make any for it."""

import ipaddress
from urllib.parse import urlsplit

from fastapi import Request

from console.premises import Premises
from console.refusals import Refusal
from desk.access.passkeys import Site
from desk.wording import phrase


def site_of(request: Request) -> Site | None:
    """The site of these pages; None where browsers know no passkeys: over plain http, and at bare IP addresses."""
    premises: Premises = request.app.state.premises
    parts = urlsplit(premises.policy.public_url or f"{request.url.scheme}://{request.url.netloc}")
    host = parts.hostname or ""
    if parts.scheme != "https" and host != "localhost" and not host.endswith(".localhost"):
        return None
    return None if _is_ip(host) else Site(host, f"{parts.scheme}://{parts.netloc.lower()}")


def required_site(request: Request) -> Site:
    """The site of these pages.

    Raises:
        Refusal: browsers know no passkeys here.
    """
    site = site_of(request)
    if site is None:
        raise Refusal(409, phrase("Passkeys work at an https address or at localhost only. Ask whoever runs the desk."))
    return site


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
