"""Organisations in and out as Open Referral HSDS 3.0 (https://docs.openreferral.org), for exchange with directories.

One organisation becomes one `organization` with one `service`. Topics and audiences travel as attributes of our own
taxonomies; our id as an organisation identifier. Only contacts that are certain go out; whatever comes in is a draft.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from knowledge.edits import propose
from knowledge.organisations import Organisation
from knowledge.places import country_name
from knowledge.tables import NOUNS
from knowledge.topics import Topic
from knowledge.vocabulary import Availability, Channel, Confidence, Kind, Serves
from knowledge.wordings import Text, texts

NAMESPACE = UUID("6f1d6a0e-5b0c-5c0e-9a55-1f5e3f0a7c11")
SCHEME = "guidepost"
TOPICS, AUDIENCES = "guidepost-topics", "guidepost-audiences"
_STATUS = {
    Availability.ACTIVE: "active",
    Availability.REDUCED: "active",
    Availability.CLOSED: "defunct",
}
LONGEST_ACRONYM = 20
_CLOSED = {"inactive", "defunct"}

Json = dict[str, Any]


def export(session: Session, organisations: Iterable[Organisation], language: str = "en") -> list[Json]:
    """HSDS organizations with their service nested, ready for `json.dump`; described in one language."""
    rows = list(organisations)
    words = texts(session, Kind.ORGANISATION, [row.id for row in rows], language)
    topics = texts(session, Kind.TOPIC, None, language)
    return [_organization(row, words.get(row.id) or Text(row.id, language, {"name": row.name}), topics) for row in rows]


def _uuid(*parts: str) -> str:
    """The same parts always give the same identifier, so that repeated exports can be compared."""
    return str(uuid5(NAMESPACE, "/".join(parts)))


def _organization(row: Organisation, text: Text, topics: Mapping[str, Text]) -> Json:
    said = {
        "id": _uuid(row.id),
        "name": row.name,
        "alternate_name": row.acronym or (text.name if text.name != row.name else None),
        "description": text.summary or row.name,
        "email": _first(row, Channel.EMAIL),
        "website": row.url or _first(row, Channel.WEB),
        "organization_identifiers": [
            {
                "id": _uuid(row.id, "identifier"),
                "identifier_scheme": SCHEME,
                "identifier_type": "Guidepost entry",
                "identifier": row.id,
            }
        ],
        "phones": _phones(row),
        "services": [_service(row, text, topics)],
    }
    return _without_gaps(said)


def _service(row: Organisation, text: Text, topics: Mapping[str, Text]) -> Json:
    said = {
        "id": _uuid(row.id, "service"),
        "name": text.name,
        "description": "; ".join(text.fields.get("refer_for", [])) or text.summary,
        "url": _first(row, Channel.WEB) or row.url,
        "email": _first(row, Channel.EMAIL),
        "status": _STATUS[row.availability],
        "application_process": text.fields.get("intake"),
        "eligibility_description": _eligibility(row, text),
        "wait_time": row.response_time,
        "alert": row.status_note,
        "assured_date": row.verified_on.isoformat() if row.verified_on else None,
        "schedules": [{"id": _uuid(row.id, "hours"), "description": row.hours}] if row.hours else [],
        "service_areas": _areas(row),
        "languages": [{"id": _uuid(row.id, "language", code), "code": code} for code in row.languages],
        "attributes": [*_topics(row, topics), *_audiences(row)],
    }
    return _without_gaps(said)


def _eligibility(row: Organisation, text: Text) -> str:
    lines = [
        f"For: {', '.join(row.serves)}" if row.serves else "",
        *(f"Not for: {n}" for n in text.fields.get("not_for", [])),
    ]
    return ". ".join(line for line in lines if line)


def _first(row: Organisation, channel: Channel) -> str | None:
    return next((contact.value for contact in row.sure_contacts if contact.kind is channel), None)


def _phones(row: Organisation) -> list[Json]:
    kinds = {Channel.PHONE: "voice", Channel.WHATSAPP: "whatsapp"}
    return [
        {"id": _uuid(row.id, "phone", contact.value), "number": contact.value, "type": kinds[contact.kind]}
        for contact in row.sure_contacts
        if contact.kind in kinds
    ]


def _areas(row: Organisation) -> list[Json]:
    countries = [(code, country_name(code, "en"), "ISO 3166-1 alpha-2") for code in row.countries]
    areas = [*((region, region, "guidepost-region") for region in row.regions), *countries]
    return [
        {"id": _uuid(row.id, "area", extent), "name": name, "extent": extent, "extent_type": extent_type}
        for extent, name, extent_type in areas
    ]


def _topics(row: Organisation, topics: Mapping[str, Text]) -> Iterator[Json]:
    for id in row.topics:
        text = topics.get(id)
        yield _attribute(row, TOPICS, "service_focus", id, text.name if text else id, text.summary if text else id)


def _audiences(row: Organisation) -> Iterator[Json]:
    for code in row.serves:
        yield _attribute(row, AUDIENCES, "intended_audience", code, code.replace("-", " "), "who the service is for")


def _attribute(row: Organisation, taxonomy: str, link_type: str, code: str, name: str, description: str) -> Json:
    term = {
        "id": _uuid(taxonomy, code),
        "code": code,
        "name": name,
        "description": description or name,
        "taxonomy": taxonomy,
    }
    return {
        "id": _uuid(row.id, taxonomy, code),
        "link_id": _uuid(row.id, "service"),
        "link_type": link_type,
        "link_entity": "service",
        "taxonomy_term": term,
    }


def _without_gaps(said: Json) -> Json:
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def import_organizations(
    session: Session, organizations: Iterable[Mapping[str, Any]], by: str, source: str
) -> list[str]:
    """Take HSDS organizations in as drafts; gives their ids. Those whose id is known already are left out.

    `source` is where they come from, for the entry. Nothing is believed: contacts are of medium confidence, so nobody
    sees them before somebody has confirmed them.
    """
    topics = set(session.scalars(select(Topic.id)))
    taken: list[str] = []
    for one in organizations:
        facts = _facts(one, topics, source)
        if not facts["id"] or session.get(NOUNS[Kind.ORGANISATION], facts["id"]) is not None:
            continue
        propose(session, Kind.ORGANISATION, facts, {"en": _wording(one)}, by)
        taken.append(facts["id"])
    return taken


def _facts(one: Mapping[str, Any], topics: set[str], source: str) -> Json:
    services = one.get("services") or []
    codes = {taxonomy: list(_codes(services, taxonomy)) for taxonomy in (TOPICS, AUDIENCES)}
    languages = (str(found.get("code") or "") for service in services for found in service.get("languages") or [])
    areas = list(_extents(services))
    statuses = {service.get("status") for service in services}
    other = str(one.get("alternate_name") or "")
    return {
        "id": slug(_own_id(one) or str(one.get("name", ""))),
        "name": str(one.get("name", "")),
        "acronym": other if 0 < len(other) <= LONGEST_ACRONYM else None,
        "aliases": [other] if len(other) > LONGEST_ACRONYM else [],
        "url": _address(one.get("website")),
        "topics": [code for code in codes[TOPICS] if code in topics],
        "serves": [code for code in codes[AUDIENCES] if code in set(Serves)],
        "regions": [extent for extent in areas if re.fullmatch(r"[a-z]+(-[a-z]+)*", extent)],
        "countries": [extent for extent in areas if re.fullmatch(r"[A-Z]{2}", extent)],
        "languages": list(dict.fromkeys(code.lower() for code in languages if re.fullmatch("[A-Za-z]{2}", code))),
        "contacts": list(_contacts(one, services, source)),
        "response_time": _any(services, "wait_time"),
        "hours": next(
            (found for s in services for found in [_any(s.get("schedules") or [], "description")] if found), None
        ),
        "availability": Availability.CLOSED if statuses and statuses <= _CLOSED else Availability.ACTIVE,
        "status_note": _any(services, "alert"),
        "confidence": Confidence.MEDIUM,
        "source": source,
    }


def _wording(one: Mapping[str, Any]) -> Json:
    name = str(one.get("name", ""))
    services = one.get("services") or []
    focus = [str(service["description"]) for service in services if service.get("description")]
    said = {
        "name": name,
        "summary": str(one.get("description") or name),
        "refer_for": [line.strip() for text in focus for line in text.split(";") if line.strip()],
        "intake": _any(services, "application_process"),
    }
    return _without_gaps(said)


def _own_id(one: Mapping[str, Any]) -> str | None:
    for found in one.get("organization_identifiers") or []:
        if found.get("identifier_scheme") == SCHEME:
            return str(found["identifier"])
    return None


def slug(name: str) -> str:
    """An id made of a name: ascii letters and digits with hyphens; empty when the name has none."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")[:80].rstrip("-")


def _codes(services: Iterable[Mapping[str, Any]], taxonomy: str) -> Iterator[str]:
    for service in services:
        for attribute in service.get("attributes") or []:
            term = attribute.get("taxonomy_term") or {}
            if term.get("taxonomy") == taxonomy and term.get("code"):
                yield str(term["code"])


def _extents(services: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for service in services:
        for area in service.get("service_areas") or []:
            yield str(area.get("extent") or "")


def _contacts(one: Mapping[str, Any], services: Iterable[Mapping[str, Any]], source: str) -> Iterator[Json]:
    holders = [one, *services]
    found = [(Channel.EMAIL, holder.get("email")) for holder in holders]
    found += [(Channel.WEB, _address(service.get("url"))) for service in services]
    for holder in holders:
        for phone in holder.get("phones") or []:
            found.append((Channel.WHATSAPP if phone.get("type") == "whatsapp" else Channel.PHONE, phone.get("number")))
    for kind, value in dict.fromkeys(found):
        if value:
            yield {"kind": kind, "value": str(value), "confidence": Confidence.MEDIUM, "source": source}


def _address(value: object) -> str | None:
    return str(value) if isinstance(value, str) and re.fullmatch(r"https?://\S+", value) else None


def _any(rows: Iterable[Mapping[str, Any]], field: str) -> str | None:
    return next((str(row[field]) for row in rows if row.get(field)), None)
