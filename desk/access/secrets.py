"""Random secrets of which only a digest is kept: what the database holds opens nothing."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits, safe in addresses and headers."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hex. No salt and no slow hash, for the secret is random and long."""
    return hashlib.sha256(secret.encode()).hexdigest()
