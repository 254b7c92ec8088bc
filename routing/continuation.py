"""Whether a message goes on with the open request, what to ask when it is unclear, and whether it holds a second need."""

from collections.abc import Sequence
from functools import cache

from routing import eligibility, fusion, normalise, thresholds, triage, words
from routing.decision import RunningClock
from routing.index import Prepared
from routing.phrasebook import Phrasebook
from routing.places import Found

#: Words that ask for help or point back without saying with what.
_VAGUE = normalise.fold(
    "again happened happen happens problem problems issue issues trouble troubles urgent urgently emergency sos question questions advice support serious big small bad stuff situation matter matters same story worse broke broken"
    " wrong weird strange asking ask need needed info information guidance assist start started stopped"
    " otra vez paso pasa pasando problema problemas urgente urgencia emergencia consulta duda pregunta consejo apoyo asunto situacion mismo"
    " encore arrive arrivee passe passee probleme problemes souci soucis urgent urgence question conseil soutien situation meme recommence"
    " снова опять случилось произошло проблема проблемы проблему срочно вопрос вопросик совет совета поддержка ситуация беда нужна нужен помощь помощи то же самое повторилось"
    " مشكلة مشكله مشاكل سؤال استفسار ضروري عاجل مساعدة حصل صار تاني ثاني مرة نفس الشي وضع حالة نصيحة تكرر"
    " aconteceu acontecendo novo denovo problema problemas urgente duvida pergunta apoio situacao mesmo"
    " tatizo matatizo shida dharura swali ushauri msaada imetokea tena hali ilitokea"
).split()
_VAGUE_CHINESE = ("又发生了", "又来了", "有问题", "帮帮我", "求助", "救命", "有个问题", "帮忙", "出事了", "出问题", "又出现", "同样的", "很急", "紧急", "再次", "咨询", "帮我", "发生")
_AND_ALSO = (
    "also", "another question|thing|problem|issue", "second question|thing|problem", "besides", "separately", "and one more", "plus we|i|our", "additionally", "by the way", "btw",
    "ademas", "tambien", "otra pregunta|cosa|duda", "por otro lado", "aparte", "aussi", "autre question|chose|probleme", "par ailleurs", "de plus", "en plus", "egalement",
    "еще|также вопрос|один|у|нам|хотим|мы", "кроме того", "также", "второй вопрос", "и еще", "كمان", "ايضا", "وايضا", "سؤال تاني|ثاني|اخر|آخر", "بالاضافة", "وكمان", "alem disso", "tambem", "outra pergunta|coisa|duvida", "pia", "vilevile", "swali lingine", "jambo lingine", "zaidi ya hayo",
)  # fmt: skip
_AND_ALSO_CHINESE = ("另外", "还有", "此外", "还想问", "顺便")
_PLACE_DECIDES = (
    "deadline*", "how long|many|fast|quickly .. report|notify|tell|have|hours|days|inform|respond|keep|store", "when .. report|notify|inform", "do|must|should|have|need we|i .. report|notify|inform|register|tell .. authority|regulator|police|users|customers|commissioner", "have to|need to|must|obliged|required to .. report|notify|inform|register", "is it legal|illegal|allowed|lawful|mandatory|compulsory|required", "which authority|regulator|law applies", "who .. authority|regulator", "am i|are we allowed|liable|obliged|required",
    "plazo*", "cuanto tiempo|cuantas horas .. notificar|avisar|reportar|tenemos", "hay|tengo|tenemos|debo|debemos que .. notificar|avisar|reportar|informar|registrar", "es legal|ilegal|obligatorio", "que autoridad|ley", "debemos|debo notificar|avisar|informar|reportar",
    "delai*", "combien de temps|heures .. notifier|declarer|avons|pour", "doit|dois|devons|faut .. notifier|declarer|signaler|informer", "est ce .. legal|illegal|obligatoire", "c est legal|illegal|obligatoire", "quelle autorite|loi", "quelle .. autorite",
    "срок*", "сколько .. часов|времени|дней .. уведом*|сообщить|есть|на", "обязан*|должны|нужно|надо ли .. уведом*|сообщ*|регистрир*", "надо|нужно|обязаны .. уведом*|сообщать|сообщить", "законно ли", "какой .. орган|закон", "в какой орган",
    "المهلة|مهلة", "كم .. ساعة|يوم|وقت|المدة .. للابلاغ|نبلغ|الابلاغ|عندنا|للاخطار", "هل .. يجب|لازم|علينا|ملزم* .. نبلغ|ابلاغ|الابلاغ|اخطار|نخطر|نسجل", "هل .. قانوني|مسموح|ممنوع|الزامي", "اي|أي جهة|قانون|سلطة",
    "prazo*", "quanto tempo|quantas horas .. notificar|avisar|temos", "tenho|temos|preciso|precisamos|devo que|de .. notificar|avisar|informar|comunicar", "precis*|dev*|tem* .. notificar|avisar|comunicar|informar", "e legal|ilegal|obrigatorio|permitido", "qual autoridade|lei",
    "muda gani", "saa ngapi .. kuripoti|kutoa", "lazima .. kuripoti|kutoa taarifa|tujulishe|kujulisha|turipoti|niripoti|kusajili", "ni halali|haramu|kinyume cha sheria", "mamlaka gani|ipi",
)  # fmt: skip
_PLACE_DECIDES_CHINESE = ("多久上报", "多久内", "几小时内报告", "多长时间报告", "需要上报", "要不要上报", "期限", "必须报告", "是否合法", "合法吗", "违法吗", "哪个部门", "向谁报告", "需要通知", "要通知", "多久报告", "要报告吗", "上报吗")


@cache
def _book(name: str) -> Phrasebook:
    if name == "also":
        return Phrasebook().add(name, _AND_ALSO, _AND_ALSO_CHINESE)
    return Phrasebook().add(name, _PLACE_DECIDES, _PLACE_DECIDES_CHINESE)


def _says(name: str, folded: str) -> bool:
    return any(True for _ in _book(name).matches(normalise.words(folded)))


def substance(folded: str) -> list[str]:
    """The words that say what a request is about."""
    left = [word for word in triage.content_words(folded) if word not in _VAGUE]
    return [rest for word in left if (rest := _without_vague_chinese(word))]


def _without_vague_chinese(word: str) -> str:
    if word[0] >= "\u3400":
        for vague in _VAGUE_CHINESE:
            word = word.replace(vague, "")
        return word if len(word) > 1 else ""
    return word


@cache
def _detail_words() -> frozenset[str]:
    table = words.table("time")
    listed = [w for section in ("units", "numbers", "markers", "weekdays", "days_back", "parts") for w in table[section].values()]
    detail = "people persons employees staff team members personas empleados personnes employes человек сотрудников людей شخص موظف اشخاص موظفين pessoas funcionarios watu wafanyakazi based located country city town live lives living from here ppl years year old am pm utc gmt end evening around about exactly roughly approximately last next this est basados ubicados estamos country countries based nchi city"
    return frozenset(normalise.fold(" ".join(listed) + " " + detail).split())


def is_detail(folded: str, places: Sequence[Found]) -> bool:
    """Whether a message only adds a place, a time, a number or who is asking to the open request."""
    spoken = normalise.words(folded)
    if not spoken or normalise.units(folded) > 14:
        return False
    told = {at for place in places for at in range(place.start, min(place.end, len(spoken)))}
    told |= {at for cue in eligibility.cues(folded) for at in cue.positions}
    timely = {at for at, word in enumerate(spoken) if word.isdigit() or word in _detail_words() or word[:1].isdigit()}
    rest = [word for at, word in enumerate(spoken) if at not in told | timely]
    if not told | timely:
        return False
    left = [word for word in triage.content_words(" ".join(rest)) if word not in _detail_words()]
    return not left or (len(left) == 1 and len(spoken) <= 4 and bool(told) and left[0][0] < "\u3400" and len(left[0]) <= 3)


def question(folded: str, reading: fusion.Reading, sure: float, margin: float, ready: Prepared, named: bool) -> str | None:
    """What to ask before answering: nothing, for more words, or which topic."""
    said = substance(folded)
    if not said:
        return "more"
    if named:
        return None
    if normalise.units(folded) == 1 or (len(said) == 1 and normalise.units(folded) <= 2):
        return "topic"
    if reading.nearest < thresholds.UNKNOWN:
        return "more"
    if sure < thresholds.ANSWER:
        return "topic"
    if margin < thresholds.CLOSE and not _related(reading, ready):
        return "topic"
    return None


def _related(reading: fusion.Reading, ready: Prepared) -> bool:
    """Two close topics whose practices overlap lead to much the same answer: no need to ask."""
    first, second = reading.topics[0][0], reading.topics[1][0]
    return any(first in entry.topics and second in entry.topics for entry in ready.catalogue.entries)


def place_decides(folded: str, running: Sequence[RunningClock]) -> bool:
    """Whether the country decides the answer: a duty or a deadline is asked about."""
    return bool(running) or _says("place", folded)


def second_need(reading: fusion.Reading, ready: Prepared) -> str | None:
    """The other half of a message that asks for two unrelated things."""
    parts = [view for view in reading.views if view.label == "clause" and view.index is reading.view.index]
    if len(parts) < 2 or len(reading.topics) < 2:
        return None
    first, ids = reading.topics[0][0], fusion.topic_ids(reading.view.index)
    for view in parts:
        joined = _says("also", normalise.fold(view.source))
        topic, needed = ids[int(view.topics.argmax())], thresholds.SECOND if joined else thresholds.SECOND_ALONE
        if topic != first and view.top >= needed and normalise.units(view.text) >= 4 and not _shared(first, topic, ready):
            return view.source
    return None


def _shared(first: str, second: str, ready: Prepared) -> bool:
    return sum(first in e.topics[:2] and second in e.topics[:2] for e in ready.catalogue.entries) > 1


def wanted_language(folded: str) -> str | None:
    """The language a message asks for, if it names one."""
    for language, names in _LANGUAGE_NAMES.items():
        if any(name in folded.split() or (name[0] >= "\u3400" and name in folded) for name in _folded(names)):
            return language
    return None


@cache
def _folded(names: str) -> tuple[str, ...]:
    return tuple(normalise.fold(names).split())


_LANGUAGE_NAMES = {
    "en": "english ingles anglais английский английском английски انجليزي الانجليزية بالانجليزي بالانجليزية kiingereza 英文 英语",
    "es": "spanish espanol castellano espagnol испанский испанском испански اسباني الاسبانية بالاسباني espanhol kihispania 西班牙语",
    "fr": "french francais frances французский французском французски فرنسي الفرنسية بالفرنسي بالفرنسية kifaransa 法语",
    "ru": "russian ruso russe русский русском русски روسي الروسية بالروسي russo kirusi 俄语",
    "ar": "arabic arabe арабский арабском арабски عربي العربية بالعربي بالعربية kiarabu 阿拉伯语",
    "zh": "chinese mandarin chino chinois китайский китайском китайски صيني الصينية chines kichina 中文 普通话 简体 繁体",
    "pt": "portuguese portugues portugais португальский португальском برتغالي البرتغالية kireno 葡萄牙语",
    "sw": "swahili kiswahili суахили سواحيلي السواحيلية suaili 斯瓦希里语",
}
