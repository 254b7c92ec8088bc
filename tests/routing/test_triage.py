"""What comes before any topic, in eight languages."""

from pathlib import Path

import pytest
import yaml

from routing.decision import Action, Intent, Urgency

_SETS = yaml.safe_load(Path(__file__).with_name("messages.yaml").read_text("utf-8"))


def _all(kind: str) -> list[tuple[str, str]]:
    return [(label, str(text)) for label, texts in _SETS[kind].items() for text in texts]


@pytest.mark.parametrize("intent", [intent.value for intent in Intent])
def test_commands_are_understood(ask, intent):
    texts = _SETS["control"][intent]
    decisions = [ask(text) for text in texts]
    right = sum(d.action is Action.CONTROL and d.intent == intent for d in decisions)
    assert right / len(texts) >= 0.95


@pytest.mark.parametrize("kind", ["greeting", "thanks", "ok", "bye", "emoji"])
def test_small_talk_is_small_talk(ask, kind):
    decisions = [ask(text) for text in _SETS["smalltalk"][kind]]
    right = sum(d.action is Action.SMALLTALK and d.intent == kind for d in decisions)
    assert right / len(decisions) >= 0.95


def test_what_is_no_need_is_turned_down_or_asked_about(ask):
    texts = _all("decline")
    right = sum(ask(text).action in (Action.DECLINE, Action.CLARIFY) for _, text in texts)
    assert right / len(texts) >= 0.95


@pytest.mark.parametrize("kind", ["spam", "injection", "other_people", "hacking"])
def test_misuse_is_never_answered(ask, kind):
    answered = [text for text in _SETS["decline"][kind] if ask(text).action in (Action.ANSWER, Action.REFER)]
    assert not answered


def test_emergencies_are_found(ask):
    texts = _all("crisis")
    missed = [text for _, text in texts if ask(text).action is not Action.ESCALATE]
    assert len(missed) <= len(texts) * 0.03, missed


@pytest.mark.parametrize("text", _SETS["crisis"]["suicide"] + _SETS["crisis"]["threat-to-life"])
def test_danger_to_life_always_gets_help(ask, text):
    decision = ask(text)
    assert decision.action is Action.ESCALATE
    assert decision.urgency is Urgency.CRISIS
    assert "find-a-helpline" in [one.id for one in decision.organisations[:3]]


@pytest.mark.parametrize("text", _SETS["needs"])
def test_words_of_commands_and_crises_are_not_enough(ask, text):
    assert ask(text).action in (Action.ANSWER, Action.CLARIFY, Action.REFER)


@pytest.mark.parametrize("text", _SETS["vague"])
def test_a_call_for_help_without_content_asks_for_more(ask, text):
    decision = ask(text)
    assert (decision.action, decision.question) == (Action.CLARIFY, "more")


def test_near_misses_of_the_pack_are_no_emergencies(ask, catalogue):
    texts = [t for crisis in catalogue.crises for per in crisis.near_misses.values() for t in per][::5]
    false = [text for text in texts if ask(text).action is Action.ESCALATE]
    assert len(false) <= len(texts) * 0.03, false


def test_a_crisis_shows_its_own_organisations_first(ask, catalogue):
    decision = ask("someone hacked our facebook page and locked us out")
    crisis = next(c for c in catalogue.crises if c.id == decision.intent)
    assert decision.intent == "account-takeover"
    assert decision.organisations[0].id in crisis.organisations
    assert decision.practices[0].id in crisis.practices


def test_a_crisis_shows_nobody_who_serves_elsewhere(ask, catalogue):
    decision = ask("they stole our telegram channel, we are a newsroom in Tbilisi")
    for one in decision.organisations:
        entry = next(e for e in catalogue.entries if e.id == one.id)
        assert not entry.countries or "GE" in entry.countries


def test_distress_is_not_abuse(ask):
    decision = ask("fucking idiots stole my account and nobody answers, do something")
    assert decision.action is Action.ESCALATE


def test_a_child_is_noticed(ask):
    assert ask("my daughter is 13 and somebody sends her weird messages").facts.minor
    assert not ask("our accountant clicked a phishing mail").facts.minor


@pytest.mark.parametrize(
    "text",
    [
        "is this a robot. i want a person pls not a robot",
        "eres robot? quiero una persona",
        "hay alguien ahi o solo sos un robot?",
        "你是机器人吧 叫你们值班的来",
    ],
)
def test_whoever_asks_for_a_person_beside_is_given_one(ask, text):
    assert ask(text).intent == "human"


@pytest.mark.parametrize(
    "text",
    [
        "what does DPA mean",
        "what does two-step login mean",
        "is it safe to click the link they sent",
        "someone is reading my messages",
        "who reads my whatsapp messages",
        "qui lit mes mails à ma place",
        "quién lee los correos de mi empresa",
        "je ne comprends pas pourquoi facebook a supprimé ma page",
        "no entiendo por qué bloquearon mi cuenta",
        "не понимаю, почему заблокировали наш канал",
        "他们是机器人账号",
        "看不懂英文",
        "no entiendo inglés",
    ],
)
def test_a_question_about_something_else_is_none_about_the_desk(ask, text):
    assert ask(text).intent not in ("about", "explain")


def test_the_number_of_a_ticket_is_kept(ask):
    decision = ask("any news? we wrote 3 weeks ago, ticket 221")
    assert (decision.intent, decision.facts.reference) == ("status", "221")


def test_a_wished_language_is_the_language_of_the_answer(ask):
    assert ask("in french please").language == "fr"
    assert ask("请说中文").language == "zh"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("english please", "en"),
        ("write in english pls", "en"),
        ("je parle pas bien français, english please", "en"),
        ("كلموني بالانجليزي", "en"),
        ("по-английски пожалуйста", "en"),
        ("no hablo inglés, español por favor", "es"),
        ("看不懂英文，请用中文", "zh"),
        ("kwa kiswahili tafadhali", "sw"),
        ("em português por favor", "pt"),
    ],
)
def test_nothing_but_a_wish_for_a_language_is_a_command(ask, text, language):
    decision = ask(text, language="ru")
    assert (decision.intent, decision.wished, decision.language) == ("language", language, language)


@pytest.mark.parametrize(
    ("text", "language", "topic"),
    [
        ("someone hacked our facebook page, please answer in french", "fr", "account-takeover"),
        ("me hackearon la cuenta, en inglés por favor", "en", "account-takeover"),
        ("i dont speak english well, my account was hacked", None, None),
    ],
)
def test_a_wish_for_a_language_leaves_the_need(ask, text, language, topic):
    decision = ask(text)
    assert decision.action in (Action.ESCALATE, Action.ANSWER)
    assert decision.wished == language
    assert topic in (None, decision.intent)


def test_a_place_told_with_a_wish_goes_on_with_the_open_request(ask):
    known = {"open_topic": "privacy-and-data-protection", "open_text": "customer data leaked, what are our duties?"}
    decision = ask("Spain, but write in english pls", **known)
    assert (decision.continues, decision.wished, decision.facts.countries) == (True, "en", ("ES",))


@pytest.mark.parametrize("text", ["french government blocked our site", "our forum is in english and french"])
def test_a_language_in_passing_is_no_wish(ask, text):
    assert ask(text).wished is None


@pytest.mark.parametrize(("text", "before"), [("France, 3000 habitants", "fr"), ("refer me", "en"), ("ok Lyon", "fr")])
def test_a_few_words_do_not_change_the_language(ask, text, before):
    assert ask(text, language=before).language == before


@pytest.mark.parametrize(
    "text",
    [
        "at 14:05",
        "it came at 14:05",
        "à 14h05",
        "a las 14:05",
        "в 14:05",
        "j'ai 15 ans",
        "the kids are 12 to 15",
        "estoy en Bogotá",
        "il y a 20 minutes",
        "два часа назад",
        "10分钟前",
        "من ساعتين",
        "we are in Nairobi",
    ],
)
def test_a_place_a_time_or_an_age_alone_is_no_emergency(ask, text):
    assert ask(text).action is not Action.ESCALATE


@pytest.mark.parametrize(
    "text",
    [
        "hay un problema con mi cuenta",
        "у меня проблема с аккаунтом",
        "tenho um problema na escola",
        "nina tatizo na akaunti yangu",
        "meri account me problem hai",
        "ya pagué 300 dólares",
        "nimeshalipa",
    ],
)
def test_a_problem_or_a_payment_is_nothing_that_is_solved(ask, text):
    assert ask(text).intent != "solved"


@pytest.mark.parametrize(
    "text",
    [
        "never mind, we worked it out ourselves",
        "já não é preciso, o fornecedor resolveu connosco",
        "اتحلت الحمد لله، مش محتاجين حاجة تانية بخصوص الموقع",
    ],
)
def test_what_is_not_needed_any_more_is_solved(ask, text):
    assert ask(text).intent == "solved"


@pytest.mark.parametrize("text", ["можно по казахски", "а можно на украинском?"])
def test_a_language_the_desk_does_not_speak_gets_the_choice(ask, text):
    decision = ask(text)
    assert (decision.intent, decision.wished) == ("language", None)


@pytest.mark.parametrize("text", ["公益组织的公众号被盗了", "记者手机被装间谍软件"])
def test_who_is_named_in_a_run_of_characters_does_not_hide_the_rest_of_it(ask, text):
    known = {"open_topic": "access", "open_text": "村里没有网络，有什么基金可以申请"}
    assert not ask(text).question
    assert not ask(text, **known).continues


@pytest.mark.parametrize(
    "text",
    [
        *("I want the photo deleted", "can you delete the group for us", "please delete the post"),
        *("quiero que borren la foto", "supprimez la photo", "удалите фото", "احذفوا الصورة", "把照片删掉"),
        *("não foi isso que perguntei, eu quero que tirem a foto", "tirem a foto", "futa picha"),
        *("फोटो डिलीट करो", "ፎቶውን አጥፉ"),
    ],
)
def test_what_lies_elsewhere_is_no_wish_to_be_forgotten(ask, text):
    assert ask(text).intent != "forget"


@pytest.mark.parametrize(
    "text",
    [
        *("delete what i wrote", "delete all the photos i sent you", "delete everything you have about me"),
        *("borra las fotos que les mandé", "supprimez les photos que je vous ai envoyées"),
        *("удалите фото, которые я вам отправил", "把我的资料和照片都删了", "apaga as fotos que mandei"),
        *("मेरा डेटा हटा दो", "መረጃዬን ሰርዝ"),
    ],
)
def test_what_was_sent_here_is_forgotten_on_request(ask, text):
    assert ask(text).intent == "forget"


@pytest.mark.parametrize(
    "text",
    [
        *("no me crees?", "do you not believe me", "tu ne me crois pas?", "ты мне не веришь?", "لا تصدقني؟"),
        *("你不相信我吗", "você não acredita em mim?", "huniamini?"),
    ],
)
def test_whoever_asks_to_be_believed_is_not_taken_off_a_list(ask, text):
    decision = ask(text)
    assert (decision.action, decision.intent) == (Action.SMALLTALK, "doubt")


@pytest.mark.parametrize(
    "text", ["never mind", "olvídalo", "laisse tomber", "неважно", "معليش", "算了", "deixa pra lá"]
)
def test_never_mind_stops_nothing(ask, text):
    assert (ask(text).action, ask(text).intent) == (Action.SMALLTALK, "ok")


@pytest.mark.parametrize(
    "text",
    [
        "our news site is under a ddos attack right now and does not open",
        "nuestro sitio de noticias sufre un ataque de denegación de servicio ahora",
        "notre site est la cible d'une attaque par déni de service depuis ce matin",
        "наш сайт ддосят прямо сейчас, не открывается",
        "موقعنا الإخباري تحت هجوم حجب الخدمة الآن ولا يفتح",
        "لا، الإنترنت يعمل، موقعنا فقط متوقف بسبب هجوم DDoS",
        "我们的新闻网站正在遭受DDoS攻击,打不开",
        "nosso site está sob ataque de negação de serviço agora",
        "tovuti yetu inashambuliwa na DDoS sasa",
        "हमारी वेबसाइट पर अभी DDoS हमला हो रहा है",
        "ድረገጻችን አሁን በDDoS ጥቃት ላይ ነው",
    ],
)
def test_a_flooded_site_is_an_emergency_of_its_own(ask, text):
    decision = ask(text)
    assert (decision.action, decision.intent) == (Action.ESCALATE, "denial-of-service")
    assert "deflect" in [one.id for one in decision.organisations[:3]]


@pytest.mark.parametrize("text", ["how do we prepare for ddos attacks", "training on denial of service attacks"])
def test_learning_about_floods_is_no_emergency(ask, text):
    assert ask(text).action is not Action.ESCALATE


def test_where_the_internet_is_cut_it_still_is_a_shutdown(ask):
    assert ask("قطعوا الإنترنت في كل البلد منذ الصباح").intent == "shutdown"


@pytest.mark.parametrize(
    "text",
    [
        *("will I get it back?", "how long does google have", "how do i report it to the police"),
        *("cuánto tiempo tienen para responder", "combien de temps ils ont pour répondre"),
        *("сколько у них времени на ответ", "他们多久必须答复", "quanto tempo eles têm para responder?"),
        *("पुलिस में रिपोर्ट कैसे करूं", "cómo le hago para hablar con mi gente", "who can i call"),
    ],
)
def test_a_question_about_the_matter_is_none_about_the_ticket(ask, text):
    assert ask(text).intent not in ("status", "human")


@pytest.mark.parametrize(
    ("text", "wished"),
    [("हिंदी में बताओ", "hi"), ("can you speak hindi", "hi"), ("በአማርኛ ጻፍ", "am"), ("እንግሊዝኛ አይገባኝም በአማርኛ ጻፉልኝ", "am")],
)
def test_a_language_that_is_only_read_can_be_wished_for(ask, text, wished):
    decision = ask(text)
    assert (decision.intent, decision.wished) == ("language", wished)


@pytest.mark.parametrize("text", ["हिंदी में कोई किताब है?", "English or Swahili number please", "hay un libro en inglés?"])
def test_something_in_a_language_is_no_wish_for_the_language(ask, text):
    assert ask(text).intent != "language"


@pytest.mark.parametrize(
    "text",
    [
        "somebody made a fake facebook page with our logo and asks people for money",
        "not hacked, it is a copy with our logo",
        "quelqu'un a créé une fausse page facebook à notre nom et demande de l'argent aux gens",
        "non, notre compte n'est pas piraté, c'est une copie avec notre logo",
        "crearon una página falsa de facebook con nuestro logo y piden dinero",
        "создали фейковую страницу нашего фонда в фейсбуке и собирают деньги",
        "أنشأوا صفحة مزيفة باسم جمعيتنا على فيسبوك ويطلبون المال",
        "有人冒充我们的基金会在脸书上开假主页骗钱",
    ],
)
def test_a_copied_page_is_no_stolen_account(ask, text):
    assert ask(text).intent in (None, "impersonation")


@pytest.mark.parametrize(
    "text",
    ["someone hacked our facebook page and posts in our name", "hackers took our instagram and pretend to be us"],
)
def test_who_took_an_account_to_pass_for_its_owner_took_it(ask, text):
    assert ask(text).intent == "account-takeover"


@pytest.mark.parametrize(
    "text",
    [
        "refer me to UNESCO",
        "could you put us in touch with UNESCO please",
        "derívenme a la UNESCO",
        "orientez-moi vers l'UNESCO",
        "передайте меня в ЮНЕСКО",
        "أحيلوني إلى اليونسكو",
        "帮我转介给联合国教科文组织",
        "me encaminhem para a UNESCO",
        "nielekezeni kwa UNESCO",
        "मुझे UNESCO के पास भेजिए",
        "ወደ UNESCO ምሩኝ",
    ],
)
def test_a_wish_to_be_referred_names_the_organisation(ask, text):
    decision = ask(text, language="en", open_topic="content-policy", open_text="rules against hate speech")
    assert (decision.intent, [one.id for one in decision.organisations]) == ("refer", ["unesco"])


@pytest.mark.parametrize(
    ("text", "id"),
    [("refer us to Deflect", "deflect"), ("передайте меня в Tech Against Terrorism", "tech-against-terrorism")],
)
def test_names_of_everyday_words_are_names_in_such_a_wish(ask, text, id):
    assert [one.id for one in ask(text).organisations] == [id]


@pytest.mark.parametrize("text", ["please don't refer me to UNESCO", "stop the referral to UNESCO"])
def test_a_referral_that_is_unwanted_is_not_offered(ask, text):
    assert ask(text).intent == "withdraw"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("thank you all so much, my aunt finally sleeps again and she says you must come for plum cake", "thanks"),
        (
            "good evening dear people, my brother in law added me here, i hope the journey was not too cold for you",
            "greeting",
        ),
        (
            "so that was my day, the shop is locked and the last ferry leaves in ten minutes, good night to all of you",
            "bye",
        ),
        ("muchísimas gracias a todo el equipo, mi suegra ya está contenta y les manda un flan", "thanks"),
        ("bonne soirée à toute l'équipe, le boulanger ferme et ma fille m'attend, à demain si Dieu veut", "bye"),
        ("огромное спасибо всем, директор доволен, а бабушка обещала вам пирогов с вишней", "thanks"),
    ],
)
def test_a_long_courtesy_is_returned(ask, text, kind):
    decision = ask(text)
    assert (decision.action, decision.intent) == (Action.SMALLTALK, kind)


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        (
            "good evening dear people, my brother in law sent me. our host took our site down over a copyright notice",
            "intellectual-property-rights",
        ),
        (
            "i write my master thesis on internet shutdowns of 2021 to 2023, where is open data by operator",
            "access",
        ),
        ("在寫關於斷網的論文，哪裡有各國的公開測量資料", "access"),
    ],
)
def test_a_need_beside_a_courtesy_or_a_thesis_is_answered(ask, text, topic):
    decision = ask(text)
    assert decision.action in (Action.ANSWER, Action.CLARIFY)
    assert topic in [one.id for one in decision.topics[:3]]
