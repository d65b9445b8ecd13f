"""
The command line, for operators: ``python -m anonsms ledger ...``.

A phone number is read from the standard input and nowhere else: arguments
are seen by every user of the machine, and kept by the shell.
"""

from __future__ import annotations

from anonsms.commands.exits import Exit
from anonsms.commands.running import main


__all__ = ["Exit", "main"]
