"""What a command ends with."""

from __future__ import annotations

import enum
from typing import Final

from anonsms.errors import (
    AnonsmsError,
    ConfigurationError,
    ForeignDatabaseError,
    LedgerError,
    ProofError,
    SchemaVersionError,
    SealError,
    UnknownPersonError,
)


class Exit(enum.IntEnum):
    """The exit codes, for scripts."""

    DONE = 0
    """All is well."""
    FAULT = 1
    """The ledger is not as it was written, or a proof does not hold."""
    USAGE = 2
    """Arguments, keys, numbers or files that will not do; nothing was done."""
    NOBODY = 3
    """Nothing of that kind is held on the person."""
    DATABASE = 4
    """The database, or a disk, failed; try again."""


# The first that fits.
_MEANING: Final[tuple[tuple[type[Exception], Exit], ...]] = (
    (ConfigurationError, Exit.USAGE),
    (ForeignDatabaseError, Exit.USAGE),
    (SchemaVersionError, Exit.USAGE),
    (UnknownPersonError, Exit.NOBODY),
    (LedgerError, Exit.DATABASE),
    (ProofError, Exit.FAULT),
    (SealError, Exit.FAULT),
    (AnonsmsError, Exit.USAGE),
)

REFUSALS: Final = (AnonsmsError, ConfigurationError)
"""What a command may be ended by."""


def exit_of(error: Exception) -> Exit:
    """
    The exit code of an error.

    >>> exit_of(ProofError("changed"))
    <Exit.FAULT: 1>
    """
    return next(code for kind, code in _MEANING if isinstance(error, kind))
