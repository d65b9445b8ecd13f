"""The wordings of ``replies.toml``, chosen by the region of a number."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from anonsms.masking import MessageText
from anonsms.transports.fake.behaviour import ReplyKind


_DEFAULT = "en"


@cache
def wordings() -> dict[str, dict[ReplyKind, tuple[str, ...]]]:
    """For each language what people write, by kind."""
    tables = _file()["languages"]
    emoji = tuple(_file()["emoji"]["texts"])
    return {
        language: {
            kind: emoji if kind is ReplyKind.EMOJI else tuple(table[kind])
            for kind in ReplyKind
        }
        for language, table in tables.items()
    }


@cache
def languages_of(region: str) -> tuple[str, ...]:
    """
    The languages that are written in a region.

    >>> languages_of("BE")
    ('fr', 'nl')

    Args:
        region: ISO 3166 code of a number; English is written elsewhere.
    """
    tables = _file()["languages"]
    return tuple(
        language
        for language, table in tables.items()
        if region in table["regions"]
    ) or (_DEFAULT,)


def wording(
    region: str, tongue: float, kind: ReplyKind, pick: float
) -> MessageText:
    """
    What somebody in a region writes.

    Args:
        region: ISO 3166 code of the number.
        tongue: At least 0 and below 1; picks the language.
        kind: What sort of text.
        pick: At least 0 and below 1; picks the wording.
    """
    languages = languages_of(region)
    texts = wordings()[languages[int(tongue * len(languages))]][kind]
    return MessageText(texts[int(pick * len(texts))])


@cache
def _file() -> dict[str, dict[str, dict[str, list[str]]]]:
    text = files(__package__).joinpath("replies.toml").read_text("utf-8")
    return tomllib.loads(text)
