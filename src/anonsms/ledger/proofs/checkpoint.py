"""
Checkpoints: how long the log is and which root it has, to keep elsewhere.

Who holds an old checkpoint can tell whether the ledger was rewritten since;
who holds none has to believe the database. So checkpoints leave it, for a
*sink*: a file on another disk, a mail to the data protection officer, a
witness. The text is a C2SP checkpoint (c2sp.org/tlog-checkpoint)::

    example.com/anonsms
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
    time 1767225600
"""

from __future__ import annotations

import base64
import itertools
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from attrs import Attribute, field, frozen

from anonsms.errors import ConfigurationError, LedgerError, ProofError
from anonsms.ledger.proofs.frontier import HASH_SIZE, MOST
from anonsms.ledger.proofs.note import exact_base64, parse_note


if sys.platform != "win32":
    import fcntl


CheckpointSink = Callable[[str], None]
"""Takes a signed checkpoint to a place outside the database."""

_LAST: Final = 253_402_300_799  # the last second that a datetime knows

_ORIGIN = re.compile("[^\x00-\x1f\ud800-\udfff]+")
_NUMBER = re.compile("0|[1-9][0-9]{0,18}")
_TIME = "time "
_BINARY = getattr(os, "O_BINARY", 0)  # of Windows: line ends stay as they are


def _origin(_owner: object, _place: Attribute[str], origin: str) -> None:
    if not _ORIGIN.fullmatch(origin):
        raise ProofError(
            "The origin of a checkpoint is one line of text. Take the form "
            "of an address: example.com/anonsms."
        )


def _size(_owner: object, _place: Attribute[int], size: int) -> None:
    if not 0 <= size <= MOST:
        raise ProofError("No log has as many entries as the checkpoint says.")


def _root(_owner: object, _place: Attribute[bytes], root: bytes) -> None:
    if len(root) != HASH_SIZE:
        raise ProofError(
            f"The root in a checkpoint has {HASH_SIZE} bytes; this one was "
            "changed or cut."
        )


def _whole_second(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    if at.utcoffset() is None:
        raise ProofError(
            "A time without a time zone can mean several moments, so it "
            "proves nothing. Pass an aware one: datetime.now(timezone.utc)."
        )
    return at.astimezone(UTC).replace(microsecond=0)


def _since_1970(
    _owner: object, _place: Attribute[datetime | None], at: datetime | None
) -> None:
    if at is not None and at.timestamp() < 0:
        raise ProofError(
            "The time of a checkpoint lies before 1970. Check the clock."
        )


@frozen(repr=False)
class Checkpoint:
    """
    What a log was at one moment.

    >>> Checkpoint("example.com/anonsms", 2, bytes(32))
    <Checkpoint example.com/anonsms: 2 entries, root 00000000…>

    Attributes:
        origin: The name of the log, one line.
        size: How many entries it has.
        root: Of the tree over them, 32 bytes (RFC 6962 §2.1).
        at: When it was taken, in UTC, to the second; ``None`` where the
            text does not say.

    Raises:
        ProofError: One of them cannot be.
    """

    origin: str = field(validator=_origin)
    size: int = field(validator=_size)
    root: bytes = field(validator=_root)
    at: datetime | None = field(
        default=None, converter=_whole_second, validator=_since_1970
    )

    @property
    def body(self) -> str:
        """The text to sign."""
        root = base64.b64encode(self.root).decode()
        time = "" if self.at is None else f"{_TIME}{self.at.timestamp():.0f}\n"
        return f"{self.origin}\n{self.size}\n{root}\n{time}"

    @classmethod
    def parse(cls, note_text: str) -> Checkpoint:
        """
        Read the text of a note: check first who vouches for it.

        Args:
            note_text: A note's ``text``, without its signatures. Lines that
                other tools add after the root are ignored.

        Raises:
            ProofError: It is no checkpoint.
        """
        lines = note_text.split("\n")
        # At least three lines, none of them empty; each has its end.
        if len(lines) < 4 or lines.pop() or not all(lines):  # noqa: PLR2004
            raise ProofError(
                "This is no checkpoint: that is a name, a size and a root, "
                "each on a line of its own. Pass the text of the note, "
                "without the signatures."
            )
        origin, size, root, *others = lines
        times = [line for line in others if line.startswith(_TIME)]
        if not _NUMBER.fullmatch(size) or len(times) > 1:
            raise ProofError(
                "The size in the checkpoint is no number, or it bears two "
                "times. It was changed or damaged; take an older one."
            )
        at = _moment(times[0].removeprefix(_TIME)) if times else None
        return cls(origin, int(size), exact_base64(root), at)

    def __repr__(self) -> str:
        return (
            f"<Checkpoint {self.origin}: {self.size:,} entries, "
            f"root {self.root.hex()[:8]}…>"
        )


@frozen
class CheckpointFile:
    """
    A file of signed checkpoints: a sink, to keep on another disk.

    Called with a note it appends it, down to the disk. Several processes
    may do so at once. Only the owner may read a file that it makes.

    Attributes:
        path: Where it is; the folder has to be there.
    """

    path: Path = field(converter=Path)

    def __call__(self, note: str) -> None:
        """
        Append a signed checkpoint.

        Raises:
            ProofError: It is none.
            ConfigurationError: The file cannot be opened.
            LedgerError: It cannot be written, for example on a full disk.
        """
        Checkpoint.parse(parse_note(note).text)  # else `read` would lose track
        file = self._opened(os.O_RDWR | os.O_CREAT | os.O_APPEND)
        try:
            _hold(file, shared=False)
            record = _mended(file) + note.encode() + b"\n"
            written = os.write(file, record)
            os.fsync(file)
            self._keep_name()
        except OSError as error:
            raise LedgerError(
                f"A checkpoint cannot be written to {self.path}: "
                f"{error.strerror}. Make room or choose another place."
            ) from None
        finally:
            os.close(file)
        if written < len(record):
            raise LedgerError(
                f"A checkpoint was written to {self.path} only in part: the "
                "disk is full. Make room, and take another checkpoint."
            )

    def read(self) -> list[str]:
        """
        The notes, the oldest first; who signed them is not asked.

        Raises:
            ProofError: One of them is torn or was changed; says which.
            ConfigurationError: There is no such file, or it cannot be read.
        """
        text = self._text()
        blocks = list(_blocks(text))
        notes: list[str] = []
        for at in range(0, len(blocks), 2):  # a text, and its signatures
            line = blocks[at][0]
            note = "\n".join(block for _, block in blocks[at : at + 2])
            cut = at + 2 >= len(blocks) and not text.endswith("\n")
            if cut or not _is_checkpoint(note):
                raise ProofError(
                    f"Checkpoint {len(notes) + 1} in {self.path}, from line "
                    f"{line} on, is torn or was changed; those before it are "
                    "whole. If the power failed while it was written, remove "
                    "its lines and take a new one."
                )
            notes.append(note)
        return notes

    def _text(self) -> str:
        file = self._opened(os.O_RDONLY)
        try:
            _hold(file, shared=True)
            with os.fdopen(file, "rb", closefd=False) as whole:
                # What is no text stays in sight, for the note to be refused.
                return whole.read().decode(errors="surrogateescape")
        except OSError as error:
            raise ConfigurationError(
                f"The checkpoint file {self.path} cannot be read: "
                f"{error.strerror}. Check the path."
            ) from None
        finally:
            os.close(file)

    def _opened(self, flags: int) -> int:
        try:
            return os.open(self.path, flags | _BINARY, 0o600)
        except OSError as error:
            raise ConfigurationError(
                f"The checkpoint file {self.path} cannot be opened: "
                f"{error.strerror}. Check the path and who may use it."
            ) from None

    def _keep_name(self) -> None:
        if os.name != "nt":  # a directory cannot be opened there
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)  # else the file's name may be lost
            finally:
                os.close(folder)


def _moment(seconds: str) -> datetime:
    if not _NUMBER.fullmatch(seconds) or int(seconds) > _LAST:
        raise ProofError(
            "The time in the checkpoint is not a number of seconds. It was "
            "changed or damaged; take an older one."
        )
    return datetime.fromtimestamp(int(seconds), UTC)


def _hold(file: int, *, shared: bool) -> None:
    """Wait until nobody else writes; ends when the file is closed."""
    if sys.platform != "win32":
        fcntl.flock(file, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)


def _mended(file: int) -> bytes:
    """What to write first, so that a torn note and the next stay apart."""
    size = os.fstat(file).st_size
    os.lseek(file, max(size - 2, 0), os.SEEK_SET)
    end = os.read(file, 2)
    if not end or end == b"\n\n":
        return b""
    # The word spoils what is left of a torn line: a signature that happens
    # to be cut at the right place would look whole.
    return b"\n" if end.endswith(b"\n") else b" torn\n\n"


def _blocks(text: str) -> Iterator[tuple[int, str]]:
    """Lines up to the next blank one, with the number of the first."""
    numbered = enumerate(text.split("\n"), 1)
    for filled, lines in itertools.groupby(
        numbered, lambda each: each[1] > ""
    ):
        if filled:
            numbers, block = zip(*lines, strict=True)
            yield numbers[0], "\n".join((*block, ""))


def _is_checkpoint(note: str) -> bool:
    try:
        Checkpoint.parse(parse_note(note).text)
    except ProofError:
        return False
    return True
