"""The suite that every store passes, on each of ours."""

import pytest

from anonsms.ledger.store.sqlite import SqliteStore
from anonsms.testing import StoreSuite
from postgres import postgres_store


class TestSqliteFile(StoreSuite):
    """A file."""

    @pytest.fixture
    def store(self, path):
        opened = SqliteStore(path)
        yield opened
        opened.close()


class TestSqliteMemory(StoreSuite):
    """In memory: one connection for all, and nothing for a child."""

    readers_pass = False
    survives_fork = False

    @pytest.fixture
    def store(self):
        opened = SqliteStore(None)
        yield opened
        opened.close()


class TestPostgres(StoreSuite):
    """A real server."""

    @pytest.fixture
    def store(self, postgres_url):
        opened = postgres_store.PostgresStore(postgres_url)
        yield opened
        opened.close()
