"""Key files that many replace at once: nobody loses a key."""

import hashlib
import os
import stat
import subprocess
import sys
import threading

import pytest

from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing, Power


if sys.platform == "win32":
    pytest.skip("files are not locked there", allow_module_level=True)

import fcntl


ROTATES = """
import hashlib, sys
from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing, Power

path, held = sys.argv[1], sys.argv[2] == "held"
print("ready", flush=True)
sys.stdin.readline()
for _ in range(8):
    try:
        if held:
            with KeyRing.locked(path) as ring:
                ring = ring.rotate("seal")
                ring.save(path, replace=True)
        else:
            ring = KeyRing.load(path).rotate("seal")
            ring.save(path, replace=True)
    except ConfigurationError as error:
        lacks = "keys that this ring lacks" in str(error)
        print("refused" if lacks else error)
    else:
        print(hashlib.sha256(ring._keys[Power.SEAL][ring.epoch]).hexdigest())
"""

STOPS = """
import fcntl, pathlib, sys
from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing

path, waits = sys.argv[1], sys.argv[2] == "waits"
ring = KeyRing.load(path).rotate("seal")
renamed = pathlib.Path.replace

def replace(self, target):
    print("about to rename", flush=True)
    sys.stdin.readline()
    return renamed(self, target)

if waits:
    pathlib.Path.replace = replace
else:
    print("about to save", flush=True)
    flock = fcntl.flock
    fcntl.flock = lambda opened, how: flock(opened, how | fcntl.LOCK_NB)
try:
    ring.save(path, replace=True)
except ConfigurationError as error:
    sys.exit(str(error))
"""


@pytest.fixture
def path(tmp_path):
    """A saved ring in a folder of its own."""
    KeyRing.generate().save(tmp_path / "shop.keys")
    return tmp_path / "shop.keys"


def lock_of(path):
    """The lock beside a key file."""
    return path.with_name(f".{path.name}.lock")


def child(code, *args):
    """Another process, that has come to its first line."""
    made = subprocess.Popen(
        [sys.executable, "-c", code, *map(str, args)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert "\n" in made.stdout.readline()
    return made


@pytest.mark.parametrize("way", ["held", "free"])
def test_of_many_who_rotate_at_once_none_loses_a_key(path, way):
    """What was saved is in the file at the end, or it was refused."""
    children = [child(ROTATES, path, way) for _ in range(5)]
    for each in children:
        each.stdin.write("go\n")
        each.stdin.flush()
    told = [each.communicate()[0].split("\n")[:-1] for each in children]
    assert [each.returncode for each in children] == [0] * 5
    assert [len(lines) for lines in told] == [8] * 5
    saved = [line for lines in told for line in lines if line != "refused"]
    kept = {
        hashlib.sha256(key).hexdigest()
        for key in KeyRing.load(path)._keys[Power.SEAL].values()
    }
    assert set(saved) <= kept
    assert len(kept) == len(saved) + 1
    if way == "held":
        assert len(saved) == 40


def test_nobody_sweeps_away_a_file_that_is_being_written(path):
    """The second would have to wait; one that will not does not save."""
    first = child(STOPS, path, "waits")
    second = child(STOPS, path, "goes")
    _, told = second.communicate()
    assert second.returncode == 1
    assert "cannot be had" in told
    _, told = first.communicate("go\n")
    assert (first.returncode, told) == (0, "")
    assert KeyRing.load(path).versions("seal") == (1, 2)


def test_who_holds_a_file_may_save_and_hold_it_again(path, tmp_path):
    """By another name of its folder too; afterwards others may."""
    (tmp_path / "other").symlink_to(path.parent)
    again = tmp_path / "other" / "shop.keys"
    with KeyRing.locked(path) as ring:
        more = ring.rotate("seal")
        more.save(path, replace=True)
        with KeyRing.locked(again) as same:
            assert same._keys == more._keys
            more = more.rotate("index")
            more.save(again, replace=True)
        more = more.rotate("sign")
        more.save(path, replace=True)
        assert KeyRing.load(path)._keys == more._keys
    with lock_of(path).open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_the_lock_is_held_to_the_end(path):
    """After a save inside too, and let go when the block is left badly."""
    with lock_of(path).open("w") as lock:
        lock_of(path).chmod(0o600)

        def refused():
            with pytest.raises(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

        def stopped():
            with KeyRing.locked(path) as ring:
                refused()
                ring.rotate("seal").save(path, replace=True)
                refused()
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            stopped()
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_threads_wait_for_one_another(path):
    """Each goes on from what the one before has saved."""

    def rotate():
        for _ in range(5):
            with KeyRing.locked(path) as ring:
                ring.rotate("sign").save(path, replace=True)

    threads = [threading.Thread(target=rotate) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert KeyRing.load(path).versions("sign") == tuple(range(1, 22))


def test_the_lock_stays_and_is_its_owners(path):
    """Others could hold it for ever if they could open it."""
    old = os.umask(0)
    try:
        KeyRing.load(path).rotate("seal").save(path, replace=True)
    finally:
        os.umask(old)
    assert stat.S_IMODE(lock_of(path).stat().st_mode) == 0o600
    assert lock_of(path).read_bytes() == b""


def test_a_lock_that_was_deleted_meanwhile_is_not_relied_on(path, monkeypatch):
    """Another may have made a new one of that name, and hold that."""
    flock, seen = fcntl.flock, []

    def slow(opened, how):
        flock(opened, how)
        if how == fcntl.LOCK_EX:
            seen.append(os.fstat(opened).st_ino)
            if len(seen) == 1:
                lock_of(path).rename(path.with_name("moved"))

    monkeypatch.setattr(fcntl, "flock", slow)
    with KeyRing.locked(path):
        assert lock_of(path).stat().st_ino == seen[-1]
    assert len(set(seen)) == 2


@pytest.mark.parametrize("kind", ["fifo", "link", "folder", "another's"])
def test_a_lock_that_somebody_laid_down_is_refused(path, kind, monkeypatch):
    """Neither followed nor waited for; the ring is not saved."""
    lock = lock_of(path)
    ring = KeyRing.load(path).rotate("seal")
    if kind == "fifo":
        os.mkfifo(lock)
    elif kind == "link":
        lock.symlink_to(path.with_name("elsewhere"))
    elif kind == "folder":
        lock.mkdir()
    else:
        lock.touch()
        fstat = os.fstat

        def strange(opened):
            found = list(fstat(opened))
            found[stat.ST_UID] += 1
            return os.stat_result(found)

        monkeypatch.setattr(os, "fstat", strange)
    with pytest.raises(ConfigurationError, match=r"The lock .* (belongs|can)"):
        ring.save(path, replace=True)
    monkeypatch.undo()
    assert KeyRing.load(path).versions("seal") == (1,)
    assert not path.with_name("elsewhere").exists()


def test_a_disk_without_locks_is_told(path, monkeypatch):
    """It would be a lock that keeps nobody out."""

    def none(*args):
        raise OSError(37, "No locks available")

    ring = KeyRing.load(path).rotate("seal")
    monkeypatch.setattr(fcntl, "flock", none)
    with pytest.raises(ConfigurationError, match="No locks available"):
        ring.save(path, replace=True)
    assert KeyRing.load(path).versions("seal") == (1,)


def test_nothing_is_locked_where_no_ring_is(tmp_path):
    """A mistyped name leaves no file behind."""
    for name in ("none.keys", "nowhere/none.keys"):
        with (
            pytest.raises(ConfigurationError, match="cannot be"),
            KeyRing.locked(tmp_path / name),
        ):
            raise AssertionError("there is nothing to hold")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("power", ["seal", "sign"])
def test_the_newest_key_of_a_file_is_never_dropped(path, power):
    """The ledger may know no other; saved with both first, it may go."""
    before = path.read_bytes()
    both = KeyRing.load(path).rotate(power)
    left = both.retire(power, 1)
    with pytest.raises(ConfigurationError) as caught:
        left.save(path, replace=True)
    for told in (power, "Save the ring with both", "then retire"):
        assert told in str(caught.value)
    assert path.read_bytes() == before
    both.save(path, replace=True)
    left.save(path, replace=True)
    assert KeyRing.load(path)._keys == left._keys
