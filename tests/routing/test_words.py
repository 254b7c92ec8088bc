"""Spelling, language and names: the small parts."""

import pytest

from routing import fuzzy, gram, language, lexical, normalise
from routing.catalogue import Kind
from routing.lexical import FULL
from routing.prepared import prepared


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "cafe"),
        ("ёлка", "елка"),
        ("مُسَاعَدَة", "مساعده"),
        ("إحتيال", "احتيال"),
        ("الــــحساب", "الحساب"),
        ("網絡安全", "网络安全"),
        ("Ｗｅｂ", "web"),
        ("he\u200blp", "help"),
        ("don't", "dont"),
        ("heeeelp", "heelp"),
        ("h\u0335\u0321\u034e\u0354e\u0336lp", "help"),
    ],
)
def test_ways_of_writing_are_one(one, other):
    assert normalise.fold(one) == other


def test_short_i_stays_a_letter():
    assert normalise.fold("новый") == "новый"


def test_folding_many_is_folding_each():
    texts = ["Ça va?", "Ёлка — зелёная", "網絡 安全!", "", "a\nb", "مُساعدة"]
    assert normalise.fold_all(texts) == [normalise.fold(text) for text in texts]


def test_long_texts_keep_their_beginning_and_end():
    text = normalise.clean("start " + "x" * 100_000 + " end")
    assert len(text) <= normalise.LONGEST + 1
    assert text.startswith("start")
    assert text.endswith("end")


def test_clauses_join_what_says_too_little():
    assert normalise.clauses("Hi! We lost our page. What now?") == ["Hi, We lost our page, What now"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("our page was hacked", "en"),
        ("hackearon nuestra página", "es"),
        ("notre page a été piratée", "fr"),
        ("nossa página foi invadida", "pt"),
        ("ukurasa wetu umedukuliwa", "sw"),
        ("взломали страницу", "ru"),
        ("انسرقت صفحتنا", "ar"),
        ("我们的页面被盗了", "zh"),
        ("wir haben ein problem mit der polizei und der seite", "de"),
        ("сторінку нашої організації зламали", "uk"),
        ("pomogite nash kanal vzlomali chto delat", "ru_latin"),
        ("dayte operatora, nadoel etot robot", "ru_latin"),
        ("shou lazem a3mel iza sara2ou el page taba3na", "ar_latin"),
        ("chi wa7ed serreq l compte dyali w kay sifet l nas", "ar_latin"),
        ("accounte tetelefe ebakachu erdugn", "am_latin"),
        ("mere phone pe kisi ne kabza kar liya, ab kya karu", "hi"),
        ("passe en anglais stp", "fr"),
    ],
)
def test_languages_are_told_apart(catalogue, text, expected):
    assert language.detect(text, prepared(catalogue).model).language == expected


def test_russian_in_latin_letters_is_understood(ask):
    decision = ask("pomogite vzlomali nash telegram kanal i smenili parol")
    assert decision.language == "ru"
    assert decision.topics[0].id == "network-security"


@pytest.mark.parametrize(
    ("text", "language"),
    [("lmaw9e3 dyalna tay7 b hojoum mn sbah, 3awnouna daba", "ar"), ("accountachin tetelfo ebakachu ahun erdun", "am")],
)
def test_other_languages_in_latin_letters_are_answered_in_their_own(ask, text, language):
    assert ask(text).language == language


def test_the_language_used_before_decides_short_messages(ask):
    assert ask("gdpr", language="fr").language == "fr"


def test_unknown_words_are_corrected(catalogue):
    speller = prepared(catalogue).language("en").speller
    assert speller.correct("our webiste was blokced")[0] == "our website was blocked"
    assert speller.correct("pls help")[1] == ()


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("does the dsa apply", "dsa"),
        ("TCO order", "tco-regulation"),
        ("rgpd", "gdpr"),
        ("ask smex please", "smex"),
        ("wcag 2.2", "wcag"),
    ],
)
def test_names_and_acronyms_are_found(catalogue, text, id):
    assert id in [name.id for name in prepared(catalogue).names.found(normalise.fold(text))]


def test_a_misspelt_name_is_found_less_surely(catalogue):
    found = prepared(catalogue).names.found(normalise.fold("can qurjum help us"))
    assert [(name.id, name.sure < 1) for name in found if name.kind is Kind.ORGANISATION] == [("qurium", True)]


def test_a_text_is_most_like_itself():
    index = lexical.index_of(["our website is down", "tax on streaming", "lost the password"], "en")
    assert index.similarities(["tax on streaming"])[0].argmax() == 1
    assert gram.compare(index, 3)[0, 0] / FULL == pytest.approx(1.0, abs=0.01)


def test_the_gram_is_every_similarity():
    texts = ["our website is down", "our site is down again", "tax on streaming", "a tax for big platforms"]
    index = lexical.index_of(texts, "en")
    rows = index.similarities([normalise.fold(text) for text in texts])
    assert gram.compare(index, 4) / FULL == pytest.approx(rows, abs=0.02)


def test_shorthand_is_written_out():
    assert fuzzy.shorthand()["ppl"] == "people"
