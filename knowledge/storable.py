"""What both databases can keep of a text, from wherever it comes: the rest is left out on the way to them.

PostgreSQL takes no NUL, and half a surrogate pair cannot be written in UTF-8. Both come in JSON and in broken programs,
and mean nothing to anybody: a message must not be lost for them, and a search for them need not fail.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, event

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# JSON has NUL as an escape. After an odd number of backslashes it is one, after an even number it is plain letters.
_NUL_IN_JSON = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def storable(text: str) -> str:
    """The text without what no database keeps; mostly the text itself."""
    return _UNSTORABLE.sub("", text) if "\x00" in text or not _is_utf8(text) else text


def storable_json(value: Any) -> str:
    """A value as JSON whose texts are storable."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return storable(_NUL_IN_JSON.sub(r"\1", written) if r"\u0000" in written else written)


def keep_to_storable(engine: Engine) -> None:
    """Whatever is sent over this engine is storable."""
    event.listen(engine, "before_cursor_execute", _tidy, retval=True)


def _tidy(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, executemany: bool
) -> tuple[str, Any]:
    # Not by `executemany`: it is also set for an INSERT of many rows with the parameters of all in one.
    return statement, [_tidied(row) for row in parameters] if isinstance(parameters, list) else _tidied(parameters)


def _tidied(row: Any) -> Any:
    if isinstance(row, Mapping):
        return {name: storable(one) if isinstance(one, str) else one for name, one in row.items()}
    return tuple(storable(one) if isinstance(one, str) else one for one in row)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
