"""What a value may be before it enters a text."""

from __future__ import annotations

import enum
import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping

from attrs import field, frozen

from anonsms.errors import ConfigurationError


_GAPS = re.compile(r"[\s_]+")


@functools.lru_cache(maxsize=1024)
def fold(name: str) -> str:
    """
    The form in which tag names and column names are compared.

    Letter case, the way accents are encoded, and the difference between
    spaces and underscores do not count; accents themselves do.

    Args:
        name: A tag name or the key of a value.

    Returns:
        The folded name.

    >>> fold("Nom_du  client") == fold("nom du client")
    True
    """
    composed = unicodedata.normalize("NFC", name)
    return _GAPS.sub(" ", composed.casefold()).strip()


class Unclean(enum.StrEnum):
    """What happens to a value with invisible or control characters."""

    STRIP = "strip"
    """They are taken out; white space becomes single plain spaces."""
    REFUSE = "refuse"
    """The person is left out."""


class Overlong(enum.StrEnum):
    """What happens to a value that is longer than its budget."""

    TRUNCATE = "truncate"
    """The text is cut. A number, a date or a link is never cut."""
    REFUSE = "refuse"
    """The person is left out."""


def _folded(names: Iterable[str]) -> frozenset[str]:
    if isinstance(names, str):
        raise ConfigurationError(
            "ValuePolicy(links=..., numbers=...) takes collections of tag "
            'names, such as {"tracking"}, not a single text.'
        )
    return frozenset(fold(name) for name in names)


def _budget_items(
    budgets: Mapping[str, int] | Iterable[tuple[str, int]],
) -> tuple[tuple[str, int], ...]:
    items = budgets.items() if isinstance(budgets, Mapping) else budgets
    pairs = tuple(sorted((fold(name), size) for name, size in items))
    for _name, size in pairs:
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ConfigurationError(
                "A budget is the greatest number of characters a tag may "
                "put into the text: a whole number from 1."
            )
    return pairs


@frozen
class ValuePolicy:
    """
    What a value may be before it enters a text.

    Values come from people: whoever signs up as "Win at http://…" must not
    get to text through the shop. Link-like text is refused unless the tag
    is declared to carry links, and so is a run of seven digits or more,
    which somebody could dial; template code (``[%``, ``{{`` and the like),
    which a provider might run, is refused always.

    Attributes:
        links: Names of the tags that may carry a link, compared without
            regard to case. Given as any collection of names.
        numbers: Names of the tags whose text may hold long runs of digits,
            such as order numbers; likewise. Whole numbers, Decimals, dates
            and tags with a ``number`` or ``date`` filter need no leave.
        budgets: The greatest number of characters each tag may put into
            the text, by tag. Given as a mapping; kept as sorted pairs.
        unclean: What happens to control, bidirectional, zero-width
            characters and line breaks.
        overlong: What happens to a value that is over its budget.

    Raises:
        ConfigurationError: ``links`` or ``numbers`` is a single text, or a
            budget is not a whole number from 1.

    >>> ValuePolicy(links={"Suivi"}, budgets={"prenom": 20}).budget("Prenom")
    20
    """

    links: frozenset[str] = field(default=frozenset(), converter=_folded)
    budgets: tuple[tuple[str, int], ...] = field(
        default=(), converter=_budget_items
    )
    unclean: Unclean = field(default=Unclean.STRIP, converter=Unclean)
    overlong: Overlong = field(default=Overlong.TRUNCATE, converter=Overlong)
    numbers: frozenset[str] = field(default=frozenset(), converter=_folded)

    _sizes: dict[str, int] = field(init=False, eq=False, repr=False)

    @_sizes.default
    def _indexed(self) -> dict[str, int]:
        return dict(self.budgets)

    def carries_link(self, tag: str) -> bool:
        """Whether the tag was declared to carry links."""
        return fold(tag) in self.links

    def carries_number(self, tag: str) -> bool:
        """Whether the tag was declared to carry long runs of digits."""
        return fold(tag) in self.numbers

    def budget(self, tag: str) -> int | None:
        """The greatest length of the tag in characters, if one was set."""
        return self._sizes.get(fold(tag))
