"""Requesters, and what they are called where their names in the channels are hidden."""

from desk.people import pseudonym


def test_a_pseudonym_stays_and_is_nobody_elses() -> None:
    given = [pseudonym(number) for number in range(1, 20_001)]
    assert pseudonym(7) == given[6]
    assert len(set(given)) == len(given)


def test_a_pseudonym_can_be_read_aloud_at_any_size_of_the_desk() -> None:
    assert len({pseudonym(5), pseudonym(5 + (1 << 30)), pseudonym(5 + (1 << 31))}) == 3
    assert all(letter not in pseudonym(number).removeprefix("Requester ") for number in range(500) for letter in "ILOU")
