"""Proving an event, and checking a proof."""

from __future__ import annotations

import argparse

from anonsms.commands.console import DASH, Console
from anonsms.commands.exits import Exit
from anonsms.commands.opening import opened
from anonsms.consent import ConsentEvent, Purpose
from anonsms.errors import ConfigurationError, ProofError
from anonsms.ledger import Proven, Verifier, verify_proof


_NEW_FILE = "proof.json"


def prove(asked: argparse.Namespace, console: Console) -> Exit:
    """Prove the event that counts, or the one that was named."""
    if asked.check:
        return _check(asked, console)
    number = console.number(asked.region)
    # What is disclosed is not for a terminal, unless somebody says so.
    out = asked.out or (_NEW_FILE if asked.disclose else DASH)
    with opened(asked) as ledger:
        event = _named(
            ledger.history(number), asked.event, ledger.purpose(asked.purpose)
        )
        if event is None:
            console.complain(
                "No such event is on record for this number."
                if asked.event
                else "This number never agreed to that purpose."
            )
            return Exit.NOBODY
        with console.output(out) as write:
            write(
                ledger.prove(
                    event,
                    disclose=asked.disclose,
                    by=asked.by,
                    why=asked.why,
                ).dumps()
            )
    return Exit.DONE


def _named(
    history: list[ConsentEvent], id_: str | None, purpose: Purpose
) -> ConsentEvent | None:
    """The event of that id, or else the newest that gives consent."""
    fitting = [
        event
        for event in history
        if (
            event.id == id_
            if id_
            else event.kind.gives and event.touches(purpose)
        )
    ]
    return fitting[-1] if fitting else None


def _check(asked: argparse.Namespace, console: Console) -> Exit:
    if not asked.verifier:
        raise ConfigurationError(
            "Whose signature is trusted? Pass --verifier with the public key "
            "that the shop published, as `ledger verifiers` prints it; one "
            "that comes with the proof proves nothing."
        )
    try:
        keys = [Verifier.parse(each) for each in asked.verifier]
    except ProofError as error:  # the key's fault, not the proof's
        raise ConfigurationError(str(error)) from None
    console.say(
        _shown(verify_proof(console.text(asked.check), keys), show=asked.show)
    )
    return Exit.DONE


def _shown(proven: Proven, *, show: bool) -> str:
    event, checkpoint = proven.event, proven.checkpoint
    lines = [
        "The proof holds.",
        f"event: {event.kind.value} {event.id}",
        f"purpose: {event.purpose or event.scope.value}",
        f"happened: {event.at.isoformat()}",
        f"recorded: {event.recorded_at.isoformat()}",
        f"source: {event.source.value}",
    ]
    if event.wording is not None:
        wording = event.wording
        lines += [
            f"wording: {wording.id} {wording.version} ({wording.language})",
            f"text: {wording.text}",
        ]
    lines += [
        f"ledger: {checkpoint.origin}, {checkpoint.size:,} events",
        f"signed by: {', '.join(map(str, proven.signers))}",
    ]
    if proven.number is not None:
        number = proven.number.reveal() if show else proven.number.masked
        lines.append(f"number: {number} (disclosed)")
    for name, value in (proven.evidence or {}).items():
        lines.append(f"evidence: {name} = {value if show else '…'}")
    return "\n".join(lines)
