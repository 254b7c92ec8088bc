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


@pytest.mark.parametrize(
    "law",
    [
        "Budapest Convention",
        "Santa Clara Principles",
        "Rabat Plan of Action",
        "Manila Principles",
        "Johannesburg Principles",
        "Malabo Convention",
        "Christchurch Call",
        "the Paris Call",
        "Tallinn Manual",
        "Lanzarote Convention",
        "Berne Convention",
        "Marrakesh Treaty",
        "Hague Convention",
        "Convention de Budapest",
        "Principes de Manille",
        "Convenio de Budapest",
        "Convenção de Budapeste",
        "Будапештская конвенция",
        "Манильские принципы",
        "اتفاقية بودابست",
        "مبادئ مانيلا",
        "布达佩斯公约",
        "马尼拉原则",
        "Mkataba wa Budapest",
        "बुडापेस्ट संधि",
        "የቡዳፔስት ስምምነት",
    ],
)
def test_the_place_in_the_name_of_a_law_is_not_the_askers(ask, law):
    told = Facts(countries=("GH",))
    assert ask(law, facts=told).facts.countries == ("GH",)


def test_a_city_stays_a_place_beside_such_words(ask):
    assert ask("we are in Paris. call us about the principles").facts.countries == ("FR",)
    assert ask("our office in Budapest was searched").facts.countries == ("HU",)


@pytest.mark.parametrize(
    "text",
    [
        "the order was issued by the Bulgarian police",
        "it comes from an authority in Bulgaria, is that allowed",
        "l'ordre vient de la police bulgare",
        "la orden viene de una autoridad de Bulgaria",
        "приказ от полиции Болгарии",
        "الأمر من الشرطة البلغارية",
        "命令来自保加利亚警方",
        "a ordem vem da polícia búlgara",
        "amri limetoka kwa polisi wa Bulgaria",
    ],
)
def test_the_country_of_a_sender_moves_nobody(ask, text):
    assert ask(text, facts=Facts(countries=("IE",))).facts.countries == ("IE", "BG")


@pytest.mark.parametrize(
    "text", ["it comes from an authority in Bulgaria, we are in Ireland", "we are in Dublin, police sent us a mail"]
)
def test_the_own_country_stands_before_that_of_a_sender(ask, text):
    assert ask(text).facts.countries[0] == "IE"


def test_german_authorities_are_for_germany(ask):
    order = "we got a removal order under the TCO regulation, small host in {place}"
    shown = {place: [one.id for one in ask(order.format(place=place)).organisations] for place in ("Malta", "Berlin")}
    assert "bka-bnetza" in shown["Berlin"] and "bka-bnetza" not in shown["Malta"]
