"""The arguments of each command."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from typing import Final, NoReturn

from anonsms.consent import Source
from anonsms.masking import dialable


LEDGER: Final = "ANONSMS_LEDGER"
KEYS: Final = "ANONSMS_KEYS"

NO_NUMBER: Final = (
    "This command takes no such argument. A phone number never stands among "
    "the arguments, where all users of the machine see it and the shell "
    "keeps it: put it on the first line of the standard input."
)

_ON_RECORD: Final = (
    "What is said with --{} stays on record, so it must not hold a phone "
    "number, and this looks as if it did. Name an account or a case."
)

# What is text of one's own, and stays on record.
_FREE: Final = ("by", "why", "reason")

_UNCLEAR: Final = "The arguments cannot be understood; see --help."

# Other messages of argparse repeat what was typed, and that may be a number.
_SHOWN: Final = re.compile(
    r"the following arguments are required: .*"
    r"|argument [^:]*: (expected .* argument.*|not allowed with .*)"
    r"|one of the arguments .* is required"
)

_EXITS: Final = (
    "exit codes: 0 done; 1 the ledger was changed, or a proof does not "
    "hold; 2 arguments, keys or files that will not do; 3 nobody of that "
    "number, or nothing of that kind; 4 the database failed"
)


class UsageError(Exception):
    """The arguments will not do; the message repeats none of them."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message if _SHOWN.fullmatch(message) else _UNCLEAR)


def parse(given: Sequence[str]) -> argparse.Namespace:
    """
    Read the arguments.

    Raises:
        UsageError: They will not do. No message repeats them.
        SystemExit: Help was asked for, and printed.
    """
    known, rest = _parser().parse_known_args(given)
    if rest:
        raise UsageError(NO_NUMBER)
    for name in _FREE:
        if dialable(getattr(known, name, None) or ""):
            raise UsageError(_ON_RECORD.format(name))
    known.ledger = known.ledger or os.environ.get(LEDGER, "")
    return known


def _parser() -> argparse.ArgumentParser:
    root = _Parser(prog="python -m anonsms", allow_abbrev=False)
    rooms = root.add_subparsers(dest="room", required=True, metavar="ledger")
    ledger = rooms.add_parser(
        "ledger", help="look after a ledger", epilog=_EXITS, allow_abbrev=False
    )
    commands = ledger.add_subparsers(
        dest="command", required=True, metavar="command"
    )

    def command(
        name: str, said: str, *, number: bool = False
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name,
            help=said,
            description=said
            + " The number is read from the standard input." * number,
            epilog=_EXITS,
            allow_abbrev=False,
        )
        made.add_argument(
            "--ledger", metavar="URL", help=f"or the variable {LEDGER}"
        )
        made.add_argument(
            "--keys",
            metavar="FILE",
            help=f"the key file; or its content in the variable {KEYS}",
        )
        made.add_argument(
            "--shared",
            action="store_true",
            help="the database is the shop's own",
        )
        if number:
            made.add_argument(
                "--region",
                metavar="CODE",
                help="where the number is from, such as FR",
            )
        return made

    _verify(command("verify", "Look through the whole ledger."))
    one = command("checkpoint", "Sign how long the ledger is, and its root.")
    one.add_argument("--append-to", metavar="FILE", help="also put it there")
    command("verifiers", "The public keys to publish, the newest first.")
    _prove(command("prove", "Prove one event, or check one.", number=True))
    _export(command("export", "All that is held on a person.", number=True))
    _erase(command("erase", "Forget a person, but for the no.", number=True))
    one = command("expire", "Put on record which grants have run out.")
    one.add_argument("--purpose", metavar="NAME", help="this one only")
    _rotate(command("rotate", "Go over to a new key."))
    return root


def _verify(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--against",
        action="append",
        default=[],
        metavar="FILE",
        help="checkpoints that were kept elsewhere; may be repeated",
    )
    _verifiers(one, "a further public key")
    one.add_argument(
        "--no-people",
        action="store_true",
        help="leave out where people stand and what is sealed: quicker",
    )
    one.add_argument("--json", action="store_true", help="for a program")


def _prove(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--purpose", metavar="NAME", default="marketing", help="of the grant"
    )
    one.add_argument("--event", metavar="ID", help="this event of the person")
    one.add_argument("--out", metavar="FILE", help="a new file, or - ")
    one.add_argument(
        "--disclose",
        action="store_true",
        help="show number and evidence as well; put on record",
    )
    one.add_argument("--by", default="", metavar="ID", help="who discloses it")
    one.add_argument("--why", default="", metavar="TEXT", help="what for")
    one.add_argument(
        "--check", metavar="FILE", help="check this proof; needs no ledger"
    )
    one.add_argument(
        "--show",
        action="store_true",
        help="with --check: print the number and evidence it discloses",
    )
    _verifiers(one, "a public key that is trusted, for --check")


def _export(one: argparse.ArgumentParser) -> None:
    one.add_argument("--by", required=True, metavar="ID", help="who reads it")
    one.add_argument("--why", metavar="TEXT", help="what for")
    one.add_argument(
        "--out",
        metavar="FILE",
        default="personal-data.json",
        help="a new file, or - for the standard output",
    )
    one.add_argument(
        "--controller", metavar="NAME", help="the company, for the document"
    )


def _erase(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--source",
        required=True,
        metavar="WHERE",
        help=f"where the request came from: {', '.join(Source)}",
    )
    one.add_argument("--reason", default="", metavar="WORD", help="why")
    one.add_argument("--by", default="", metavar="ID", help="who did it")
    one.add_argument(
        "--out", metavar="FILE", default="-", help="for the certificate"
    )


def _rotate(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--power",
        metavar="POWER",
        choices=("index", "seal", "sign"),
        help="index, seal or sign; without it, only what was cut short is "
        "finished",
    )
    one.add_argument(
        "--retire",
        action="store_true",
        help="destroy the seal keys that nothing needs any more",
    )
    one.add_argument("--json", action="store_true", help="for a program")


def _verifiers(one: argparse.ArgumentParser, said: str) -> None:
    one.add_argument(
        "--verifier", action="append", default=[], metavar="KEY", help=said
    )
