"""What older versions wrote, this one reads, and says the same of it."""

import json
import os
import shutil
import sqlite3
from datetime import datetime

import make_released
import pytest
from ledger_people import WORDING, Clock, person

from anonsms.errors import SealError, UnknownPersonError
from anonsms.keys import KeyRing
from anonsms.ledger import Proof, open_ledger, verify_proof
from anonsms.ledger.store import schema, sqlite
from postgres import postgres_store, psycopg


VERSIONS = sorted(
    folder.name
    for folder in make_released.RELEASED.iterdir()
    if folder.is_dir()
)


@pytest.fixture(params=["sqlite", "postgres"])
def kind(request):
    """The name of a database."""
    return request.param


@pytest.fixture
def new_url(kind, request, tmp_path):
    """A function that gives the URL of an empty place."""
    if kind == "postgres":
        return request.getfixturevalue("new_postgres_url")
    names = iter("abc")
    return lambda: f"sqlite:///{tmp_path}/{next(names)}.db"


def restore(url, sql):
    """Put a stored ledger where there is nothing."""
    if url.startswith("sqlite"):
        with sqlite3.connect(path_of(url)) as connection:
            connection.executescript(sql)
        connection.close()
    else:
        with psycopg.connect(url) as connection:
            connection.execute(sql)


def path_of(url):
    """The file of a SQLite ledger."""
    return url.partition("///")[2]


def schema_of(url):
    """All that a schema is made of."""
    if url.startswith("sqlite"):
        with sqlite3.connect(path_of(url)) as connection:
            found = [connection.execute(query).fetchall() for query in SQLITE]
        connection.close()
        return found
    with psycopg.connect(url) as connection:
        [here] = connection.execute("SELECT current_schema()").fetchone()
        return [
            [
                tuple(str(part).replace(f"{here}.", "") for part in row)
                for row in connection.execute(query).fetchall()
            ]
            for query in POSTGRES
        ]


SQLITE = (
    "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name",
    (
        "SELECT m.name, c.* FROM sqlite_master m, "
        "pragma_table_xinfo(m.name) c WHERE m.type = 'table' "
        "ORDER BY m.name, c.cid"
    ),
    (
        "SELECT m.name, k.* FROM sqlite_master m, "
        "pragma_foreign_key_list(m.name) k WHERE m.type = 'table' "
        "ORDER BY m.name, k.id"
    ),
    "SELECT * FROM pragma_application_id, pragma_user_version",
    "SELECT * FROM anonsms_migration ORDER BY number",
)
POSTGRES = (
    (
        "SELECT table_name, column_name, ordinal_position, column_default, "
        "is_nullable, data_type, is_identity, identity_generation "
        "FROM information_schema.columns "
        "WHERE table_schema = current_schema() "
        "ORDER BY table_name, ordinal_position"
    ),
    (
        "SELECT indexname, tablename, indexdef FROM pg_indexes "
        "WHERE schemaname = current_schema() ORDER BY indexname"
    ),
    (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = CAST(current_schema() AS REGNAMESPACE) "
        "ORDER BY conname"
    ),
    (
        "SELECT sequencename, data_type, start_value, increment_by, cycle "
        "FROM pg_sequences WHERE schemaname = current_schema() "
        "ORDER BY sequencename"
    ),
    "SELECT * FROM anonsms_migration ORDER BY number",
)


def fresh_schema(url):
    """The schema of a ledger that is begun now."""
    open_ledger(url, KeyRing.generate()).close()
    return schema_of(url)


@pytest.fixture(params=VERSIONS)
def stored(request, kind, tmp_path):
    """What is kept of one version: folder, ring, and what it said."""
    folder = make_released.RELEASED / request.param
    path = tmp_path / "shop.keys"
    shutil.copy(folder / "shop.keys", path)
    path.chmod(0o600)  # the repository does not keep that
    said = json.loads((folder / f"{kind}.json").read_text("utf-8"))
    return folder, KeyRing.load(path), said


@pytest.fixture
def upgraded(stored, kind, new_url):
    """A ledger of that version, opened with this one."""
    folder, keys, said = stored
    url, clock = new_url(), Clock()
    restore(url, (folder / f"{kind}.sql").read_text("utf-8"))
    clock.now = datetime.fromisoformat(said["now"])
    with open_ledger(url, keys, clock=clock) as ledger:
        ledger.at = url, clock
        yield ledger


def test_a_released_schema_becomes_the_present_one(upgraded, new_url):
    """Names, columns, indexes and constraints, as if begun today."""
    url, _ = upgraded.at
    assert schema_of(url) == fresh_schema(new_url())


def test_a_released_ledger_says_the_same(upgraded, stored):
    """Everybody's standing and history, and how many there are."""
    *_, said = stored
    found = make_released.seen(upgraded)
    assert found == {name: said[name] for name in found}


def test_a_released_ledger_is_verified(upgraded, stored):
    """Against the checkpoint that was signed then."""
    *_, said = stored
    found = upgraded.verify(
        against=[said["checkpoint"]], verifiers=said["verifiers"]
    )
    assert found.ok, str(found)
    assert found.skipped == ()
    assert found.events == found.size > 256
    assert found.people > 10
    assert upgraded.checkpoint() == said["checkpoint"]


def test_a_released_proof_holds(upgraded, stored, kind):
    """The old one, and a new one of the same event, which discloses."""
    folder, _, said = stored
    kept = Proof.load(folder / f"{kind}.proof")
    proven = verify_proof(kept, said["verifiers"])
    assert proven.event.id == said["event"]
    again = upgraded.prove(proven.event)
    assert verify_proof(again, said["verifiers"]).event == proven.event
    [event] = [
        each
        for each in upgraded.history(person(6))
        if each.id == said["event"]
    ]
    opened = upgraded.evidence(event, by="staff-17", why="a complaint")
    assert dict(opened) == {"form": "checkout-3"}
    token = upgraded.token(person(10))
    number = upgraded.reveal(token, by="staff-17", why="a complaint")
    assert number == person(10)


def test_a_released_ledger_still_forgets(upgraded):
    """Who was erased then cannot be revealed now."""
    token = upgraded.token(person(4))
    with pytest.raises((SealError, UnknownPersonError)):
        upgraded.reveal(token, by="staff-17", why="a complaint")


def test_a_released_ledger_goes_on(upgraded):
    """New events, a new tree over all of them, a rotation, an erasure."""
    url, clock = upgraded.at
    clock.move(days=1)
    upgraded.grant(
        person(12),
        "marketing",
        wording=WORDING,
        source="checkout",
        evidence={"form": "3"},
    )
    upgraded.withdraw(person(3), source="sms")
    upgraded.erase(person(6), source="account")
    upgraded.rectify(person(9), person(20), source="account")
    keys = upgraded._keys.rotate("index").rotate("seal").rotate("sign")
    upgraded.rotate(keys)
    with open_ledger(url, keys, clock=clock) as ledger:
        assert ledger.state(person(12), "marketing").given
        assert not ledger.state(person(3), "marketing").given
        assert ledger.state(person(20), "marketing").given
        found = ledger.verify()
        assert found.ok, str(found)
        assert verify_proof(
            ledger.prove(ledger.history(person(12))[0]), ledger.verifiers
        )


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_no_number_is_stored_readably():
    """The dumps hold sealed numbers and tokens, nothing else."""
    for file in make_released.RELEASED.rglob("*"):
        if file.is_file():
            assert "3363998" not in file.read_text("utf-8")


def test_every_released_version_is_stored():
    """A date in the changelog promises that its ledgers are read for ever."""
    dated = make_released.released(make_released.CHANGELOG.read_text("utf-8"))
    assert set(dated) <= set(VERSIONS)
    assert VERSIONS


def test_a_date_in_the_changelog_tells_what_was_released():
    """In the forms that Keep a Changelog has had."""
    text = "## Unreleased\n\n## [0.2.0] - 2027-01-31\n## 0.1.0 – 2026-11-30\n"
    assert make_released.released(text) == ["0.2.0", "0.1.0"]
    assert make_released.released("## 0.3.0\n### 2 - two\n") == []


# From each of the numbered files on --------------------------------------


@pytest.mark.parametrize(
    "count", range(1, len(schema.migrations("sqlite")) + 1)
)
def test_every_earlier_schema_is_upgraded(
    kind, count, new_url, monkeypatch, *, keys, clock, zoe, yes
):
    """A ledger with the first files alone becomes as if begun today."""
    url = new_url()
    first = schema.migrations(kind)[:count]
    with monkeypatch.context() as patch:
        for module in filter(None, (sqlite, postgres_store)):
            patch.setattr(module, "migrations", lambda _: first)
        with open_ledger(url, keys, clock=clock) as ledger:
            event = ledger.grant(zoe, "marketing", **yes)
            note = ledger.checkpoint()
        assert len(schema_of(url)[-1]) == count
    with open_ledger(url, keys, clock=clock) as ledger:
        assert ledger.history(zoe) == [event]
        assert ledger.state(zoe, "marketing").given
        assert ledger.verify(against=[note]).ok
    assert schema_of(url) == fresh_schema(new_url())
