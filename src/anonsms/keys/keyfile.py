"""
How a key ring is written down: JSON, with every key in base64.

::

    {"anonsms": "keys", "version": 1,
     "index": {"1": "…"}, "seal": {"1": "…"}, "sign": {"1": "…"}}

Numbers name the version of an index or signing key and the epoch of a seal
key. A restricted ring lacks the powers it does not give.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path

from anonsms.errors import ConfigurationError
from anonsms.keys.provider import Power
from anonsms.keys.seal import KEY_SIZE


Keys = Mapping[Power, Mapping[int, bytes]]

_FORMAT = "keys"
_VERSION = 1
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def dump(keys: Keys) -> str:
    """The keys as text for a file."""
    held = {
        power.value: {
            str(number): base64.b64encode(key).decode()
            for number, key in sorted(keys[power].items())
        }
        for power in Power
        if keys.get(power)
    }
    return json.dumps({"anonsms": _FORMAT, "version": _VERSION, **held})


def parse(text: str, *, where: str) -> dict[Power, dict[int, bytes]]:
    """
    Read what :func:`dump` wrote.

    Args:
        text: The JSON, or the same in base64, which fits one line anywhere.
        where: Names the place in error messages.

    Raises:
        ConfigurationError: It is not a key ring, or one of a newer anonsms.
    """
    # Errors are raised where no variable holds a key: tools that report
    # them like to show variables.
    decoded = _decoded(text)
    del text
    fault = _fault(decoded)
    if decoded is None or fault:
        del decoded
        raise ConfigurationError(f"{where} {fault}")
    return decoded[1]


def _decoded(text: str) -> tuple[int, dict[Power, dict[int, bytes]]] | None:
    """Version and keys; nothing if it is not a key ring. Never raises."""
    try:
        if not text.lstrip().startswith("{"):
            joined = "".join(text.split())  # base64 comes in lines
            text = base64.b64decode(joined, validate=True).decode()
        data = json.loads(text)
        keys = {
            power: {
                int(number): base64.b64decode(key, validate=True)
                for number, key in data.get(power.value, {}).items()
            }
            for power in Power
        }
        version = int(data["version"])
        ours = data["anonsms"] == _FORMAT
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return None
    return (version, keys) if ours else None


def _fault(
    decoded: tuple[int, dict[Power, dict[int, bytes]]] | None,
) -> str:
    """What is wrong with a key ring; empty if nothing is. Never raises."""
    if decoded is None:
        return (
            "does not hold an anonsms key ring. Make one with "
            "KeyRing.generate().save(path), or restore it from your backup."
        )
    version, keys = decoded
    if version > _VERSION or len(keys[Power.INDEX]) > 1:
        return "was written by a newer anonsms. Upgrade anonsms."
    wrong = [
        power.value
        for power, held in keys.items()
        if any(len(key) != KEY_SIZE for key in held.values())
    ]
    if wrong or not any(keys.values()):
        named = ", ".join(wrong) or "no key at all"
        return (
            f"is damaged ({named}): every key has {KEY_SIZE} bytes. "
            "Restore it from your backup."
        )
    return ""


def write(path: Path, text: str) -> None:
    """
    Write a new file that only its owner may read, down to the disk.

    Raises:
        ConfigurationError: There is a file already, or it cannot be made.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        del text  # all keys: no error may show them
        raise ConfigurationError(
            f"{path} exists already, and keys that are overwritten are lost "
            "for ever. Save to another path, or move the old file away."
        ) from None
    except OSError as error:
        del text
        raise ConfigurationError(
            f"The key file {path} cannot be written: {error.strerror}."
        ) from None
    del text
    if os.name != "nt":  # a directory cannot be opened there
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # else the file's name may be lost
        finally:
            os.close(folder)


def read(path: Path) -> str:
    """
    Read a key file that nobody but its owner can read.

    Raises:
        ConfigurationError: There is none, or others may read it.
    """
    try:
        with path.open(encoding="utf-8") as file:
            # Asked of the open file, so that it cannot be swapped between.
            mode = os.fstat(file.fileno()).st_mode
            if os.name != "nt" and mode & _OTHERS:
                raise ConfigurationError(
                    f"The key file {path} can be read by other users. "
                    f"Run: chmod 600 {path}"
                )
            return file.read()
    except UnicodeDecodeError:
        raise ConfigurationError(
            f"{path} does not hold an anonsms key ring: it is not text."
        ) from None
    except OSError as error:
        raise ConfigurationError(
            f"The key file {path} cannot be read: {error.strerror}. Make one "
            "with KeyRing.generate().save(path)."
        ) from None
