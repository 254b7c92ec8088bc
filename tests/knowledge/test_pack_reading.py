"""Reading a pack: what is in it, and what is said about mistakes."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.packs import PackError, read
from knowledge.packs.forms import OrganisationFacts, PracticeFacts
from knowledge.vocabulary import Availability, Kind, Origin, Status
from tests.knowledge.sample_pack import PackFolder


def problems(folder: PackFolder) -> list[str]:
    with pytest.raises(PackError) as caught:
        read(folder.path)
    return [str(finding) for finding in caught.value.findings]


def test_a_good_pack_is_read_whole(pack_folder: PackFolder) -> None:
    pack = read(pack_folder.path)
    assert {entry.kind for entry in pack.entries} == set(Kind)
    assert {wording.language for wording in pack.wordings} == {"en", "ar", "es", "fr", "ru", "zh"}


def test_kinds_come_before_what_refers_to_them(pack_folder: PackFolder) -> None:
    kinds = [entry.kind for entry in read(pack_folder.path).entries]
    wanted = [Kind.BASKET, Kind.TOPIC, Kind.REGION, Kind.ORGANISATION, Kind.CRISIS]
    assert sorted(wanted, key=kinds.index) == wanted


def test_a_kind_may_be_a_folder(pack_folder: PackFolder) -> None:
    entries = pack_folder.load("facts/topics.yaml")
    (pack_folder.path / "facts/topics.yaml").unlink()
    pack_folder.save("facts/topics/a.yaml", entries[:1])
    pack_folder.save("facts/topics/b.yaml", entries[1:])
    assert list(read(pack_folder.path).by_id(Kind.TOPIC)) == ["cybercrime", "network-security"]


def test_the_status_of_an_organisation_is_its_availability(pack_folder: PackFolder) -> None:
    pack_folder.change("organisations", "helpline", status="reduced")
    facts = read(pack_folder.path).by_id(Kind.ORGANISATION)["helpline"].facts
    assert isinstance(facts, OrganisationFacts)
    assert (facts.availability, facts.status) == (Availability.REDUCED, Status.PUBLISHED)


def test_norway_is_not_false(pack_folder: PackFolder) -> None:
    file = pack_folder.path / "facts/practices.yaml"
    file.write_text(file.read_text().replace("countries: []", "countries: [NO]"))
    facts = read(pack_folder.path).by_id(Kind.PRACTICE)["nis2"].facts
    assert isinstance(facts, PracticeFacts)
    assert facts.countries == ["NO"]


def test_a_review_is_read_with_its_wording(pack_folder: PackFolder) -> None:
    pack_folder.reword("fr", "topics", "cybercrime", reviewed={"by": "editor", "on": date(2026, 11, 2)})
    wordings = {(one.entry, one.language): one for one in read(pack_folder.path).wordings if one.kind is Kind.TOPIC}
    one = wordings["cybercrime", "fr"]
    assert (one.origin, one.reviewed_by, one.reviewed_on) == (Origin.MACHINE_DRAFTED, "editor", date(2026, 11, 2))


def test_all_mistakes_are_told_at_once(pack_folder: PackFolder) -> None:
    pack_folder.change("practices", "nis2", year="soon", serves=["everybody"])
    pack_folder.reword("fr", "topics", "cybercrime", name=5)
    found = problems(pack_folder)
    assert len(found) == 3
    assert any("facts/practices.yaml nis2 year" in line for line in found)
    assert any("facts/practices.yaml nis2 serves.0" in line and "everybody" in line for line in found)
    assert any("text/fr/topics.yaml cybercrime name" in line and "Write text" in line for line in found)


def test_an_unknown_field_is_a_mistake(pack_folder: PackFolder) -> None:
    pack_folder.change("practices", "nis2", titel="oops")
    assert problems(pack_folder) == [
        "error: facts/practices.yaml nis2 titel: Extra inputs are not permitted. Remove the field or correct its name."
    ]


def test_a_missing_field_is_a_mistake(pack_folder: PackFolder) -> None:
    entries = pack_folder.load("facts/organisations.yaml")
    del entries[0]["confidence"]
    pack_folder.save("facts/organisations.yaml", entries)
    assert problems(pack_folder) == [
        "error: facts/organisations.yaml helpline confidence: Field required. Add the field."
    ]


def test_an_id_given_twice_is_a_mistake(pack_folder: PackFolder) -> None:
    pack_folder.save("facts/topics.yaml", pack_folder.load("facts/topics.yaml") * 2)
    assert "Keep one of them" in problems(pack_folder)[0]


def test_a_key_given_twice_is_a_mistake(pack_folder: PackFolder) -> None:
    with (pack_folder.path / "text/en/baskets.yaml").open("a") as file:
        file.write("security:\n  name: Again\n")
    assert "'security' is given twice" in problems(pack_folder)[0]


def test_broken_yaml_names_the_file(pack_folder: PackFolder) -> None:
    (pack_folder.path / "facts/terms.yaml").write_text("- id: a\n  source: b: c\n")
    assert problems(pack_folder)[0].startswith("error: facts/terms.yaml: ")


def test_a_text_in_the_wrong_folder_is_a_mistake(pack_folder: PackFolder) -> None:
    text = pack_folder.load("text/fr/terms.yaml")
    text["_about"]["language"] = "es"
    pack_folder.save("text/fr/terms.yaml", text)
    assert "The folder is for fr" in problems(pack_folder)[0]


def test_a_file_of_no_kind_is_a_mistake(pack_folder: PackFolder) -> None:
    pack_folder.save("facts/practises.yaml", [])
    assert "no kind of entry is called that" in problems(pack_folder)[0]


@pytest.mark.parametrize("duration", ["24h", "P", "PT", "P1DT", "1H"])
def test_a_duration_must_be_iso_8601(pack_folder: PackFolder, duration: str) -> None:
    pack_folder.change("clocks", "nis2-warning", duration=duration)
    assert "clocks.yaml nis2-warning duration" in problems(pack_folder)[0]


@pytest.mark.parametrize("duration", ["PT1H", "P6M", "P1Y", "P1DT12H", "PT72H", "P30D", None])
def test_usual_durations_are_understood(pack_folder: PackFolder, duration: str | None) -> None:
    pack_folder.change("clocks", "nis2-warning", duration=duration)
    facts = read(pack_folder.path).by_id(Kind.CLOCK)["nis2-warning"].facts
    assert facts.model_dump()["duration"] == duration


def test_any_other_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="no knowledge pack"):
        read(tmp_path)


def test_a_pack_may_say_what_it_is(pack_folder: PackFolder) -> None:
    pack_folder.save("pack.yaml", {"id": "riga", "version": "2026.1", "publisher": "Riga desk"})
    about = read(pack_folder.path).about
    assert (about.id, about.version, about.publisher) == ("riga", "2026.1", "Riga desk")
