"""A catalogue of any size that reads like a desk's: what people ask about the shipped topics, asked by many kinds of
asker about many products and places. Seeded, so that every run and every contestant gets the same one.
"""

import dataclasses
import random
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product

from routing.catalogue import Catalogue, Entry, Kind

#: Kinds of asker, each in words that a phrase uses and in others that a question may use.
_ASKERS = (
    ("small bakery", "bread shop"),
    ("village school", "rural primary school"),
    ("city hospital", "clinic"),
    ("local newspaper", "newsroom"),
    ("fishing cooperative", "fishers association"),
    ("game studio", "developer of mobile games"),
    ("courier company", "parcel delivery firm"),
    ("public library", "library"),
    ("women's rights group", "feminist organisation"),
    ("tax office", "revenue authority"),
    ("online marketplace", "web shop for crafts"),
    ("community radio", "radio station"),
    ("law firm", "office of lawyers"),
    ("farmers union", "association of farmers"),
    ("video platform", "site for sharing videos"),
    ("water utility", "water company"),
    ("dating app", "matchmaking app"),
    ("election commission", "electoral body"),
    ("drone start-up", "maker of drones"),
    ("housing charity", "shelter for the homeless"),
    ("football club", "soccer team"),
    ("credit union", "savings bank"),
    ("travel agency", "tour operator"),
    ("university lab", "research group at a university"),
    ("refugee network", "help group for refugees"),
    ("web host", "hosting provider"),
)
_SYLLABLES = tuple(a + b for a, b in product("bdfgklmnprstvz", "aeiou"))
_PATTERNS = (
    "{phrase}, we are a {asker} in {place}",
    "{asker} in {place}: {phrase}",
    "we run {product}, {phrase}",
    "{phrase} ({product}, {place})",
    "hi, {asker} here. {phrase} on {product}",
    "{phrase}. it is about {product} of a {asker}",
)
_KEYS = {"a": "s", "e": "r", "i": "o", "n": "m", "o": "p", "r": "t", "s": "d", "t": "y", "l": "k"}
#: A third of what is asked about a shipped topic is kept for questions.
_HELD = 3
#: Every so many-th question has a slip of the finger.
_SLIP = 4
PER_TOPIC = 10


@dataclasses.dataclass(frozen=True)
class Question:
    """A question nobody wrote as a phrase, and the topic it is about."""

    text: str
    topic: str


class Grown:
    """A catalogue with so many phrases, ten of each topic, beside the emergencies, deadlines and places of a pack."""

    def __init__(self, pack: Catalogue, phrases: int) -> None:
        self.pack, self.size = pack, phrases // PER_TOPIC
        self._bases = [one for one in pack.entries if one.kind is Kind.TOPIC and len(one.phrases.get("en", ())) > 30]
        self._places = [one.names["en"][0] for one in pack.places if one.id.isupper() and one.names.get("en")]

    @cached_property
    def catalogue(self) -> Catalogue:
        """Topics with their phrases, and to every five of them a practice and to every ten an organisation."""
        entries = tuple(self._entries())
        return dataclasses.replace(self.pack, version=f"grown to {self.size}", entries=entries)

    def questions(self, count: int) -> list[Question]:
        """Questions about topics all over the catalogue."""
        topics = random.Random("topics").choices(range(self.size), k=count)
        return [self._question(topic, number) for number, topic in enumerate(topics)]

    def _entries(self) -> Iterator[Entry]:
        for number in range(self.size):
            yield self._topic(number)
            if number % 5 == 0:
                yield self._about(Kind.PRACTICE, number)
            if number % 10 == 0:
                yield self._about(Kind.ORGANISATION, number)

    def _topic(self, number: int) -> Entry:
        chance, base = random.Random(number), self._base(number)
        asked = chance.sample([one for at, one in enumerate(base.phrases["en"]) if at % _HELD], PER_TOPIC)
        texts = [self._worded(phrase, number, chance, 0) for phrase in asked]
        name = f"{base.names['en']}: {self._asker(number)[0]}, {self._product(number)}"
        return Entry(Kind.TOPIC, f"topic-{number}", {"en": name}, {"en": tuple(texts)})

    def _about(self, kind: Kind, number: int) -> Entry:
        name = f"{self._product(number)} {'guide' if kind is Kind.PRACTICE else 'centre'} {number}"
        summary = f"Help with {self._base(number).names['en'].lower()} for every {self._asker(number)[0]}."
        topics = tuple(f"topic-{one}" for one in range(number, min(number + 3, self.size)))
        return Entry(kind, f"{kind.value}-{number}", {"en": name}, summaries={"en": summary}, topics=topics)

    def _question(self, topic: int, number: int) -> Question:
        chance = random.Random(f"question {number}")
        phrase = chance.choice(self._base(topic).phrases["en"][::_HELD])
        text = self._worded(phrase, topic, chance, 1)
        return Question(_slipped(text, chance) if number % _SLIP == 0 else text, f"topic-{topic}")

    def _worded(self, phrase: str, number: int, chance: random.Random, wording: int) -> str:
        asker = self._asker(number)[wording if chance.random() < 0.5 else 0]
        place = self._places[(number * 31 + number // len(self._places)) % len(self._places)]
        return chance.choice(_PATTERNS).format(
            phrase=phrase, asker=asker, place=place, product=self._product(number).capitalize()
        )

    def _base(self, number: int) -> Entry:
        return self._bases[number % len(self._bases)]

    def _asker(self, number: int) -> Sequence[str]:
        return _ASKERS[number // len(self._bases) % len(_ASKERS)]

    def _product(self, number: int) -> str:
        """A made-up name; one in three topics shares it with another."""
        chance = random.Random(number // 3 * 2 if number % 3 else number)
        return "".join(chance.choices(_SYLLABLES, k=3))


def _slipped(text: str, chance: random.Random) -> str:
    """A neighbouring key hit in one of the longer words."""
    long = [at for at, letter in enumerate(text) if at and letter in _KEYS and text[at - 1].isalpha()]
    at = chance.choice(long)
    return text[:at] + _KEYS[text[at]] + text[at + 1 :]
