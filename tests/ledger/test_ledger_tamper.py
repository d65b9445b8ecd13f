"""Events removed, swapped, doubled, slipped in; pasts that are rewritten."""

import hashlib
import sqlite3

import pytest
from ledger_corpus import Bench, rich_ledger
from ledger_people import person

from anonsms.consent import Status
from anonsms.errors import LedgerError
from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.ledger.proofs.frontier import Frontier


EVENT = "anonsms_event"


@pytest.fixture(scope="module")
def kept():
    """A ledger of 270 events, and the note that was kept outside."""
    ledger, note = rich_ledger(events=270)
    yield Bench(ledger), note
    assert ledger.verify([note]).ok
    ledger.close()


@pytest.fixture(scope="module")
def bench(kept):
    """The ledger alone."""
    return kept[0]


def faults(bench, **options):
    """Where something is wrong, with nothing from outside to compare."""
    options.setdefault("people", False)
    return [fault.where for fault in bench.ledger.verify(**options).faults]


def doubled(raw, seq, leaf_index):
    """Write an event down again under another number."""
    columns = [
        row[1]
        for row in raw.execute(f"PRAGMA table_info({EVENT})")
        if row[1] not in {"seq", "leaf_index"}
    ]
    names = ", ".join(columns)
    raw.execute(
        f"INSERT INTO {EVENT} ({names}, leaf_index) "
        f"SELECT {names}, ? FROM {EVENT} WHERE seq = ?",
        (leaf_index, seq),
    )


def regrown(raw):
    """Make the stored tree fit the leaves that there are now."""
    rows = raw.execute(
        f"SELECT leaf FROM {EVENT} WHERE leaf_index IS NOT NULL "
        "ORDER BY leaf_index"
    ).fetchall()
    frontier = Frontier()
    nodes = frontier.extend([leaf for [leaf] in rows])
    raw.execute("DELETE FROM anonsms_node")
    raw.executemany("INSERT INTO anonsms_node VALUES (?, ?, ?)", nodes)
    raw.execute(
        "UPDATE anonsms_tree SET size = ?, frontier = ?",
        (frontier.size, frontier.roots),
    )


def test_each_event_removed(bench):
    """It is told which one is missing."""
    for row in bench.rows(EVENT):
        with bench.attack() as raw:
            raw.execute(f"DELETE FROM {EVENT} WHERE seq = ?", (row["seq"],))
            found = faults(bench)
        last = row["leaf_index"] == len(bench.rows(EVENT)) - 1
        assert "tree" in found
        assert last or f"event {row['leaf_index']}" in found


def test_two_events_swapped(bench):
    """Their places, or all that they hold; near each other and far apart."""
    size = len(bench.rows(EVENT))
    columns = [
        c for c in bench.columns(EVENT) if c not in {"seq", "leaf_index"}
    ]
    for one in range(1, size, 7):
        other = (one * 97) % size + 1
        if one == other:
            continue
        with bench.attack() as raw:
            raw.executemany(
                f"UPDATE {EVENT} SET leaf_index = ? WHERE seq = ?",
                [(None, one), (one - 1, other), (other - 1, one)],
            )
            found = faults(bench)
        assert {f"event {one - 1}", f"event {other - 1}", "tree"} <= set(found)
        with bench.attack() as raw:
            marks = ", ".join(f"{column} = ?" for column in columns)
            rows = {row["seq"]: row for row in bench.rows(EVENT)}
            for seq, taken in ((one, rows[other]), (other, rows[one])):
                raw.execute(
                    f"UPDATE {EVENT} SET {marks} WHERE seq = ?",
                    (*(taken[column] for column in columns), seq),
                )
            assert any(where.startswith("tree") for where in faults(bench))


def test_each_event_doubled(bench):
    """At the end, in its own place, and without a place in the tree."""
    size = len(bench.rows(EVENT))
    for row in bench.rows(EVENT)[::9]:
        for place in (size, row["leaf_index"], None):
            with bench.attack() as raw:
                raw.execute("DROP INDEX anonsms_event_leaf")
                doubled(raw, row["seq"], place)
                assert f"event row {size + 1}" in faults(bench) or (
                    place is not None and "tree" in faults(bench)
                )
        with bench.attack() as raw:  # with the tree made to fit
            doubled(raw, row["seq"], size)
            regrown(raw)
            assert set(faults(bench)) <= {"wordings"}
            if row["subject"]:  # it is told by its id
                assert faults(bench, people=True)
    with bench.attack() as raw, pytest.raises(sqlite3.IntegrityError):
        doubled(raw, 1, 0)  # places are taken once, as long as we hold them


@pytest.mark.parametrize("count", [1, 2, 5, 16, 200])
def test_the_last_events_cut_off(kept, count):
    """A tree that was cut with them is a tree; the notes know better."""
    bench, note = kept
    with bench.attack() as raw:
        size = len(bench.rows(EVENT))
        raw.execute(
            f"DELETE FROM {EVENT} WHERE leaf_index >= ?", (size - count,)
        )
        assert "tree" in faults(bench)
        regrown(raw)
        found = bench.ledger.verify([note], people=False)
        # One event came after the note, and nothing vouches for it yet.
        assert found.ok is (count == 1)
        assert all("checkpoint" in fault.where for fault in found.faults)
        raw.execute("DELETE FROM anonsms_checkpoint")
        assert faults(bench) == []  # the limit: nobody kept anything
        assert bool(faults(bench, against=[note])) is (count > 1)


def test_a_rewritten_past(kept):
    """Who computes every hash anew is caught by what left the database."""
    bench, note = kept
    journal = bench.ledger._journal
    with bench.attack() as raw:
        last = bench.rows(EVENT)[-1]
        raw.execute(f"DELETE FROM {EVENT} WHERE seq = ?", (last["seq"],))
        regrown(raw)
        # Somebody who has the code, but not the keys: the last withdrawal
        # becomes one of a purpose only, with a leaf of its own.
        forged(journal, raw, bench.rows(EVENT)[-1])
        regrown(raw)
        notes = ["checkpoint from outside, number 1"]
        stored = [
            f"stored checkpoint of {row['size']}"
            for row in bench.rows("anonsms_checkpoint")[-1:]
        ]
        assert faults(bench, against=[note]) == notes + stored
        raw.execute("DELETE FROM anonsms_checkpoint")
        assert faults(bench, against=[note]) == notes
        assert faults(bench) == []  # the limit, as the manual tells it
        # Sums that nobody touched do not fit any more.
        assert faults(bench, people=True)


def forged(journal, raw, row):
    """Change an event so that everything below the tree fits."""
    person_of = journal.subjects.known(row["subject"])
    raw.execute(
        f"UPDATE {EVENT} SET kind = 'resumed', leaf = ? WHERE seq = ?",
        (leaf_of_row(row | {"kind": "resumed"}, person_of), row["seq"]),
    )


def leaf_of_row(row, person_of):
    """The leaf of an event without a wording, written from the manual."""
    expires = "" if row["expires_at"] is None else row["expires_at"]
    details = hashlib.sha256(row["details"].encode()).hexdigest()
    text = (
        f"anonsms event v1\n{row['kind']}\n{row['scope']}\n{row['purpose']}\n"
        f"{row['at']}\n{row['recorded_at']}\n{row['source']}\n\n{row['rule']}"
        f"\n{expires}\n{details}\n\n{row['id'].hex()}\n"
        f"{person_of.id.hex()} {person_of.number_sha256.hex()}\n"
    )
    return hashlib.sha256(b"\0" + text.encode()).digest()


def test_leaves_are_what_the_manual_says(bench):
    """A stranger can compute them from the columns."""
    known = bench.ledger._journal.subjects.known
    count = 0
    for row in bench.rows(EVENT):
        if row["subject"] and row["wording"] is None and not row["sealed"]:
            assert leaf_of_row(row, known(row["subject"])) == row["leaf"]
            count += 1
    assert count > 200


def test_a_yes_for_somebody_who_said_no(bench):
    """It is found, even with everything but the events made to fit."""
    ali = person(2)
    token = bench.ledger.token(ali)
    una = bench.ledger.token(person(6))
    assert bench.ledger.state(person(6), "marketing").status is (
        Status.WITHDRAWN
    )
    with bench.attack() as raw:
        raw.execute(
            "UPDATE anonsms_standing SET status = 'given' WHERE token = ?",
            (una,),
        )
        assert [w[:6] for w in faults(bench, people=True)] == ["person"]
    with bench.attack() as raw:  # somebody else's yes
        raw.execute(
            "UPDATE anonsms_standing SET token = zeroblob(16) WHERE token = ?",
            (token,),
        )
        raw.execute(
            "UPDATE anonsms_standing SET token = ? WHERE token = ?",
            (token, una),
        )
        raw.execute(
            "UPDATE anonsms_standing SET token = ? WHERE token = ?",
            (una, bytes(16)),
        )
        assert bench.ledger.state(person(6), "marketing").status is (
            Status.GIVEN
        )
        assert len(faults(bench, people=True)) == 2


@pytest.mark.parametrize("token", [b"", "text", 7, None])
def test_a_token_that_finds_nobody(bench, token):
    """A person who cannot be found any more has not disappeared quietly."""
    una = bench.ledger.token(person(6))
    [[row]] = bench.raw.execute(
        "SELECT DISTINCT subject FROM anonsms_standing WHERE token = ?",
        (una,),
    )
    with bench.attack() as raw:
        if token is None:
            raw.execute("DELETE FROM anonsms_standing WHERE token = ?", (una,))
        else:
            raw.execute(
                "UPDATE anonsms_standing SET token = ? WHERE token = ?",
                (token, una),
            )
        assert f"person {row}" in faults(bench, people=True)


def test_evidence_that_was_taken_away(bench):
    """Only who erased the person may remove it."""
    sealed = [row for row in bench.rows(EVENT) if row["sealed"]]
    assert len(sealed) >= 2
    for row in sealed:
        for change in ("sealed = NULL", "sealed = NULL, sealed_sha256 = NULL"):
            with bench.attack() as raw:
                raw.execute(
                    f"UPDATE {EVENT} SET {change} WHERE seq = ?",
                    (row["seq"],),
                )
                assert faults(bench) == [f"event {row['leaf_index']}"]


def test_evidence_of_somebody_else(bench):
    """What is sealed does not move to another event."""
    one, other, *_ = [row for row in bench.rows(EVENT) if row["sealed"]]
    with bench.attack() as raw:
        for row, taken in ((one, other), (other, one)):
            raw.execute(
                f"UPDATE {EVENT} SET sealed = ?, sealed_sha256 = ? "
                "WHERE seq = ?",
                (taken["sealed"], taken["sealed_sha256"], row["seq"]),
            )
        assert set(faults(bench)) == {
            f"event {one['leaf_index']}",
            f"event {other['leaf_index']}",
        }


def test_which_text_is_the_newest(bench):
    """Two versions that nobody agreed to yet cannot change places."""
    with bench.attack() as raw:
        before = bench.ledger.wording("till-sms").version
        raw.executemany(
            "UPDATE anonsms_wording SET seq = ? WHERE seq = ?",
            [(99, 2), (2, 3), (3, 99)],
        )
        assert bench.ledger.wording("till-sms").version != before
        assert faults(bench) == ["wordings"]


def test_rows_that_somebody_added(bench):
    """People, sums, texts, purposes, hashes and files that never came."""
    added = {
        "anonsms_subject (seq, id, number_sha256)": "99, x'01', x'02'",
        "anonsms_standing (token, scope, status, suppressed, last_at, "
        "subject)": "zeroblob(16), 'marketing', 'given', '', 0, 1",
        "anonsms_wording": "99, 'a', '1', 'fr', 'Oui', x'00'",
        "anonsms_purpose": "'gifts', 'marketing', NULL",
        "anonsms_node": "1, 1, zeroblob(32)",
        "anonsms_migration": "9, '0009_more.sql', ''",
        "anonsms_checkpoint": "3, 'no note'",
        "anonsms_key_check": "'index', 9, x'00'",
    }
    for table, values in added.items():
        with bench.attack() as raw:
            raw.execute(f"INSERT INTO {table} VALUES ({values})")
            assert faults(bench, people=True), table


def test_a_table_emptied(bench):
    """Whichever it is, it is missed."""
    for table in bench.tables():
        with bench.attack() as raw:
            raw.execute(f"DELETE FROM {table}")
            found = faults(bench, people=True)
        # Notes that were kept inside alone may be gone unnoticed.
        assert bool(found) is (table != "anonsms_checkpoint"), table


def test_the_checkpoint_of_another_ledger(kept, tmp_path):
    """By the same keys, of the same name or another."""
    bench, note = kept
    keys = bench.ledger._keys
    for origin, ring in (
        ("shop.example/other", keys),
        ("shop.example/consent", keys),
        ("shop.example/consent", KeyRing.generate()),
    ):
        with open_ledger("sqlite://", ring, origin=origin) as other:
            result = bench.ledger.verify([other.checkpoint()], people=False)
            assert [each.where for each in result.faults] == [
                "checkpoint from outside, number 1"
            ]
            assert not other.verify([note]).ok


@pytest.mark.parametrize("at", [0, 16, 100, 4096, 5000, -4097])
def test_a_damaged_file(tmp_path, at):
    """Bytes of the file itself: found or refused, never a crash."""
    path = tmp_path / "shop.db"
    keys = KeyRing.generate()
    ledger, note = rich_ledger(f"sqlite:///{path}", keys=keys)
    ledger.close()
    whole = path.read_bytes()
    for step in range(12):
        content = bytearray(whole)
        place = at + step * 331
        content[place : place + 16] = b"\xa5" * 16
        path.write_bytes(content)
        try:
            with open_ledger(f"sqlite:///{path}", keys) as opened:
                assert not opened.verify([note]).ok or sound(path)
        except LedgerError:
            continue
        finally:
            for beside in ("-wal", "-shm"):
                path.with_name(path.name + beside).unlink(missing_ok=True)


def sound(path):
    """Whether SQLite has nothing against the file: a gap was hit."""
    raw = sqlite3.connect(path)
    try:
        return raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        raw.close()
