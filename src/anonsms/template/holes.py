"""Where values go: a tag with its filters."""

from __future__ import annotations

import functools

from attrs import frozen

from anonsms.template.filters import (
    FORMATTERS,
    TEXT_FILTERS,
    Argument,
    ArgumentFault,
    Formatter,
    TextFilter,
    cut,
)
from anonsms.template.values import TEMPLATE_CODE


@frozen
class Hole:
    """
    One place in a template where a value goes.

    Attributes:
        tag: The name as it is written.
        formatter: Reads the value itself (``date``, ``number``).
        filters: Turn the text into another, in this order.
        size: The least of the ``truncate`` sizes, if any.
        default: What stands there when the value is missing, through all
            filters that follow it.
        start: Where the tag begins in the source, for later faults.
    """

    tag: str
    formatter: Formatter | None
    filters: tuple[TextFilter, ...]
    size: int | None
    default: str | None
    start: int


Piece = str | Hole


class FilterChain:
    """The filters of one tag, added as they are read."""

    def __init__(self) -> None:
        self._formatter: Formatter | None = None
        self._filters: list[TextFilter] = []
        self._size: int | None = None
        self._default: str | None = None

    def add(self, name: str, arguments: list[Argument]) -> str:
        """
        Add a filter.

        Args:
            name: One of the known names.
            arguments: What stood after the colon.

        Returns:
            What is wrong with it; empty if nothing is.
        """
        if name == "default":
            return self._add_default(arguments)
        if name in FORMATTERS:
            return self._add_formatter(name, arguments)
        if name == "truncate":
            return self._add_truncate(arguments)
        if arguments:
            return f"{name} takes no arguments"
        self._then(TEXT_FILTERS[name])
        return ""

    def _add_truncate(self, arguments: list[Argument]) -> str:
        if self._formatter:
            return "a date or a number is never cut"
        size = arguments[0] if len(arguments) == 1 else 0
        if not isinstance(size, int) or not size:
            return "truncate takes one whole number, as in truncate: 20"
        self._size = min(size, self._size or size)
        self._then(functools.partial(cut, size=size))
        return ""

    def _then(self, change: TextFilter) -> None:
        self._filters.append(change)
        if self._default is not None:
            self._default = change(self._default)

    def _add_default(self, arguments: list[Argument]) -> str:
        if self._default is not None:
            return "this tag has a default already"
        if len(arguments) != 1:
            return 'default takes one text, as in default: "client"'
        default = str(arguments[0])
        if any(mark in default for mark in TEMPLATE_CODE):
            return "a default cannot hold template code such as {{ or [["
        self._default = default
        return ""

    def _add_formatter(self, name: str, arguments: list[Argument]) -> str:
        if self._formatter or self._filters:
            return (
                f"{name} reads the value itself, so it comes before all "
                "filters but default"
            )
        try:
            self._formatter = FORMATTERS[name](*arguments)
        except ArgumentFault as refused:
            return str(refused)
        return ""

    def hole(self, tag: str, start: int) -> Hole:
        """
        Finish.

        Args:
            tag: The name of the tag.
            start: Where it begins in the source.

        Returns:
            The hole with these filters.
        """
        return Hole(
            tag,
            self._formatter,
            tuple(self._filters),
            self._size,
            self._default,
            start,
        )
