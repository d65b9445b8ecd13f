"""
How a key ring is written down: JSON, with every key in base64.

::

    {"anonsms": "keys", "version": 1,
     "index": {"1": "…"}, "seal": {"1": "…"}, "sign": {"1": "…"}}

Numbers name the version of an index or signing key and the epoch of a seal
key. A restricted ring lacks the powers it does not give. Index keys nest,
so a ring with index keys has all of them, from 1 to the newest.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Final

from anonsms.errors import ConfigurationError
from anonsms.keys.provider import Power
from anonsms.keys.seal import KEY_SIZE


Keys = Mapping[Power, Mapping[int, bytes]]

HIGHEST: Final = 65_535
"""The last version that a key can have: two bytes hold it."""

_FORMAT = "keys"
_VERSION = 1


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
        ConfigurationError: It is not a key ring, a damaged one, or one of
            a newer anonsms.
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


def succeeds(new: Keys, old: Keys) -> bool:
    """
    Whether a ring may take the place of another, so that no key is lost.

    Args:
        new: The ring that is to be kept.
        old: The ring that would be overwritten.

    Returns:
        True if ``new`` has all keys of ``old``, save seal and signing keys
        that are older than the newest of ``old``: those were retired. The
        newest may be all that the ledger knows. Never raises.
    """
    for power in Power:
        held, before = new.get(power, {}), old.get(power, {})
        newest = max(before, default=0)
        for number, key in before.items():
            retired = power is not Power.INDEX and number < newest
            if held.get(number, key if retired else None) != key:
                return False
    return True


def retired_early(new: Keys, old: Keys) -> list[Power]:
    """
    Powers whose newest key in ``old`` was retired in ``new``.

    Args:
        new: The ring that is to be kept.
        old: The ring that would be overwritten.

    Returns:
        Those of which ``new`` has newer keys only; nothing if ``new`` was
        not made from ``old`` at all. Never raises.
    """
    early = [
        power
        for power in Power
        if 0 < max(old.get(power, {}), default=0) < min(new.get(power) or [0])
    ]
    whole = {
        power: {**old[power], **held} if power in early else held
        for power, held in new.items()
    }
    return early if succeeds(whole, old) else []


def _decoded(text: str) -> tuple[int, dict[Power, dict[int, bytes]]] | None:
    """Version and keys; nothing if it is not a key ring. Never raises."""
    try:
        if not text.lstrip().startswith("{"):
            joined = "".join(text.split())  # base64 comes in lines
            text = base64.b64decode(joined, validate=True).decode()
        data = json.loads(text, object_pairs_hook=_once)
        keys = {
            power: {
                _number(number): base64.b64decode(key, validate=True)
                for number, key in data.get(power.value, {}).items()
            }
            for power in Power
        }
        version = _number(str(data["version"]))
        ours = data["anonsms"] == _FORMAT
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
        return None
    return (version, keys) if ours else None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # Of two keys with one name `json` keeps the last: one would be lost.
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _number(text: str) -> int:
    # `int` reads " 1", "+1", "1_0" and other scripts' digits too, and two
    # spellings of one version would hide one key behind the other.
    number = int(text)
    if str(number) != text or not 0 < number <= HIGHEST:
        raise ValueError("not a version")
    return number


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
    if version > _VERSION:
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
    index = keys[Power.INDEX]
    if sorted(index) != list(range(1, len(index) + 1)):
        return (
            "is damaged (index): a token is made with all index keys, from "
            "1 to the newest, and one is missing. Restore it from your "
            "backup."
        )
    return ""
