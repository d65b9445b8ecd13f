"""Whether a company's name stands in a text, however it is spelt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from anonsms.wordings.reading import Reading, fold_words


def _forms(*forms: str) -> list[list[str]]:
    """Legal forms as folded words, the longest first."""
    return sorted(map(fold_words, forms), key=len, reverse=True)


_AFTER: Final = _forms(
    # France, Belgium, Luxembourg, Switzerland.
    *("SAS", "S.A.S.", "SASU", "SARL", "S.A.R.L.", "Sàrl", "EURL", "SNC"),
    *("SA", "S.A.", "SCOP", "SRL", "EI", "EIRL"),
    # Poland.
    *("Sp. z o.o.", "Spółka z o.o.", "Sp. z o.o. Sp. k.", "Sp. j.", "Sp. k."),
    *("Spółka z ograniczoną odpowiedzialnością", "Spółka Akcyjna", "P.S.A."),
    "s.c.",
    # Germany, Austria.
    *("GmbH", "gGmbH", "AG", "KG", "OHG", "UG", "UG (haftungsbeschränkt)"),
    *("GmbH & Co. KG", "& Co. KG", "e.K.", "eK", "e.V.", "eG", "SE"),
    # English-speaking countries.
    *("Ltd", "Co. Ltd", "Pty Ltd", "Limited", "LLC", "L.L.C.", "LLP", "plc"),
    *("Inc", "Incorporated", "Corp", "Corporation", "DAC"),
)
_BEFORE: Final = _forms(
    "SAS", "SASU", "SARL", "EURL", "SNC", "Société", "Firma"
)


def bare_name(name: str) -> list[str]:
    """
    The folded words of a name without its legal form.

    >>> bare_name("Zielona Kawa Sp. z o.o.")
    ['zielona', 'kawa']
    >>> bare_name("SAS L'Atelier Doré")
    ['l', 'atelier', 'dore']
    """
    words = fold_words(name)
    for form in _AFTER:
        if len(words) > len(form) and words[-len(form) :] == form:
            words = words[: -len(form)]
            break
    for form in _BEFORE:
        if len(words) > len(form) and words[: len(form)] == form:
            return words[len(form) :]
    return words


def named(name: str, reading: Reading) -> Iterator[tuple[int, int]]:
    """
    Find a name in a text, spaced and written in any way.

    Yields:
        Index of the first word of an occurrence, and index after its last.
    """
    joined = "".join(bare_name(name))
    if not joined:
        return
    words = reading.words
    for first in range(len(words)):
        built = ""
        for after in range(first, len(words)):
            built += words[after].text
            if built == joined:
                yield first, after + 1
            if not joined.startswith(built):
                break
