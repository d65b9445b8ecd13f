"""A file of checkpoints: durable, shared, and honest about torn notes."""

import os
import re
import stat
import subprocess
import sys
import threading
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anonsms.errors import ConfigurationError, LedgerError, ProofError
from anonsms.keys import Signature
from anonsms.ledger.proofs.checkpoint import (
    Checkpoint,
    CheckpointFile,
    CheckpointSink,
)
from anonsms.ledger.proofs.note import sign_note


def noted(size, signatures=1):
    """A checkpoint with signatures that nobody checks here."""
    root = bytes([size % 256] * 32)
    signed = [Signature(bytes([n] * 32), bytes(64)) for n in range(signatures)]
    body = Checkpoint("example.com/anonsms", size, root).body
    return sign_note(body, "example.com/anonsms", signed)


@pytest.fixture
def file(tmp_path):
    """A file that is not there yet."""
    return CheckpointFile(tmp_path / "checkpoints.txt")


def test_notes_come_back_in_order(file):
    """One blank line between them, and the notes as they were."""
    sink: CheckpointSink = file
    notes = [noted(1), noted(2, signatures=2), noted(3)]
    for note in notes:
        sink(note)
    assert file.read() == notes
    assert file.path.read_text("utf-8") == "\n".join(notes) + "\n"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_only_the_owner_reads_it(file):
    """A new file is private; the mode of one that is there stays."""
    file(noted(1))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    file.path.chmod(0o644)
    file(noted(2))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o644


def test_it_is_on_disk_when_the_call_returns(file, monkeypatch):
    """The note in one write, then the file and its folder are synced."""
    calls = []
    write, fsync = os.write, os.fsync

    def writing(number, data):
        calls.append(len(data))
        return write(number, data)

    def syncing(number):
        calls.append(stat.S_ISDIR(os.fstat(number).st_mode))
        fsync(number)

    monkeypatch.setattr(os, "write", writing)
    monkeypatch.setattr(os, "fsync", syncing)
    file(noted(1))
    assert calls == [len(noted(1).encode()) + 1, False, True]


def test_only_checkpoints_get_in(file):
    """Anything else would make the file unreadable."""
    other = sign_note("some\n\ntext\n", "a", [Signature(bytes(32), bytes(64))])
    for wrong in ("", "text\n", other, noted(1) + "\n", noted(1) + noted(2)):
        with pytest.raises(ProofError):
            file(wrong)
    assert not file.path.exists()


@settings(max_examples=60)
@given(st.data())
def test_a_torn_note_is_named(tmp_path_factory, data):
    """Wherever a power cut ends the file, and for ever after."""
    file = CheckpointFile(tmp_path_factory.mktemp("cut") / "checkpoints.txt")
    notes = [noted(1), noted(2, signatures=2), noted(3)]
    for note in notes:
        file(note)
    whole = file.path.read_bytes()
    cut = data.draw(st.integers(1, len(whole)))
    zeros = data.draw(st.sampled_from([b"", b"\0" * 7]))
    file.path.write_bytes(whole[:cut] + zeros)

    ends = [0, *accumulate(len(note.encode()) + 1 for note in notes)]
    kept = max(count for count, end in enumerate(ends) if end <= cut)
    rest = (whole[ends[kept] : cut] + zeros).decode(errors="replace")
    # A whole last line is a signature that holds: the blank line after it,
    # or a second signature, is not missed.
    torn = bool(rest) and not ("\n— " in rest and rest.endswith("\n"))

    first = answer(file)
    file(noted(9))
    if torn:
        line = whole[: ends[kept]].count(b"\n") + 1
        told = rf"Checkpoint {kept + 1} in .* line {line} on, is torn"
        assert re.match(told, first)
        assert answer(file) == first
    else:
        assert first[:kept] == notes[:kept]
        assert len(first) == kept + bool(rest)
        assert answer(file) == [*first, noted(9)]


def answer(file):
    """The notes, or what is said instead."""
    try:
        return file.read()
    except ProofError as error:
        return str(error)


def test_a_changed_note_is_named(file):
    """A line taken out or put in is found; signatures are another matter."""
    for size in range(1, 4):
        file(noted(size))
    lines = file.path.read_text("utf-8").splitlines(keepends=True)
    for at, changed in ((6, []), (7, []), (8, ["2\n", "\n"]), (10, ["?\n"])):
        text = "".join([*lines[:at], *changed, *lines[at + 1 :]])
        file.path.write_text(text, "utf-8")
        with pytest.raises(ProofError, match=r"^Checkpoint 2 in .* line 7 on"):
            file.read()


def test_many_at_once(file):
    """Threads and processes never mix their lines."""
    script = (
        "import sys\n"
        "from anonsms.ledger.proofs.checkpoint import CheckpointFile\n"
        "file = CheckpointFile(sys.argv[1])\n"
        "for note in sys.stdin.buffer.read().decode().split('|'):\n"
        "    file(note)\n"
    )
    running = []
    for process in range(3):
        notes = "|".join(noted(100 * process + at) for at in range(20))
        child = subprocess.Popen(
            [sys.executable, "-c", script, file.path],
            stdin=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        child.stdin.write(notes)
        child.stdin.close()
        running.append(child)

    def write_all(start):
        for at in range(20):
            file(noted(start + at))

    threads = [
        threading.Thread(target=write_all, args=(start,))
        for start in (300, 400)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [child.wait() for child in running] == [0, 0, 0]
    read = file.read()
    assert sorted(read) == sorted(
        noted(100 * writer + at) for writer in range(5) for at in range(20)
    )
    for writer in range(5):  # each one's own stay in their order
        own = [noted(100 * writer + at) for at in range(20)]
        assert [note for note in read if note in own] == own


def test_writers_wait_for_each_other(file):
    """Else one could take another's half-written note for a torn one."""
    fcntl = pytest.importorskip("fcntl")
    file(noted(1))
    writer = threading.Thread(target=file, args=(noted(2),))
    with file.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        writer.start()
        writer.join(0.2)
        assert held.read().decode() == noted(1) + "\n"
    writer.join()
    assert file.read() == [noted(1), noted(2)]


def test_a_full_disk(file, monkeypatch):
    """A note that got in only in part is an error, and so is none at all."""
    file(noted(1))
    write = os.write
    monkeypatch.setattr(os, "write", lambda to, data: write(to, data[:9]))
    with pytest.raises(LedgerError, match="disk is full"):
        file(noted(2))
    monkeypatch.setattr(os, "write", lambda _, data: write(-1, data))
    with pytest.raises(LedgerError, match="cannot be written"):
        file(noted(2))
    monkeypatch.undo()
    file(noted(3))
    with pytest.raises(ProofError, match=r"^Checkpoint 2 "):
        file.read()


def test_no_such_file(file, tmp_path):
    """A file that is gone is no empty one; a folder is no file."""
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        file.read()
    with pytest.raises(ConfigurationError, match="cannot be opened"):
        CheckpointFile(tmp_path / "none" / "file")(noted(1))
    with pytest.raises(ConfigurationError):
        CheckpointFile(tmp_path).read()
    with pytest.raises(ConfigurationError):
        CheckpointFile(tmp_path)(noted(1))
    file.path.touch()
    assert file.read() == []
