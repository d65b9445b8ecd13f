"""Where a command reads and writes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TextIO

from attrs import field, frozen

from anonsms.errors import ConfigurationError
from anonsms.phone import PhoneNumber


DASH: Final = "-"
"""Names the standard input or output in place of a file."""


@frozen
class Console:
    """
    The three streams of a command.

    Attributes:
        stdin: Where a number is read.
        stdout: Where the result goes.
        stderr: Where it is said what was wrong.
    """

    stdin: TextIO = field(repr=False)
    stdout: TextIO = field(repr=False)
    stderr: TextIO = field(repr=False)

    def number(self, region: str | None) -> PhoneNumber:
        """
        The number in the first line.

        Args:
            region: Where it is from, if it is written as people do there.

        Raises:
            InvalidNumberError: It is none.
        """
        # No text in a variable: errors show those.
        return PhoneNumber.parse(self.stdin.readline().strip(), region=region)

    def say(self, text: str) -> None:
        """Print a result."""
        self.stdout.write(text if text.endswith("\n") else f"{text}\n")

    def complain(self, text: str) -> None:
        """Print what is wrong."""
        self.stderr.write(f"anonsms: {text}\n")

    def text(self, path: str) -> str:
        """
        What is in a file, or on the standard input.

        Raises:
            ConfigurationError: It cannot be read.
        """
        try:
            if path == DASH:
                return self.stdin.read()
            return Path(path).read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            raise ConfigurationError(
                f"{path} cannot be read as text. Check the path."
            ) from None

    @contextlib.contextmanager
    def output(self, path: str) -> Iterator[Callable[[str], None]]:
        """
        A place for one text: a new file, or the standard output.

        The file is made first, for its owner only, so that nothing is done
        whose result could not be kept; it is removed if nothing came.

        Raises:
            ConfigurationError: There is a file already, or it cannot be
                made.
        """
        if path == DASH:
            yield self.say
            return
        fault = ""
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            fault = f"{path} exists already. Name another file with --out."
        except OSError as error:
            fault = f"{path} cannot be written: {error.strerror}."
        if fault:
            raise ConfigurationError(fault)
        try:
            with os.fdopen(made, "w", encoding="utf-8") as file:
                yield _writer(file, path)
        except BaseException:
            Path(path).unlink(missing_ok=True)
            raise
        self.complain(f"Written to {path}.")


def _writer(file: TextIO, path: str) -> Callable[[str], None]:
    def write(text: str) -> None:
        fault = _write(file, text)
        del text  # it may be personal: errors show variables
        if fault:
            raise ConfigurationError(f"{path} cannot be written: {fault}.")

    return write


def _write(file: TextIO, text: str) -> str:
    """Write down to the disk; why it failed, or nothing. Never raises."""
    try:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""
