"""
Rewriting a text so that it fits into GSM-7 and still reads the same.

The map is ``lookalikes.toml`` beside this file. Characters that GSM-7 has
are left alone, whatever they cost.
"""

from __future__ import annotations

import functools
import re
import unicodedata

from anonsms.parts.alphabet import DEFAULT, document
from anonsms.parts.counting import wrong_type


_foreign = DEFAULT.foreign
_MARKED = re.compile(r"[^\W\d_][\u0300-\u036f]+")
_PLAIN_SECTIONS = (
    "quotes",
    "dashes",
    "spaces",
    "invisible",
    "signs",
    "ligatures",
    "greek",
)


def simplify(text: str, accents: bool = False) -> str:  # noqa: FBT001, FBT002
    """
    Write look-alikes of GSM-7 for characters that it has not.

    Typographic quotes, dashes, spaces, ellipses, bullets, full-width forms
    and ligatures get a plain spelling; zero-width characters go; a letter
    and its combining accent become one character where GSM-7 has it.
    Characters without look-alike, such as emoji, stay. Doing it twice
    changes nothing more.

    Args:
        text: The text.
        accents: Whether letters may lose the accents that GSM-7 has not
            (``ç`` to ``c``, ``ł`` to ``l``). Those it has stay: ``é è à ù
            ì ò ä ö ü ñ å ø æ ß`` and ``Ç É Ä Ö Ü Ñ Å Ø Æ``.

    Returns:
        The text; in GSM-7 if each character has a look-alike.

    Raises:
        InvalidTextError: It is no ``str``.

    >>> print(simplify("“L’été” – c’est déjà ça…"))
    "L'été" - c'est déjà ça...
    >>> simplify("ça, łódź", accents=True)
    'ca, lodz'
    """
    try:
        foreign = _foreign.search(text)
    except TypeError:
        # Tracebacks with locals would show it.
        kind = type(text)
        del text
        raise wrong_type(kind) from None
    while foreign:
        simpler = _simpler(text, accents=accents)
        if simpler == text:
            break
        # A letter may now stand before a joiner or a mark: once more.
        text = simpler
        foreign = _foreign.search(text)
    return text


def cheaper(character: str) -> str | None:
    """
    Return how one character can be written cheaper.

    Args:
        character: One code point.

    Returns:
        A spelling in GSM-7, ``""`` if the character may go, or None.
    """
    if character in _section("dear"):
        return _section("dear")[character]
    if character in _section("joiners"):
        return ""
    spelling = simplify(character, accents=True)
    if spelling == character or _foreign.search(spelling):
        return None
    return spelling


def _simpler(text: str, *, accents: bool) -> str:
    text = text.translate(_lookalikes())
    text = _joiners().sub("", text)
    text = _MARKED.sub(_unmarked if accents else _composed, text)
    if accents:
        text = _foreign.sub(_bare, text)
    return text


def _composed(match: re.Match[str]) -> str:
    composed = unicodedata.normalize("NFC", match[0])
    return match[0] if _foreign.search(composed) else composed


def _unmarked(match: re.Match[str]) -> str:
    letter = _letter(unicodedata.normalize("NFC", match[0])[0])
    return match[0] if _foreign.search(letter) else letter


def _bare(match: re.Match[str]) -> str:
    return _letter(match[0])


@functools.lru_cache(maxsize=4096)
def _letter(letter: str) -> str:
    """Take marks off a letter, the last first, until GSM-7 has it."""
    bare = letter
    while _foreign.search(bare):
        if bare in _section("accents"):
            return _section("accents")[bare]
        if ord(bare) in _lookalikes():
            return _lookalikes()[ord(bare)]
        parts = unicodedata.decomposition(bare)
        # Not "<compat> …", and letters only: ≠ must never become =.
        if not parts or "<" in parts or not bare.isalpha():
            return letter
        bare = chr(int(parts.split()[0], 16))
    return bare


@functools.cache
def _section(name: str) -> dict[str, str]:
    return {
        character: spelling
        for spelling, characters in document("lookalikes.toml")[name].items()
        for character in characters
    }


@functools.cache
def _lookalikes() -> dict[int, str]:
    table: dict[int, str] = {}
    for name in _PLAIN_SECTIONS:
        table.update((ord(c), s) for c, s in _section(name).items())
    full = document("lookalikes.toml")["full_width"]
    for wide, narrow in zip(full["wide"], full["narrow"], strict=True):
        table[ord(wide)] = narrow
    return table


@functools.cache
def _joiners() -> re.Pattern[str]:
    known = "".join(map(re.escape, map(chr, DEFAULT.codes)))
    joiners = "".join(_section("joiners"))
    return re.compile(f"(?<![^{known}])[{joiners}]+")
