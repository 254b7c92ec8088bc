"""What a platform said of our account is known at the next start, and forgotten with the credential."""

from datetime import UTC, datetime, timedelta

from desk import accounts, tables
from knowledge.database import Database

assert tables.TABLES
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_what_was_told_last_is_known_to_who_has_the_credential(database: Database) -> None:
    for day, team in enumerate(("T1", "T2")):
        with database.writing() as session:
            accounts.keep(session, "slack", "xoxb-1", {"team": team}, NOW + timedelta(days=day))
    with database.reading() as session:
        assert accounts.recall(session, "slack", "xoxb-1") == {"team": "T2"}
        assert accounts.recall(session, "slack", "xoxb-2") == {}
        assert accounts.recall(session, "telegram", "xoxb-1") == {}
