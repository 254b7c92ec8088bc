"""The version of the static files: it changes with any of them, so that browsers never mix old and new."""

import hashlib
from pathlib import Path

STATIC = Path(__file__).parent / "static"


def _digest() -> str:
    files = sorted(path for path in STATIC.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


VERSION = _digest()
