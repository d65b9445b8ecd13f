"""
A disk whose power can be cut, under the SQL that the ledger really runs.

A file system in Python sits between SQLite (of ``apsw``) and the system's
own: it passes everything on and takes note of it. From the notes it can be
told what a disk would hold had the power been cut at any moment: what was
synced, and of the rest what chance lets survive, in any order, the last
write torn.

What is not as in production: the SQLite is the one of ``apsw``, not the one
of the standard library, and the store talks to it through
:class:`Connection`. Locks, shared memory, statements, settings and
checkpoints are the same. What survived is opened by the real store.
"""

import itertools
import sqlite3
from pathlib import Path

import apsw


SECTOR = 512
_NUMBERS = itertools.count()
_LOGS = apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_WAL


class Disk(apsw.VFS):
    """Takes note of what is done to the files of one folder."""

    def __init__(self):
        self.name = f"cut-{next(_NUMBERS)}"
        self.notes = []
        super().__init__(self.name, base="")

    def note(self, *what):
        self.notes.append(what)

    def xOpen(self, name, flags):  # noqa: N802
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None:  # for sorting; never synced
            return apsw.VFSFile("", name, flags)
        there = Path(path).exists()
        file = File(self, name, flags, Path(path).name)
        if not there:
            self.note("create", file.short)
        return file

    def xDelete(self, path, sync):  # noqa: N802
        super().xDelete(path, sync)
        self.note("delete", Path(path).name)
        if sync:
            self.note("sync folder")


class File(apsw.VFSFile):
    """One open file."""

    def __init__(self, disk, name, flags, short):
        super().__init__("", name, flags)
        self.disk = disk
        self.short = short
        # As SQLite does it on Unix: the first sync of a log is one of its
        # folder too.
        self.new = bool(flags[0] & _LOGS)

    def xWrite(self, data, offset):  # noqa: N802
        super().xWrite(data, offset)
        self.disk.note("write", self.short, offset, bytes(data))

    def xTruncate(self, size):  # noqa: N802
        super().xTruncate(size)
        self.disk.note("truncate", self.short, size)

    def xSync(self, flags):  # noqa: N802
        super().xSync(flags)
        self.disk.note("sync", self.short)
        if self.new:
            self.new = False
            self.disk.note("sync folder")


class Connection:
    """What the store asks of a connection, over ``apsw``."""

    def __init__(self, disk, path, settings):
        self._raw = apsw.Connection(str(path), vfs=disk.name)
        for setting in settings:
            self.execute(f"PRAGMA {setting}")

    def cursor(self):
        return Cursor(self, self._raw)

    def execute(self, sql, params=()):
        return self.cursor().execute(sql, params)

    def executemany(self, sql, rows):
        return self.cursor().executemany(sql, rows)

    @property
    def in_transaction(self):
        return self._raw.in_transaction

    @property
    def total_changes(self):
        return self._raw.total_changes()

    def close(self):
        self._raw.close()


class Cursor:
    """What the store asks of a cursor."""

    def __init__(self, connection, raw):
        self.connection = connection
        self._raw = raw
        self._cursor = raw.cursor()
        self.fetchall = self._cursor.fetchall
        self.fetchone = self._cursor.fetchone
        self.close = self._cursor.close
        self.rowcount = -1

    def execute(self, sql, params=()):
        return self.executemany(sql, [params])

    def executemany(self, sql, rows):
        before = self._raw.total_changes()
        try:
            for params in rows:
                self._cursor.execute(sql, tuple(params))
        except apsw.Error as error:
            ours = sqlite3.OperationalError(type(error).__name__)
            ours.sqlite_errorname = type(error).__name__
            raise ours from None
        self.rowcount = self._raw.total_changes() - before
        return self


def survivors(start, notes, draw):
    """
    What the disk holds after a cut.

    Args:
        start: What it held at first, by name.
        notes: What was done until the power went.
        draw: Chance.

    Returns:
        The files that are left, by name.
    """
    platter = Platter(start)
    for what, *rest in notes:
        done = getattr(platter, what.replace(" ", "_"), None)
        if done is not None:  # else a note of the test's own
            done(*rest)
    return platter.after_cut(draw)


class Platter:
    """What is safe on a disk, and what is on the way to it."""

    def __init__(self, start):
        self._files = [bytearray(content) for content in start.values()]
        self._pending = [[] for _ in self._files]
        self._synced = {name: at for at, name in enumerate(start)}
        self._here = dict(self._synced)  # the folder as programs see it
        self._folder = []  # what was done to it since it was synced

    def create(self, name):
        self._here[name] = len(self._files)
        self._folder.append((name, len(self._files)))
        self._files.append(bytearray())
        self._pending.append([])

    def delete(self, name):
        del self._here[name]
        self._folder.append((name, None))

    def write(self, name, offset, data):
        self._pending[self._here[name]].append(("write", offset, data))

    def truncate(self, name, size):
        self._pending[self._here[name]].append(("truncate", size))

    def sync(self, name):
        at = self._here[name]
        for write in self._pending[at]:
            _apply(self._files[at], write)
        self._pending[at] = []

    def sync_folder(self):
        _settle(self._synced, self._folder)
        self._folder = []

    def after_cut(self, draw):
        """Let chance decide about what was not synced."""
        luck = draw.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        _settle(
            self._synced, [f for f in self._folder if draw.random() < luck]
        )
        for content, writes in zip(self._files, self._pending, strict=True):
            for number, write in enumerate(writes, start=1):
                if number == len(writes) and write[0] == "write":
                    for part in _sectors(write):
                        if draw.random() < max(luck, 0.5):
                            _apply(content, part)
                elif draw.random() < luck:
                    _apply(content, write)
        return {n: bytes(self._files[at]) for n, at in self._synced.items()}


def _settle(names, done):
    for name, at in done:
        if at is None:
            names.pop(name, None)
        else:
            names[name] = at


def _apply(content, write):
    what, at, *data = write
    if what == "truncate":
        del content[at:]
        return
    content.extend(bytes(max(0, at - len(content))))
    content[at : at + len(data[0])] = data[0]


def _sectors(write):
    """A write, cut where the sectors of the disk are."""
    what, offset, data = write
    start = 0
    while start < len(data):
        stop = min(
            len(data), (offset + start) // SECTOR * SECTOR + SECTOR - offset
        )
        yield what, offset + start, data[start:stop]
        start = stop
