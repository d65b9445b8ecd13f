"""Running one command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TextIO

from anonsms.commands.arguments import UsageError, parse
from anonsms.commands.console import Console
from anonsms.commands.exits import REFUSALS, Exit, exit_of
from anonsms.commands.keeping import checkpoint, expire, verifiers, verify
from anonsms.commands.people import erase, export
from anonsms.commands.proofs import prove
from anonsms.commands.rotating import rotate


_COMMANDS: Final[
    Mapping[str, Callable[[argparse.Namespace, Console], Exit]]
] = {
    "verify": verify,
    "checkpoint": checkpoint,
    "verifiers": verifiers,
    "prove": prove,
    "export": export,
    "erase": erase,
    "expire": expire,
    "rotate": rotate,
}


def main(
    argv: Sequence[str] | None = None,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> int:
    """
    Run one command, as ``python -m anonsms`` does.

    Args:
        argv: The arguments, without the program's name; the process's own
            if none.
        stdin: Where a number is read.
        stdout: Where the result goes.
        stderr: Where it is said what was wrong.

    Returns:
        The exit code, one of :class:`Exit`.
    """
    console = Console(
        stdin or sys.stdin, stdout or sys.stdout, stderr or sys.stderr
    )
    given = list(sys.argv[1:] if argv is None else argv)
    del argv  # somebody may have put a number there, and errors show variables
    try:
        asked = parse(given)
    except UsageError as error:
        console.complain(str(error))
        return int(Exit.USAGE)
    except SystemExit:  # --help
        return int(Exit.DONE)
    del given
    try:
        return int(_COMMANDS[asked.command](asked, console))
    except REFUSALS as error:
        console.complain(str(error))
        return int(exit_of(error))
