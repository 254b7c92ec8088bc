"""Places in whatever form they are written, and what they do to the organisations shown."""

import pytest

from routing.decision import Facts


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("we are a small host in riga", ("LV",)),
        ("сайт заблокировали в минске", ("BY",)),
        ("нужен закон об ии в казахстане", ("KZ",)),
        ("tenemos un foro en lima", ("PE",)),
        ("nous sommes une asso à dakar", ("SN",)),
        ("صفحتنا في تونس انسرقت", ("TN",)),
        ("我们在深圳的公司数据泄露", ("CN",)),
        ("somos uma ong em são paulo", ("BR",)),
        ("shirika letu liko nairobi", ("KE",)),
        ("south african website blocked", ("ZA",)),
        ("our users in the UK complain", ("GB",)),
        ("mi empresa en Casa perdió su página", ("MA",)),
        ("суд в дели заблокировал сайт", ("IN",)),
        ("наш сервер в австралии", ("AU",)),
        ("我在马来西亚，网站被封", ("MY",)),
        ("都柏林的会计事务所", ("IE",)),
    ],
)
def test_countries_are_recognised(ask, text, countries):
    assert ask(text).facts.countries == countries


@pytest.mark.parametrize(
    "text",
    [
        "can you help us with it",
        "the mobile network is down",
        "we need a nice reading list",
        "trabajo desde casa y me hackearon",
        "j'y vais seul demain ?",
        "coupure d'eau et d'internet",
        "a reunião é sobre dados pessoais",
        "речь о деле против журналиста",
        "البنوك تطلب بيانات مالية",
        "发展中国家怎么参加标准制定",
        "我们想在规划里加入人权",
        "發展中國家怎麼參加標準制定",
    ],
)
def test_everyday_words_are_no_countries(ask, text):
    assert ask(text).facts.countries == ()


def test_regions_are_kept_apart_from_countries(ask):
    facts = ask("which countries in west africa have an e-signature law").facts
    assert (facts.countries, facts.region) == ((), "western-africa")


def test_organisations_for_other_places_drop_out(ask, catalogue):
    decision = ask("our website is blocked in Tanzania, how do we prove it")
    shown = {one.id: next(e for e in catalogue.entries if e.id == one.id) for one in decision.organisations}
    assert all(not entry.countries or "TZ" in entry.countries for entry in shown.values())


def test_a_national_organisation_rises_in_its_country(ask):
    here = [one.id for one in ask("data protection complaint against an app in Colombia").organisations[:3]]
    assert "karisma" in here


def test_a_place_told_before_is_remembered(ask, catalogue):
    decision = ask("data protection complaint against an app", facts=Facts(countries=("CO",)))
    for one in decision.organisations:
        entry = next(e for e in catalogue.entries if e.id == one.id)
        assert not entry.countries or "CO" in entry.countries


@pytest.mark.parametrize(
    ("text", "serves"),
    [
        ("we are a ministry drafting a data protection bill", "government"),
        ("редакция независимого издания, нас заблокировали", "media"),
        ("nuestra pyme recibió una queja", "small-firm"),
        ("صفحة جمعيتنا حذفت", "civil-society"),
        ("my phone was stolen with all my photos", "individual"),
    ],
)
def test_who_is_asking_is_noticed(ask, text, serves):
    assert ask(text).facts.serves == serves
