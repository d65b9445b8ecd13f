"""Key files: old or new and whole, and nobody else's."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing, Power


unix = pytest.mark.skipif(os.name == "nt", reason="a Unix thing")


@pytest.fixture
def path(tmp_path):
    """A saved ring in a folder of its own."""
    KeyRing.generate().save(tmp_path / "shop.keys")
    return tmp_path / "shop.keys"


def names(folder):
    """All that lies in a folder, save the lock that stays there."""
    found = {each.name for each in folder.iterdir()}
    return sorted(found - {".shop.keys.lock"})


def test_a_rotated_ring_takes_the_old_ones_place(path):
    """One file is there afterwards, it is the new one, and it is 0600."""
    ring = KeyRing.load(path).rotate("seal").rotate("index")
    old = os.umask(0)
    try:
        ring.save(path, replace=True)
    finally:
        os.umask(old)
    assert KeyRing.load(path)._keys == ring._keys
    assert names(path.parent) == ["shop.keys"]
    if os.name != "nt":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_replacing_nothing_is_saving(tmp_path):
    """A first file needs no other flag."""
    ring = KeyRing.generate()
    ring.save(tmp_path / "shop.keys", replace=True)
    assert KeyRing.load(tmp_path / "shop.keys")._keys == ring._keys


@pytest.mark.parametrize(
    "other",
    [
        lambda ring: KeyRing.generate(),
        lambda ring: ring.restrict("index", "seal"),
        lambda ring: KeyRing({Power.SEAL: {1: bytes(32)}}),
    ],
)
def test_keys_are_never_overwritten_by_others(path, other):
    """A slip with ``replace`` would be the end of the ledger."""
    before = path.read_bytes()
    ring = other(KeyRing.load(path))
    with pytest.raises(ConfigurationError, match="keys that this ring lacks"):
        ring.save(path, replace=True)
    assert path.read_bytes() == before


def test_of_two_who_rotate_at_once_the_second_is_told(path):
    """Both made a second key; only one of them is on the disk."""
    one, two = (KeyRing.load(path).rotate("seal") for _ in range(2))
    one.save(path, replace=True)
    with pytest.raises(ConfigurationError, match="then rotate it"):
        two.save(path, replace=True)
    assert KeyRing.load(path)._keys == one._keys


def test_a_damaged_file_is_not_replaced(path):
    """There may be something to be saved from it."""
    ring = KeyRing.load(path)
    path.write_text(path.read_text()[:-9])
    with pytest.raises(ConfigurationError, match="does not hold"):
        ring.save(path, replace=True)


@unix
def test_a_link_is_never_replaced_nor_followed(path, tmp_path):
    """Neither the link nor what it points to changes."""
    ring = KeyRing.load(path).rotate("sign")
    before = path.read_bytes()
    link = tmp_path / "link.keys"
    link.symlink_to(path)
    with pytest.raises(ConfigurationError, match="symbolic link"):
        ring.save(link, replace=True)
    assert link.is_symlink()
    dangling = tmp_path / "dangling.keys"
    dangling.symlink_to(tmp_path / "nothing")
    for replace in (False, True):
        with pytest.raises(ConfigurationError):
            ring.save(dangling, replace=replace)
    assert path.read_bytes() == before
    assert not (tmp_path / "nothing").exists()
    assert KeyRing.load(link)._keys == KeyRing.load(path)._keys


@unix
def test_a_link_that_comes_at_the_last_moment_is_not_followed(
    path, tmp_path, monkeypatch
):
    """Between check and renaming somebody puts a link: only it goes."""
    theirs = tmp_path / "theirs"
    theirs.write_text("theirs")
    renamed = Path.replace

    def swap(self, target):
        path.unlink()
        path.symlink_to(theirs)
        return renamed(self, target)

    monkeypatch.setattr(Path, "replace", swap)
    ring = KeyRing.load(path).rotate("sign")
    ring.save(path, replace=True)
    assert theirs.read_text() == "theirs"
    assert not path.is_symlink()
    assert KeyRing.load(path)._keys == ring._keys


def test_a_folder_is_not_replaced(tmp_path):
    """It is no file at all."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigurationError, match="no file at all"):
        KeyRing.generate().save(tmp_path / "folder", replace=True)


def owned(monkeypatch, *, file, reader):
    """Files that are open or looked at belong to another user."""

    def changed(found):
        fields = list(found)
        fields[stat.ST_UID] = file
        return os.stat_result(fields)

    fstat, lstat = os.fstat, Path.lstat
    monkeypatch.setattr(os, "fstat", lambda fd: changed(fstat(fd)))
    monkeypatch.setattr(Path, "lstat", lambda self: changed(lstat(self)))
    monkeypatch.setattr(os, "geteuid", lambda: reader)


@unix
def test_a_strangers_file_in_a_shared_folder_is_refused(path, monkeypatch):
    """Root would take keys that somebody laid down for it."""
    folder = path.parent.stat().st_uid
    owned(monkeypatch, file=folder + 1, reader=folder + 2)
    with pytest.raises(ConfigurationError, match="chown"):
        KeyRing.load(path)


@unix
def test_root_may_use_a_shops_file_and_not_replace_it(path, monkeypatch):
    """It lies in the shop's folder; a new one would be root's."""
    ring = KeyRing.load(path).rotate("seal")
    folder = path.parent.stat().st_uid
    owned(monkeypatch, file=folder, reader=folder + 1)
    assert KeyRing.load(path).versions("seal") == (1,)
    with pytest.raises(ConfigurationError, match="Run this as that user"):
        ring.save(path, replace=True)


@unix
@pytest.mark.parametrize("replace", [False, True])
def test_no_keys_are_put_where_anybody_may_delete_them(tmp_path, replace):
    """The sticky bit, or a group's folder, is fine."""
    folder = tmp_path / "shared"
    folder.mkdir()
    for mode, allowed in ((0o777, False), (0o1777, True), (0o775, True)):
        folder.chmod(mode)
        path = folder / f"{mode:o}.keys"
        if allowed:
            KeyRing.generate().save(path, replace=replace)
            assert KeyRing.load(path).versions("seal") == (1,)
        else:
            with pytest.raises(ConfigurationError, match="chmod o-w"):
                KeyRing.generate().save(path, replace=replace)
            assert list(folder.iterdir()) == []


def test_a_disk_that_is_full_leaves_the_old_file(path, monkeypatch):
    """The new file is taken away, the old one is whole."""
    before = path.read_bytes()
    ring = KeyRing.load(path).rotate("seal")

    def full(fd):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigurationError, match="No space left"):
        ring.save(path, replace=True)
    with pytest.raises(ConfigurationError, match="No space left"):
        ring.save(path.with_name("new.keys"))
    assert path.read_bytes() == before
    assert names(path.parent) == ["shop.keys"]


def test_the_disk_has_the_new_file_before_it_takes_the_name(path, monkeypatch):
    """Content, then name, then folder: the order a power cut asks for."""
    ring = KeyRing.load(path).rotate("seal")
    steps = []
    fsync, renamed = os.fsync, Path.replace

    def note_fsync(fd):
        is_folder = stat.S_ISDIR(os.fstat(fd).st_mode)
        steps.append("folder" if is_folder else "file")
        if not is_folder:
            assert os.fstat(fd).st_size > 100
        fsync(fd)

    def note_replace(self, target):
        steps.append("name")
        return renamed(self, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    ring.save(path, replace=True)
    whole = ["file", "name", "folder"]
    assert steps == (whole if os.name != "nt" else whole[:2])


DIES = """
import os, pathlib, sys
from anonsms.keys import KeyRing

path, point = sys.argv[1], int(sys.argv[2])
ring = KeyRing.load(path).rotate("seal")
count = 0

def mortal(call):
    def wrapped(*args, **kwargs):
        global count
        count += 1
        if count == point:
            os._exit(137)
        return call(*args, **kwargs)
    return wrapped

for module, name in (
    (os, "open"), (os, "fsync"), (os, "close"), (os, "fdopen"),
    (pathlib.Path, "replace"), (pathlib.Path, "unlink"),
    (pathlib.Path, "iterdir"),
):
    setattr(module, name, mortal(getattr(module, name)))
ring.save(path, replace=True)
os._exit(0)
"""


def test_killed_at_any_point_the_old_file_or_the_new_is_whole(path):
    """A child dies at the first, second, … call to the system."""
    seen = []
    for point in range(1, 30):
        before = KeyRing.load(path)
        child = subprocess.run(
            [sys.executable, "-c", DIES, str(path), str(point)], check=False
        )
        after = KeyRing.load(path)
        epochs = before.versions("seal")
        renewed = after.versions("seal") == (*epochs, epochs[-1] + 1)
        assert renewed or after._keys == before._keys
        assert after.unwrap(*wrapped(before)) == b"k" * 32
        seen.append(renewed)
        if child.returncode == 0:
            break
        assert child.returncode == 137
    else:
        raise AssertionError("the child never lived to the end")
    # It died before the renaming and after it, more than once each.
    assert seen[:3] == [False] * 3
    assert seen[-2:] == [True] * 2
    # The last one took away what the dead had left: it held keys.
    assert names(path.parent) == ["shop.keys"]


def wrapped(ring):
    """Something that only this ring's newest epoch opens."""
    [made] = ring.wrap([b"k" * 32], [b"here"])
    return made, ring.epoch, b"here"


def test_only_what_a_replacing_left_is_swept(path):
    """Files of other names stay, even those that look alike."""
    folder = path.parent
    left = folder / ".shop.keys.0123456789abcdef.new"
    others = [
        ".shop.keys.0123456789abcdeg.new",
        ".other.keys.0123456789abcdef.new",
        ".shopXkeys.0123456789abcdef.new",
        "shop.keys.bak",
    ]
    for name in [left.name, *others]:
        (folder / name).write_text("keys")
    KeyRing.load(path).rotate("seal").save(path, replace=True)
    assert names(folder) == sorted(["shop.keys", *others])
