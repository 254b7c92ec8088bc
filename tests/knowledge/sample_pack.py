"""A small pack with one entry of every kind, as files that a test may change before it reads them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
LANGUAGES = ("en", "ar", "es", "fr", "ru", "zh")

KEPT: dict[str, Any] = {
    "confidence": "high",
    "source": "example.org/about",
    "verified_on": date(2026, 11, 1),
    "expires_on": date(2027, 11, 1),
    "owner": "knowledge-editors",
}
FACTS: dict[str, list[dict[str, Any]]] = {
    "baskets": [{"id": "security"}],
    "topics": [
        {"id": "cybercrime", "basket": "security", "related": ["network-security"], "crisis": True},
        {"id": "network-security", "basket": "security", "related": ["cybercrime"], "crisis": False},
    ],
    "countries": [{"id": "NO", "m49": "578"}],
    "regions": [
        {"id": "world", "m49": "001", "countries": []},
        {"id": "eu", "countries": ["DE", "FR", "LV"]},
        {"id": "northern-europe", "m49": "154", "countries": ["GB", "LV", "NO"]},
    ],
    "practices": [
        {
            "id": "nis2",
            "title": "Directive (EU) 2022/2555",
            "publisher": "European Union",
            "year": 2022,
            "url": "https://example.org/nis2",
            "topics": ["network-security", "cybercrime"],
            "serves": ["government", "private-sector"],
            "regions": ["eu"],
            "countries": [],
            "aliases": ["NIS 2", "NIS2"],
            "status": "published",
            **KEPT,
        }
    ],
    "organisations": [
        {
            "id": "helpline",
            "name": "The Helpline",
            "acronym": "THL",
            "aliases": ["help line"],
            "url": "https://example.org/",
            "topics": ["cybercrime"],
            "serves": ["individual", "small-firm"],
            "regions": ["northern-europe"],
            "countries": ["GB", "NO"],
            "languages": ["en"],
            "contacts": [
                {"kind": "email", "value": "help@example.org", "confidence": "high", "source": "example.org"},
                {"kind": "phone", "value": "+44 20 7946 0000", "confidence": "medium", "source": "a directory"},
            ],
            "hours": "weekdays",
            "response_time": "one day",
            "status": "active",
            "status_note": None,
            **KEPT,
        }
    ],
    "trainings": [{"id": "basics", "title": "Basics", "provider": "School", "topics": ["cybercrime"], **KEPT}],
    "networks": [{"id": "teams", "name": "Teams", "kind": "community", "topics": ["network-security"], **KEPT}],
    "terms": [{"id": "phishing", "topic": "cybercrime", "confidence": "high", "source": "example.org"}],
    "clocks": [
        {
            "id": "nis2-warning",
            "practice": "nis2",
            "event": "incident",
            "duration": "PT24H",
            "business_days": False,
            "countries": [],
            "regions": ["eu"],
            "offers_services_in": ["eu"],
            "except_countries": ["LV"],
            "serves": ["private-sector"],
            "confidence": "high",
            "in_force": True,
            "in_force_from": "2024-10-18",
            "follows": None,
            "source": "Art. 23(4)",
            "verified_on": date(2026, 11, 1),
        }
    ],
    "not_clocks": [{"id": "user-notice", "practice": None, "source": "example.org"}],
    "crisis": [
        {
            "id": "active-breach",
            "kind": "active-breach",
            "priority": 1,
            "topics": ["cybercrime"],
            "practices": ["nis2"],
            "organisations": ["helpline"],
        }
    ],
}
TEXT: dict[str, dict[str, dict[str, Any]]] = {
    "baskets": {"security": {"name": "Security"}},
    "topics": {
        "cybercrime": {
            "name": "Cybercrime",
            "summary": "Crimes by computer.",
            "phrases": [f"they stole account number {n}" for n in range(12)],
        },
        "network-security": {
            "name": "Network security",
            "summary": "Safe networks.",
            "phrases": [f"our server {n} is open to everybody" for n in range(12)],
        },
    },
    "countries": {"NO": {"name": "Norway", "also": ["norwegian", "oslo"]}},
    "regions": {
        "world": {"name": "World"},
        "eu": {"name": "European Union", "also": ["EU"]},
        "northern-europe": {"name": "Northern Europe"},
    },
    "practices": {
        "nis2": {
            "title": "NIS 2",
            "summary": "What to report.",
            "phrases": ["are we an essential entity", "when is the warning due", "who gets the report"],
            "steps": {"hour": ["Call your team."], "day": ["Send the warning."]},
        }
    },
    "organisations": {
        "helpline": {
            "name": "The Helpline",
            "summary": "Help after cybercrime.",
            "refer_for": ["hacked account"],
            "not_for": ["companies with staff"],
            "intake": "A form.",
        }
    },
    "trainings": {"basics": {"title": "Basics", "summary": "A first course."}},
    "networks": {"teams": {"name": "Teams", "summary": "Incident teams.", "how_to_join": "Write to them."}},
    "terms": {"phishing": {"term": "Phishing", "definition": "Tricking people out of passwords."}},
    "clocks": {
        "nis2-warning": {
            "name": "Early warning",
            "starts": "When you know.",
            "who_told": "Your team.",
            "phrases": ["we had an incident", "our systems were attacked", "hospital is offline"],
        }
    },
    "not_clocks": {"user-notice": {"text": "No hour starts.", "phrases": ["a user complained", "somebody flagged it"]}},
    "crisis": {
        "active-breach": {
            "title": "Somebody is inside now",
            "safety": ["Unplug the network."],
            "do_not": ["Do not pay yet."],
            "phrases": [
                "they are in our server",
                "files vanish now",
                "ransom note",
                "screen is locked",
                "data leaks now",
            ],
            "near_misses": ["report on ransomware of last year"],
        }
    },
}


class PackFolder:
    """The files of a pack, to be changed with `change` and `reword` before they are read."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self) -> None:
        """All the files, as good as they should be."""
        for kind, entries in FACTS.items():
            self.save(f"facts/{kind}.yaml", entries)
        for language in LANGUAGES:
            about = {"language": language, "origin": "written" if language == "en" else "machine-drafted"}
            for kind, wordings in TEXT.items():
                own = {id: _marked(fields, language) for id, fields in wordings.items()}
                self.save(f"text/{language}/{kind}.yaml", {"_about": about, **own})

    def save(self, name: str, content: object) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.dump(content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False), "utf-8")

    def load(self, name: str) -> Any:
        return yaml.load((self.path / name).read_text("utf-8"), Loader=yaml.CSafeLoader)

    def change(self, kind: str, id: str, **fields: object) -> None:
        """Set facts of one entry."""
        entries = self.load(f"facts/{kind}.yaml")
        next(entry for entry in entries if entry["id"] == id).update(fields)
        self.save(f"facts/{kind}.yaml", entries)

    def reword(self, language: str, kind: str, id: str, **fields: object) -> None:
        """Set the wording of one entry in one language."""
        name = f"text/{language}/{kind}.yaml"
        texts = self.load(name)
        texts.setdefault(id, {}).update(fields)
        self.save(name, texts)

    def remove(self, kind: str, id: str) -> None:
        """Take an entry out, wordings included."""
        name = f"facts/{kind}.yaml"
        self.save(name, [entry for entry in self.load(name) if entry["id"] != id])
        for language in LANGUAGES:
            texts = self.load(f"text/{language}/{kind}.yaml")
            texts.pop(id)
            self.save(f"text/{language}/{kind}.yaml", texts)


def _marked(fields: dict[str, Any], language: str) -> dict[str, Any]:
    """Another text in every language, so that a test sees which one it got."""
    if language == "en":
        return fields
    return {name: f"{value} [{language}]" if isinstance(value, str) else value for name, value in fields.items()}
