"""
Which rules a number falls under: by calling code, or by where it is read.

Several regions may share a calling code, as +1; the digits tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Final

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    SUPPORTED_REGIONS,
    PhoneMetadata,
)

from anonsms.phone.kind import Line
from anonsms.phone.rules import Match, Rules, pattern, uncaptured


class CallingCode:
    """
    A calling code and the regions that share it.

    Attributes:
        code: Its digits, e.g. ``"33"``.
        width: How many they are.
        rules: The rules of the main region. Numbers with this code are read
            by them, and it is asked first whether a number is its own.
    """

    __slots__ = ("_steps", "code", "rules", "width")

    def __init__(self, code: int, regions: Sequence[str]) -> None:
        self.code = str(code)
        self.width = len(self.code)
        shared = len(regions) > 1
        rules: list[tuple[str | None, Rules]] = []
        for region in regions:
            metadata = PhoneMetadata.metadata_for_region_or_calling_code(
                code, region
            )
            if metadata is not None:
                leading = metadata.leading_digits if shared else None
                rules.append((leading, Rules(metadata, leading)))
        self._steps = _steps(rules)
        self.rules = rules[0][1]

    def line(self, national: str) -> Line | None:
        """The line of a national number in whichever region has it."""
        for leading, candidates in self._steps:
            if leading is None:
                line = candidates[0].line(national)
                if line is not None:
                    return line
            elif (match := leading(national)) is not None:
                # Leading digits decide, even when the rest is then wrong.
                return candidates[(match.lastindex or 1) - 1].line(national)
        return None


def _steps(
    rules: Sequence[tuple[str | None, Rules]],
) -> list[tuple[Match | None, list[Rules]]]:
    """Join neighbours that are told by leading digits into one question."""
    steps: list[tuple[list[str], list[Rules]]] = []
    for leading, rule in rules:
        if leading is None:
            steps.append(([], [rule]))
        elif steps and steps[-1][0]:
            steps[-1][0].append(leading)
            steps[-1][1].append(rule)
        else:
            steps.append(([leading], [rule]))
    return [
        (
            pattern("|".join(f"(?:{uncaptured(o)})()" for o in leading)).match
            if leading
            else None,
            candidates,
        )
        for leading, candidates in steps
    ]


class CallingCodes(dict[str, "CallingCode | None"]):
    """Calling codes by the first three digits of an international number."""

    def __missing__(self, start: str) -> CallingCode | None:
        found = None
        if len(start) == 3 and start.isascii() and start.isdecimal():  # noqa: PLR2004 - no code has more
            for width in (1, 2, 3):
                code = int(start[:width])
                if start[0] != "0" and code in COUNTRY_CODE_TO_REGION_CODE:
                    found = _calling_code(code)
                    break
            self[start] = found
        return found


@cache
def _calling_code(code: int) -> CallingCode:
    return CallingCode(code, COUNTRY_CODE_TO_REGION_CODE[code])


CODES: Final = CallingCodes()


class Home:
    """
    The place that a number without a calling code is read for.

    Attributes:
        region: As it was given.
        rules: The rules of the region; ``None`` when there is no such
            region, which matters only to numbers without a calling code.
        code: Its calling code.
        abroad: Matches the prefix for calls abroad at the start of a number.
        quick: Matches the start of a number that may be international all
            the same: group 1 the prefix for calls abroad, else the region's
            own calling code. ``None`` where the region is not the main one
            of its calling code, so that no short cut is safe.
    """

    __slots__ = ("abroad", "code", "quick", "region", "rules")

    def __init__(self, region: str | None) -> None:
        self.region = region
        self.rules: Rules | None = None
        self.code: CallingCode | None = None
        self.abroad: Match | None = None
        self.quick: Match | None = None
        if region not in SUPPORTED_REGIONS:
            return
        metadata = PhoneMetadata.metadata_for_region(region)
        if metadata is None or metadata.country_code is None:
            return
        code = CODES[f"{metadata.country_code}00"[:3]]
        if code is None:
            return
        self.code = code
        main = code.rules.region == region
        # The main region's rules are shared, so that they compile once.
        self.rules = code.rules if main else Rules(metadata, leading=None)
        # (?!) matches nothing.
        prefix = uncaptured(metadata.international_prefix or "(?!)")
        self.abroad = pattern(prefix).match
        if main:
            self.quick = pattern(f"(?:{prefix})()|{code.code}").match


class Homes(dict[str | None, Home]):
    """Homes by region; made at the first number that is read for it."""

    def __missing__(self, region: str | None) -> Home:
        home = Home(region)
        # Only known regions are kept: when two columns of a table are
        # swapped, what is given as the region may be a person's number.
        if home.rules is not None or region is None:
            self[region] = home
        return home

    def find(self, region: object) -> Home:
        """The home for whatever was given as a region."""
        if region is None or isinstance(region, str):
            return self[region or None]
        return self["?"]


HOMES: Final = Homes()
