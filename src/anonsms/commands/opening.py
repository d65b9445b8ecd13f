"""The ledger and the ring that a command is about."""

from __future__ import annotations

import argparse
from pathlib import Path

from anonsms.commands.arguments import LEDGER
from anonsms.consent import Controller
from anonsms.errors import ConfigurationError
from anonsms.keys import KeyRing
from anonsms.ledger import CheckpointSink, Ledger, open_ledger


def ring_of(asked: argparse.Namespace) -> KeyRing:
    """
    The key ring, from a file or the environment.

    Raises:
        ConfigurationError: There is none.
    """
    if asked.keys:
        return KeyRing.load(asked.keys)
    return KeyRing.from_env()


def opened(
    asked: argparse.Namespace,
    ring: KeyRing | None = None,
    *,
    sink: CheckpointSink | None = None,
    rotate: bool = False,
) -> Ledger:
    """
    Open the ledger; never begin one, for a mistyped name would be one.

    Args:
        asked: The arguments.
        ring: The ring to open it with, if not the one that was named.
        sink: Where a checkpoint goes beside the standard output.
        rotate: Whether to go over to the ring.

    Raises:
        ConfigurationError: No ledger or no ring was named, or they do not
            fit.
        LedgerError: It cannot be opened.
    """
    if not asked.ledger:
        raise ConfigurationError(
            "Which ledger? Pass --ledger sqlite:///shop.db, or set the "
            f"variable {LEDGER}."
        )
    _refuse_missing(asked.ledger)
    name = getattr(asked, "controller", None)
    return open_ledger(
        asked.ledger,
        ring or ring_of(asked),
        controller=None if name is None else Controller(name),
        sinks=() if sink is None else (sink,),
        migrate=False,
        shared=asked.shared,
        rotate=rotate,
    )


def _refuse_missing(url: str) -> None:
    path = url.removeprefix("sqlite:///")
    if path == url and url.startswith("sqlite:"):
        raise ConfigurationError(
            "A ledger in memory is empty for every command. Name a file: "
            "--ledger sqlite:///shop.db."
        )
    if path != url and not Path(path).is_file():
        raise ConfigurationError(
            f"There is no file {path}. Four slashes lead to an absolute "
            "path: --ledger sqlite:////var/lib/shop.db."
        )
