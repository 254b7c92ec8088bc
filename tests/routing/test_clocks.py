"""Time in eight languages, and the statutory clocks that run."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from routing import clocks, moments
from routing.decision import Facts
from tests.routing.conftest import NOW

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "elapsed"),
    [
        ("25 min gone already", timedelta(minutes=25)),
        ("it happened two hours ago", 2 * HOUR),
        ("hace 3 horas", 3 * HOUR),
        ("il y a 20 minutes", timedelta(minutes=20)),
        ("час назад", HOUR),
        ("منذ ساعتين", 2 * HOUR),
        ("半小时前", timedelta(minutes=30)),
        ("saa moja iliyopita", HOUR),
        ("há 2 horas", 2 * HOUR),
    ],
)
def test_time_gone_by_is_understood(text, elapsed):
    told = moments.understand(text, NOW, "UTC")
    assert told.elapsed == elapsed
    assert told.happened_at == NOW - elapsed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("72h left", 72 * HOUR),
        ("quedan 3 horas", 3 * HOUR),
        ("il reste 30 minutes", timedelta(minutes=30)),
        ("осталось 2 часа", 2 * HOUR),
        ("باقي 3 ساعات", 3 * HOUR),
        ("还剩两个小时", 2 * HOUR),
        ("faltam 5 horas", 5 * HOUR),
        ("imebaki masaa 2", 2 * HOUR),
    ],
)
def test_time_left_is_understood(text, left):
    assert moments.understand(text, NOW, "UTC").left == left


@pytest.mark.parametrize(
    "text", ["take it down within the hour", "they want it deleted in 1 hr", "toa video hii ndani ya saa moja"]
)
def test_a_term_is_not_time_left(text):
    told = moments.understand(text, NOW, "UTC")
    assert (told.remaining, told.left, told.happened_at) == (HOUR, None, None)


def test_yesterday_at_an_hour_is_in_the_persons_zone():
    told = moments.understand("breach found yesterday 14:00", NOW, "America/Lima")
    assert told.happened_at == datetime(2026, 11, 21, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day", "hour", "minute"),
    [
        ("yesterday at 10 in the evening", 21, 22, 0),
        ("last night at 10", 21, 22, 0),
        ("at 10:30 p.m. yesterday", 21, 22, 30),
        ("hier soir vers 22h", 21, 22, 0),
        ("hier à 22h", 21, 22, 0),
        ("hier soir à 22 heures", 21, 22, 0),
        ("avant-hier vers 9h du matin", 20, 9, 0),
        ("anoche a las 10", 21, 22, 0),
        ("anoche a las diez nos entraron", 21, 22, 0),
        ("ayer a las 7 de la tarde", 21, 19, 0),
        ("вчера в 22:30", 21, 22, 30),
        ("вчера в 10 вечера", 21, 22, 0),
        ("вчера в 22 часа", 21, 22, 0),
        ("امبارح الساعة ٩ بالليل", 21, 21, 0),
        ("أمس الساعة 10 مساء", 21, 22, 0),
        ("اول امبارح الساعة 3 العصر", 20, 15, 0),
        ("昨晚十点", 21, 22, 0),
        ("昨晚10点半", 21, 22, 30),
        ("昨天下午3点", 21, 15, 0),
        ("ontem às 22h", 21, 22, 0),
        ("ontem às 10 da noite", 21, 22, 0),
    ],
)
def test_the_hour_of_a_day_is_understood(text, day, hour, minute):
    told = moments.understand(text, NOW, "UTC")
    assert told.happened_at == datetime(2026, 11, day, hour, minute, tzinfo=UTC)
    assert told.exact


@pytest.mark.parametrize(
    "text",
    [
        "the day before yesterday",
        "avant-hier",
        "antes de ayer",
        "позавчера",
        "قبل امبارح",
        "أول أمس",
        "前天",
        "anteontem",
    ],
)
def test_the_day_before_yesterday_counts_from_its_beginning(text):
    told = moments.understand(text, NOW, "UTC")
    assert told.happened_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert not told.exact


@pytest.mark.parametrize(
    "text",
    [
        "yesterday at two offices",
        "hier à 3 clients",
        "вчера в 3 офисах",
        "hier on a perdu 22h de travail",
        "ayer 10 cuentas",
    ],
)
def test_a_count_is_no_hour(text):
    assert moments.understand(text, NOW, "UTC").happened_at == datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize("text", ["14:05", "22h30", "22.11.2026", "12 to 15"])
def test_figures_alone_tell_no_moment(text):
    assert moments.understand(text, NOW, "UTC").happened_at is None


def test_a_weekday_is_the_last_one():
    told = moments.understand("noticed tuesday night", NOW, "UTC")
    assert told.happened_at == datetime(2026, 11, 17, 20, 0, tzinfo=UTC)
    assert not told.exact


@pytest.mark.parametrize("text", ["by friday", "hasta el viernes", "до пятницы", "before monday"])
def test_a_day_to_come_is_no_event(text):
    assert moments.understand(text, NOW, "UTC").happened_at is None


def test_nothing_is_known_without_a_now():
    assert moments.understand("two hours ago", None, "UTC").happened_at is None


def test_an_unknown_zone_is_utc():
    told = moments.understand("since yesterday 14:00", NOW, "Mars/Olympus")
    assert told.happened_at == datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def test_a_removal_order_runs_from_its_receipt(ask):
    decision = ask("BKA sent a removal order for a terrorist video 25 min ago, we are a host in Riga")
    clock = next(clock for clock in decision.clocks if clock.id == "tco-removal")
    assert clock.due == NOW - timedelta(minutes=25) + HOUR
    assert clock.sure


def test_without_a_start_there_is_no_due_time(ask):
    decision = ask("german police sent a removal order, delete within the hour")
    clock = next(clock for clock in decision.clocks if clock.id == "tco-removal")
    assert (clock.started, clock.due) == (None, None)
    assert decision.question == "time"


REMOVAL = {
    "open_topic": "violent-extremism",
    "open_text": "removal order from german police, 1 hour\nBerlin",
    "facts": Facts(countries=("DE",)),
}


@pytest.mark.parametrize(
    "text",
    [
        "10:05",
        "it came at 10:05",
        "at 10:05 am",
        "reçu à 10h05",
        "llegó a las 10:05",
        "пришло в 10:05",
        "وصلنا الساعة ١٠:٠٥",
        "上午10点05分",
        "chegou às 10h05",
        "no, 115 minutes ago",
    ],
)
def test_the_answer_to_when_it_came_starts_the_clock(ask, text):
    decision = ask(text, **REMOVAL)
    assert (decision.intent, decision.continues, decision.question) == ("removal-order", True, None)
    clock = next(clock for clock in decision.clocks if clock.id == "tco-removal")
    assert clock.due == datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "we blocked it 5 minutes ago",
        "removed at 10:40",
        "we have already taken it down, 5 minutes ago",
        "lo bloqueamos hace 5 minutos",
        "c'est fait, contenu bloqué à 10h40",
        "заблокировали 5 минут назад",
        "حجبناه قبل 5 دقائق",
        "我们5分钟前删除了",
        "bloqueamos há 5 minutos",
        "tumeiondoa dakika 5 zilizopita",
        "हमने 5 मिनट पहले ब्लॉक कर दिया",
        "ከ5 ደቂቃ በፊት አግደናል",
    ],
)
def test_what_was_done_moves_no_deadline(ask, text):
    told = replace(REMOVAL["facts"], happened_at=NOW - timedelta(minutes=40))
    decision = ask(text, **{**REMOVAL, "facts": told, "open_crisis": "removal-order"})
    assert decision.facts.happened_at == told.happened_at
    due = {clock.due for clock in decision.clocks if clock.id == "tco-removal"}
    assert due <= {NOW + timedelta(minutes=20)}


@pytest.mark.parametrize(
    "text",
    [
        "got the order 40 minutes ago, blocked it 5 minutes ago",
        "we got it 40 minutes ago and blocked it 5 minutes ago",
        "recibimos la orden hace 40 minutos y la bloqueamos hace 5 minutos",
        "reçue il y a 40 minutes, bloqué il y a 5 minutes",
        "получили 40 минут назад и удалили 5 минут назад",
        "وصلنا الأمر قبل 40 دقيقة وحجبناه قبل 5 دقائق",
        "40分钟前收到,5分钟前已删除",
    ],
)
def test_of_two_moments_each_counts_for_its_own(text):
    told = moments.understand(text, NOW, "UTC", removal=True)
    assert (told.happened_at, told.done_at) == (NOW - timedelta(minutes=40), NOW - timedelta(minutes=5))


@pytest.mark.parametrize(
    "text", ["they blocked our site 2 hours ago", "our account was disabled 2 hours ago", "we were blocked 2 hours ago"]
)
def test_what_others_did_is_what_happened(text):
    assert moments.understand(text, NOW, "UTC").happened_at == NOW - 2 * HOUR


AHEAD = [
    "it came at 14:05 today",
    "llegó hoy a las 14:05",
    "reçu aujourd'hui à 14h05",
    "пришло сегодня в 14:05",
    "وصل اليوم الساعة 14:05",
    "今天14点05分收到",
]


@pytest.mark.parametrize("text", AHEAD)
def test_an_hour_of_today_still_to_come_starts_nothing(ask, text):
    decision = ask(text, **REMOVAL)
    clock = next(clock for clock in decision.clocks if clock.id == "tco-removal")
    assert (decision.question, clock.started) == ("day", None)


@pytest.mark.parametrize("text", AHEAD)
def test_yesterday_is_the_day_of_the_hour_told_before(ask, text):
    decision = ask("yesterday", **{**REMOVAL, "open_text": f"{REMOVAL['open_text']}\n{text}"})
    clock = next(clock for clock in decision.clocks if clock.id == "tco-removal")
    assert clock.started == datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["it came at 14:05", "that's not what I asked. it came at 14:05, to the abuse mailbox"]
)
def test_an_hour_still_to_come_without_a_day_was_yesterday(ask, text):
    told = replace(REMOVAL["facts"], happened_at=NOW)
    decision = ask(text, **{**REMOVAL, "facts": told, "open_crisis": "removal-order"})
    assert decision.facts.happened_at == datetime(2026, 11, 21, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("we got an order from the police in Nairobi to remove a post within 24 hours", "stated"),
        ("收到警方的删除令，要求一小时内删除", "stated"),
        ("we got a removal order under the TCO regulation", "tco-removal"),
        ("we got a removal order under EU 2021/784", "tco-removal"),
        ("we got a removal order for a terrorist video, small host in Riga", "tco-removal"),
    ],
)
def test_the_hour_of_the_eu_runs_where_its_law_is_named_or_holds(ask, text, clock):
    assert [one.id for one in ask(text).clocks][:1] == [clock]


def test_an_order_counts_the_time_it_gives(ask):
    decision = ask("police in Nairobi sent an order to remove a post within 24 hours, it came 30 minutes ago")
    assert [(one.id, one.due) for one in decision.clocks] == [("stated", NOW + timedelta(hours=23, minutes=30))]


DUE = [
    ("they want it gone by 8pm", 22, 20, 0),
    ("we have until 18:30 tonight", 22, 18, 30),
    ("it came at 9:15, the deadline is 17:00", 22, 17, 0),
    ("until 9am tomorrow", 23, 9, 0),
    ("it came at 9:15, remove it by 10:15", 22, 10, 15),
    ("hasta las 8 de la noche", 22, 20, 0),
    ("antes de las 20:00", 22, 20, 0),
    ("llegó esta mañana, retirar antes de las 20:00", 22, 20, 0),
    ("avant 18h30", 22, 18, 30),
    ("jusqu'à 20h", 22, 20, 0),
    ("до 18 часов", 22, 18, 0),
    ("к 8 вечера", 22, 20, 0),
    ("قبل الساعة 8 مساء", 22, 20, 0),
    ("até as 18h", 22, 18, 0),
    ("antes das 20:00 de amanhã", 23, 20, 0),
    ("晚上八点前", 22, 20, 0),
    ("截止到明天下午五点", 23, 17, 0),
]


@pytest.mark.parametrize(("text", "day", "hour", "minute"), DUE)
def test_the_hour_by_which_something_is_due_is_understood(text: str, day: int, hour: int, minute: int) -> None:
    told = moments.understand(text, NOW, "UTC")
    assert told.until == datetime(2026, 11, day, hour, minute, tzinfo=UTC)
    assert told.remaining is None and (told.happened_at is None or told.happened_at.hour == 9)


@pytest.mark.parametrize(
    "text",
    [
        "until 8pm yesterday",
        "avant-hier vers 9h",
        "by 5 people",
        "до 3 часов",
        "before 2020",
        "it came at 8:00",
        "by 9:00",
    ],
)
def test_what_is_no_hour_to_come_is_no_deadline(text: str) -> None:
    assert moments.understand(text, NOW, "UTC").until is None


def test_in_the_evening_a_morning_is_the_next_one() -> None:
    told = moments.understand("they want it by 9:00", NOW.replace(hour=19), "UTC")
    assert told.until == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def test_the_hour_until_which_the_net_is_cut_is_no_deadline(ask) -> None:
    decision = ask("the regulator in Kampala ordered us to cut the mobile internet until 8pm, we are the operator")
    assert (decision.intent, decision.clocks) == ("shutdown", ())


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("police in Nairobi ordered us to remove a post by 8pm", "removal-order"),
        ("the ministry of interior demands the names of three of our users by 8pm, we run a forum", "data-demand"),
    ],
)
def test_the_hour_that_an_order_names_is_its_deadline(ask, text: str, kind: str) -> None:
    decision = ask(text)
    assert decision.intent == kind
    assert [(one.id, one.due) for one in decision.clocks][:1] == [("stated", NOW.replace(hour=20))]


def test_an_order_from_nowhere_asks_for_the_country(ask):
    assert ask("we got a removal order from the police for a post").question == "place"


def test_the_law_of_the_sender_runs_elsewhere_too(ask):
    decision = ask("german police sent us a removal order, terrorist video, we are a host in Nairobi")
    assert decision.facts.countries[0] == "KE"
    assert "tco-removal" in [one.id for one in decision.clocks]


BREACH = {
    "en": "we lost customer data, shop in Dublin",
    "fr": "nos données clients ont fuité, boutique à Lille",
    "es": "nos robaron los datos de clientes, tienda en Madrid",
}


@pytest.mark.parametrize("language", BREACH)
@pytest.mark.parametrize("when", ["yesterday 10pm", "hier soir vers 22h", "anoche a las 10"])
def test_the_answer_to_when_it_was_starts_no_other_law(ask, language, when):
    before = ask(BREACH[language])
    after = ask(when, open_topic=before.topics[0].id, open_text=BREACH[language], facts=before.facts)
    assert [clock.id for clock in before.clocks] == [clock.id for clock in after.clocks] == ["gdpr-authority"]
    assert after.clocks[0].started == datetime(2026, 11, 21, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "sorry, the day before yesterday",
        "non pardon c'était avant-hier",
        "perdón, fue anteayer",
        "нет, позавчера",
        "لا قصدي قبل امبارح",
        "不对，是前天",
        "desculpa, foi anteontem",
    ],
)
def test_a_correction_of_the_day_moves_the_deadline(ask, text):
    told = Facts(countries=("IE",), happened_at=NOW - timedelta(hours=14))
    decision = ask(text, open_topic="privacy-and-data-protection", open_text=BREACH["en"], facts=told)
    assert decision.continues
    assert [clock.id for clock in decision.clocks] == ["gdpr-authority"]
    assert decision.clocks[0].due == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "laws"),
    [
        ("ransomware right now, all screens of our shop in Poland are encrypted", {"gdpr"}),
        ("ransomware right now, all screens of our hospital in Poland are encrypted", {"gdpr", "nis2"}),
        ("ransomware right now, we are a bank in Poland, all screens are encrypted", {"gdpr", "dora"}),
    ],
)
def test_a_law_for_some_trades_runs_only_for_them(ask, text, laws):
    assert {clock.id.split("-")[0] for clock in ask(text).clocks} == laws


def test_a_clock_of_another_place_does_not_run(ask, catalogue):
    places = {clock.id: clock.countries for clock in catalogue.clocks}
    decision = ask("customer data leaked yesterday, we are in Nairobi, whom do we notify")
    assert decision.clocks
    assert all(not places[clock.id] or "KE" in places[clock.id] for clock in decision.clocks)


def test_a_deadline_without_a_place_asks_for_the_place(ask):
    decision = ask("our customer data leaked, how long do we have to report it")
    assert decision.question == "place"
    assert decision.practices


@pytest.mark.parametrize(
    ("started", "duration", "end"),
    [
        ("2026-11-30T00:20", "P6M", "2027-05-30T00:20"),
        ("2026-08-31T12:00", "P6M", "2027-02-28T12:00"),
        ("2026-12-05T08:00", "P1M", "2027-01-05T08:00"),
        ("2026-11-30T00:20", "P1Y", "2027-11-30T00:20"),
        ("2026-11-30T00:20", "PT72H", "2026-12-03T00:20"),
    ],
)
def test_months_are_those_of_the_calendar(started, duration, end):
    begun = datetime.fromisoformat(started).replace(tzinfo=UTC)
    assert clocks.end(begun, duration) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def test_months_begin_on_the_day_that_the_person_had():
    riga = timezone(timedelta(hours=2))
    assert clocks.end(datetime(2026, 12, 1, 1, 0, tzinfo=riga), "P6M") == datetime(2027, 6, 1, 1, 0, tzinfo=riga)


def test_what_is_kept_is_kept_from_when_it_was_removed(ask):
    told = replace(REMOVAL["facts"], happened_at=NOW - timedelta(minutes=40))
    text = "we removed the terrorist post 10 minutes ago after the order, how long do we keep a copy"
    decision = ask(text, **{**REMOVAL, "facts": told, "open_crisis": "removal-order"})
    kept = [clock for clock in decision.clocks if clock.id == "tco-keep"]
    assert [clock.started for clock in kept] == [NOW - timedelta(minutes=10)]


def test_months_are_ordered_as_thirty_days():
    assert clocks.length("P1M") == timedelta(days=30)
    assert clocks.length("PT72H") == timedelta(hours=72)
    assert clocks.length(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "we build a homework app for kids in Ireland, how do we do child safety by design",
        "we host game servers in Germany and want to publish a transparency report",
        "when is the transparency report due, we are in Germany",
        "my neighbour's dog barks all night in Sydney, whom do I complain to",
    ],
)
def test_a_law_about_something_else_sets_no_time(ask, text):
    assert not ask(text).clocks


def test_a_law_about_the_subject_still_does(ask):
    running = ask(
        "under the Cyber Resilience Act, when is the report on an exploited vulnerability due, in Italy"
    ).clocks
    assert any(clock.id.startswith("cra") for clock in running)
