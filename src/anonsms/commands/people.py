"""What a person may ask for."""

from __future__ import annotations

import argparse

from anonsms.commands.console import Console
from anonsms.commands.exits import Exit
from anonsms.commands.opening import opened


_WHY = "access request (Art. 15)"


def export(asked: argparse.Namespace, console: Console) -> Exit:
    """Write down all that is held on a person."""
    number = console.number(asked.region)
    with opened(asked) as ledger, console.output(asked.out) as write:
        data = ledger.export(number, by=asked.by, why=asked.why or _WHY)
        write(data.dumps())
    return Exit.DONE if data.held else Exit.NOBODY


def erase(asked: argparse.Namespace, console: Console) -> Exit:
    """Forget a person, and print the certificate."""
    number = console.number(asked.region)
    with opened(asked) as ledger, console.output(asked.out) as write:
        certificate = ledger.erase(
            number, source=asked.source, reason=asked.reason, by=asked.by
        )
        write(certificate.dumps())
    return Exit.DONE if certificate.held else Exit.NOBODY
