"""JSON Schemas of the documents, to check them wherever they end up."""

from __future__ import annotations

import json
from importlib import resources
from typing import Final

from anonsms.errors import ConfigurationError


_NAMES: Final = ("iso27560-record", "iso27560-receipt", "kantara")


def receipt_schema(name: str) -> dict[str, object]:
    """
    The JSON Schema (draft 2020-12) of a kind of document.

    It holds the mandatory fields and their types: of ISO/IEC TS 27560:2023
    as DPV's guide reports them, and of Kantara v1.1.0. A document of another
    maker that follows the same profile need not pass, for DPV leaves open
    how its terms are nested.

    Args:
        name: ``"iso27560-record"``, ``"iso27560-receipt"`` or
            ``"kantara"``.

    >>> receipt_schema("kantara")["title"]
    'Kantara Consent Receipt v1.1.0, as anonsms writes it'

    Raises:
        ConfigurationError: There is no schema of that name.
    """
    if name not in _NAMES:
        raise ConfigurationError(
            f"There is no such schema; there are: {', '.join(_NAMES)}. Pass "
            "one of these names."
        )
    folder = resources.files("anonsms.receipts") / "schemas"
    schema = json.loads((folder / f"{name}.json").read_text("utf-8"))
    if name == "iso27560-receipt":
        # One file to send, rather than two that have to find each other.
        schema["$defs"] = {"record": receipt_schema("iso27560-record")}
    return dict(schema)
