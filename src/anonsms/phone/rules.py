"""
The rules of one region, compiled out of the metadata of ``phonenumbers``.

The package asks up to a dozen patterns one after the other, for the length,
the shape and each kind of line. Here they become one pattern per region and
length, whose groups tell the kind. All numbers come in as ASCII digits.

Patterns are compiled when the first number of a region and length is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from phonenumbers import (
    REGION_CODE_FOR_NON_GEO_ENTITY,
    PhoneMetadata,
    PhoneNumberType,
    is_number_type_geographical,
)

from anonsms.phone import fiction
from anonsms.phone.kind import Line, NumberKind


Match = Callable[[str], re.Match[str] | None]

KINDS: Final = {
    PhoneNumberType.FIXED_LINE: NumberKind.FIXED,
    PhoneNumberType.MOBILE: NumberKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: NumberKind.FIXED_OR_MOBILE,
    PhoneNumberType.TOLL_FREE: NumberKind.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE: NumberKind.PREMIUM,
    PhoneNumberType.SHARED_COST: NumberKind.SHARED_COST,
    PhoneNumberType.VOIP: NumberKind.VOIP,
    PhoneNumberType.PERSONAL_NUMBER: NumberKind.PERSONAL,
    PhoneNumberType.PAGER: NumberKind.PAGER,
    PhoneNumberType.UAN: NumberKind.UAN,
    PhoneNumberType.VOICEMAIL: NumberKind.VOICEMAIL,
    PhoneNumberType.UNKNOWN: NumberKind.UNKNOWN,
}

_TYPE: Final = {kind: number_type for number_type, kind in KINDS.items()}

# A national number this short could as well be written "15"; texts with so
# few digits have rules of their own and are left to the package.
_SHORTEST = 3


def uncaptured(source: str) -> str:
    """The same pattern with no groups of its own, so that ours count."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", source)


def pattern(source: str) -> re.Pattern[str]:
    """A pattern for ASCII digits."""
    return re.compile(source, re.ASCII)


class Rules(dict[int, "tuple[Match, Sequence[Line]] | None"]):
    """
    The rules of one region, or of a calling code without a country.

    As a mapping it gives, for the length of a national number, the pattern
    that it must match as a whole and the line of each group, or ``None``
    when no number has this length.

    Attributes:
        region: In ISO 3166-1 letters; ``None`` without a country.
        code: The calling code, in digits.
        general: The shape that every national number has.
        prefix: What people dial before a national number, at its start.
        trunk: The same, when it is always the same digits.
        transforms: Whether a matched prefix can change the digits.
    """

    __slots__ = (
        "_leading",
        "_lengths",
        "_local",
        "_longest",
        "_metadata",
        "_shape",
        "_shortest",
        "code",
        "general",
        "prefix",
        "region",
        "transforms",
        "trunk",
    )

    def __init__(self, metadata: PhoneMetadata, leading: str | None) -> None:
        super().__init__()
        desc = metadata.general_desc
        if desc is None or not desc.national_number_pattern:
            raise LookupError(f"no number can be valid in {metadata.id}")
        self._metadata = metadata
        self._leading = uncaptured(leading) if leading else None
        self._lengths = frozenset(desc.possible_length)
        self._shortest = min(self._lengths)
        self._longest = max(self._lengths)
        self._local = frozenset(desc.possible_length_local_only)
        self.code = str(metadata.country_code)
        self.region = (
            None
            if metadata.id == REGION_CODE_FOR_NON_GEO_ENTITY
            else metadata.id
        )
        self._shape = uncaptured(desc.national_number_pattern)
        self.general: Match = pattern(self._shape).fullmatch
        parsing = metadata.national_prefix_for_parsing
        self.trunk = parsing if parsing and parsing.isdecimal() else None
        self.prefix: Match | None = pattern(parsing).match if parsing else None
        self.transforms = bool(metadata.national_prefix_transform_rule)

    def __missing__(self, length: int) -> tuple[Match, Sequence[Line]] | None:
        found = self[length] = self._compile(length)
        return found

    def line(self, national: str) -> Line | None:
        """The line that a national number belongs to, if it is valid."""
        rule = self[len(national)]
        if rule is None:
            return None
        match, lines = rule
        found = match(national)
        return lines[found.lastindex or 0] if found else None

    def fit(self, length: int) -> int:
        """
        Where a length stands among those of the region.

        Returns:
            0 when numbers have this length, 1 when it is too long, -1 when
            it is too short or that of a local number, -2 when it lies
            between two lengths.
        """
        if length in self._local:
            return -1
        if length in self._lengths:
            return 0
        if length > self._longest:
            return 1
        return -1 if length < self._shortest else -2

    def stripped(self, national: str) -> str | None:
        """
        A national number without what people dial before it.

        Returns:
            The digits, unchanged where nothing is to be taken off; ``None``
            where the prefix changes the digits, as for Argentine mobiles,
            which is left to ``phonenumbers``.
        """
        if not self.prefix or not (match := self.prefix(national)):
            return national
        if self.transforms and match[match.re.groups] is not None:
            return None
        rest = national[match.end() :]
        # A prefix is no prefix when only the whole is a number.
        if not self.general(rest) and self.general(national):
            return national
        return rest

    def _compile(self, length: int) -> tuple[Match, Sequence[Line]] | None:
        if length < _SHORTEST or length not in self._lengths:
            return None
        meta = self._metadata

        def of(name: str) -> str | None:
            desc = getattr(meta, name)
            if desc is None or not desc.national_number_pattern:
                return None
            lengths = desc.possible_length
            if lengths and length not in lengths:
                return None
            return f"(?:{uncaptured(desc.national_number_pattern)})"

        # The first kind that matches wins, so their order is the package's.
        kinds = [
            (of("premium_rate"), NumberKind.PREMIUM),
            (of("toll_free"), NumberKind.TOLL_FREE),
            (of("shared_cost"), NumberKind.SHARED_COST),
            (of("voip"), NumberKind.VOIP),
            (of("personal_number"), NumberKind.PERSONAL),
            (of("pager"), NumberKind.PAGER),
            (of("uan"), NumberKind.UAN),
            (of("voicemail"), NumberKind.VOICEMAIL),
        ]
        fixed, mobile = of("fixed_line"), of("mobile")
        if meta.same_mobile_and_fixed_line_pattern:
            kinds.append((fixed, NumberKind.FIXED_OR_MOBILE))
        else:
            if fixed and mobile:
                # Three ways to be fixed, mobile or both, the one that
                # matters most to a sender of texts tried first.
                kinds += [
                    (rf"(?!{fixed}\Z){mobile}", NumberKind.MOBILE),
                    (rf"(?={mobile}\Z){fixed}", NumberKind.FIXED_OR_MOBILE),
                ]
            else:
                kinds.append((mobile, NumberKind.MOBILE))
            kinds.append((fixed, NumberKind.FIXED))
        # The few numbers that are taken although the package knows no such
        # range; they come last, so that they change no other answer.
        kinds += [
            (f"(?:{drama.national})", drama.line.kind)
            for drama in fiction.ranges()
            if drama.always and drama.line.region == self.region
        ]
        named = [(source, kind) for source, kind in kinds if source]
        if not named:
            return None
        # An empty group after each choice tells which one it was. Around the
        # choice, it would hide the first digit from the regex engine, which
        # skips choices that begin with another one.
        choices = "|".join(f"{source}()" for source, _ in named)
        ahead = rf"(?=(?:{self._shape})\Z)"
        if self._leading:
            ahead = f"(?={self._leading}){ahead}"
        code = int(self.code)
        lines = [
            Line(
                self.region,
                code,
                kind,
                is_number_type_geographical(_TYPE[kind], code),
            )
            for _, kind in named
        ]
        # Group numbers start at 1; place 0 is never asked for.
        return pattern(f"{ahead}(?:{choices})").fullmatch, [lines[0], *lines]
