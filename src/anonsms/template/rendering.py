"""The careful way to render a row: every rule, and a reason for each no."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence

from attrs import field, frozen

from anonsms.errors import MissingTagError, TemplateError, UnsafeValueError
from anonsms.template.figures import dialable
from anonsms.template.filters import cut
from anonsms.template.holes import Hole, Piece
from anonsms.template.policy import Overlong, ValuePolicy, fold
from anonsms.template.runs import Chain, Run, find_chains, refuse_glued
from anonsms.template.values import (
    TEMPLATE_CODE,
    clean,
    is_missing,
    plain,
    refuse_link,
)


Row = Mapping[str, object]
Rendered = str | TemplateError
RowFunction = Callable[[Row], Rendered]

_CODE_CHARACTER = re.compile(r"[\[\]{}%]")
# Parts the digits before it from those after.
_BREAK = ";"


_NO_MAPPING = (
    "The values of a person are a mapping from tag name to value; for a row "
    "of another kind pass dict(row)."
)


def _look_up(values: Row, tag: str) -> object:
    """Find a value by exact name, else by the one name that folds alike."""
    if tag in values:
        return values[tag]
    wanted = fold(tag)
    names = [name for name in values if fold(str(name)) == wanted]
    # Two columns that differ only in case: nobody knows which was meant.
    return values[names[0]] if len(names) == 1 else None


@frozen(eq=False)
class Rendering:
    """
    A template, ready for rows.

    Attributes:
        pieces: Literal texts and holes, in order.
        runs: What stands side by side without a space.
        policy: What values may be.
        chains: Tags so close that their digits could read as one number.
    """

    pieces: tuple[Piece, ...]
    runs: tuple[Run, ...]
    policy: ValuePolicy
    chains: tuple[Chain, ...] = field(init=False)

    @chains.default
    def _chained(self) -> tuple[Chain, ...]:
        return find_chains(self.pieces, self.policy)

    @property
    def glued(self) -> bool:
        """Whether tags of a chain stand without anything between."""
        return any(
            type(one) is int and type(next_) is int
            for chain in self.chains
            for one, next_ in itertools.pairwise(chain)
        )

    def shaped(self, text: str, hole: Hole) -> str:
        """
        Put a clean text through the filters and the budget of its tag.

        Args:
            text: Clean text.
            hole: Where it goes.

        Returns:
            What stands in the message.

        Raises:
            UnsafeValueError: It is over a budget and may not be cut.
        """
        for change in hole.filters:
            text = change(text)
        # Again at the end: "ß" in capitals is longer than it was.
        text = text if hole.size is None else cut(text, hole.size)
        budget = self.policy.budget(hole.tag)
        if budget is None or len(text) <= budget:
            return text
        if (
            hole.formatter is None
            and self.policy.overlong is Overlong.TRUNCATE
            and not self.policy.carries_link(hole.tag)
        ):
            return cut(text, budget)
        raise _over_budget(hole.tag, budget)

    def formatted(self, value: object, hole: Hole) -> str | None:
        """
        Put a value through the formatter of its tag.

        Args:
            value: As the shop holds it.
            hole: Where it goes; has a formatter.

        Returns:
            What stands in the message, or ``None`` for a missing value.

        Raises:
            UnsafeValueError: The formatter cannot read it, or it is over
                budget.
        """
        if hole.formatter is None or is_missing(value):
            return None
        return self.shaped(hole.formatter.write(value, hole.tag), hole)

    def _filled(self, value: object, hole: Hole) -> str | None:
        """What one value comes to; ``None`` when there is nothing."""
        if is_missing(value):
            return None
        if hole.formatter is not None:
            return self.formatted(value, hole)
        if not isinstance(value, str):
            text = plain(value, hole.tag)
            budget = self.policy.budget(hole.tag)
            if budget is not None and len(text) > budget:
                raise _over_budget(hole.tag, budget)
            return self.shaped(text, hole)
        # A subclass of str may print as something else than it is.
        text = clean(str.__str__(value), hole.tag, self.policy)
        if not text:
            return None
        shaped = self.shaped(text, hole)
        if shaped != text and not self.policy.carries_link(hole.tag):
            # A cut can make a link: example.com from example.comfort.
            refuse_link(shaped, hole.tag)
        return shaped

    def carefully(self, values: Row) -> Rendered:
        """
        Render one row, with a reason if that cannot be.

        Args:
            values: The row.

        Returns:
            The text, or the error: all missing tags before anything else.

        Raises:
            TypeError: The row is no mapping; a fault of the program.
        """
        if not isinstance(values, Mapping):
            del values
            raise TypeError(_NO_MAPPING)
        texts: list[str] = []
        # What came from text values alone, for their digits.
        typed: list[str] = []
        missing: list[str] = []
        unsafe: UnsafeValueError | None = None
        for piece in self.pieces:
            if isinstance(piece, str):
                texts.append(piece)
                typed.append(piece)
                continue
            text: str | None = None
            value = _look_up(values, piece.tag)
            try:
                text = self._filled(value, piece)
            except UnsafeValueError as refused:
                # Frames of the traceback hold the row.
                unsafe = unsafe or refused.with_traceback(None)
                text = ""
            written = text is not None and isinstance(value, str)
            typed.append(text or "" if written else _BREAK)
            if text is None:
                text = piece.default
            if text is None and piece.tag not in missing:
                missing.append(piece.tag)
            texts.append(text or "")
        if missing:
            return MissingTagError(
                f"No value and no default for {', '.join(missing)}. Give the "
                'value, or a default such as {{ tag | default: "…" }}.',
                tags=missing,
            )
        if unsafe is not None:
            return unsafe
        return self._undialled(typed) or self._joined(texts)

    def _undialled(self, typed: Sequence[str]) -> UnsafeValueError | None:
        """The error where values make a number together, else nothing."""
        for chain in self.chains:
            near = "".join(
                p if isinstance(p, str) else typed[p] for p in chain
            )
            if dialable(near):
                first = self.pieces[next(p for p in chain if type(p) is int)]
                tag = first.tag if isinstance(first, Hole) else ""
                return UnsafeValueError(
                    f"The value of {tag!r} makes a number that could be "
                    "called together with the next. If the tags are meant "
                    "to carry numbers, name them in ValuePolicy("
                    "numbers=...).",
                    tag=tag,
                )
        return None

    def _joined(self, texts: Sequence[str]) -> Rendered:
        try:
            refuse_glued(self.runs, self.pieces, texts)
        except UnsafeValueError as refused:
            return refused.with_traceback(None)
        whole = "".join(texts)
        coded = [
            piece.tag
            for piece, text in zip(self.pieces, texts, strict=True)
            if isinstance(piece, Hole) and _CODE_CHARACTER.search(text)
        ]
        if coded and self._makes_code(whole):
            return UnsafeValueError(
                f"The value of {coded[0]!r} makes template code such as "
                "[%…%] together with what it touches. Clean the data, or "
                "put a space around the tag.",
                tag=coded[0],
            )
        return whole

    def _makes_code(self, whole: str) -> bool:
        own = [piece for piece in self.pieces if isinstance(piece, str)]
        return any(
            whole.count(mark) > sum(text.count(mark) for text in own)
            for mark in TEMPLATE_CODE
        )


def _over_budget(tag: str, budget: int) -> UnsafeValueError:
    return UnsafeValueError(
        f"The value of {tag!r} is longer than its budget of {budget} "
        "characters and may not be cut. Shorten it in the data, or raise "
        "the budget.",
        tag=tag,
    )
