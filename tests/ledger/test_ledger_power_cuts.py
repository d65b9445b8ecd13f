"""The power is cut, hundreds of times: what was acknowledged is there."""

import random
import sqlite3
from datetime import timedelta

import pytest
from cutdisk import Connection, Disk, survivors
from ledger_people import START, WORDING, Clock, person

from anonsms.keys import KeyRing
from anonsms.ledger import open_ledger
from anonsms.ledger.store import sqlite, sqlite_file


KEYS = KeyRing.generate()
SETTINGS = sqlite_file._SETTINGS
SEED = 20260322
LIVES = 5
CUTS = 64  # of each life


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch):
    """Looking at what survived, nobody waits for the disk of this machine."""
    settings = tuple(
        each.replace("synchronous=FULL", "synchronous=OFF")
        for each in SETTINGS
    )
    monkeypatch.setattr(sqlite_file, "_SETTINGS", settings)


@pytest.fixture
def powered(monkeypatch):
    """Runs a life on a disk, from the files that an earlier one left."""

    def run(folder, start, synchronous="FULL"):
        disk = Disk()
        settings = [
            each.replace("synchronous=FULL", f"synchronous={synchronous}")
            for each in SETTINGS
        ]
        put(folder, start)

        def touch(path, *, create):
            if create and not path.exists():
                path.touch()
                disk.note("create", path.name)

        with monkeypatch.context() as patched:
            patched.setattr(
                sqlite,
                "connect",
                lambda path: Connection(disk, path, settings),
            )
            patched.setattr(sqlite, "touch", touch)
            patched.setattr(sqlite, "COMMITS", 7)  # folds in more often
            live(folder, disk)
        disk.unregister()
        return disk.notes

    return run


def put(folder, files):
    """Write what a disk holds."""
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def live(folder, disk):
    """What a shop does; each thing is noted once it has returned."""
    clock = Clock()
    draw = random.Random(len(disk.notes))
    with open_ledger(
        f"sqlite:///{folder}/shop.db",
        KEYS,
        clock=clock,
        origin="shop.example/consent",
    ) as ledger:
        clock.now = START + timedelta(
            days=len(ledger._journal.events.about_nobody()),
            seconds=ledger.verify(people=False).events,
        )
        for turn in range(24):
            clock.move(seconds=1)
            who = person(draw.randrange(40))
            if turn % 8 == 3:
                people = [person(draw.randrange(9000)) for _ in range(8)]
                ledger.import_grants(
                    people,
                    "marketing",
                    wording=WORDING,
                    provenance="old shop",
                    obtained_at=clock(),
                )
                for each in people:
                    disk.note("known", ledger.token(each))
            elif turn % 8 == 6:
                disk.note("signed", ledger.checkpoint())
            elif turn % 2:
                event = ledger.withdraw(who, source="sms")
                disk.note("recorded", event.id)
            else:
                event = ledger.grant(
                    who,
                    "marketing",
                    wording=WORDING,
                    source="checkout",
                    evidence={"ip": "192.0.2.1"},
                )
                disk.note("recorded", event.id)


def lost(folder, notes):
    """How much of what was acknowledged is gone; the rest has to be sound."""
    told = {"recorded": set(), "known": set(), "signed": []}
    for what, *rest in notes:
        if what in {"recorded", "known"}:
            told[what].add(rest[0])
        elif what == "signed":
            told[what].append(rest[0])
    clock = Clock()
    clock.now += timedelta(days=300)
    with open_ledger(
        f"sqlite:///{folder}/shop.db",
        KEYS,
        clock=clock,
        origin="shop.example/consent",
    ) as ledger:
        ids = ledger.store.query("SELECT id FROM anonsms_event")
        tokens = ledger.store.query("SELECT token FROM anonsms_standing")
        gone = len(told["recorded"] - {id_.hex() for [id_] in ids})
        gone += len(told["known"] - {token for [token] in tokens})
        result = ledger.verify(() if gone else told["signed"])
        assert result.ok, str(result)
        if len(ids) % 5 == 0:  # it goes on from there
            ledger.withdraw(person(1), source="sms")
            assert ledger.verify(people=False).ok
    raw = sqlite3.connect(folder / "shop.db")
    try:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    finally:
        raw.close()
    return gone


def cut(folder_of, start, notes, draw, count):
    """Cut the power at some moments; what each left, and what was lost."""
    for number in range(count):
        moment = draw.randrange(1, len(notes) + 1)
        left = survivors(start, notes[:moment], draw)
        folder = folder_of.with_name(f"{folder_of.name}-{number}")
        put(folder, left)
        try:
            yield left, notes[:moment], lost(folder, notes[:moment])
        except BaseException as error:
            error.add_note(f"seed {SEED}, {folder.name}, moment {moment}")
            raise
        for file in folder.iterdir():
            file.unlink()


def test_no_cut_loses_anything(tmp_path, powered):
    """Five lives, each on what a cut left of the one before; 320 cuts."""
    draw = random.Random(SEED)
    start, before = {}, []
    cuts = promised = 0
    for life in range(LIVES):
        notes = powered(tmp_path / f"life-{life}", start)
        ends = list(cut(tmp_path / f"cut-{life}", start, notes, draw, CUTS))
        for _, told, gone in ends:
            assert gone == 0, f"seed {SEED}, life {life}"
            cuts += 1
            promised += sum(what == "recorded" for what, *_ in told)
        start, told, _ = ends[-1]
        before += told
        # What earlier lives acknowledged is there still.
        folder = tmp_path / f"again-{life}"
        put(folder, start)
        assert lost(folder, before) == 0, f"seed {SEED}, life {life}"
    assert cuts >= 300
    assert promised > 1_000


def test_the_simulator_bites(tmp_path, powered):
    """With the usual synchronous=NORMAL, most cuts lose what was promised."""
    draw = random.Random(SEED)
    notes = powered(tmp_path / "life", {}, synchronous="NORMAL")
    losses = [
        gone
        for _, told, gone in cut(tmp_path / "cut", {}, notes, draw, 40)
        if any(what == "recorded" for what, *_ in told)
    ]
    assert sum(gone > 0 for gone in losses) > len(losses) / 3


def test_a_file_synced_too_late(tmp_path, powered):
    """With synchronous=OFF not even the file stays whole."""
    draw = random.Random(SEED)
    notes = powered(tmp_path / "life", {}, synchronous="OFF")
    assert not any(what == "sync" for what, *_ in notes[len(notes) // 2 :])
    broken = 0
    for number in range(20):
        folder = tmp_path / f"off-{number}"
        put(folder, survivors({}, notes, draw))
        try:
            broken += bool(lost(folder, notes))
        except Exception:  # noqa: BLE001  # anything may come of it
            broken += 1
    assert broken > 5


def test_what_the_simulator_does():
    """What is synced stays; of the rest any part may, in any order."""
    notes = [
        ("create", "db"),
        ("write", "db", 0, b"a" * 1024),
        ("sync", "db"),
        ("sync folder",),
        ("write", "db", 0, b"b" * 1024),
        ("write", "db", 1024, b"c" * 1024),
        ("create", "log"),
    ]
    draw = random.Random(1)
    found = {
        tuple(sorted(survivors({}, notes, draw).items())) for _ in range(300)
    }
    contents = {dict(each)["db"] for each in found}
    assert {len(dict(each)) for each in found} == {1, 2}
    assert b"a" * 1024 in contents
    assert b"a" * 1024 + b"c" * 512 in contents
    assert b"a" * 1024 + b"\0" * 512 + b"c" * 512 in contents
    assert b"b" * 1024 + b"c" * 1024 in contents
    assert {each[:512] for each in contents} == {b"a" * 512, b"b" * 512}
