"""
Key files on the disk: whole or not there, and for their owner only.

Whoever replaces a key file holds its lock (``flock`` of ``.shop.keys.lock``
beside ``shop.keys``) from reading to renaming, so that of two who do it at
once none loses the other's keys. Windows has no such lock: there it keeps
apart the threads of one process, and no two processes.

What a file system keeps of an overwritten or deleted file (old blocks,
snapshots, a journal, a flash chip's spare cells) is beyond this module.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from attrs import define, field

from anonsms.errors import ConfigurationError


if sys.platform != "win32":
    import fcntl


_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_UNIX = os.name != "nt"


@define
class _Lock:
    """One lock file in this process: its thread, and how often it holds."""

    thread: threading.RLock = field(factory=threading.RLock)
    depth: int = 0


# By process, device and inode: the same file by whatever name, and a child
# of `fork` holds nothing of what its parent holds.
_locks: dict[tuple[int, int, int], _Lock] = {}


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """
    Hold the lock of a key file; wait for whoever holds it.

    Whoever holds it may ask for it again, in the same thread. The lock file
    stays: were it deleted, two could hold a lock of that name.

    Raises:
        ConfigurationError: The lock file cannot be made or locked, is
            somebody else's, or anybody may empty the folder.
    """
    fault = _folder_fault(path)
    if fault:
        raise ConfigurationError(fault)
    beside = path.with_name(f".{path.name}.lock")
    with contextlib.ExitStack() as held:
        while not _taken(beside, held):
            held.close()  # it was deleted, and perhaps made anew, meanwhile
        yield


def _taken(beside: Path, held: contextlib.ExitStack) -> bool:
    """Lock a lock file; whether it was still the one of that name then."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        opened = os.open(beside, flags, 0o600)
        held.callback(os.close, opened)
        found = os.fstat(opened)
        if not stat.S_ISREG(found.st_mode) or (
            _UNIX and found.st_uid != os.geteuid()
        ):
            # Whoever put it there could hold it for ever.
            raise ConfigurationError(
                f"The lock {beside} belongs to another user, or is no file. "
                "Check who put it there, then delete it."
            )
        own = (os.getpid(), found.st_dev, found.st_ino)
        lock = _locks.setdefault(own, _Lock())
        held.enter_context(lock.thread)
        if sys.platform != "win32" and not lock.depth:
            fcntl.flock(opened, fcntl.LOCK_EX)
            # Said, and not left to closing: a child of `fork` has a copy.
            held.callback(fcntl.flock, opened, fcntl.LOCK_UN)
        lock.depth += 1
        held.callback(_let_go, lock)
        there = beside.stat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigurationError(
            f"The lock {beside} cannot be had: {error.strerror}. Keep the "
            "key file in a folder of its owner's, on a disk with locks."
        ) from None
    return os.path.samestat(found, there)


def _let_go(lock: _Lock) -> None:
    lock.depth -= 1


def write(path: Path, text: str) -> None:
    """
    Write a new file that only its owner may read, down to the disk.

    Raises:
        ConfigurationError: There is a file already, it cannot be made, or
            anybody may empty the folder.
    """
    fault = _folder_fault(path)
    try:
        if not fault:
            with _synced(path.parent):
                _create(path, text)
    except FileExistsError:
        fault = (
            f"{path} exists already, and keys that are overwritten are lost "
            "for ever. Save to another path, or move the old file away."
        )
    except OSError as error:
        fault = _not_written(path, error)
    finally:
        del text  # all keys: no error may show them
    if fault:
        raise ConfigurationError(fault)


def replace(path: Path, text: str) -> None:
    """
    Put a file in the place of another, so that one of the two is there.

    The new file is written beside the old one and then takes its name, in
    one step of the file system: after a power cut either is there, whole.
    Call it with the lock held, and the old file looked at under it.

    Raises:
        ConfigurationError: It cannot be written, or anybody may empty the
            folder.
    """
    fault = _folder_fault(path)
    try:
        if not fault:
            with _synced(path.parent):
                _sweep(path)
                aside = path.with_name(
                    f".{path.name}.{secrets.token_hex(8)}.new"
                )
                _create(aside, text)
                try:
                    # Takes the name itself: if somebody has put a link
                    # there since it was checked, the link is replaced and
                    # not what it points to.
                    aside.replace(path)
                finally:
                    aside.unlink(missing_ok=True)
    except OSError as error:
        fault = _not_written(path, error)
    finally:
        del text  # all keys: no error may show them
    if fault:
        raise ConfigurationError(fault)


def replaceable(path: Path) -> bool:
    """
    Whether there is a file, and one that may be replaced.

    Returns:
        False if there is nothing of that name.

    Raises:
        ConfigurationError: It is a symbolic link, not a file, or somebody
            else's.
    """
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise ConfigurationError(_not_written(path, error)) from None
    if not stat.S_ISREG(found.st_mode):
        # A link would be replaced and its target left as it is, with the
        # old keys, for all others who read it by another name.
        raise ConfigurationError(
            f"{path} is a symbolic link, or no file at all. Save to the key "
            "file itself."
        )
    if _UNIX and found.st_uid != os.geteuid():
        raise ConfigurationError(
            f"{path} belongs to another user, who could not read the new "
            "file. Run this as that user."
        )
    return True


def read(path: Path) -> str:
    """
    Read a key file that nobody but its owner can read.

    Raises:
        ConfigurationError: There is none, others may read it, or somebody
            else may have put it there.
    """
    try:
        with path.open(encoding="utf-8") as file:
            # Asked of the open file, so that it cannot be swapped between.
            found = os.fstat(file.fileno())
            if _UNIX and found.st_mode & _OTHERS:
                raise ConfigurationError(
                    f"The key file {path} can be read by other users. "
                    f"Run: chmod 600 {path}"
                )
            if _UNIX and found.st_uid != os.geteuid():
                _check_owner(path, found)
            return file.read()
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"{path} does not hold an anonsms key ring: it is not text."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} cannot be read: {error.strerror}. Make one "
            "with KeyRing.generate().save(path)."
        ) from None


def _check_owner(path: Path, found: os.stat_result) -> None:
    # Only root gets here: a file of mode 0600 opens for nobody else. It may
    # use a shop's own file in the shop's own folder, and must not take one
    # that a stranger laid down where it looks, in /tmp for example.
    if found.st_uid != path.parent.stat().st_uid:
        raise ConfigurationError(
            f"The key file {path} belongs neither to you nor to the owner "
            "of its folder: somebody may have put other keys there. Check "
            f"it, then run: chown $(id -u) {path}"
        )


def _folder_fault(path: Path) -> str:
    """Why keys should not be put there; empty if they may. Never raises."""
    # The mode 0600 keeps others from reading the file. In a folder that all
    # may write to they can still delete it, and that would be the end of
    # the ledger; the sticky bit of /tmp forbids it. A folder that a *group*
    # may write to is common (umask 002) and somebody's decision.
    try:
        mode = path.parent.stat().st_mode
    except OSError as error:
        return _not_written(path, error)
    if not _UNIX or not mode & stat.S_IWOTH or mode & stat.S_ISVTX:
        return ""
    return (
        f"Every user may delete what is in the folder of {path}, and keys "
        f"that are deleted are lost for ever. Run: chmod o-w {path.parent}"
    )


def _not_written(path: Path, error: OSError) -> str:
    return f"The key file {path} cannot be written: {error.strerror}."


def _create(path: Path, text: str) -> None:
    """Make a file that was not there, whole and on the disk, or none."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL  # O_EXCL follows no link
    try:
        made = os.open(path, flags, 0o600)
        try:
            with os.fdopen(made, "w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(made)
        except BaseException:
            path.unlink()  # half a key ring is none
            raise
    finally:
        del text  # all keys: a traceback with variables must not show them


def _sweep(path: Path) -> None:
    """
    Remove what a replacing left that was cut short.

    It holds keys, and would keep them when they are retired. It is of
    nobody who still runs: that one would hold the lock. (On Windows, where
    there is none, that one fails and says so.)
    """
    left = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}\.new")
    for each in path.parent.iterdir():
        if left.fullmatch(each.name):
            each.unlink(missing_ok=True)


@contextlib.contextmanager
def _synced(folder: Path) -> Iterator[None]:
    """Bring the names in a folder to the disk, after they have changed."""
    if not _UNIX:  # a folder cannot be opened there
        yield
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        yield
        os.fsync(opened)  # else the file's name may be lost
    finally:
        os.close(opened)
