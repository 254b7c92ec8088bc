"""What is offered while somebody types the name of an entry."""

from desk.casework.suggesting import suggest
from routing.catalogue import Catalogue, Entry, Kind


def entry(kind: Kind, id: str, aliases: tuple[str, ...] = (), **names: str) -> Entry:
    return Entry(kind, id, names=names, phrases={}, aliases=aliases)


CATALOGUE = Catalogue(
    version="1",
    entries=(
        entry(Kind.TOPIC, "ransomware", en="Ransomware", es="Secuestro de datos"),
        entry(Kind.TOPIC, "spyware", en="Spyware and ransom notes"),
        entry(Kind.PRACTICE, "gdpr", en="General Data Protection Regulation", aliases=("GDPR",)),
        entry(Kind.ORGANISATION, "no-more-ransom", en="No More Ransom"),
        entry(Kind.TERM, "ransom", en="Ransom"),
    ),
)


def offered(field: str, typed: str, language: str = "en") -> list[list[str]]:
    return [[one.value for one in group.choices] for group in suggest(CATALOGUE, language, field, typed)]


def test_the_beginning_of_a_name_comes_first() -> None:
    assert offered("answer", "rans") == [["topic:ransomware", "topic:spyware"], ["organisation:no-more-ransom"]]


def test_an_entry_is_found_by_its_other_names() -> None:
    assert offered("answer", "gdpr") == [["practice:gdpr"]]
    assert offered("answer", "secuestro") == [["topic:ransomware"]]


def test_letters_of_several_words_find_it() -> None:
    assert offered("answer", "data prot") == [["practice:gdpr"]]


def test_a_referral_goes_to_organisations_only() -> None:
    assert offered("organisation", "ransom") == [["organisation:no-more-ransom"]]


def test_a_field_that_is_not_known_offers_nothing() -> None:
    assert offered("until", "r") == []
