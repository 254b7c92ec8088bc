"""Which language a message is in: script, then small words and character n-grams learnt from the catalogue."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from routing import normalise, words
from routing.features import Floats, Hashes, Recipe, character_hashes

#: What has phrases and is (from Hindi on: often) written in Latin letters: these must be told apart by the model.
LATIN = ("en", "es", "fr", "pt", "sw", "hi", "ru_latin", "ar_latin", "am_latin")
#: Where to look for a language that has no phrases: its nearest relative by shared words, else English.
RELATIVES = {
    "uk": "ru",
    "be": "ru",
    "bg": "ru",
    "sr": "ru",
    "kk": "ru",
    "ky": "ru",
    "tg": "ru",
    "mk": "ru",
    "fa": "ar",
    "ur": "ar",
    "ps": "ar",
    "ja": "zh",
    "it": "es",
    "ca": "es",
    "ro": "fr",
    "gl": "pt",
    "ne": "hi",
}
_OTHER_CYRILLIC = (
    ("uk", "іїєґ"),
    ("be", "ў"),
    ("kk", "әғқңұһ"),
    ("ky", "өү"),
    ("sr", "ђћљњџј"),
    ("mk", "ѓќѕ"),
    ("tg", "ҷӣӯ"),
)
_OTHER_ARABIC = (("ur", "ٹڈڑںےۓ"), ("ps", "ټډړښځڅېۍ"), ("fa", "پچژگ"))
_SCRIPTS = (
    ("zh", 0x3400, 0x9FFF),
    ("ja", 0x3040, 0x30FF),
    ("ko", 0xAC00, 0xD7A3),
    ("hi", 0x0900, 0x097F),
    ("bn", 0x0980, 0x09FF),
    ("am", 0x1200, 0x137F),
    ("he", 0x0590, 0x05FF),
    ("el", 0x0370, 0x03FF),
    ("th", 0x0E00, 0x0E7F),
    ("my", 0x1000, 0x109F),
    ("hy", 0x0530, 0x058F),
    ("ka", 0x10A0, 0x10FF),
    ("ta", 0x0B80, 0x0BFF),
    ("ru", 0x0400, 0x04FF),
    ("ar", 0x0600, 0x06FF),
    ("si", 0x0D80, 0x0DFF),
    ("km", 0x1780, 0x17FF),
    ("lo", 0x0E80, 0x0EFF),
    ("te", 0x0C00, 0x0C7F),
)
_RECIPE = Recipe((2, 3, 4), 0.0)
_SMOOTHING = 0.3
#: How much surer (log) it must be than the others: Hindi is known from few texts, to which rare sounds look near, and
#: Russian is seldom written so.
_UNLIKELY = {"hi": 10.0, "ru_latin": 5.0}


@dataclass(frozen=True, slots=True)
class Guess:
    """The language of a text, how sure (0..1), and which language's phrases to search, best first."""

    language: str
    sure: float
    search: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Log-probabilities of character n-grams in each of the Latin languages."""

    hashes: Hashes
    chances: Floats
    languages: tuple[str, ...]

    @classmethod
    def of(cls, texts: Mapping[str, tuple[str, ...]]) -> "Model":
        """Learn from texts by language."""
        languages = tuple(lang for lang in LATIN if texts.get(plain(lang)))
        found = [_counted(texts[plain(lang)], lang) for lang in languages]
        vocabulary = np.unique(np.concatenate([hashes for hashes, _ in found])) if found else np.zeros(0, np.uint64)
        counts = np.zeros((len(vocabulary), len(languages)))
        for column, (hashes, count) in enumerate(found):
            counts[vocabulary.searchsorted(hashes), column] = count
        keep = counts.sum(axis=1) > 1
        counts = counts[keep] / (counts.sum(axis=0) + 1) * 1e5 + _SMOOTHING
        return cls(vocabulary[keep], np.log(counts / counts.sum(axis=0)).astype(np.float32), languages)

    def scores(self, folded: str) -> dict[str, float]:
        """Mean log-probability per n-gram times a length that stops growing: long texts are no surer than sure."""
        return dict(zip(self.languages, _scores(self, folded[:400]), strict=True))


# One language changes at a time.
@lru_cache(maxsize=len(LATIN))
def _counted(texts: tuple[str, ...], lang: str) -> tuple[Hashes, NDArray[np.intp]]:
    """The n-grams of those texts that are in Latin letters, or are put into them, and how often each occurs."""
    folded = normalise.fold_all(texts)
    if lang == "ru_latin":
        folded = [text.translate(_ROMAN[at % len(_ROMAN)]) for at, text in enumerate(folded)]
    latin = [text for text in folded if text.isascii()]
    return np.unique(character_hashes(latin, _RECIPE), return_counts=True)


# A message is looked at before it is answered, to prepare its language, and when it is.
@lru_cache(maxsize=16)
def _scores(model: Model, folded: str) -> tuple[float, ...]:
    hashes = character_hashes([folded], _RECIPE)
    if not len(hashes) or not len(model.hashes):
        return (0.0,) * len(model.languages)
    place = np.minimum(model.hashes.searchsorted(hashes), len(model.hashes) - 1)
    known = model.hashes[place] == hashes
    summed = model.chances[place[known]].sum(axis=0) / max(1, len(hashes)) * min(len(hashes), 60)
    return tuple(summed.tolist())


@cache
def small_words() -> dict[str, frozenset[str]]:
    """Function words of each language, folded."""
    return {lang: frozenset(words.folded(text)) for lang, text in words.table("function_words").items()}


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Word -> the languages that have it as a small word."""
    found: dict[str, list[str]] = {}
    for lang, small in small_words().items():
        for word in small:
            found.setdefault(word, []).append(lang)
    return {word: tuple(sorted(langs)) for word, langs in found.items()}


@lru_cache(maxsize=4096)
def _written_in(code: int) -> tuple[str, ...]:
    """The languages that the script of a letter points to."""
    return tuple(lang for lang, low, high in _SCRIPTS if low <= code <= high)


def script(text: str) -> str | None:
    """The language a non-Latin script points to, when it makes up enough of the letters."""
    if text.isascii():
        return None
    letters = [ord(letter) for letter in text[:600] if letter.isalpha()]
    counts = Counter({lang: 0 for lang, _, _ in _SCRIPTS})
    counts.update(chain.from_iterable(map(_written_in, letters)))
    if counts["ja"] and counts["ja"] * 6 > counts["zh"]:
        return "ja"
    latin = sum(code < 0x250 for code in letters)
    # A Chinese character says as much as a few Latin letters: "我们的 WordPress 网站被 DDoS" is Chinese.
    best = max(counts, key=lambda lang: (counts[lang] * (3 if lang == "zh" else 1), lang))
    return best if counts[best] * (3 if best == "zh" else 1) > latin * 0.7 and counts[best] else None


def _relative(text: str, script: str) -> str:
    table = {"ru": _OTHER_CYRILLIC, "ar": _OTHER_ARABIC}.get(script, ())
    lowered = text.casefold()
    hits = {lang: sum(lowered.count(letter) for letter in letters) for lang, letters in table}
    best = max(hits, key=lambda lang: hits[lang], default=script)
    return best if hits.get(best, 0) >= max(1, len(text) // 60) else script


def _latin(folded: str, model: Model, prior: str | None) -> Guess:
    spoken = folded.split()[:80]
    scores = model.scores(folded)
    hits = dict.fromkeys(small_words(), 0)
    for lang in chain.from_iterable(_speakers().get(word, ()) for word in spoken):
        hits[lang] += 1
    for lang in scores:
        known = 2.5 if plain(lang) == prior else 0.0
        scores[lang] += 3.0 * min(hits[lang], 6) - _UNLIKELY.get(lang, 0.0) + known
    ranked = sorted(scores, key=lambda lang: (-scores[lang], lang)) or ["en"]
    best = ranked[0]
    others = [lang for lang in hits if lang not in (*LATIN, "ru", "ar", "zh")]
    other = max(others, key=lambda lang: (hits[lang], lang))
    if hits[other] >= 2 and hits[other] > hits[best] + (len(spoken) < 6) and hits[other] * 5 >= len(spoken):
        return Guess(other, 0.7, _search(RELATIVES.get(other, "en"), best, "en"))
    if len(spoken) < 3 and not hits[best]:
        likely = [lang for lang in ranked if lang == plain(lang)] or ["en"]
        return Guess(prior or likely[0], 0.5, _search(prior or likely[0], *likely[:2], "en"))
    gap = scores[best] - scores[ranked[1]] if len(ranked) > 1 else 9.0
    sure = float(1 / (1 + np.exp(-gap / 2.5)))
    return Guess(best, sure, _search(*ranked[: 1 if gap > 6 else 2]))


def _search(*languages: str) -> tuple[str, ...]:
    """The languages whose phrases these are searched in, each once."""
    return tuple(dict.fromkeys(map(plain, languages)))


def plain(language: str) -> str:
    """A language without saying how it is written."""
    return language.removesuffix("_latin")


_CYRILLIC = (
    ("shch", "щ"),
    ("sch", "щ"),
    ("yo", "ё"),
    ("zh", "ж"),
    ("kh", "х"),
    ("ts", "ц"),
    ("ch", "ч"),
    ("sh", "ш"),
    ("yu", "ю"),
    ("ju", "ю"),
    ("ya", "я"),
    ("ja", "я"),
    ("ye", "е"),
    ("ii", "ий"),
    ("iy", "ий"),
    ("yj", "ый"),
    ("x", "кс"),
    *zip("abvgdezijklmnoprstufhcywq'", "абвгдезийклмнопрстуфхцывкь", strict=True),
)
#: The same backwards, for knowing it again: as in passports, and as in chats.
_ROMAN = tuple(
    str.maketrans(dict(zip("абвгдежзийклмнопрстуфхцчшщъыьэюя", letters.split(), strict=True)))
    for letters in (
        "a b v g d e zh z i y k l m n o p r s t u f kh ts ch sh shch ' y ' e yu ya",
        "a b v g d e j z i i k l m n o p r s t u f h c ch sh sch ' i ' e u ia",
    )
)
_ARABIC = (
    ("sh", "ش"),
    ("kh", "خ"),
    ("gh", "غ"),
    ("th", "ث"),
    ("dh", "ذ"),
    ("ou", "و"),
    ("oo", "و"),
    ("ee", "ي"),
    ("aa", "ا"),
    ("3", "ع"),
    ("7", "ح"),
    ("5", "خ"),
    ("2", "ا"),
    ("9", "ق"),
    ("6", "ط"),
    *zip("bdfghjklmnqrstwyzpvgxc", "بدفجهجكلمنقرستويزبفجخك", strict=True),
    ("a", "ا"),
    ("i", "ي"),
    ("u", "و"),
    ("o", "و"),
    ("e", ""),
)


def native(text: str, language: str) -> str:
    """Russian or Arabic that was typed in Latin letters, in its own letters as far as that can be known."""
    table = {"ru_latin": _CYRILLIC, "ar_latin": _ARABIC}.get(language, ())
    text = text.casefold() if table else text
    for latin, letter in table:
        text = text.replace(latin, letter)
    return text


def detect(text: str, model: Model, prior: str | None = None) -> Guess:
    """Guess the language of a text; `prior` is the language the person used before and decides what is too short."""
    found = script(text)
    if found is None:
        folded = normalise.fold(text)
        if not any(letter.isalpha() for letter in folded):
            return Guess(prior or "en", 0.0, (prior or "en",))
        return _latin(folded, model, prior)
    language = _relative(text, found)
    return Guess(language, 0.95, (RELATIVES.get(language, language),))
