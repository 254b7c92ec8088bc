"""Yes, no, which one and "no idea", as people say them in ten languages."""

import pytest

from routing import replies


@pytest.mark.parametrize(
    "text", ["yes please", "sí", "oui!", "да", "نعم", "sim, isso", "ndiyo", "हाँ जी", "አዎ", "是的。"]
)
def test_yes(text: str) -> None:
    assert replies.is_yes(text) and not replies.is_no(text)


@pytest.mark.parametrize(
    "text", ["no thanks", "no, gracias", "non merci", "нет, спасибо", "لا شكرا", "não", "hapana", "nahi", "አይ", "不要"]
)
def test_no(text: str) -> None:
    assert replies.is_no(text) and not replies.is_yes(text)


@pytest.mark.parametrize("text", ["thanks", "please", "no, he is still outside", "yes he is at my door", "", "👍"])
def test_what_says_more_or_nothing_is_no_no(text: str) -> None:
    assert not replies.is_no(text)


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "the second one",
        "la segunda",
        "le deuxième",
        "второе",
        "الثانية",
        "a segunda",
        "ya pili",
        "दूसरा वाला",
        "第二个",
    ],
)
def test_which_one_of_several(text: str) -> None:
    assert replies.number(text) == 2


@pytest.mark.parametrize("text", ["2 men are outside", "the first or the second", "one", "second hand phones", "24"])
def test_what_names_no_place_in_a_list(text: str) -> None:
    assert replies.number(text) is None


@pytest.mark.parametrize(
    "text", ["no idea", "No sé.", "je ne sais pas", "без понятия", "لا أعرف", "não sei", "sijui", "pata nahi", "不知道"]
)
def test_who_has_no_idea(text: str) -> None:
    assert replies.is_unsure(text)


@pytest.mark.parametrize(
    "text", ["how long does google have", "¿qué hago", "combien de temps", "can they charge us", "要多久"]
)
def test_a_question_without_its_mark(text: str) -> None:
    assert replies.asks(text)


@pytest.mark.parametrize("text", ["deadline is 15 december", "they locked us in", "instagram"])
def test_what_is_told_asks_nothing(text: str) -> None:
    assert not replies.asks(text)


@pytest.mark.parametrize("text", ["ya", "it was", "please"])
def test_what_is_half_a_yes_deletes_nothing(text: str) -> None:
    assert replies.agrees(text) and not replies.is_yes(text)
