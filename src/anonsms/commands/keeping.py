"""Looking after the ledger: what it is, what is signed, what ran out."""

from __future__ import annotations

import argparse
import json

from anonsms.commands.console import Console
from anonsms.commands.exits import Exit
from anonsms.commands.opening import opened
from anonsms.errors import ConfigurationError
from anonsms.ledger import CheckpointFile, Verification


def verify(asked: argparse.Namespace, console: Console) -> Exit:
    """Look through the whole ledger; what it returns is about faults."""
    notes = []
    for path in asked.against:
        kept = CheckpointFile(path).read()
        if not kept:
            raise ConfigurationError(
                "A file that was passed as --against holds no checkpoint, so "
                "it proves nothing. Pass the one that sinks append to."
            )
        notes += kept
    with opened(asked) as ledger:
        found = ledger.verify(
            notes, verifiers=asked.verifier, people=not asked.no_people
        )
    console.say(_as_json(found) if asked.json else str(found))
    return Exit.DONE if found.ok else Exit.FAULT


def checkpoint(asked: argparse.Namespace, console: Console) -> Exit:
    """Sign a checkpoint, and print it."""
    sink = CheckpointFile(asked.append_to) if asked.append_to else None
    with opened(asked, sink=sink) as ledger:
        console.say(ledger.checkpoint())
    return Exit.DONE


def verifiers(asked: argparse.Namespace, console: Console) -> Exit:
    """Print the public keys, the newest first: to be published."""
    with opened(asked) as ledger:
        for each in ledger.verifiers:
            console.say(str(each))
    return Exit.DONE


def expire(asked: argparse.Namespace, console: Console) -> Exit:
    """Put on record which grants have run out."""
    with opened(asked) as ledger:
        ended = ledger.expire(asked.purpose)
    console.say(f"{ended:,} grants have run out since the last time.")
    return Exit.DONE


def _as_json(found: Verification) -> str:
    return json.dumps(
        {
            "ok": found.ok,
            "origin": found.origin,
            "size": found.size,
            "root": found.root.hex(),
            "events": found.events,
            "people": found.people,
            "checkpoints": found.checkpoints,
            "faults": [
                {"where": each.where, "what": each.what}
                for each in found.faults
            ],
            "more_faults": found.more_faults,
            "skipped": list(found.skipped),
        },
        indent=2,
    )
