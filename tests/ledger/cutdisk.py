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
import os
import sqlite3

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
        there = os.path.exists(path)
        file = File(self, name, flags, os.path.basename(path))
        if not there:
            self.note("create", file.short)
        return file

    def xDelete(self, path, sync):  # noqa: N802
        super().xDelete(path, sync)
        self.note("delete", os.path.basename(path))
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
    files = [bytearray(content) for content in start.values()]
    pending = [[] for _ in files]
    synced = {name: at for at, name in enumerate(start)}
    here = dict(synced)  # the folder as programs see it
    folder = []  # what was done to it since it was synced
    for what, *rest in notes:
        if what == "create":
            here[rest[0]] = len(files)
            folder.append((rest[0], len(files)))
            files.append(bytearray())
            pending.append([])
        elif what == "delete":
            del here[rest[0]]
            folder.append((rest[0], None))
        elif what == "sync folder":
            _settle(synced, folder)
            folder = []
        elif what == "sync":
            at = here[rest[0]]
            for write in pending[at]:
                _apply(files[at], write)
            pending[at] = []
        elif what in {"write", "truncate"}:
            pending[here[rest[0]]].append((what, *rest[1:]))
    luck = draw.choice([0.0, 0.1, 0.5, 0.9, 1.0])
    _settle(synced, [each for each in folder if draw.random() < luck])
    for content, writes in zip(files, pending, strict=True):
        for number, write in enumerate(writes, start=1):
            if number == len(writes) and write[0] == "write":
                for part in _sectors(write):
                    if draw.random() < max(luck, 0.5):
                        _apply(content, part)
            elif draw.random() < luck:
                _apply(content, write)
    return {name: bytes(files[at]) for name, at in synced.items()}


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
        stop = min(len(data), (offset + start) // SECTOR * SECTOR + SECTOR - offset)
        yield what, offset + start, data[start:stop]
        start = stop
