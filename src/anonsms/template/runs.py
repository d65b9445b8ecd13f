"""
What stands side by side in a text without a space between.

A value is judged alone when it comes in, but ``{{ a }}.{{ b }}`` with "bit"
and "ly" makes an address out of two harmless words. A *run* is a stretch of
the template without white space that holds a tag and something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from attrs import frozen

from anonsms.errors import TemplateSyntaxError, UnsafeValueError
from anonsms.template.alphabet import SAFE_CLASS
from anonsms.template.grammar import fault
from anonsms.template.holes import Hole, Piece
from anonsms.template.links import looks_like_link
from anonsms.template.policy import ValuePolicy


_SPACE = re.compile(r"\s+")
# With values of safe characters only, these in the literals around them
# cannot make a link.
_HARMLESS = re.compile(f"[{SAFE_CLASS}«»]*")
_OPENING = "(\"'«“‘¿¡"
_CLOSING = ".,;:!?…)\"'»”’"
# Digits so near to each other read as one number.
_BETWEEN = re.compile(r"[\W_]{0,8}")
_PLAIN_WORD = "tagtag"
PLAIN_LINK = "https://link.example/x"
"""Stands for the value of a tag that carries links."""

_HOST_DONE = re.compile(r"(?://|www\.|[\w-]+\.)[^/?#\s]+[/?#]")
_PATH_WORD = re.compile(r"[\w-]+")


Chain = tuple[str | int, ...]
"""Tags close to each other: the index of each, and the texts between."""


@frozen
class Run:
    """
    A stretch without white space.

    Attributes:
        parts: Literal text, or the index of a hole among the pieces.
        strangers: The indices of the holes that may not carry links.
        linked: Whether the shop itself wrote a link here, so that values
            stand in its path.
        risky: Whether harmless words could make a link here.
    """

    parts: tuple[str | int, ...]
    strangers: tuple[int, ...]
    linked: bool
    risky: bool


def _stretches(pieces: Sequence[Piece]) -> list[list[str | int]]:
    done: list[list[str | int]] = []
    current: list[str | int] = []
    for index, piece in enumerate(pieces):
        if isinstance(piece, Hole):
            current.append(index)
            continue
        for position, word in enumerate(_SPACE.split(piece)):
            if position:
                done.append(current)
                current = []
            if word:
                current.append(word)
    done.append(current)
    return done


def _trimmed(parts: list[str | int]) -> list[str | int]:
    """Drop the punctuation that stands around any word."""
    first, last = parts[0], parts[-1]
    if isinstance(first, str):
        parts[0] = first.lstrip(_OPENING)
    if isinstance(last, str):
        parts[-1] = last.rstrip(_CLOSING)
    return [part for part in parts if part != ""]


def find_runs(
    source: str, pieces: Sequence[Piece], policy: ValuePolicy
) -> tuple[Run, ...]:
    """
    Find the runs of a template.

    Args:
        source: The template, for faults.
        pieces: Its pieces.
        policy: Which tags may carry links.

    Returns:
        The runs in which values of strangers touch something.

    Raises:
        TemplateSyntaxError: A tag that may not carry links stands in the
            host of a link, or is glued to what would make it one.
    """
    runs: list[Run] = []
    for stretch in _stretches(pieces):
        holes = [part for part in stretch if isinstance(part, int)]
        strangers = tuple(
            index
            for index in holes
            if not policy.carries_link(_hole(pieces, index).tag)
        )
        parts = _trimmed(stretch) if strangers else []
        if len(parts) < 2:  # noqa: PLR2004 - alone, a value touches nothing
            continue
        model = [
            part
            if isinstance(part, str)
            else (_PLAIN_WORD if part in strangers else PLAIN_LINK)
            for part in parts
        ]
        linked = looks_like_link("".join(model))
        if linked:
            before = "".join(model[: parts.index(strangers[0])])
            if not _HOST_DONE.search(before):
                raise _in_host(source, _hole(pieces, strangers[0]))
        risky = linked or not all(
            _HARMLESS.fullmatch(part)
            for part in parts
            if isinstance(part, str)
        )
        runs.append(Run(tuple(parts), strangers, linked, risky))
    return tuple(runs)


def _hole(pieces: Sequence[Piece], index: int) -> Hole:
    piece = pieces[index]
    assert isinstance(piece, Hole)  # noqa: S101 - indices point at holes
    return piece


def _in_host(source: str, hole: Hole) -> TemplateSyntaxError:
    return fault(
        source,
        hole.start,
        f"The tag {hole.tag!r} is glued to text that makes it part of a "
        "link's host. Put a space between them, or name the tag in "
        "ValuePolicy(links=...).",
    )


def refuse_glued(
    runs: Sequence[Run], pieces: Sequence[Piece], texts: Sequence[str]
) -> None:
    """
    Refuse values that make a link with what they touch.

    Args:
        runs: The runs of the template.
        pieces: Its pieces.
        texts: What each piece came to, in the same order.

    Raises:
        UnsafeValueError: They make one, or would leave a link's path.
    """
    guilty: str | None = None
    for run in runs:
        if run.linked:
            outside = [
                index
                for index in run.strangers
                if not _PATH_WORD.fullmatch(texts[index] or "-")
            ]
            if outside:
                guilty = _hole(pieces, outside[0]).tag
        elif looks_like_link(
            "".join(p if isinstance(p, str) else texts[p] for p in run.parts)
        ):
            guilty = _hole(pieces, run.strangers[0]).tag
    del texts
    if guilty is not None:
        raise UnsafeValueError(
            f"The value of {guilty!r} would make or change a link together "
            "with the text it touches. In a link's path only letters, "
            "digits, - and _ may come from a value; elsewhere put a space "
            "around the tag.",
            tag=guilty,
        )


def find_chains(
    pieces: Sequence[Piece], policy: ValuePolicy
) -> tuple[Chain, ...]:
    """
    Find tags that stand so close that their digits read as one number.

    Args:
        pieces: The pieces of a template.
        policy: Which tags may carry numbers or links.

    Returns:
        For each chain, the indices of its holes and the texts between them.
    """
    chains: list[list[str | int]] = [[]]
    for index, piece in enumerate(pieces):
        if isinstance(piece, Hole) and judged(piece, policy):
            chains[-1].append(index)
        elif (
            isinstance(piece, str) and chains[-1] and _BETWEEN.fullmatch(piece)
        ):
            chains[-1].append(piece)
        else:
            chains.append([])
    return tuple(
        tuple(chain)
        for chain in chains
        if sum(isinstance(part, int) for part in chain) > 1
    )


def judged(hole: Hole, policy: ValuePolicy) -> bool:
    """
    Tell whether the digits of a text value are judged.

    Args:
        hole: Where the value goes.
        policy: Which tags may carry numbers or links.

    Returns:
        Whether the tag has no formatter and was declared for neither.
    """
    return hole.formatter is None and not (
        policy.carries_number(hole.tag) or policy.carries_link(hole.tag)
    )
