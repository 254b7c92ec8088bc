"""Organisations as Open Referral HSDS 3.0, out and in."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from knowledge import hsds
from knowledge.entries import shown
from knowledge.organisations import Organisation
from knowledge.vocabulary import Availability, Channel, Confidence, Kind, Status
from knowledge.wordings import text

REQUIRED = {"organization": ("id", "name", "description"), "service": ("id", "name", "status")}


def exported(session: Session, language: str = "en") -> dict[str, Any]:
    (one,) = hsds.export(session, shown(session, Organisation), language)
    copy: dict[str, Any] = json.loads(json.dumps(one))
    return copy


def ids(value: object) -> list[str]:
    if isinstance(value, list):
        return [id for one in value for id in ids(one)]
    if isinstance(value, dict):
        own = [v for name, v in value.items() if name == "id" or name.endswith("_id")]
        return own + [id for one in value.values() for id in ids(one)]
    return []


def test_what_the_standard_requires_is_there(session: Session) -> None:
    organization = exported(session)
    assert all(organization[field] for field in REQUIRED["organization"])
    assert all(organization["services"][0][field] for field in REQUIRED["service"])
    assert all(UUID(id) for id in ids(organization))


def test_identifiers_stay_the_same(session: Session) -> None:
    assert exported(session) == exported(session)


def test_it_says_what_we_know(session: Session) -> None:
    organization = exported(session)
    service = organization["services"][0]
    assert (organization["name"], organization["website"]) == ("The Helpline", "https://example.org/")
    assert (service["status"], service["email"], service["wait_time"]) == ("active", "help@example.org", "one day")
    assert {area["extent"] for area in service["service_areas"]} == {"northern-europe", "GB", "NO"}
    assert {one["taxonomy_term"]["code"] for one in service["attributes"]} == {"cybercrime", "individual", "small-firm"}
    assert [language["code"] for language in service["languages"]] == ["en"]
    assert service["assured_date"] == "2026-11-01"


def test_it_can_be_described_in_another_language(session: Session) -> None:
    assert exported(session, "fr")["description"] == "Help after cybercrime. [fr]"


def test_a_doubtful_contact_stays_here(session: Session) -> None:
    assert "7946" not in json.dumps(exported(session))


def test_a_closed_one_is_called_defunct(session: Session) -> None:
    session.get_one(Organisation, "helpline").availability = Availability.CLOSED
    assert exported(session)["services"][0]["status"] == "defunct"


def test_what_comes_in_is_a_doubtful_draft(session: Session) -> None:
    organization = exported(session)
    organization["organization_identifiers"][0]["identifier"] = "another"
    assert hsds.import_organizations(session, [organization], "me", "a directory") == ["another"]
    one = session.get_one(Organisation, "another")
    assert (one.status, one.confidence, one.source, one.owner) == (Status.DRAFT, Confidence.MEDIUM, "a directory", "me")
    assert one.sure_contacts == []
    assert (one.topics, one.serves, one.countries) == (["cybercrime"], ["individual", "small-firm"], ["GB", "NO"])
    assert (one.regions, one.languages, one.acronym, one.hours) == (["northern-europe"], ["en"], "THL", "weekdays")
    found = text(session, Kind.ORGANISATION, "another", "en")
    assert found is not None
    assert (found.summary, found.fields["refer_for"]) == ("Help after cybercrime.", ["hacked account"])


def test_what_is_known_is_left_alone(session: Session) -> None:
    assert hsds.import_organizations(session, [exported(session)], "me", "a directory") == []


def test_a_stranger_with_little_is_taken_too(session: Session) -> None:
    stranger = {
        "id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610",
        "name": "Ayuda Única, Inc.",
        "alternate_name": "An organisation with a long other name",
        "description": "",
        "website": "not an address",
        "phones": [{"id": "1", "number": "+1 555 0100"}],
        "services": [{"id": "2", "name": "x", "status": "inactive", "languages": [{"id": "3", "code": "spa"}]}],
    }
    assert hsds.import_organizations(session, [stranger], "me", "a directory") == ["ayuda-unica-inc"]
    one = session.get_one(Organisation, "ayuda-unica-inc")
    assert (one.url, one.availability, one.languages, one.acronym) == (None, Availability.CLOSED, [], None)
    assert one.aliases == ["An organisation with a long other name"]
    assert [(contact.kind, contact.value) for contact in one.contacts] == [(Channel.PHONE, "+1 555 0100")]


def test_a_name_without_latin_letters_needs_an_id(session: Session) -> None:
    assert hsds.slug("互联网协会") == ""
    assert hsds.import_organizations(session, [{"name": "互联网协会"}], "me", "a directory") == []
