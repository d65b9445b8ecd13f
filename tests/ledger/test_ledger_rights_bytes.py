"""The files are searched for what an erasure is to leave none of."""

import random
import sqlite3
from datetime import timedelta

import pytest
from ledger_people import START, WORDING, person

from anonsms.errors import LedgerError
from anonsms.ledger import open_ledger


SIZE = 300
EVIDENCE = {"ip": "192.0.2.7", "form": "checkout-3"}


def sealed(ledger, number):
    """Key, number and evidence of one person, as they are stored."""
    [(row, *blobs)] = ledger.store.query(
        "SELECT seq, number, wrapped FROM anonsms_subject WHERE seq = "
        "(SELECT min(subject) FROM anonsms_standing WHERE token = ?)",
        (ledger.token(number),),
    )
    blobs += [
        blob
        for [blob] in ledger.store.query(
            "SELECT sealed FROM anonsms_event "
            "WHERE subject = ? AND sealed IS NOT NULL",
            (row,),
        )
    ]
    return [bytes(blob) for blob in blobs]


def bytes_of(path):
    """All that lies on the disk: the file with its gaps, and its log."""
    files = sorted(path.parent.glob(f"{path.name}*"))
    names = {file.name.removeprefix(path.name) for file in files}
    assert names == {"", "-shm", "-wal"}
    return b"".join(file.read_bytes() for file in files)


@pytest.fixture
def crowd(ledger, clock, yes):
    """People of all sorts, with pages of every kind between them."""
    everybody = [person(n) for n in range(SIZE)]
    ledger.import_grants(
        everybody[: SIZE // 2],
        "marketing",
        wording=WORDING,
        provenance="old shop",
        obtained_at=START - timedelta(days=9),
    )
    with ledger.store.transaction():
        for who in everybody:
            ledger.grant(who, "marketing", evidence=EVIDENCE, **yes)
    clock.move(days=1)
    with ledger.store.transaction():
        for who in everybody[::3]:
            long = {"told": "x" * 3_000}  # reaches into pages of its own
            ledger.withdraw(who, source="sms", evidence=long)
    return everybody


def test_no_bytes_are_left(ledger, path, crowd):
    """Of any of them, in database, log and free pages, at once."""
    random.Random(5).shuffle(crowd)
    gone, kept = crowd[:40], crowd[40:]
    blobs = {who: sealed(ledger, who) for who in crowd}
    data = bytes_of(path)
    assert all(blob in data for who in crowd for blob in blobs[who])
    for who in gone:
        ledger.erase(who, source="account")
        data = bytes_of(path)
        assert not [blob for blob in blobs[who] if blob in data]
        # Neither as a whole nor in part.
        assert not [blob for blob in blobs[who] if blob[-16:] in data]
    data = bytes_of(path)
    assert all(blob in data for who in kept for blob in blobs[who])
    assert not [b for who in gone for b in blobs[who] if b[-16:] in data]
    assert ledger.verify().ok


def test_without_the_wipe_they_are_there(ledger, path, crowd, monkeypatch):
    """So the search above would find them."""
    blobs = sealed(ledger, crowd[0])
    monkeypatch.setattr(ledger.store, "wipe", lambda: None)
    ledger.erase(crowd[0], source="account")
    data = bytes_of(path)
    assert [blob for blob in blobs if blob in data]


def test_the_numbers_before_go_too(ledger, path, crowd):
    """All rows of a person who had several numbers."""
    blobs = sealed(ledger, crowd[1])
    ledger.rectify(crowd[1], person(4001), source="account", evidence=EVIDENCE)
    blobs += sealed(ledger, person(4001))
    ledger.erase(person(4001), source="account")
    data = bytes_of(path)
    assert len(blobs) >= 5
    assert not [blob for blob in blobs if blob[-16:] in data]


def test_pages_that_were_freed(ledger, path, crowd):
    """Long evidence leaves whole pages behind, with nothing in them."""
    [blob] = [b for b in sealed(ledger, crowd[0]) if len(b) > 2_000]
    tails = [blob[at : at + 32] for at in range(0, len(blob) - 32, 500)]
    data = bytes_of(path)
    assert sum(tail in data for tail in tails) > 3
    ledger.erase(crowd[0], source="account")
    data = bytes_of(path)
    assert not [tail for tail in tails if tail in data]


def test_a_reader_in_the_way(url, keys, path, ledger, crowd):
    """Who reads an older state is waited for, or it says so."""
    blobs = sealed(ledger, crowd[0])
    reader = sqlite3.connect(path)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM anonsms_subject").fetchone()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("anonsms.ledger.store.sqlite_log.PATIENCE", 0.1)
            with pytest.raises(LedgerError, match="once more"):
                ledger.erase(crowd[0], source="account")
        assert [blob for blob in blobs if blob in bytes_of(path)]
    finally:
        reader.close()
    certificate = ledger.erase(crowd[0], source="account")
    assert certificate.wiped_at is not None
    data = bytes_of(path)
    assert not [blob for blob in blobs if blob[-16:] in data]
    with open_ledger(url, keys) as other:
        assert other.verify().ok


def test_no_bytes_are_left_in_the_tables_of_a_server(
    postgres_url, postgres_folder, keys, yes
):
    """PostgreSQL: the tables' files; its own log goes with the epoch."""
    with open_ledger(postgres_url, keys) as ledger:
        [[database]] = ledger.store.query(
            "SELECT CAST(oid AS TEXT) FROM pg_database "
            "WHERE datname = current_database()"
        )
        everybody = [person(n) for n in range(60)]
        for who in everybody:
            ledger.grant(who, "marketing", evidence=EVIDENCE, **yes)
        blobs = {who: sealed(ledger, who) for who in everybody}
        files = postgres_folder / "base" / database

        def data():
            ledger.store.execute("CHECKPOINT")
            return b"".join(
                each.read_bytes() for each in files.iterdir() if each.is_file()
            )

        before = data()
        assert all(b in before for who in everybody for b in blobs[who])
        ledger.erase(everybody[7], source="account")
        after = data()
        assert not [b for b in blobs[everybody[7]] if b[-16:] in after]
        assert all(b in after for b in blobs[everybody[8]])
        assert ledger.verify().ok
