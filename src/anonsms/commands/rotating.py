"""
Going over to a new key, so that it can be cut short anywhere.

1. The ledger finishes what an earlier run may have left.
2. The new key is drawn, and the ring with it takes the place of the file:
   nothing is ever sealed with a key that is not on the disk.
3. The ledger goes over: from here on it opens with the new ring only.
4. The old seal keys leave the file, if that was asked for: last, when
   nothing is left that only they open.

Cut short after 2 or in 3, the file has more keys than the ledger uses, and
running it again finishes. After 3, it has keys that nothing needs.

The key file is held from reading to the last saving: of two who rotate at
once the second waits, and goes on from what the first has saved.
"""

from __future__ import annotations

import argparse
import json

from attrs import asdict

from anonsms.commands.console import Console
from anonsms.commands.exits import Exit
from anonsms.commands.opening import opened
from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing, Power
from anonsms.ledger import Ledger
from anonsms.ledger.rotation import RotationReport


def rotate(asked: argparse.Namespace, console: Console) -> Exit:
    """Finish what was begun; else draw a key and go over to it."""
    if not asked.keys:
        raise ConfigurationError(
            "The new ring takes the place of the file it was read from: pass "
            "--keys FILE. Where keys are kept elsewhere, save a rotated ring "
            "there and open the ledger with rotate=True."
        )
    with KeyRing.locked(asked.keys) as ring:
        report, left = _rotated(asked, ring)
    console.say(_told(report, left, as_json=asked.json))
    return Exit.DONE


def _rotated(
    asked: argparse.Namespace, ring: KeyRing
) -> tuple[RotationReport, KeyRing]:
    """What the ledger did, and the ring that is in the file now."""
    ledger, behind = _opened(asked, ring)
    with ledger:
        report = ledger.rotate(ring)
        begun = {Power.INDEX.value: behind}
        begun[Power.SEAL.value] = bool(report.retirable)
        if asked.power and not begun.get(asked.power):
            ring = ring.rotate(asked.power)
            ring.save(asked.keys, replace=True)
            report = ledger.rotate(ring)
    gone = _retired(ring, report.epoch) if asked.retire else ring
    if gone.versions(Power.SEAL) != ring.versions(Power.SEAL):
        gone.save(asked.keys, replace=True)
    return report, gone


def _opened(asked: argparse.Namespace, ring: KeyRing) -> tuple[Ledger, bool]:
    """The ledger, and whether its tokens were behind the ring."""
    try:
        return opened(asked, ring), False
    except ConfigurationError:
        # If that was not why, this says so.
        return opened(asked, ring, rotate=True), True


def _retired(ring: KeyRing, epoch: int) -> KeyRing:
    for version in ring.versions(Power.SEAL):
        if version < epoch:
            ring = ring.retire(Power.SEAL, version)
    return ring


def _told(report: RotationReport, ring: KeyRing, *, as_json: bool) -> str:
    held = {power.value: list(ring.versions(power)) for power in Power}
    if as_json:
        return json.dumps({**asdict(report), "ring": held}, indent=2)
    older = [v for v in held[Power.SEAL.value] if v < report.epoch]
    lines = [
        f"Index: version {report.index_version}, {report.renewed:,} renewed.",
        f"Seal: epoch {report.epoch}; {report.wrapped:,} keys wrapped anew.",
        f"Sign: {len(held[Power.SIGN.value]):,} keys in the ring.",
    ]
    if older:
        named = ", ".join(map(str, older))
        lines.append(f"Nothing needs the seal keys of epochs {named}.")
    lines.append("Start every program that has the ledger open anew.")
    return "\n".join(lines)
