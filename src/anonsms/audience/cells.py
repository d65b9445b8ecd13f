"""What the cells of a row say: text, numbers, yes and no, countries."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from anonsms.audience.columns import folded, vocabulary


_GUARDED = re.compile(r"'[^\w\s']|'[\d_]")
_COUNT = re.compile(r"([0-9]{1,12})(?:\.0+)?")
_MONEY = re.compile(r"-?[0-9]{1,15}(?:[.,][0-9]{1,2})?")
_CODE = re.compile(r"[A-Za-z]{2}")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8})*)")


def unguarded(text: str) -> str:
    """
    Take off the apostrophe that keeps a spreadsheet from calculating.

    Exports put it before what begins with a digit or a sign; before a
    letter it is part of a name.

    >>> unguarded("'+33"), unguarded("'2026"), unguarded("'t Hooft")
    ('+33', '2026', "'t Hooft")
    """
    if text[:1] == "'" and len(text) > 1 and not text[1].isalpha():
        return text[1:]
    return text


def cells_by_name(
    names: Sequence[str], cells: Sequence[str]
) -> dict[str, object]:
    """The cells that are not blank, trimmed and without their guard."""
    return {
        name: text if text[0] != "'" else unguarded(text)
        for name, text in zip(names, map(str.strip, cells), strict=False)
        if text
    }


def values_by_name(row: Iterable[tuple[object, object]]) -> dict[str, object]:
    """The same for values in memory, which need not be texts."""
    values: dict[str, object] = {}
    for name, value in row:
        if not isinstance(name, str):
            continue
        if isinstance(value, str):
            if text := value.strip():
                values[name] = unguarded(text)
        elif not _is_blank(value):
            values[name] = value
    return values


def _is_blank(value: object) -> bool:
    if value is None:
        return True
    try:
        # NaN, NaT: what pandas puts into an empty cell.
        return bool(value != value)  # noqa: PLR0124
    except (TypeError, ValueError):
        return True  # pandas.NA, which is neither true nor false; an array


@functools.lru_cache(maxsize=512)
def country_in(text: str) -> str | None:
    """
    The ISO 3166-1 alpha-2 code that a cell means.

    >>> country_in("fr"), country_in("Deutschland"), country_in("+33")
    ('FR', 'DE', None)
    """
    code = _countries().get(folded(text))
    if code is not None:
        return code
    return text.upper() if _CODE.fullmatch(text) else None


@functools.cache
def _countries() -> Mapping[str, str]:
    return {
        name: code
        for code, names in vocabulary()["countries"].items()
        for name in names
    }


@functools.lru_cache(maxsize=64)
def answer_in(text: str) -> bool | None:
    """
    The yes or no that a cell means; ``None`` if neither.

    >>> answer_in("Oui"), answer_in("NO"), answer_in("perhaps")
    (True, False, None)
    """
    words = vocabulary()["consent"]
    word = folded(text)
    if word in words["no"]:
        return False
    return True if word in words["yes"] else None


@functools.lru_cache(maxsize=256)
def language_in(text: str) -> str | None:
    """
    The BCP 47 tag that a cell means.

    >>> language_in("FR"), language_in("pt_br"), language_in("1")
    ('fr', 'pt-BR', None)
    """
    match = _LANGUAGE.fullmatch(text)
    if match is None:
        return None
    parts = match[2].replace("_", "-").split("-")[1:]
    return "-".join(
        (
            match[1].lower(),
            *(p.upper() if _CODE.fullmatch(p) else p for p in parts),
        )
    )


@functools.lru_cache(maxsize=256)
def language_among(tags: tuple[str, ...], mark: str) -> str | None:
    """
    The language that one of the tags tells.

    >>> language_among(("vip", "lang:fr"), "lang:")
    'fr'
    """
    for tag in tags:
        if tag.startswith(mark):
            return language_in(tag.removeprefix(mark))
    return None


def count_in(value: object) -> int | None:
    """How many; ``None`` unless it is a whole number from 0."""
    return None if isinstance(value, bool) else _count_of_text(str(value))


@functools.lru_cache(maxsize=1024)
def _count_of_text(text: str) -> int | None:
    match = _COUNT.fullmatch(text)
    return int(match[1]) if match else None


def money_in(value: object) -> Decimal | None:
    """How much, with a decimal point or comma and at most two places."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, float):
        text = f"{value:.2f}"
    else:
        text = "" if isinstance(value, bool) else str(value)
    if not _MONEY.fullmatch(text):
        return None
    return Decimal(text.replace(",", ".") if "," in text else text)


def tags_in(value: object) -> tuple[str, ...]:
    """Words set apart by commas, or the texts of a list."""
    if isinstance(value, str):
        return _tags_of_text(value)
    if isinstance(value, Iterable):
        return tuple(str(tag) for tag in value)
    return ()


@functools.lru_cache(maxsize=4096)
def _tags_of_text(text: str) -> tuple[str, ...]:
    return tuple(tag for part in text.split(",") if (tag := part.strip()))
