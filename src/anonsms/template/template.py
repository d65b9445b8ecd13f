"""A message template: read once, rendered for each person."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from attrs import field, frozen

from anonsms.errors import TemplateError
from anonsms.template.compiling import row_function
from anonsms.template.grammar import Parser, Syntax
from anonsms.template.holes import Hole, Piece
from anonsms.template.policy import ValuePolicy
from anonsms.template.rendering import Rendered, Rendering, RowFunction
from anonsms.template.runs import PLAIN_LINK, find_runs


_ANY_VALUE: Final = ValuePolicy()
# Units of one part in UCS-2 alone; and of each of several parts, less one,
# since a surrogate pair is never split (TS 23.040 §9.2.3.24.1).
_ALONE: Final = 70
_JOINED: Final = 66
# Stands for a person's value: a word in no language's list of keywords.
_NEUTRAL: Final = "x"


@frozen
class Longest:
    """
    The longest text that a template can make.

    Attributes:
        characters: The most characters, or ``None`` if nothing bounds them.
        parts_gsm7: Parts of that text if every value stays within the basic
            alphabet of GSM-7; ``None`` if the template itself needs UCS-2.
        parts_ucs2: Parts of that text in UCS-2, one unit a character.
        parts_most: No text of this template has more parts, whatever the
            values: every character of them may be an emoji of two units.
        unbounded: The tags that have neither a budget nor ``truncate``.
    """

    characters: int | None
    parts_gsm7: int | None
    parts_ucs2: int | None
    parts_most: int | None
    unbounded: tuple[str, ...] = ()


@frozen(init=False, repr=False)
class Template:
    """
    A message with merge tags.

    Everything about the text that can be wrong is said when the template is
    made; everything about a person's values, when they are rendered, for
    that person only. A text with a raw tag in it never comes out.

    A tag is matched to the value of exactly that name, else to the only
    name that is the same but for case and for spaces or underscores. A
    value is missing when it is absent, ``None``, NaN or blank.

    Args:
        source: The text.
        syntax: How tags are written in it.
        policy: What values may be; which tags may carry links and how long
            each may be.

    Attributes:
        source: The text, in NFC and with line feeds for line ends.
        syntax: How tags are written in it.
        policy: What values may be.

    Raises:
        TemplateSyntaxError: The text cannot be understood; with line,
            column, and a caret under the place.

    >>> offer = Template('Bonjour {{ prenom | default: "client" }} !')
    >>> offer.render({"prenom": "Zoé"})
    'Bonjour Zoé !'
    >>> offer.render({})
    'Bonjour client !'
    """

    source: str
    syntax: Syntax
    policy: ValuePolicy
    _rendering: Rendering = field(eq=False)
    _render: RowFunction = field(eq=False)
    _skeleton: str = field(eq=False)

    def __init__(
        self,
        source: str,
        syntax: Syntax = Syntax.BRACES,
        *,
        policy: ValuePolicy = _ANY_VALUE,
    ) -> None:
        unified = source.replace("\r\n", "\n").replace("\r", "\n")
        text = unicodedata.normalize("NFC", unified)
        syntax = Syntax(syntax)
        pieces = tuple(Parser(text, syntax).pieces())
        runs = find_runs(text, pieces, policy)
        rendering = Rendering(pieces, runs, policy)
        self.__attrs_init__(
            text,
            syntax,
            policy,
            rendering,
            row_function(rendering),
            "".join(map(_bone(policy), pieces)),
        )

    @property
    def _holes(self) -> tuple[Hole, ...]:
        return tuple(
            piece
            for piece in self._rendering.pieces
            if isinstance(piece, Hole)
        )

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the tags, in order, each once."""
        return tuple(dict.fromkeys(hole.tag for hole in self._holes))

    @property
    def literals(self) -> tuple[str, ...]:
        """The fixed texts between the tags, in order."""
        return tuple(
            piece for piece in self._rendering.pieces if isinstance(piece, str)
        )

    @property
    def skeleton(self) -> str:
        """
        The text as it is for everybody, with nothing of anybody in it.

        Each tag stands as one neutral word, and each tag that the policy
        declares to carry links as a link. The gate judges the way out by
        this text, so that a customer's name can never supply it.

        >>> Template("Bonjour {{ prenom }}, -20 %. STOP au 36123").skeleton
        'Bonjour x, -20 %. STOP au 36123'
        """
        return self._skeleton

    @property
    def sha256(self) -> str:
        """Hash of syntax and source, in hex; says which text was sent."""
        content = f"{self.syntax}\n{self.source}".encode()
        return hashlib.sha256(content).hexdigest()

    def render(self, values: Mapping[str, object]) -> str:
        """
        Make one person's text.

        Args:
            values: This person's values by tag name. Text, whole numbers,
                Decimals and dates; floats only with the ``number`` filter.

        Returns:
            The text.

        Raises:
            MissingTagError: Tags without a value or a default; all of them.
            UnsafeValueError: A value was refused.

        >>> Template("Total {{ total | number: 2 }}").render({"total": 3.5})
        'Total 3.50'
        """
        rendered: Rendered | TypeError
        try:
            rendered = self._render(values)
        except TypeError as fault:
            rendered = fault.with_traceback(None)
        # Tracebacks with locals would show the row.
        del values
        if isinstance(rendered, TemplateError | TypeError):
            raise rendered
        return rendered

    def render_many(
        self, rows: Iterable[Mapping[str, object]]
    ) -> Iterator[str | TemplateError]:
        """
        Make the texts of many people, one at a time as they are asked for.

        Args:
            rows: The values of each person.

        Returns:
            An iterator with one item a row, in the same order: the text, or
            the error that :meth:`render` would raise. A bad row stops
            nobody else.

        >>> [type(text).__name__ for text in
        ...  Template("{{ a }}").render_many([{"a": "x"}, {}])]
        ['str', 'MissingTagError']
        """
        return map(self._render, rows)

    def _bound(self, hole: Hole) -> int | None:
        """The most characters a hole can come to."""
        bounds = [self.policy.budget(hole.tag), hole.size]
        if hole.formatter is not None:
            bounds.append(hole.formatter.longest)
        known = [bound for bound in bounds if bound is not None]
        if not known:
            return None
        return max(min(known), len(hole.default or ""))

    @property
    def longest(self) -> Longest:
        """
        The longest text that can come out, known before any data.

        >>> short = ValuePolicy(budgets={"prenom": 20})
        >>> Template("Bonjour {{ prenom }}", policy=short).longest.characters
        28
        """
        # Counting is only asked for here; rendering does not load it.
        from anonsms.parts import Encoding, measure  # noqa: PLC0415

        bounds = {hole: self._bound(hole) for hole in self._holes}
        unbounded = tuple(
            dict.fromkeys(
                hole.tag for hole, bound in bounds.items() if bound is None
            )
        )
        if unbounded:
            return Longest(None, None, None, None, unbounded)
        fixed = "".join(self.literals)
        room = sum(bounds[hole] or 0 for hole in self._holes)
        narrow = measure(fixed + "a" * room)
        wide = measure(fixed + "ж" * room)
        units = len(fixed.encode("utf-16-be")) // 2 + 2 * room
        return Longest(
            characters=len(fixed) + room,
            parts_gsm7=(
                narrow.count if narrow.encoding is Encoding.GSM7 else None
            ),
            parts_ucs2=wide.count,
            parts_most=1 if units <= _ALONE else -(-units // _JOINED),
        )

    def __reduce__(
        self,
    ) -> tuple[object, tuple[str, Syntax, ValuePolicy]]:
        # A generated function does not pickle; its source does.
        return _again, (self.source, self.syntax, self.policy)

    def __repr__(self) -> str:
        named = ", ".join(self.tags) or "no tags"
        return f"<Template {self.syntax} {self.sha256[:8]}: {named}>"


def _bone(policy: ValuePolicy) -> Callable[[Piece], str]:
    """From a piece to what stands for it in the skeleton."""

    def bone(piece: Piece) -> str:
        if isinstance(piece, str):
            return piece
        return PLAIN_LINK if policy.carries_link(piece.tag) else _NEUTRAL

    return bone


def _again(source: str, syntax: Syntax, policy: ValuePolicy) -> Template:
    return Template(source, syntax, policy=policy)
