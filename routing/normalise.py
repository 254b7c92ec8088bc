"""One spelling for what people type in many ways.

Everything the router compares has gone through `fold`. What a coordinator reads comes from `clean`, which keeps the
person's own letters and only removes what nobody can see.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from routing.chinese import SIMPLIFIED

#: Longest text the router looks at. A legal letter pasted whole says what it wants in its first page or its last lines.
LONGEST = 2_400

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\U000e0000-\U000e0fff]"
)
#: Zalgo text stacks marks; no language in use needs more than two on one letter.
_STACKED = re.compile("([\u0300-\u036f]{2})[\u0300-\u036f]+")
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")
#: Much faster to look for, and in few texts.
_THRICE = re.compile(r"(.)\1\1")
_APOSTROPHES = str.maketrans("\u2019\u2018\u02bc\u0060\u00b4\u02b9", "''''''")
#: French and Italian write the article onto the noun: l'ordre, d'accès, qu'on.
_ELIDED = re.compile(r"'(?=\w)(?:(?<=\b[ldjnsmtc]')|(?<=\bqu')|(?<=\bjusqu')|(?<=\blorsqu')|(?<=\bpuisqu'))")
_INNER_APOSTROPHE = re.compile(r"'(?<=\w')(?=\w)")
#: What stands around a word and belongs to none.
_AROUND = ".,;:!?…«»\"'()[]{}“”„‘’¿¡،؛؟。，！？；、।።፣-–—*_"
_GAPS = re.compile(r"[\s/–—-]+")
_LINK = re.compile(r"https?://\S+|www\.\S+")
_MARKS = (
    "\u0300-\u036f\u0591-\u05bd\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903"
    "\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0e31-\u0e4e\u102b-\u103e\u135d-\u135f"
)
_NOT_WORD = re.compile(rf"[^\w{_MARKS}\n]+|_+")
#: Units that a part of a message needs to say something by itself.
_TELLING = 3
_HAN = re.compile("([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff])")
_HAN_RUN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff]+")
_ARABIC = str.maketrans(
    {
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ىیے", "ي"),
        **dict.fromkeys("ةە", "ه"),
        "ؤ": "و",
        "ئ": "ي",
        "ک": "ك",
        "گ": "ك",
        "ـ": None,
        "ء": None,
        **{chr(c): None for c in (*range(0x64B, 0x660), 0x670, *range(0x6D6, 0x6EE))},
        **{chr(0x660 + d): str(d) for d in range(10)},
        **{chr(0x6F0 + d): str(d) for d in range(10)},
    }
)
_LOOSE_MARKS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans({"ё": "е", "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i"})


def _unaccented() -> dict[int, str]:
    """Accented Latin and Greek letters without their marks. Cyrillic is left alone: й is a letter of its own."""
    letters = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00), *range(0x386, 0x3CF))
    plain = {code: unicodedata.normalize("NFD", chr(code))[0] for code in letters}
    return {code: letter for code, letter in plain.items() if chr(code) != letter}


_ONE_SPELLING = {**SIMPLIFIED, **_unaccented(), **_ARABIC, **_LETTERS}


class _Searchable(dict[int, str]):
    """What each character is searched as: its one spelling, nothing for a loose mark, a blank for what is in no word.

    Found out when it is first met; rare planes are not remembered.
    """

    def __missing__(self, code: int) -> str:
        searched = _NOT_WORD.sub(" ", _LOOSE_MARKS.sub("", chr(code).translate(_ONE_SPELLING)))
        if code < 0x10000:
            self[code] = searched
        return searched


_SEARCHABLE = _Searchable()
#: A control character in a text of plain ASCII is as invisible as the others.
_ASCII_INVISIBLE = dict.fromkeys((code for code in range(128) if _INVISIBLE.match(chr(code))), None)
_SENTENCE = re.compile(r"[^.!?\n\u2026。！？؟।።]*[^\s.!?\u2026。！？؟।።][.!?\u2026。！？؟।።]*")
_CLAUSE = re.compile(r"[.!?;:\n\r()«»\"\u2026。！？；，、,؟،؛।።፣፤፧]+|\s[-–—]\s|--+")


@lru_cache(maxsize=64)
def clean(text: str) -> str:
    """The text as the person wrote it, without invisible characters, stacked marks and compatibility forms."""
    if len(text) > 3 * LONGEST:
        text = text[: 2 * LONGEST] + "\n" + text[-LONGEST:]
    text = _visible(text)
    if len(text) > LONGEST:
        text = text[: LONGEST - 400] + "\n" + text[-400:]
    return text.strip()


def _visible(text: str) -> str:
    if text.isascii():
        return text.translate(_ASCII_INVISIBLE)
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _STACKED.sub(r"\1", unicodedata.normalize("NFC", text))


@lru_cache(maxsize=512)
def fold(text: str) -> str:
    """The search form: one case, no accents, one Arabic and one Chinese spelling, words separated by single blanks."""
    return " ".join(_folded(clean(text)).split())


def fold_all(texts: Sequence[str]) -> list[str]:
    """Many texts folded at once, which costs a tenth of folding them one by one."""
    joined = "\n".join(" ".join(_INVISIBLE.sub("", text).split()) for text in texts)
    lines = _folded(unicodedata.normalize("NFKC", joined)).split("\n")
    return [" ".join(line.split()) for line in lines] if texts else []


def words_of(texts: Sequence[str]) -> frozenset[str]:
    """The words of many texts, folded."""
    return frozenset(word for line in fold_all([" ".join(texts)]) for word in line.split())


def spelling(word: str) -> str:
    """The search form of a word known to be clean: much cheaper than `fold`, for the router's own lists."""
    word = word.casefold()
    return word if word.isascii() else word.translate(_ONE_SPELLING)


def _folded(text: str) -> str:
    text = text.casefold().translate(_APOSTROPHES)
    if "://" in text or "www." in text:
        text = _LINK.sub(" ", text)
    text = _INNER_APOSTROPHE.sub("", _ELIDED.sub(" ", text)) if "'" in text else text
    text = text.translate(_SEARCHABLE)
    return _ELONGATED.sub(r"\1\1", text) if _THRICE.search(text) else text


@lru_cache(maxsize=64)
def words(text: str) -> tuple[str, ...]:
    """The words of a folded text; each run of Chinese characters is one word."""
    return tuple((text if text.isascii() else _HAN_RUN.sub(r" \g<0> ", text)).split())


def as_written(text: str) -> dict[str, str]:
    """The words of a text by their search form, as they were written."""
    parts = [
        part for word in _GAPS.split(clean(text)) for part in _ELIDED.sub(" ", word.translate(_APOSTROPHES)).split()
    ]
    plain = [part.strip(_AROUND) for part in parts]
    return {fold(part): part for part in reversed(plain) if part}


def units(text: str) -> int:
    """How much is said: words, with Chinese counted at two characters a word."""
    if text.isascii():
        return len(text.split())
    han = len(_HAN.findall(text))
    return len(_HAN_RUN.sub(" ", text).split()) + (han + 1) // 2


def sentences(text: str) -> list[str]:
    """The sentences of a message, each with the mark it ends with."""
    return [one.strip() for one in _SENTENCE.findall(clean(text))]


def clauses(text: str) -> list[str]:
    """The parts of a message between stops. One that says too little is joined to the next: "also", "hi"."""
    parts: list[str] = []
    waiting = ""
    for piece in (p.strip() for p in _CLAUSE.split(clean(text))):
        part = f"{waiting}, {piece}" if waiting and piece else piece or waiting
        waiting = part if part and units(part) < _TELLING else ""
        if part and not waiting:
            parts.append(part)
    if waiting:
        parts[-1:] = [f"{parts[-1]}, {waiting}" if parts else waiting]
    return parts
