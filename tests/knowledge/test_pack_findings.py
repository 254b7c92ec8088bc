"""What is found in a pack before it does harm."""

from datetime import date, timedelta

import pytest

from knowledge.packs import Finding, Severity, check, read
from tests.knowledge.sample_pack import TODAY, PackFolder


def found(folder: PackFolder, severity: Severity, today: date = TODAY) -> list[Finding]:
    return [finding for finding in check(read(folder.path), today) if finding.severity is severity]


def errors(folder: PackFolder) -> list[str]:
    return [str(finding) for finding in found(folder, Severity.ERROR)]


def warnings(folder: PackFolder, today: date = TODAY) -> list[str]:
    return [f"{one.file} {one.entry} {one.field}: {one.problem}" for one in found(folder, Severity.WARNING, today)]


def test_a_faultless_pack_has_one_doubtful_contact(pack_folder: PackFolder) -> None:
    assert errors(pack_folder) == []
    assert warnings(pack_folder) == [
        "facts/organisations.yaml helpline contacts: '+44 20 7946 0000' is not certain and is never shown"
    ]


@pytest.mark.parametrize(
    ("kind", "id", "field", "value"),
    [
        ("topics", "cybercrime", "basket", "nowhere"),
        ("topics", "cybercrime", "related", ["nowhere"]),
        ("topics", "cybercrime", "lead", "nowhere"),
        ("practices", "nis2", "topics", ["nowhere"]),
        ("practices", "nis2", "regions", ["nowhere"]),
        ("organisations", "helpline", "topics", ["nowhere"]),
        ("trainings", "basics", "topics", ["nowhere"]),
        ("networks", "teams", "topics", ["nowhere"]),
        ("terms", "phishing", "topic", "nowhere"),
        ("clocks", "nis2-warning", "practice", "nowhere"),
        ("clocks", "nis2-warning", "follows", "nowhere"),
        ("clocks", "nis2-warning", "offers_services_in", ["nowhere"]),
        ("not_clocks", "user-notice", "practice", "nowhere"),
        ("crisis", "active-breach", "topics", ["nowhere"]),
        ("crisis", "active-breach", "practices", ["nowhere"]),
        ("crisis", "active-breach", "organisations", ["nowhere"]),
    ],
)
def test_an_id_that_leads_nowhere(pack_folder: PackFolder, kind: str, id: str, field: str, value: object) -> None:
    pack_folder.change(kind, id, **{field: value})
    (error,) = errors(pack_folder)
    assert error.startswith(f"error: facts/{kind}.yaml {id} {field}: the pack has no ")
    assert "'nowhere'. Correct the id" in error


@pytest.mark.parametrize(
    ("kind", "id", "fields", "why"),
    [
        ("practices", "nis2", {"confidence": "medium"}, "not of high confidence"),
        ("organisations", "helpline", {"confidence": "medium"}, "not of high confidence"),
        ("organisations", "helpline", {"status": "closed"}, "is closed"),
        ("organisations", "helpline", {"url": None, "contacts": []}, "no contact that is sure"),
    ],
)
def test_a_crisis_never_leads_to_a_doubt(
    pack_folder: PackFolder, kind: str, id: str, fields: dict[str, object], why: str
) -> None:
    pack_folder.change(kind, id, **fields)
    (error,) = errors(pack_folder)
    assert error.startswith("error: facts/crisis.yaml active-breach") and why in error


def test_a_text_for_nothing(pack_folder: PackFolder) -> None:
    pack_folder.reword("fr", "topics", "cybercrimes", name="Double", summary="…")
    assert "there is no such topic" in errors(pack_folder)[0]


def test_a_missing_translation(pack_folder: PackFolder) -> None:
    texts = pack_folder.load("text/ar/terms.yaml")
    del texts["phishing"]
    pack_folder.save("text/ar/terms.yaml", texts)
    assert "facts/terms.yaml phishing : has no wording in ar" in warnings(pack_folder)
    pack_folder.save("text/en/terms.yaml", {"_about": {"language": "en", "origin": "written"}})
    assert "has no wording in en" in errors(pack_folder)[0]


def test_too_few_phrases(pack_folder: PackFolder) -> None:
    pack_folder.reword("es", "topics", "cybercrime", phrases=["uno", "dos"])
    assert "text/es/topics.yaml cybercrime phrases: 2 phrases, at least 12 are needed" in warnings(pack_folder)


def test_one_phrase_for_two_topics(pack_folder: PackFolder) -> None:
    phrases = pack_folder.load("text/en/topics.yaml")["cybercrime"]["phrases"]
    pack_folder.reword("en", "topics", "network-security", phrases=[phrases[0].upper(), *phrases[1:]])
    assert any("also stands for cybercrime" in line for line in warnings(pack_folder))


def test_a_phrase_that_is_a_crisis_and_none(pack_folder: PackFolder) -> None:
    pack_folder.reword("en", "crisis", "active-breach", near_misses=["ransom note"])
    assert "is both an emergency and none" in errors(pack_folder)[0]


@pytest.mark.parametrize(
    ("days", "problem"),
    [(-1, "expired on 2027-11-01"), (0, "expires on 2027-11-01"), (30, "expires on 2027-11-01"), (31, None)],
)
def test_age_is_told_before_it_is_too_late(pack_folder: PackFolder, days: int, problem: str | None) -> None:
    lines = warnings(pack_folder, date(2027, 11, 1) - timedelta(days=days))
    told = [line for line in lines if line.startswith("facts/practices.yaml nis2 expires_on")]
    assert told == ([] if problem is None else [f"facts/practices.yaml nis2 expires_on: {problem}"])


def test_what_nobody_vouches_for(pack_folder: PackFolder) -> None:
    pack_folder.change("practices", "nis2", verified_on=None, expires_on=None, owner=None, source=None)
    told = "\n".join(warnings(pack_folder))
    for problem in ("nobody has verified it", "nobody owns it", "names no source"):
        assert problem in told


def test_errors_come_first(pack_folder: PackFolder) -> None:
    pack_folder.change("practices", "nis2", topics=["nowhere"])
    severities = [finding.severity for finding in check(read(pack_folder.path), TODAY)]
    assert severities == [Severity.ERROR, Severity.WARNING]
