"""Who a text says it is from."""

from __future__ import annotations

import enum
import re

from attrs import frozen

from anonsms.errors import ConfigurationError


class OriginatorKind(enum.StrEnum):
    """What a message says it is from."""

    NAME = "name"
    """1–11 letters, digits, spaces; handsets cannot answer it."""
    SHORT_CODE = "short code"
    """3–6 digits, national; can be answered."""
    NUMBER = "number"
    """An E.164 number; can be answered."""


_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][A-Za-z0-9 ._&+-]{0,10}")
_SHORT_CODE = re.compile(r"[0-9]{3,6}")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


@frozen
class Originator:
    """
    Who a text says it is from: a name, a short code or a number.

    Attributes:
        text: As the handset shows it.
        kind: Whether it is a name, a short code or a number.
    """

    text: str
    kind: OriginatorKind

    @classmethod
    def parse(cls, text: str) -> Originator:
        """
        Tell a name from a short code from a number.

        Args:
            text: ``"MaBoutique"``, ``"36123"`` or ``"+12025550100"``.

        Raises:
            ConfigurationError: It is none of the three. Names have 1–11
                letters, digits or spaces with at least one letter
                (TS 23.040 §9.1.2.5).
        """
        if not isinstance(text, str):
            raise ConfigurationError(
                "An originator is a text, also a short code: '36123'. This "
                f"was a {type(text).__name__}."
            )
        if _NUMBER.fullmatch(text):
            return cls(text, OriginatorKind.NUMBER)
        if _SHORT_CODE.fullmatch(text):
            return cls(text, OriginatorKind.SHORT_CODE)
        if _NAME.fullmatch(text):
            return cls(text, OriginatorKind.NAME)
        raise ConfigurationError(
            "An originator is a name of 1 to 11 ASCII letters, digits and "
            "spaces with at least one letter, a short code of 3 to 6 digits, "
            "or a number in E.164 form (+ and digits). "
            f"This one has {len(text)} characters and is none of them."
        )

    @property
    def answerable(self) -> bool:
        """Whether a reply to it can arrive anywhere."""
        return self.kind is not OriginatorKind.NAME

    def __str__(self) -> str:
        return self.text
