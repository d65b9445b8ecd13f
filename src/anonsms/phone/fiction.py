"""
Numbers that regulators keep for drama, so that they belong to nobody.

The ranges are data: ``fiction.toml`` beside this file, with their sources.
"""

from __future__ import annotations

import re
from functools import cache

from attrs import frozen

from anonsms.phone.kind import Line, NumberKind


@frozen
class Range:
    """
    The ranges of one kind that a regulator keeps.

    Attributes:
        national: A pattern for the national numbers.
        line: The line that they play.
        always: Whether they are taken without being asked for.
    """

    national: str
    line: Line
    always: bool


@cache
def ranges() -> tuple[Range, ...]:
    """All ranges of ``fiction.toml``."""
    # Needed by few programs, so not at import.
    import tomllib  # noqa: PLC0415
    from importlib import resources  # noqa: PLC0415

    data = resources.files("anonsms.phone").joinpath("fiction.toml")
    return tuple(
        Range(
            "|".join(
                text.replace(" ", "").replace("x", "[0-9]") for text in texts
            ),
            Line(plan.get("region"), plan["country_code"], NumberKind(kind)),
            plan.get("always", False),
        )
        for plan in tomllib.loads(data.read_text("utf-8"))["plan"]
        for kind, texts in plan["ranges"].items()
    )


def line(e164: str) -> Line | None:
    """
    The line that a drama number plays.

    Args:
        e164: A number in E.164 form.

    Returns:
        Its line, or ``None`` when the number is in no such range.
    """
    found = _pattern().fullmatch(e164)
    # Groups count from 1.
    return ranges()[(found.lastindex or 1) - 1].line if found else None


@cache
def _pattern() -> re.Pattern[str]:
    """One pattern for all ranges, with one group each."""
    return re.compile(
        "|".join(
            rf"(\+{one.line.country_code}(?:{one.national}))"
            for one in ranges()
        )
    )
