"""Databases with the shipped knowledge, so that a short run need not wait for its import."""

from tests.end_to_end.conftest import filled_url, knowing_file, knowing_postgres, sqlite_url

__all__ = ["filled_url", "knowing_file", "knowing_postgres", "sqlite_url"]
